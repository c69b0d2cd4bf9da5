import Foundation
import GRDB
import ITwinsAPI
import Logging
import TestSupport
import Testing

@testable import ITwinsService

/// What SQLite finds is what a plain look at every iTwin finds (reliability row 64).
@Suite(.rows(64)) struct FilterPropertyTests {
    private static let words = [
        "Harbour", "HARBOUR", "harbour bridge", "Straße", "STRASSE", "strasse", "Ärger", "a\u{308}rger", "ÉCLUSE",
        "100% Steel", "a_b", "axb", "O'Brien", "''", "\"", "\\", "*", "?", "[a-z]", "--", "; DROP TABLE iTwin", "東京湾",
        "Ǆ", "ǆ", "İ", "i", "ı", "Σίσυφος", "σίσυφοσ", "", " ", "é", "e\u{301}", "\u{301}", "\u{FEFF}", "👩‍🚀", "1", "01",
        "1.0",
        "Active", "inactive", "Trial", "Asset", "East US", "europe/london", "null", "true",
    ]

    /// An iTwin with anything in every field that may have anything.
    private static func iTwin(_ number: Int, _ generator: inout SeededGenerator) -> ITwin {
        var iTwin = ITwin(id: UUID.random(&generator))
        func text() -> String {
            let text = generator.choice(words)
            return Bool.random(using: &generator) ? text : text + generator.filterText(upTo: 5)
        }
        func maybe<Value>(_ value: Value) -> Value? { Int.random(in: 0..<4, using: &generator) == 0 ? nil : value }
        let `class` = generator.choice(ITwinClass.known)
        iTwin.class = `class`
        iTwin.subClass = generator.choice(`class`.subClasses)
        iTwin.type = maybe(text())
        iTwin.number = text()
        iTwin.displayName = text()
        iTwin.geographicLocation = maybe(text())
        iTwin.latitude = maybe(generator.degrees())
        iTwin.longitude = maybe(generator.degrees())
        iTwin.ianaTimeZone = maybe(generator.choice(["Europe/London", "UTC", "Asia/Tokyo"]))
        iTwin.dataCenterLocation = generator.choice(DataCenter.known)
        iTwin.status = generator.choice(ITwinStatus.known)
        iTwin.parentId = maybe(UUID.random(&generator))
        iTwin.iTwinAccountId = generator.choice([iTwin.id, SampleITwins.accountID])
        iTwin.createdDateTime = generator.moment()
        iTwin.createdBy = maybe(generator.choice([SampleITwins.userID, "User"]))
        iTwin.lastModifiedDateTime = generator.choice([iTwin.createdDateTime, generator.moment()])
        iTwin.lastModifiedBy = maybe(SampleITwins.userID)
        return iTwin
    }

    /// A database with some iTwins, and those that fitted in beside each other.
    private static func sample(_ generator: inout SeededGenerator) async throws -> (Store, [ITwin]) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (store, _) = try await Store.open(ServiceConfiguration(database: .memory), logger: logger)
        let drafts = (0..<60).map { iTwin($0, &generator) }
        let iTwins = try await store.write { db in
            try db.execute(sql: "DELETE FROM iTwin")
            for draft in drafts { try ITwinRecord.insert(draft, unlessInTheWay: true, db) }
            return try drafts.filter { try ITwinRecord.exists($0.id, db) }
        }
        return (store, iTwins)
    }

    private static func ids(_ rows: ITwinRows) throws -> [String] {
        try JSON.parse(String(decoding: rows.array, as: UTF8.self)).array?.compactMap { $0["id"]?.string } ?? []
    }

    @Test(arguments: 0..<8)
    func `SQL and a plain evaluation of a filter find the same rows`(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var found = 0
        for _ in 0..<2 {
            let (store, iTwins) = try await Self.sample(&generator)
            #expect(iTwins.count > 40)
            let texts =
                Self.words + iTwins.prefix(10).flatMap { [$0.id, $0.id.uppercased(), $0.displayName ?? ""] }
                + (0..<10).map { _ in generator.filterText(upTo: 2) }
            for _ in 0..<250 {
                let filter = try FilterExpression(generator.filter(texts).text)
                let rows = try await store.read { db in
                    var conditions = ITwinConditions()
                    conditions.add(filter: filter)
                    return try ITwinRecord.list(.all, conditions, fields: [.id], skip: 0, count: 1000, { $0 }, db)
                }
                let expected = Set(iTwins.filter { Evaluation.holds(filter, $0) }.map(\.id))
                #expect(try Set(Self.ids(rows)) == expected, "seed \(seed): \(filter.text)")
                found += expected.isEmpty || expected.count == iTwins.count ? 0 : 1
            }
        }
        // Filters that everything or nothing passes would prove little.
        #expect(found > 100)
    }

    @Test(arguments: 0..<4)
    func `Ascending order puts nulls first and breaks ties by ID`(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let (store, iTwins) = try await Self.sample(&generator)
        for _ in 0..<50 {
            let terms = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                OrderBy.Term(generator.choice(ITwin.Field.allCases), isDescending: Bool.random(using: &generator))
            }
            let order = try OrderBy(OrderBy(terms).text)
            let rows = try await store.read { db in
                try ITwinRecord.list(
                    .all,
                    ITwinConditions(),
                    order: order,
                    fields: [.id],
                    skip: 0,
                    count: 1000,
                    { $0 },
                    db
                )
            }
            let expected = iTwins.sorted { Evaluation.comesFirst($0, $1, terms) }.map(\.id)
            #expect(try Self.ids(rows) == expected, "seed \(seed): \(order.text)")
        }
    }
}

extension UUID {
    fileprivate static func random(_ generator: inout SeededGenerator) -> String {
        let digits = [8, 4, 4, 4, 12].map { count in
            String((0..<count).map { _ in generator.choice(Array("0123456789abcdef")) })
        }
        return digits.joined(separator: "-")
    }
}

/// Contract section 17.20 word by word.
private enum Evaluation {
    private enum Value: Equatable {
        case text([UInt32])
        case number(Double)
        case none

        /// Nil where two values have no order.
        func isLess(than other: Value) -> Bool? {
            switch (self, other) {
            case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
            case (.number(let left), .number(let right)): left < right
            default: nil
            }
        }
    }

    static func holds(_ filter: FilterExpression, _ iTwin: ITwin) -> Bool {
        switch filter {
        case .comparison(let field, let comparison, let operand):
            let (left, right) = (value(field, iTwin), value(operand, iTwin))
            switch comparison {
            case .equal: return left == right
            case .notEqual: return left != right
            case .greater: return right.isLess(than: left) ?? false
            case .greaterOrEqual: return left.isLess(than: right).map { !$0 } ?? false
            case .less: return left.isLess(than: right) ?? false
            case .lessOrEqual: return right.isLess(than: left).map { !$0 } ?? false
            }
        case .call(let function, let field, let operand):
            guard case .text(let whole) = value(field, iTwin), case .text(let part) = value(operand, iTwin) else {
                return false
            }
            guard part.count <= whole.count else { return false }
            switch function {
            case .contains: return (0...whole.count - part.count).contains { whole[$0...].starts(with: part) }
            case .startsWith: return whole.starts(with: part)
            case .endsWith: return whole.reversed().starts(with: part.reversed())
            }
        case .anyOf(let field, let values): return values.contains { value(.literal($0), iTwin) == value(field, iTwin) }
        case .and(let left, let right): return holds(left, iTwin) && holds(right, iTwin)
        case .or(let left, let right): return holds(left, iTwin) || holds(right, iTwin)
        case .not(let filter): return !holds(filter, iTwin)
        }
    }

    static func comesFirst(_ left: ITwin, _ right: ITwin, _ terms: [OrderBy.Term]) -> Bool {
        for term in terms {
            let (first, second) = (left[term.field], right[term.field])
            guard first != second else { continue }
            if first.isNull || second.isNull { return first.isNull != term.isDescending }
            let isLess: Bool
            switch term.field.kind {
            case .number: isLess = (first.double ?? 0) < (second.double ?? 0)
            case .moment: isLess = moment(first) < moment(second)
            case .text:
                let keys = [first, second].map { DictionaryOrder.key($0.string ?? "") }
                if keys[0] == keys[1] { continue }
                isLess = keys[0].lexicographicallyPrecedes(keys[1])
            }
            return isLess != term.isDescending
        }
        return left.id < right.id
    }

    private static func moment(_ json: JSON) -> Int64 { json.string.flatMap(Timestamp.init)?.ticks ?? 0 }

    private static func value(_ operand: FilterExpression.Operand, _ iTwin: ITwin) -> Value {
        switch operand {
        case .property(let field): value(field, iTwin)
        case .literal(.text(let text)): folded(text)
        case .literal(.number(let number)): .number(number)
        case .literal(.moment(let moment)): .number(Double(moment.ticks))
        case .literal(.boolean), .literal(.null): .none
        }
    }

    private static func value(_ field: ITwin.Field, _ iTwin: ITwin) -> Value {
        let json = iTwin[field]
        switch field.kind {
        case .text: return json.string.map(folded) ?? .none
        case .number: return json.double.map(Value.number) ?? .none
        case .moment: return .number(Double(moment(json)))
        }
    }

    private static func folded(_ text: String) -> Value {
        .text(FoldedText.fold(text).unicodeScalars.map(\.value))
    }
}
