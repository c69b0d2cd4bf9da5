import Foundation
import GRDB
import ITwinsAPI

/// How an iTwin lies in the database, and how it becomes JSON.
enum ITwinRecord {
    /// Adds an iTwin that has every required field.
    ///
    /// - Parameter unlessInTheWay: true leaves it out when there is one of its id, number or name; otherwise that is
    ///   an error.
    static func insert(_ iTwin: ITwin, unlessInTheWay: Bool = false, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT \(unlessInTheWay ? "OR IGNORE " : "")\(insertion)").execute(arguments: [
            iTwin.id, iTwin.class?.rawValue, iTwin.subClass?.rawValue, iTwin.type, iTwin.type.map(FoldedText.fold),
            iTwin.number, iTwin.number.map(FoldedText.fold), dictionaryKey(iTwin.number),
            iTwin.displayName, iTwin.displayName.map(FoldedText.fold), dictionaryKey(iTwin.displayName),
            iTwin.geographicLocation, iTwin.latitude, iTwin.longitude, iTwin.ianaTimeZone,
            iTwin.dataCenterLocation?.rawValue, iTwin.status?.rawValue, iTwin.parentId, iTwin.iTwinAccountId,
            iTwin.createdDateTime?.ticks, iTwin.createdBy,
            iTwin.lastModifiedDateTime?.ticks, iTwin.lastModifiedBy,
        ])
    }

    private static let insertion = """
        INTO iTwin (id, class, subClass, type, typeFold, number, numberFold, numberKey, displayName, displayNameFold,
            displayNameKey, geographicLocation, latitude, longitude, ianaTimeZone, dataCenterLocation, status, parentId,
            iTwinAccountId, createdDateTime, createdBy, lastModifiedDateTime, lastModifiedBy)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// What a name or a number is sorted by.
    private static func dictionaryKey(_ name: String?) -> Data? { name.map { Data(DictionaryOrder.key($0)) } }

    /// True when there is an iTwin of an id. Ids are UUIDs in lower case.
    static func exists(_ id: String, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT * FROM iTwin WHERE id = ?)")
        return try Bool.fetchOne(statement, arguments: [id]) ?? false
    }

    /// The id of the Account that an iTwin belongs to; nil when there is no such iTwin.
    static func accountID(of id: String, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT iTwinAccountId FROM iTwin WHERE id = ?", arguments: [id])
    }

    /// An iTwin as a JSON object with some fields, in the order given; nil when there is none.
    static func object(_ id: String, fields: [ITwin.Field], _ imageLink: @escaping ImageLink, _ db: Database) throws
        -> [UInt8]?
    {
        let writer = ITwinWriter(fields, imageLink)
        let statement = try db.cachedStatement(sql: "SELECT \(writer.columns) FROM iTwin WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        var output: [UInt8] = []
        writer.write(row, to: &output)
        return output
    }

    /// The fields, `number` before `displayName`, whose value another iTwin of the account and subclass has, letter
    /// case aside (contract section 5.1).
    static func conflicts(with iTwin: ITwin, _ db: Database) throws -> [ITwin.Field] {
        let scope = iTwin.subClass == .account ? "" : iTwin.iTwinAccountId
        return try [ITwin.Field.number, .displayName].filter { field in
            guard let value = iTwin[field].string else { return false }
            let sql = """
                SELECT EXISTS (SELECT * FROM iTwin WHERE \(field.rawValue)Fold = ? AND subClass = ?
                    AND CASE subClass WHEN 'Account' THEN '' ELSE iTwinAccountId END = ? AND id <> ?)
                """
            let arguments: StatementArguments = [FoldedText.fold(value), iTwin.subClass?.rawValue, scope, iTwin.id]
            return try Bool.fetchOne(db, sql: sql, arguments: arguments) ?? false
        }
    }
}

extension ITwinRecord {
    /// An iTwin with all fields but its image; nil when there is none.
    static func find(_ id: String, _ db: Database) throws -> ITwin? {
        let fields = ITwin.Field.allCases.filter { $0 != .image }
        return try object(id, fields: fields, { $0 }, db).flatMap { try ITwin(JSON.parse($0)) }
    }

    /// Keeps new values of the fields that can be changed.
    static func update(_ iTwin: ITwin, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE iTwin SET type = ?, typeFold = ?, number = ?, numberFold = ?, numberKey = ?,
                    displayName = ?, displayNameFold = ?, displayNameKey = ?, geographicLocation = ?, latitude = ?,
                    longitude = ?, ianaTimeZone = ?, status = ?
                WHERE id = ?
                """,
            arguments: [
                iTwin.type, iTwin.type.map(FoldedText.fold), iTwin.number, iTwin.number.map(FoldedText.fold),
                dictionaryKey(iTwin.number), iTwin.displayName, iTwin.displayName.map(FoldedText.fold),
                dictionaryKey(iTwin.displayName), iTwin.geographicLocation, iTwin.latitude, iTwin.longitude,
                iTwin.ianaTimeZone, iTwin.status?.rawValue, iTwin.id,
            ]
        )
    }

    /// Notes who changed an iTwin, and when.
    static func touch(_ id: String, by user: User, at moment: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE iTwin SET lastModifiedDateTime = ?, lastModifiedBy = ? WHERE id = ?",
            arguments: [moment.ticks, user.id, id]
        )
    }

    /// Deletes an iTwin with everything that belongs to it; what lies below it stays (contract section 6.5).
    static func delete(_ id: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM iTwin WHERE id = ?", arguments: [id])
    }
}

/// The link to an image, made of the name of its file for whoever asks.
typealias ImageLink = @Sendable (_ fileName: String) -> String

/// Writes rows of the iTwin table as JSON objects of some fields, without building values in between.
struct ITwinWriter: Sendable {
    /// The columns to select, in the order in which rows are read; qualified by the table's name.
    let columns: String
    private let members: [Member]
    private let imageLink: ImageLink

    private struct Member: Sendable {
        let prefix: [UInt8]
        let kind: Kind
        /// Which of the columns it is made of.
        let column: Int
    }

    private enum Kind {
        case text, degrees, moment, imageLink
    }

    init(_ fields: [ITwin.Field], _ imageLink: @escaping ImageLink) {
        self.imageLink = imageLink
        // The name of an image and the link to it are made of the same column, which is looked up in another table.
        var columns: [String] = []
        members = fields.enumerated().map { index, field in
            let column = Self.column(of: field)
            let place = columns.firstIndex(of: column) ?? columns.count
            if place == columns.count { columns.append(column) }
            return Member(
                prefix: Array("\(index == 0 ? "{" : ",")\"\(field.rawValue)\":".utf8),
                kind: Self.kind(of: field),
                column: place
            )
        }
        self.columns = columns.joined(separator: ", ")
    }

    /// Appends one object.
    func write(_ row: Row, to output: inout [UInt8]) {
        for member in members {
            output.append(contentsOf: member.prefix)
            value(row, member).write(to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// The value of the field at an index as plain text, empty where there is none.
    func text(_ row: Row, _ index: Int) -> String {
        let value = value(row, members[index])
        return value.isNull ? "" : value.string ?? value.text
    }

    private func value(_ row: Row, _ member: Member) -> JSON {
        switch member.kind {
        case .imageLink: .optional((row[member.column] as String?).map(imageLink))
        case .text: .optional(row[member.column] as String?)
        case .degrees: (row[member.column] as Double?).map(JSON.double) ?? .null
        case .moment: .optional((row[member.column] as Int64?).map { Timestamp(ticks: $0).description })
        }
    }

    /// The column of a field, qualified by the table's name.
    static func column(of field: ITwin.Field) -> String {
        switch field {
        case .imageName, .image: ImageRecord.smallFileName
        default: "iTwin.\"\(field.rawValue)\""
        }
    }

    private static func kind(of field: ITwin.Field) -> Kind {
        switch field {
        case .latitude, .longitude: .degrees
        case .image: .imageLink
        case .createdDateTime, .lastModifiedDateTime: .moment
        default: .text
        }
    }
}
