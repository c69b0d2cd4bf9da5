extension JSON {
    /// What a text is allowed to be; everything RFC 8259 forbids is always refused.
    public struct ParsingLimits: Sendable {
        /// How many arrays and objects may stand inside each other.
        public var depth: Int
        /// How many values there may be in all: a small text of tiny values takes many times its size in memory.
        public var values: Int
        /// Whether a second member of the same name is an error; otherwise the first one counts.
        public var rejectsDuplicateNames: Bool

        /// Makes limits. The defaults suit answers of a service, whose largest page has some 20,000 values; requests
        /// are held to 32 levels and distinct names.
        public init(depth: Int = 128, values: Int = 500_000, rejectsDuplicateNames: Bool = false) {
            self.depth = depth
            self.values = values
            self.rejectsDuplicateNames = rejectsDuplicateNames
        }
    }

    /// Why a text is not JSON, and where.
    public struct SyntaxError: Error, Hashable, Sendable {
        /// The offset in bytes at which the text stops being JSON.
        public let offset: Int
        /// What is wrong there, in plain words.
        public let reason: String
    }

    /// Reads one JSON value from UTF-8 bytes.
    ///
    /// - Throws: `SyntaxError` for anything RFC 8259 does not allow (byte-order marks, UTF-16, invalid UTF-8, lone
    ///   surrogates, trailing commas and text after the value included) and for a limit that is passed.
    public static func parse(_ bytes: some Sequence<UInt8>, limits: ParsingLimits = ParsingLimits()) throws(SyntaxError)
        -> JSON
    {
        let all = ContiguousArray(bytes)
        let result = all.withUnsafeBufferPointer { buffer -> Result<JSON, SyntaxError> in
            var parser = Parser(bytes: buffer, limits: limits)
            do throws(SyntaxError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Reads one JSON value from a text.
    ///
    /// - Throws: `SyntaxError`, as for bytes.
    public static func parse(_ text: String, limits: ParsingLimits = ParsingLimits()) throws(SyntaxError) -> JSON {
        try parse(text.utf8, limits: limits)
    }
}

private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSON.ParsingLimits
    var index = 0
    var depth = 0
    var values = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSON.ParsingLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSON.SyntaxError) -> JSON {
        skipBlanks()
        let value = try self.value()
        skipBlanks()
        guard index == bytes.count else { throw failure("there is more text after the value") }
        return value
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private func failure(_ reason: String) -> JSON.SyntaxError {
        JSON.SyntaxError(offset: index, reason: reason)
    }

    private mutating func skipBlanks() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSON.SyntaxError) -> JSON {
        values += 1
        guard values <= limits.values else { throw failure("more than \(limits.values) values") }
        switch current {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-")?: return try number()
        case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit): return try number()
        case nil: throw failure("the text ends where a value is expected")
        default: throw failure("a value is expected here")
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSON) throws(JSON.SyntaxError) -> JSON {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count, (0..<length).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] }) else {
            throw failure("a value is expected here")
        }
        index += length
        return value
    }

    private mutating func enter() throws(JSON.SyntaxError) {
        depth += 1
        guard depth <= limits.depth else { throw failure("more than \(limits.depth) levels deep") }
        index += 1
        skipBlanks()
    }

    private mutating func object() throws(JSON.SyntaxError) -> JSON {
        try enter()
        var members: [JSON.Object.Member] = []
        var names: Set<String> = []
        if current == UInt8(ascii: "}") {
            index += 1
            depth -= 1
            return .object(JSON.Object())
        }
        while true {
            guard current == UInt8(ascii: "\"") else {
                throw failure("a member's name in double quotes is expected here")
            }
            let start = index
            let name = try string()
            skipBlanks()
            guard current == UInt8(ascii: ":") else { throw failure("a colon is expected here") }
            index += 1
            skipBlanks()
            let value = try self.value()
            if isKnown(name, in: members, names: &names) {
                if limits.rejectsDuplicateNames {
                    index = start
                    throw failure("the name “\(name.prefix(60))” appears twice in one object")
                }
            } else {
                members.append(JSON.Object.Member(name: name, value: value))
            }
            skipBlanks()
            switch current {
            case UInt8(ascii: ","):
                index += 1
                skipBlanks()
            case UInt8(ascii: "}"):
                index += 1
                depth -= 1
                return .object(JSON.Object(members))
            default: throw failure("a comma or a closing brace is expected here")
            }
        }
    }

    /// Small objects are searched, large ones get a set: hostile input must not make this quadratic.
    private func isKnown(_ name: String, in members: [JSON.Object.Member], names: inout Set<String>) -> Bool {
        if members.count < 24 { return members.contains { $0.name == name } }
        if names.isEmpty { names = Set(members.map(\.name)) }
        return !names.insert(name).inserted
    }

    private mutating func array() throws(JSON.SyntaxError) -> JSON {
        try enter()
        var elements: [JSON] = []
        if current == UInt8(ascii: "]") {
            index += 1
            depth -= 1
            return .array([])
        }
        while true {
            elements.append(try value())
            skipBlanks()
            switch current {
            case UInt8(ascii: ","):
                index += 1
                skipBlanks()
            case UInt8(ascii: "]"):
                index += 1
                depth -= 1
                return .array(elements)
            default: throw failure("a comma or a closing bracket is expected here")
            }
        }
    }

    private mutating func number() throws(JSON.SyntaxError) -> JSON {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") {
            index += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try digits()
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<index]), as: UTF8.self)
        return .number(JSON.Number(text: text))
    }

    private mutating func digits() throws(JSON.SyntaxError) {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw failure("a digit is expected here") }
    }

    private mutating func string() throws(JSON.SyntaxError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let text = try validated(start..<index)
                index += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw failure("a control character is not escaped in a string")
            default: index += 1
            }
        }
        throw failure("the text ends inside a string")
    }

    private func validated(_ range: Range<Int>) throws(JSON.SyntaxError) -> String {
        guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw JSON.SyntaxError(offset: range.lowerBound, reason: "a string is not valid UTF-8")
        }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSON.SyntaxError) -> String {
        var text = try validated(start..<index)
        var run = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                text += try validated(run..<index)
                index += 1
                return text
            case UInt8(ascii: "\\"):
                text += try validated(run..<index)
                index += 1
                text.unicodeScalars.append(try escape())
                run = index
            case 0..<0x20: throw failure("a control character is not escaped in a string")
            default: index += 1
            }
        }
        throw failure("the text ends inside a string")
    }

    private mutating func escape() throws(JSON.SyntaxError) -> Unicode.Scalar {
        guard let kind = current else { throw failure("the text ends inside a string") }
        index += 1
        switch kind {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            index -= 1
            throw failure("unknown escape in a string")
        }
    }

    private mutating func unicodeEscape() throws(JSON.SyntaxError) -> Unicode.Scalar {
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(UInt32(high)) { return scalar }
        guard (0xD800..<0xDC00).contains(high), current == UInt8(ascii: "\\"), index + 1 < bytes.count,
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw failure("an unpaired surrogate in a string") }
        index += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { throw failure("an unpaired surrogate in a string") }
        return scalar
    }

    private mutating func hexadecimal() throws(JSON.SyntaxError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected here")
            }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return value
    }
}
