import GRDB
import ITwinsAPI

/// Which iTwins a list holds: conditions that all have to be met, with their bound arguments.
struct ITwinConditions: Sendable {
    private var conditions: [String] = []
    private(set) var arguments = StatementArguments()
    /// True when a filter is one of them: its text is as the caller likes, and so is the time it takes.
    private(set) var hasFilter = false
    /// True when a search is one of them, which looks through everything.
    private(set) var hasSearch = false

    /// The text after `WHERE`.
    var sql: String { conditions.isEmpty ? "1" : conditions.joined(separator: " AND ") }

    /// Subclasses, none for all.
    mutating func add(subClasses: [ITwinSubClass]) {
        guard !subClasses.isEmpty else { return }
        let marks = subClasses.map { _ in "?" }.joined(separator: ", ")
        add("iTwin.subClass IN (\(marks))", StatementArguments(subClasses.map(\.rawValue)))
    }

    /// One status, or else the inactive rule of contract section 6.1.
    mutating func add(status: ITwinStatus?, includeInactive: Bool) {
        if let status {
            add("iTwin.status = ?", [status.rawValue])
        } else if !includeInactive {
            add("iTwin.status <> ?", [ITwinStatus.inactive.rawValue])
        }
    }

    /// Exact texts of a folded column, letter case aside; nil for any.
    mutating func add(_ field: ITwin.Field, equals text: String?) {
        guard let text else { return }
        add("iTwin.\(field.rawValue)Fold = ?", [FoldedText.fold(text)])
    }

    /// Part of the number or the name, letter case aside; nil for any. Nothing in the text is a wildcard.
    mutating func add(search text: String?) {
        guard let text else { return }
        let folded = FoldedText.fold(text)
        add("(instr(iTwin.numberFold, ?) > 0 OR instr(iTwin.displayNameFold, ?) > 0)", [folded, folded])
        hasSearch = true
    }

    /// Direct children of an iTwin; nil for any.
    mutating func add(parentID: String?) {
        guard let parentID else { return }
        add("iTwin.parentId = ?", [parentID.lowercased()])
    }

    /// What an account owns; nil for any.
    mutating func add(accountID: String?) {
        guard let accountID else { return }
        add("iTwin.iTwinAccountId = ?", [accountID.lowercased()])
    }

    /// An iTwin and its direct children; nil for any.
    mutating func add(tree id: String?) {
        guard let id else { return }
        add("(iTwin.id = ? OR iTwin.parentId = ?)", [id, id])
    }

    /// A filter; nil for none.
    mutating func add(filter: FilterExpression?) {
        guard let filter else { return }
        let sql = FilterSQL(filter)
        add("(\(sql.text))", StatementArguments(sql.arguments))
        hasFilter = true
    }

    /// A condition in SQL with the values of its marks.
    mutating func add(_ condition: String, _ values: StatementArguments) {
        conditions.append(condition)
        arguments += values
    }
}

/// A page of a list as the bytes of a JSON array.
struct ITwinRows: Sendable {
    /// `[…]` with the rows of the page.
    var array: [UInt8]
    /// True when there is a row after the last one of the page.
    var hasMore: Bool
}

extension ITwinRecord {
    /// Where the rows of a list come from, which is also their order.
    enum Source: Sendable {
        /// All, newest first (contract section 17.6).
        case all
        /// A user's favorites, newest addition first (contract section 7.1).
        case favorites(userID: String)
        /// A user's recents, newest use first (contract section 7.1).
        case recents(userID: String)

        var sql: (from: String, order: String) {
            switch self {
            case .all: ("iTwin WHERE", "iTwin.createdDateTime DESC, iTwin.id")
            case .favorites:
                (
                    "favorite JOIN iTwin ON iTwin.id = favorite.iTwinId WHERE favorite.userId = ? AND",
                    "favorite.position DESC"
                )
            case .recents:
                ("recent JOIN iTwin ON iTwin.id = recent.iTwinId WHERE recent.userId = ? AND", "recent.position DESC")
            }
        }

        var arguments: StatementArguments {
            switch self {
            case .all: []
            case .favorites(let userID), .recents(let userID): [userID]
            }
        }
    }

    /// A page of a list.
    ///
    /// - Parameter order: the order; nil for that of the source.
    static func list(
        _ source: Source,
        _ conditions: ITwinConditions,
        order: OrderBy? = nil,
        fields: [ITwin.Field],
        skip: Int,
        count: Int,
        _ imageLink: @escaping ImageLink,
        _ db: Database
    ) throws -> ITwinRows {
        let writer = ITwinWriter(fields, imageLink)
        let (from, standard) = source.sql
        let sql = """
            SELECT \(writer.columns) FROM \(from) \(conditions.sql) ORDER BY \(order?.sql ?? standard) LIMIT ? OFFSET ?
            """
        let arguments = source.arguments + conditions.arguments + [count + 1, skip]
        // Statements of callers' own making would fill the memory in the course of time.
        let isKept = order == nil && !conditions.hasFilter
        let statement = try isKept ? db.cachedStatement(sql: sql) : db.makeStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var array = Array("[".utf8)
        array.reserveCapacity(count * fields.count * 40)
        var written = 0
        while let row = try rows.next() {
            guard written < count else {
                array.append(UInt8(ascii: "]"))
                return ITwinRows(array: array, hasMore: true)
            }
            if written > 0 { array.append(UInt8(ascii: ",")) }
            writer.write(row, to: &array)
            written += 1
        }
        array.append(UInt8(ascii: "]"))
        return ITwinRows(array: array, hasMore: false)
    }
}

extension OrderBy {
    /// The text after `ORDER BY`. SQLite has nulls first ascending and last descending; ties are by id.
    fileprivate var sql: String {
        let keys = terms.map { "\(Self.key($0.field))\($0.isDescending ? " DESC" : "")" }
        return (keys + ["iTwin.id"]).joined(separator: ", ")
    }

    private static func key(_ field: ITwin.Field) -> String {
        let column = ITwinWriter.column(of: field)
        switch field {
        // The order of UUIDs in lower case is that of their bytes.
        case .id, .parentId, .iTwinAccountId: return column
        case .displayName: return "iTwin.displayNameKey"
        case .number: return "iTwin.numberKey"
        default: return field.kind == .text ? "dictionaryKey(\(column))" : column
        }
    }
}
