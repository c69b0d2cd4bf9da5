import ITwinsAPI

/// Counts the objects of one JSON array (RFC 8259) and collects the names of their members, without keeping any of them.
struct JSONArrayScanner: RowScanner {
    private enum State {
        case value, valueOrEnd, name, nameOrEnd, colon, afterValue
        case string, escape, hexadecimal, number, literal
        /// After the array.
        case end
    }

    private var state = State.value
    /// Which of the arrays and objects around the place are objects, the outermost first.
    private var isObject: [Bool] = []
    private var rows = 0
    private var isName = false
    private var number = JSONNumber()
    private var literal: ArraySlice<UInt8> = []
    private var digits = 0
    private var stringBytes = 0
    private var names = MemberNames()

    static let deepest = 32
    static let longestString = 1_048_576

    init() {}

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(Damage) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch state {
            case .string: index = try string(bytes, from: index - 1)
            case .escape: try escape(byte)
            case .hexadecimal: try hexadecimal(byte)
            case .literal: try literal(byte)
            case .number where number.takes(byte):
                if number.count > JSONNumber.longest { throw damage("has a number with too many digits") }
            case .number:
                guard number.isComplete else { throw damage("has an incomplete number") }
                state = .afterValue
                try structure(byte)
            default: try structure(byte)
            }
        }
    }

    mutating func finish() throws(Damage) -> ExportFileCheck.Summary {
        guard state == .end else { throw Damage("The JSON text ends before it is complete.") }
        return ExportFileCheck.Summary(rows: rows, columns: names.columns)
    }

    // MARK: Between values

    private mutating func structure(_ byte: UInt8) throws(Damage) {
        switch (state, byte) {
        case (_, 0x20), (_, 0x09), (_, 0x0A), (_, 0x0D): break
        case (.end, _): throw Damage("There is extra data after the end of the JSON array.")
        case (.valueOrEnd, UInt8(ascii: "]")): close(object: false)
        case (.value, _), (.valueOrEnd, _): try begin(byte)
        case (.nameOrEnd, UInt8(ascii: "}")): close(object: true)
        case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")): beginString(isName: true)
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.afterValue, UInt8(ascii: ",")): state = isObject.last == true ? .name : .value
        case (.afterValue, UInt8(ascii: "]")) where isObject.last == false: close(object: false)
        case (.afterValue, UInt8(ascii: "}")) where isObject.last == true: close(object: true)
        default: throw damage("isn't valid JSON")
        }
    }

    private mutating func begin(_ byte: UInt8) throws(Damage) {
        switch isObject.count {
        case 0 where byte != UInt8(ascii: "["): throw Damage("The file isn't a JSON array.")
        case 1 where byte != UInt8(ascii: "{"): throw damage("isn't a JSON object")
        case Self.deepest: throw damage("has values nested more than \(Self.deepest) deep")
        default: break
        }
        switch byte {
        case UInt8(ascii: "["):
            isObject.append(false)
            state = .valueOrEnd
        case UInt8(ascii: "{"):
            isObject.append(true)
            state = .nameOrEnd
            if isObject.count == 2 { names.beginObject() }
        case UInt8(ascii: "\""): beginString(isName: false)
        case UInt8(ascii: "t"): beginLiteral("rue")
        case UInt8(ascii: "f"): beginLiteral("alse")
        case UInt8(ascii: "n"): beginLiteral("ull")
        default:
            number = JSONNumber()
            guard number.takes(byte) else { throw damage("isn't valid JSON") }
            state = .number
        }
    }

    private mutating func close(object: Bool) {
        isObject.removeLast()
        if object, isObject.count == 1 { rows += 1 }
        state = isObject.isEmpty ? .end : .afterValue
    }

    /// The object that the place lies in, as the message begins.
    private func damage(_ what: String) -> Damage { Damage("Entry \(rows + 1) of the JSON array \(what).") }

    // MARK: Values

    private mutating func beginLiteral(_ rest: String) {
        literal = Array(rest.utf8)[...]
        state = .literal
    }

    private mutating func literal(_ byte: UInt8) throws(Damage) {
        guard literal.popFirst() == byte else { throw damage("isn't valid JSON") }
        if literal.isEmpty { state = .afterValue }
    }

    private mutating func beginString(isName: Bool) {
        self.isName = isName
        state = .string
        stringBytes = 0
    }

    /// Whether the text under way is the name of a member of one of the array's objects.
    private var isColumn: Bool { isName && isObject.count == 2 }

    /// - Returns: the index after the bytes that were read.
    private mutating func string(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(Damage) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20
        {
            end += 1
        }
        stringBytes += end - start
        guard stringBytes <= Self.longestString else {
            throw damage("has a string of more than \(Self.longestString) bytes")
        }
        if isColumn, start < end { try names.append(bytes[start..<end]) }
        guard end < bytes.count else { return end }
        switch bytes[end] {
        case UInt8(ascii: "\\"):
            state = .escape
            if isColumn { try names.append([UInt8(ascii: "\\")]) }
        case UInt8(ascii: "\""):
            if isColumn { try names.endName() }
            state = isName ? .colon : .afterValue
        default: throw damage("has a control character in a string")
        }
        return end + 1
    }

    private mutating func escape(_ byte: UInt8) throws(Damage) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            state = .string
        case UInt8(ascii: "u"):
            state = .hexadecimal
            digits = 0
        default: throw damage("has an unknown escape in a string")
        }
        if isColumn { try names.append([byte]) }
    }

    private mutating func hexadecimal(_ byte: UInt8) throws(Damage) {
        guard Character(UnicodeScalar(byte)).isHexDigit else { throw damage("has an unknown escape in a string") }
        if isColumn { try names.append([byte]) }
        digits += 1
        if digits == 4 { state = .string }
    }
}

/// A number under way (RFC 8259 section 6).
private struct JSONNumber {
    private enum State {
        case start, minus, zero, digits, point, fraction, exponent, sign, power
    }

    private var state = State.start
    private(set) var count = 0

    static let longest = 1000

    /// Whether the bytes so far are a number.
    var isComplete: Bool { state == .zero || state == .digits || state == .fraction || state == .power }

    /// - Returns: false when the byte is no part of the number.
    mutating func takes(_ byte: UInt8) -> Bool {
        let isDigit = (0x30...0x39).contains(byte)
        switch (state, byte) {
        case (.start, UInt8(ascii: "-")): state = .minus
        case (.start, 0x30), (.minus, 0x30): state = .zero
        case (.start, _) where isDigit, (.minus, _) where isDigit, (.digits, _) where isDigit: state = .digits
        case (.zero, UInt8(ascii: ".")), (.digits, UInt8(ascii: ".")): state = .point
        case (.point, _) where isDigit, (.fraction, _) where isDigit: state = .fraction
        case (.zero, 0x45), (.zero, 0x65), (.digits, 0x45), (.digits, 0x65), (.fraction, 0x45), (.fraction, 0x65):
            state = .exponent
        case (.exponent, UInt8(ascii: "+")), (.exponent, UInt8(ascii: "-")): state = .sign
        case (.exponent, _) where isDigit, (.sign, _) where isDigit, (.power, _) where isDigit: state = .power
        default: return false
        }
        count += 1
        return true
    }
}

/// The names of the members of many objects, each name once, in the order in which they first came.
private struct MemberNames {
    private(set) var columns: [String] = []
    /// The columns as they are spelled in the text, escapes and all, and their place among the columns.
    private var spellings: [[UInt8]: Int] = [:]
    private var inOrder: [[UInt8]] = []
    private var expected = 0
    private var name: [UInt8] = []

    mutating func beginObject() {
        expected = 0
    }

    mutating func append(_ bytes: some Collection<UInt8>) throws(Damage) {
        guard name.count + bytes.count <= CSVScanner.longestName else {
            throw Damage("A member of the JSON objects has a name of more than \(CSVScanner.longestName) bytes.")
        }
        name.append(contentsOf: bytes)
    }

    mutating func endName() throws(Damage) {
        defer { name.removeAll(keepingCapacity: true) }
        // Objects of one file have the same members in the same order: this spares looking them up.
        if expected < inOrder.count, inOrder[expected] == name {
            expected += 1
        } else if let place = spellings[name] {
            expected = place + 1
        } else {
            try add()
        }
    }

    private mutating func add() throws(Damage) {
        guard spellings.count < CSVScanner.mostColumns else {
            throw Damage("The JSON objects have more than \(CSVScanner.mostColumns) different members.")
        }
        let quoted = [UInt8(ascii: "\"")] + name + [UInt8(ascii: "\"")]
        guard let text = (try? JSON.parse(quoted))?.string else {
            throw Damage("A member of the JSON objects has a name that isn't valid text.")
        }
        if let place = columns.firstIndex(of: text) {
            spellings[name] = place
        } else {
            spellings[name] = columns.count
            columns.append(text)
            inOrder.append(name)
        }
        expected = (spellings[name] ?? 0) + 1
    }
}
