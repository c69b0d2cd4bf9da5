/// Counts the rows of comma separated values by RFC 4180, whose first line names the columns. Lines may end with a line
/// feed alone.
struct CSVScanner: RowScanner {
    private enum State {
        case fieldStart, plain, quoted
        /// After a quotation mark within quotation marks: their end, or the first of two that stand for one.
        case quote
        case carriageReturn
    }

    private var state = State.fieldStart
    /// The fields of the line that are complete.
    private var fields = 0
    private var fieldBytes = 0
    /// Lines that are complete, the header among them.
    private var lines = 0
    /// The bytes of the header's field under way.
    private var name: [UInt8] = []
    private var columns: [String] = []

    static let mostColumns = 1000
    static let longestName = 1024
    static let longestField = 1_048_576

    init() {}

    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(Damage) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch (state, byte) {
            case (.carriageReturn, UInt8(ascii: "\n")): try endLine()
            case (.carriageReturn, _): throw Damage("\(place) ends with a carriage return without a line feed.")
            case (.quoted, UInt8(ascii: "\"")): state = .quote
            case (.quote, UInt8(ascii: "\"")):
                state = .quoted
                try append(byte)
            case (.quoted, _): index = try appendRun(bytes, from: index) { $0 == UInt8(ascii: "\"") }
            case (_, UInt8(ascii: ",")): try endField()
            case (_, UInt8(ascii: "\n")): try endLine()
            case (_, UInt8(ascii: "\r")): state = .carriageReturn
            case (.quote, _): throw Damage("\(place) has text after the closing quotation mark of a field.")
            case (.fieldStart, UInt8(ascii: "\"")): state = .quoted
            case (_, UInt8(ascii: "\"")): throw Damage("\(place) has a quotation mark in an unquoted field.")
            default:
                state = .plain
                index = try appendRun(bytes, from: index) { byte in
                    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
                        || byte == UInt8(ascii: "\"")
                }
            }
            index += 1
        }
    }

    mutating func finish() throws(Damage) -> ExportFileCheck.Summary {
        if state == .quoted { throw Damage("\(place) has an unclosed quotation mark.") }
        // The last line needs no end.
        if state != .fieldStart || fields > 0 { try endLine() }
        guard lines > 0 else { throw Damage("The file has no header line.") }
        return ExportFileCheck.Summary(rows: lines - 1, columns: columns)
    }

    private var place: String { lines == 0 ? "The header line" : "Row \(lines)" }

    /// Appends a byte and those after it up to one that means something.
    ///
    /// - Returns: the index of the last one.
    private mutating func appendRun(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        until ends: (UInt8) -> Bool
    ) throws(Damage) -> Int {
        var end = start + 1
        while end < bytes.count, !ends(bytes[end]) { end += 1 }
        fieldBytes += end - start
        try checkField()
        if lines == 0 { name.append(contentsOf: bytes[start..<end]) }
        return end - 1
    }

    private mutating func append(_ byte: UInt8) throws(Damage) {
        fieldBytes += 1
        try checkField()
        if lines == 0 { name.append(byte) }
    }

    private func checkField() throws(Damage) {
        let limit = lines == 0 ? Self.longestName : Self.longestField
        if fieldBytes > limit { throw Damage("\(place) has a field of more than \(limit) bytes.") }
    }

    private mutating func endField() throws(Damage) {
        if lines == 0 {
            guard columns.count < Self.mostColumns else {
                throw Damage("The file has more than \(Self.mostColumns) columns.")
            }
            columns.append(String(decoding: name, as: UTF8.self))
            name.removeAll(keepingCapacity: true)
        }
        fields += 1
        fieldBytes = 0
        state = .fieldStart
    }

    private mutating func endLine() throws(Damage) {
        try endField()
        guard fields == columns.count else {
            let expected = columns.count
            throw Damage(
                "\(place) has \(fields) \(fields == 1 ? "field" : "fields") for \(expected) columns."
            )
        }
        lines += 1
        fields = 0
    }
}
