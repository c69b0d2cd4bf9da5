extension JSON {
    /// The value as UTF-8 without blanks; members in their order.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    /// The value as text without blanks.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as text of one member or element a line, indented by two blanks a level.
    public var prettyText: String { prettyText(limit: .max) }

    /// The value as text as above; what is beyond a number of bytes is left out, and `…` stands for it.
    public func prettyText(limit: Int) -> String {
        var output = ""
        writePretty(to: &output, indentation: "", limit: limit)
        guard output.utf8.count > limit else { return output }
        return String(String.UnicodeScalarView(output.unicodeScalars.prefix(limit))) + "…"
    }

    /// Appends the value as UTF-8 without blanks.
    public func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.text.utf8)
        case .string(let text): Self.write(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
            case 0x0A: output.append(contentsOf: "\\n".utf8)
            case 0x0D: output.append(contentsOf: "\\r".utf8)
            case 0x09: output.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7F:
                output.append(contentsOf: "\\u00".utf8)
                for digit in [byte >> 4, byte & 15] {
                    output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                }
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private func writePretty(to output: inout String, indentation: String, limit: Int) {
        guard output.utf8.count <= limit else { return }
        let deeper = indentation + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty:
            output += "[\n"
            for (index, element) in elements.enumerated() where output.utf8.count <= limit {
                output += index > 0 ? ",\n\(deeper)" : deeper
                element.writePretty(to: &output, indentation: deeper, limit: limit)
            }
            output += "\n\(indentation)]"
        case .object(let object) where !object.isEmpty:
            output += "{\n"
            for (index, member) in object.members.enumerated() where output.utf8.count <= limit {
                output += (index > 0 ? ",\n" : "") + deeper + JSON.string(member.name).text + ": "
                member.value.writePretty(to: &output, indentation: deeper, limit: limit)
            }
            output += "\n\(indentation)}"
        default: output += text
        }
    }
}
