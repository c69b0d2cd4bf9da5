import GRDB
import ITwinsAPI

/// Comma separated values by RFC 4180: a header line, CRLF after every line, UTF-8 without a byte-order mark.
struct CSV {
    private(set) var bytes: [UInt8] = []

    /// The iTwins that meet conditions as CSV with some fields; nil when there are none.
    static func iTwins(_ conditions: ITwinConditions, fields: [ITwin.Field], _ db: Database) throws -> [UInt8]? {
        let columns = ITwinWriter.columns(of: fields)
        let sql = "SELECT \(columns) FROM iTwin WHERE \(conditions.sql) ORDER BY createdDateTime DESC, id"
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: conditions.arguments)
        var csv = CSV()
        csv.append(fields.map(\.rawValue))
        var isEmpty = true
        while let row = try rows.next() {
            csv.append(fields.indices.map { ITwinWriter.text(row, $0, of: fields[$0]) })
            isEmpty = false
        }
        return isEmpty ? nil : csv.bytes
    }

    private mutating func append(_ line: [String]) {
        for (index, text) in line.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(text)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }

    private mutating func append(_ text: String) {
        guard text.utf8.contains(where: Self.needsQuotes) else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
