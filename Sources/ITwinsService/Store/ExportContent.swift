import GRDB
import ITwinsAPI

/// What is in the file of an export: which iTwins, which of their fields, and how they are written (contract sections
/// 8.2 and 17.20).
struct ExportContent: Sendable {
    let format: ExportFormat
    let fields: [ITwin.Field]
    let conditions: ITwinConditions
    let imageLink: ImageLink

    /// How many iTwins are looked at in one go, whether they meet the conditions or not: some milliseconds.
    private static let sliceSize = 2000

    /// Where a slice ends: the last iTwin that was looked at, in the order of the file.
    struct Place: Sendable {
        fileprivate let created: Int64
        fileprivate let id: String
    }

    /// Some of the file's text.
    struct Slice: Sendable {
        /// Lines of the iTwins that meet the conditions.
        fileprivate(set) var text: [UInt8] = []
        /// How many they are.
        fileprivate(set) var count = 0
        /// Where the next slice begins; nil when this is the last one.
        fileprivate(set) var end: Place?
    }

    /// What stands before the first iTwin.
    var beginning: [UInt8] { text.beginning }

    /// What stands after the last iTwin.
    var end: [UInt8] { text.end }

    /// Reads the next iTwins. What is created after the first slice was read is in none; what is changed or deleted meanwhile
    /// is there as it is when its slice is read.
    ///
    /// - Parameters:
    ///   - place: the end of the slice before; nil for the first one.
    ///   - count: how many iTwins are in the file already.
    func slice(after place: Place?, count: Int, _ db: Database) throws -> Slice {
        let text = text
        var slice = Slice(end: try sliceEnd(after: place, db))
        let (lower, upper) = (Self.after(place), Self.upTo(slice.end))
        let sql = """
            SELECT \(text.columns) FROM iTwin WHERE \(lower.sql) AND \(upper.sql) AND \(conditions.sql)
            ORDER BY iTwin.createdDateTime DESC, iTwin.id
            """
        let arguments = lower.arguments + upper.arguments + conditions.arguments
        let rows = try Row.fetchCursor(db.makeStatement(sql: sql), arguments: arguments)
        while let row = try rows.next() {
            text.append(row, isFirst: count + slice.count == 0, to: &slice.text)
            slice.count += 1
        }
        return slice
    }

    private var text: ExportText { ExportText(format: format, fields: fields, imageLink) }

    private func sliceEnd(after place: Place?, _ db: Database) throws -> Place? {
        let lower = Self.after(place)
        let sql = """
            SELECT createdDateTime, id FROM iTwin WHERE \(lower.sql)
            ORDER BY createdDateTime DESC, id LIMIT 1 OFFSET \(Self.sliceSize - 1)
            """
        return try Row.fetchOne(db, sql: sql, arguments: lower.arguments).map { Place(created: $0[0], id: $0[1]) }
    }

    private static func after(_ place: Place?) -> (sql: String, arguments: StatementArguments) {
        guard let place else { return ("1", []) }
        let sql = "iTwin.createdDateTime <= ? AND (iTwin.createdDateTime < ? OR iTwin.id > ?)"
        return (sql, [place.created, place.created, place.id])
    }

    private static func upTo(_ place: Place?) -> (sql: String, arguments: StatementArguments) {
        guard let place else { return ("1", []) }
        let sql = "iTwin.createdDateTime >= ? AND (iTwin.createdDateTime > ? OR iTwin.id <= ?)"
        return (sql, [place.created, place.created, place.id])
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
