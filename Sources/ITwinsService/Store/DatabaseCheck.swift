import GRDB

/// Looks through a whole database: its structure, and whether every value is of its column's type. Reading one of
/// another type would end the program.
enum DatabaseCheck {
    /// How much is looked at.
    enum Depth {
        /// Nothing.
        case none
        /// What takes as long as reading the file.
        case structure
        /// Whether every row is in every index, too.
        case everything
    }

    /// - Throws: `Store.Unusable.damaged`, or what SQLite says of what it cannot read.
    static func run(_ db: Database, _ depth: Depth) throws {
        guard depth != .none else { return }
        let question = depth == .everything ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)"
        guard try String.fetchOne(db, sql: question) == "ok" else { throw Store.Unusable.damaged }
        for table in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
            let faults = try db.columns(in: table).compactMap { column in
                types(of: column).map { "typeof(\(column.name.quotedDatabaseIdentifier)) NOT IN (\($0))" }
            }
            guard !faults.isEmpty else { continue }
            let sql = """
                SELECT EXISTS (SELECT * FROM \(table.quotedDatabaseIdentifier) WHERE \(faults.joined(separator: " OR ")))
                """
            guard try Bool.fetchOne(db, sql: sql) == false else { throw Store.Unusable.damaged }
        }
    }

    private static func types(of column: ColumnInfo) -> String? {
        let types: String? =
            switch column.type {
            case "TEXT": "'text'"
            case "INTEGER": "'integer'"
            case "REAL": "'real'"
            case "BLOB": "'blob'"
            default: nil
            }
        return types.map { column.isNotNull ? $0 : "\($0), 'null'" }
    }
}
