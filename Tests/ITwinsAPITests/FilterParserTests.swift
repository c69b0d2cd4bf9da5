import ITwinsAPI
import TestSupport
import Testing

/// Contract sections 6.1, 17.7, 17.19 and 17.20; reliability S10.
@Suite struct FilterParserTests {
    /// A text, what it means, and how it is written.
    struct Row: Sendable {
        let text: String
        let filter: FilterExpression
        let written: String

        init(_ text: String, _ filter: FilterExpression, _ written: String? = nil) {
            self.text = text
            self.filter = filter
            self.written = written ?? text
        }
    }

    private static func equal(_ field: ITwin.Field, _ text: String) -> FilterExpression {
        .comparison(field, .equal, .literal(.text(text)))
    }

    private static let day = FilterExpression.Literal.moment(Timestamp(secondsSince1970: 1_738_540_800))
    private static let (a, b, c) = (equal(.type, "a"), equal(.type, "b"), equal(.type, "c"))

    private static let rows = [
        Row("status eq 'Active'", equal(.status, "Active")),
        Row("  STATUS  EQ\t'Active' ", equal(.status, "Active"), "status eq 'Active'"),
        Row("displayName eq 'O''Brien ''Quay'''", equal(.displayName, "O'Brien 'Quay'")),
        Row("displayName eq 'a''\u{301}b'", equal(.displayName, "a'\u{301}b")),
        Row("displayName eq ''", equal(.displayName, "")),
        Row("'Active' eq status", equal(.status, "Active"), "status eq 'Active'"),
        Row("5 lt latitude", .comparison(.latitude, .greater, .literal(.number(5))), "latitude gt 5.0"),
        Row("5 ge latitude", .comparison(.latitude, .lessOrEqual, .literal(.number(5))), "latitude le 5.0"),
        Row("-0.12 ne longitude", .comparison(.longitude, .notEqual, .literal(.number(-0.12))), "longitude ne -0.12"),
        Row("latitude le 1E+2", .comparison(.latitude, .lessOrEqual, .literal(.number(100))), "latitude le 100.0"),
        Row("latitude eq 1e-7", .comparison(.latitude, .equal, .literal(.number(1e-7))), "latitude eq 1e-07"),
        Row("type eq null", .comparison(.type, .equal, .literal(.null))),
        Row("null ne type", .comparison(.type, .notEqual, .literal(.null)), "type ne null"),
        Row("number eq DISPLAYNAME", .comparison(.number, .equal, .property(.displayName)), "number eq displayName"),
        Row(
            "CreatedDateTime ge 2025-02-03",
            .comparison(.createdDateTime, .greaterOrEqual, .literal(day)),
            "createdDateTime ge 2025-02-03T00:00:00.0000000Z"
        ),
        Row(
            "createdDateTime lt 2025-02-03T01:00:00.0000000000+01:00",
            .comparison(.createdDateTime, .less, .literal(day)),
            "createdDateTime lt 2025-02-03T00:00:00.0000000Z"
        ),
        Row(
            "2025-02-03t00:00:00z gt createdDateTime",
            .comparison(.createdDateTime, .less, .literal(day)),
            "createdDateTime lt 2025-02-03T00:00:00.0000000Z"
        ),
        Row("contains(displayName,'abc')", .call(.contains, .displayName, .literal(.text("abc")))),
        Row(
            "Contains ( 'abc' , displayName )",
            .call(.contains, .displayName, .literal(.text("abc"))),
            "contains(displayName,'abc')"
        ),
        Row("startswith(number,displayName)", .call(.startsWith, .number, .property(.displayName))),
        Row("endsWith('x',type)", .call(.endsWith, .type, .literal(.text("x"))), "endswith(type,'x')"),
        Row("status in ['Active','Inactive']", .anyOf(.status, [.text("Active"), .text("Inactive")])),
        Row(
            "status IN ( 'Active' , null )",
            .anyOf(.status, [.text("Active"), .null]),
            "status in ['Active',null]"
        ),
        Row("type eq 'a' or type eq 'b' and type eq 'c'", .or(a, .and(b, c))),
        Row(
            "(type eq 'a' or type eq 'b') AND type eq 'c'",
            .and(.or(a, b), c),
            "(type eq 'a' or type eq 'b') and type eq 'c'"
        ),
        Row("type eq 'a' and type eq 'b' and type eq 'c'", .and(.and(a, b), c)),
        Row("type eq 'a' and (type eq 'b' and type eq 'c')", .and(a, .and(b, c))),
        Row("type eq 'a' or (type eq 'b' or type eq 'c')", .or(a, .or(b, c))),
        Row("not type eq 'a' and type eq 'b'", .and(.not(a), b), "not (type eq 'a') and type eq 'b'"),
        Row("not contains(type,'a')", .not(.call(.contains, .type, .literal(.text("a"))))),
        Row("not not (type eq 'a')", .not(.not(a)), "not (not (type eq 'a'))"),
        Row("not(type eq 'a')or(type eq 'b')", .or(.not(a), b), "not (type eq 'a') or type eq 'b'"),
        Row("((type eq 'a'))", a, "type eq 'a'"),
    ]

    @Test(arguments: rows)
    func `A filter is parsed and written`(_ row: Row) throws {
        #expect(try FilterExpression(row.text) == row.filter)
        #expect(row.filter.text == row.written)
        #expect(try FilterExpression(row.written) == row.filter)
    }

    @Test(arguments: [
        ("invalid filter syntax without proper operators", 14), ("", 0), ("  ", 2), ("status", 6), ("status eq", 9),
        ("status eq 'Active' and", 22), ("status eq 'Active", 17), ("status eq 'Active' 'x'", 22),
        ("status = 'Active'", 8), ("status eq \"Active\"", 11), ("(status eq 'Active'", 19),
        ("status eq 'Active')", 19), ("()", 2), ("status in ()", 12), ("status in []", 12), ("status in ('a',)", 16),
        ("status in ['a')", 15), ("status in 'a'", 13), ("status in (number)", 17), ("'a' in (status)", 6),
        ("contains(displayName)", 21), ("contains(displayName,'a'", 24), ("contains(displayName,'a','b')", 25),
        ("tolower(displayName) eq 'a'", 7), ("contains(displayName,'a') eq true", 28), ("latitude gt 5x", 14),
        ("latitude gt 1e999", 17), ("latitude gt 1.", 14), ("latitude gt - 1", 13), ("latitude gt .5", 13),
        ("createdDateTime ge 2025-13-01", 29), ("createdDateTime ge 2025-02-30T00:00:00Z", 39),
        ("createdDateTime ge 2025-02-03T04:05:06", 38), ("createdDateTime ge 2025-02-03T04:05:06+01", 38),
        ("not", 3), ("and status eq 'a'", 3), ("in (1)", 2), ("status eq and", 13), ("true", 4),
        ("displayName eq 'ä😀' x", 21), ("status eq 'a' ; DROP TABLE iTwin", 15), ("status eq 'a\u{0}'", 13),
        ("status+eq+'Active'", 7), ("foo eq 1 eq", 11), ("status eq ＇a＇", 11), ("status eq 'a'--", 14),
    ])
    func `A syntax error is reported with its position`(_ text: String, _ position: Int) throws {
        let error = #expect(throws: FilterError.self) { try FilterExpression(text) }
        #expect(error?.kind == .syntax)
        #expect(error?.position == position)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: [
        ("foo eq 1", 3, "foo"), ("status eq Größe", 15, "Größe"), ("foo eq 1 and bar eq 2", 3, "foo"),
        ("foo eq bar", 3, "foo"), ("foo in (1,'a')", 3, "foo"), ("contains(foo,'a')", 12, "foo"),
        ("contains('a',foo) or 1 eq 1", 16, "foo"), ("startswith(number,foo)", 21, "foo"), ("id eq eq_", 9, "eq_"),
    ])
    func `An unknown property has its own error`(_ text: String, _ position: Int, _ name: String) {
        let error = #expect(throws: FilterError.self) { try FilterExpression(text) }
        #expect(error?.kind == .unknownProperty(name))
        #expect(error?.position == position)
    }

    @Test(arguments: [
        ("1 eq 1", 6), ("'a' eq null", 11), ("status eq 5", 11), ("latitude eq 'a'", 15), ("status eq true", 14),
        ("createdDateTime ge '2025-01-01'", 31), ("status eq 2025-01-01", 20), ("latitude eq createdDateTime", 27),
        ("5 eq number", 11), ("contains(latitude,'5')", 22), ("contains('a','b')", 17),
        ("contains(displayName,null)", 26), ("contains(displayName,5)", 23), ("contains(number,latitude)", 25),
        ("status in ('a',5)", 16), ("status eq 5 and foo eq 1", 11),
    ])
    func `Values that can't be compared are rejected`(_ text: String, _ position: Int) {
        let error = #expect(throws: FilterError.self) { try FilterExpression(text) }
        #expect(error?.kind == .unusable)
        #expect(error?.position == position)
    }

    private static func list(_ count: Int) -> String {
        "latitude in (\(Array(repeating: "1", count: count).joined(separator: ",")))"
    }

    private static func brackets(_ count: Int) -> String {
        String(repeating: "(", count: count) + "status eq 'a'" + String(repeating: ")", count: count)
    }

    private static func comparisons(_ count: Int) -> String {
        Array(repeating: "id eq 'a'", count: count).joined(separator: " or ")
    }

    private static let tooMuch: [(text: String, position: Int)] = [
        (brackets(100), 21), (String(repeating: "not ", count: 100) + "status eq 'a'", 83),
        (comparisons(51), 655), (list(501), 1014), (list(10_000), 4097),
        ("displayName eq '\(String(repeating: "ü", count: 3000))'", 2057),
        (String(repeating: "'", count: 100_000), 4097),
    ]

    /// Reliability row 64. The texts are too long to be the arguments themselves.
    @Test(.rows(64), arguments: tooMuch.indices)
    func `Exceeding any limit is rejected with its position`(_ index: Int) {
        let (text, position) = Self.tooMuch[index]
        let error = #expect(throws: FilterError.self) { try FilterExpression(text) }
        #expect(error?.kind == .unusable)
        #expect(error?.position == position)
    }

    @Test(arguments: [
        brackets(20), comparisons(50), list(500), "displayName eq '\(String(repeating: "x", count: 4096 - 17))'",
    ])
    func `Filters up to the limits are accepted`(_ text: String) throws {
        _ = try FilterExpression(text)
    }

    /// Contract section 8.1.
    @Test(arguments: [
        ("status+eq+'Active'", "status eq 'Active'"), ("status+in+['Active','Trial']", "status in ['Active','Trial']"),
        ("displayName+eq+'Main+Road'", "displayName eq 'Main Road'"), ("displayName eq 'A+B'", "displayName eq 'A+B'"),
        ("displayName+eq 'A+B'", "displayName eq 'A+B'"),
        ("contains(displayName,'A+B')", "contains(displayName,'A+B')"),
        ("latitude+gt+1e+1+and+latitude+lt+20", "latitude gt 10.0 and latitude lt 20.0"),
        (
            "createdDateTime+lt+2025-02-03T01:00:00+01:00+or+createdDateTime+eq+2025-02-03",
            "createdDateTime lt 2025-02-03T00:00:00.0000000Z or createdDateTime eq 2025-02-03T00:00:00.0000000Z"
        ),
    ])
    func `In an export a plus stands for a space`(_ text: String, _ plain: String) throws {
        #expect(try FilterExpression(text, plusIsBlank: true).text == plain)
    }

    @Test func `A filter lists its fields`() throws {
        let filter = try FilterExpression("not (status eq 'a' or contains(type,number)) and id in ('x')")
        for field in ITwin.Field.allCases {
            #expect(filter.mentions(field) == [.status, .type, .number, .id].contains(field))
        }
    }

    // MARK: Orders

    @Test(arguments: [
        ("displayName", "displayName"), ("DISPLAYNAME Asc", "displayName"), ("number desc", "number desc"),
        (" number  DESC , id,latitude asc ", "number desc,id,latitude"), ("id,id desc", "id"),
        ("asc desc,desc", ""),
    ])
    func `An order is parsed and written`(_ text: String, _ written: String) throws {
        guard !written.isEmpty else {
            #expect(throws: FilterError.self) { try OrderBy(text) }
            return
        }
        #expect(try OrderBy(text).text == written)
        #expect(try OrderBy(OrderBy(text).text) == OrderBy(text))
    }

    @Test(
        arguments: [
            ("", 0, nil), (",", 1, nil), ("id,", 3, nil), ("id desc asc", 11, nil), ("id up", 5, nil), ("id;", 3, nil),
            ("foo", 3, "foo"), ("foo desc,id bar", 15, nil), ("'id'", 4, nil), ("id,foo desc, bar", 6, "foo"),
            ("id desc desc", 12, nil), ("(id)", 1, nil),
        ] as [(String, Int, String?)]
    )
    func `A syntax error in an order is reported with its position`(_ text: String, _ position: Int, _ name: String?) {
        let error = #expect(throws: FilterError.self) { try OrderBy(text) }
        let kind: FilterError.Kind = if let name { .unknownProperty(name) } else { .syntax }
        #expect(error?.kind == kind)
        #expect(error?.position == position)
    }
}
