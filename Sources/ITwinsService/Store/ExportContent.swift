import GRDB
import ITwinsAPI

/// What is in the file of an export: which iTwins, which of their fields, and how they are written (contract sections
/// 8.2 and 17.20).
struct ExportContent: Sendable {
    let format: ExportFormat
    let fields: [ITwin.Field]
    let conditions: ITwinConditions
    let imageLink: ImageLink

    /// Makes the file of an export that is in the database, row by row: memory holds some pieces of it and never the
    /// whole.
    ///
    /// - Parameter moment: when the file was made, for formats that tell.
    /// - Returns: its size in bytes; nil when no iTwin meets the conditions, and then there is no file.
    func keep(as id: String, at moment: Timestamp, _ db: Database) throws -> Int? {
        guard conditions.hasFilter else { return try write(as: id, at: moment, db) }
        return try ExecutionLimit.run(.seconds(ServiceLimits.exportFilterSeconds), db) {
            try write(as: id, at: moment, db)
        }
    }

    private func write(as id: String, at moment: Timestamp, _ db: Database) throws -> Int? {
        let text = ExportText(format: format, fields: fields, imageLink)
        let sql = """
            SELECT \(text.columns) FROM iTwin WHERE \(conditions.sql) ORDER BY iTwin.createdDateTime DESC, iTwin.id
            """
        let rows = try Row.fetchCursor(db.makeStatement(sql: sql), arguments: conditions.arguments)
        var coding = try ExportCoding(format, entryName: "\(id).json", moment)
        var pieces = FilePieces(of: id, from: coding.headCount)
        var line = text.beginning
        var count = 0
        while let row = try rows.next() {
            text.append(row, isFirst: count == 0, to: &line)
            count += 1
            if line.count >= FilePieces.size {
                try coding.write(line, to: &pieces.pending)
                line.removeAll(keepingCapacity: true)
                try pieces.keepFull(db)
            }
        }
        guard count > 0 else { return nil }
        try coding.write(line + text.end, to: &pieces.pending)
        try coding.finish(to: &pieces.pending)
        try pieces.keepFirst(coding.head, db)
        return try pieces.keepRest(db)
    }
}

/// How iTwins become the text of a file: a CSV line or a JSON object each, every one on a line of its own.
private struct ExportText {
    private let fields: [ITwin.Field]
    private let writer: ITwinWriter
    private let isCSV: Bool

    init(format: ExportFormat, fields: [ITwin.Field], _ imageLink: @escaping ImageLink) {
        self.fields = fields
        writer = ITwinWriter(fields, imageLink)
        isCSV = format == .csv || format == .csvGZip
    }

    /// The columns to select.
    var columns: String { writer.columns }

    /// What stands before the first iTwin.
    var beginning: [UInt8] {
        guard isCSV else { return Array("[\n".utf8) }
        var header: [UInt8] = []
        CSV.append(fields.map(\.rawValue), to: &header)
        return header
    }

    /// What stands after the last iTwin.
    var end: [UInt8] { isCSV ? [] : Array("\n]\n".utf8) }

    /// Appends an iTwin.
    func append(_ row: Row, isFirst: Bool, to text: inout [UInt8]) {
        if isCSV {
            CSV.append(fields.indices.lazy.map { writer.text(row, $0) }, to: &text)
        } else {
            if !isFirst { text.append(contentsOf: ",\n".utf8) }
            writer.write(row, to: &text)
        }
    }
}
