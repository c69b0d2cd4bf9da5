import ITwinsAPI
import TestSupport
import Testing

/// RFC 8259.
@Suite struct JSONParsingTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "1", "-1", "10", "0.5", "-0.5", "1e5", "1E+5", "1e-5", "0e0", "-0.0e-0",
        "1.5e308",
        "123456789012345678901234567890", "\"\"", "\"a\"", #""\"\\\/\b\f\n\r\t""#, #""\u0000""#, #""\u00e9""#,
        #""\uD83C\uDF1E""#,
        #""\ud83c\udf1e""#, "\"é\"", "\"\u{7F}\"", "\"\u{2028}\"", "\"\u{FEFF}\"", "\"\u{10FFFF}\"", "[]", "[ ]", "[1]",
        "[1,2]",
        "[[],[[]]]", "{}", "{ }", #"{"a":1}"#, #"{"":0}"#, #"{ "a" : [ ] , "b" : { } }"#, " \t\r\n1 \t\r\n",
        #"{"a":{"a":{"a":null}}}"#,
    ])
    func `Text that the RFC allows is parsed`(_ text: String) throws {
        _ = try JSON.parse(text)
    }

    @Test(arguments: [
        ("", 0), (" ", 1), ("nul", 0), ("nulll", 4), ("True", 0), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1),
        ("undefined", 0), ("'a'", 0),
        ("a", 0), ("01", 1), ("-01", 2), ("00", 1), ("+1", 0), (".5", 0), ("1.", 2), ("-", 1), ("--1", 1), ("1e", 2),
        ("1e+", 3),
        ("1.e1", 2), ("0x10", 1), ("1_000", 1), ("１", 0), ("1 2", 2), ("\"", 1), ("\"a", 2), ("\"\n\"", 1),
        ("\"\t\"", 1),
        ("\"\u{0}\"", 1), ("\"\u{1F}\"", 1), (#""\x41""#, 2), (#""\a""#, 2), (#""\u12""#, 5), (#""\u12G4""#, 5),
        (#""\"#, 2), (#""\u"#, 3),
        ("[", 1), ("]", 0), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1,,2]", 3), ("{", 1),
        ("}", 0),
        (#"{"a""#, 4), (#"{"a":"#, 5), (#"{"a":1"#, 6), (#"{"a":1,"#, 7), (#"{"a":1,}"#, 7), (#"{"a" 1}"#, 5),
        ("{a:1}", 1), ("{1:1}", 1),
        ("{'a':1}", 1), (#"{"a":1 "b":2}"#, 7), ("{null:1}", 1), ("// comment\n1", 0), ("/**/1", 0), ("1//", 1),
        ("[1]]", 3),
        ("{}{}", 2), ("\u{FEFF}1", 0), ("\u{A0}1", 0), ("\u{B}1", 0), ("\u{C}1", 0), ("1\u{0}", 1),
    ])
    func `Text that the RFC forbids is rejected at the position of the mistake`(_ text: String, _ offset: Int) {
        let error = #expect(throws: JSON.SyntaxError.self) { try JSON.parse(text) }
        #expect(error?.offset == offset, "\(String(describing: error))")
        #expect(error?.reason.isEmpty == false)
    }

    @Test(arguments: [
        #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#, #""\udc00\ud800""#,
        #""\uD83C\u0041""#, #""\ud83c\"#,
        #""\ud83c\u"#, #""\ud83c"#,
    ])
    func `Half of a surrogate pair is rejected`(_ text: String) {
        #expect(throws: JSON.SyntaxError.self) { try JSON.parse(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0xAF],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x8C],
            [0xC3, 0x28],
        ] as [[UInt8]]
    )
    func `A string that isn't UTF-8 is rejected, as value and as name, plain and beside an escape`(_ bytes: [UInt8]) {
        let quote = [UInt8(ascii: "\"")]
        for string in [
            quote + bytes + quote, quote + Array("\\n".utf8) + bytes + quote, quote + bytes + Array("\\n".utf8) + quote,
        ] {
            #expect(throws: JSON.SyntaxError.self) { try JSON.parse(string) }
            #expect(throws: JSON.SyntaxError.self) { try JSON.parse(Array("{".utf8) + string + Array(":1}".utf8)) }
        }
    }

    @Test func `UTF-16 is rejected`() {
        for text in ["1", "{}", #"{"iTwins":[]}"#] {
            let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            for bytes in [little, big, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big] {
                #expect(throws: JSON.SyntaxError.self) { try JSON.parse(bytes) }
            }
        }
    }

    @Test func `Strings are unescaped`() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83C\uDF1E\u0000é🌞x""#
        #expect(try JSON.parse(text) == .string("\"\\/\u{8}\u{C}\n\r\tAé€🌞\u{0}é🌞x"))
    }

    @Test func `Numbers keep their spelling`() throws {
        for text in ["1.0", "1e2", "-0", "0.10", "123456789012345678901234567890", "1E400", "1.7976931348623157e308"] {
            let json = try JSON.parse(text)
            #expect(json.text == text)
        }
        #expect(try JSON.parse("1.0").int == nil)
        #expect(try JSON.parse("1e2").int == nil)
        #expect(try JSON.parse("1e2").double == 100)
        #expect(try JSON.parse("9223372036854775807").int == .max)
        #expect(try JSON.parse("9223372036854775808").int == nil)
        #expect(try JSON.parse("1e400").double == nil)
        #expect(try JSON.parse("-0").int == 0)
    }

    @Test func `Depth is limited, exactly to the level`() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            }
            _ = try JSON.parse(nested(128))
            #expect(throws: JSON.SyntaxError.self) { try JSON.parse(nested(129)) }
            _ = try JSON.parse(nested(3), limits: .init(depth: 3))
            #expect(throws: JSON.SyntaxError.self) { try JSON.parse(nested(4), limits: .init(depth: 3)) }
            #expect(throws: JSON.SyntaxError.self) { try JSON.parse(String(repeating: open, count: 1_000_000)) }
        }
        _ = try JSON.parse("[[],[],[[]]]", limits: .init(depth: 3))
    }

    @Test func `The number of values is limited, exactly to the value`() throws {
        _ = try JSON.parse(#"{"a":[1,2],"b":3}"#, limits: .init(values: 5))
        let error = #expect(throws: JSON.SyntaxError.self) {
            try JSON.parse(#"{"a":[1,2],"b":3}"#, limits: .init(values: 4))
        }
        #expect(error?.reason == "more than 4 values")
    }

    @Test func `With duplicate members the first counts, or both are rejected`() throws {
        #expect(try JSON.parse(#"{"a":1,"b":2,"a":3}"#) == ["a": 1, "b": 2])
        #expect(try JSON.parse(#"{"a":1,"\u0061":3}"#) == ["a": 1])
        let strict = JSON.ParsingLimits(rejectsDuplicateNames: true)
        let error = #expect(throws: JSON.SyntaxError.self) { try JSON.parse(#"{"a":1,"b":2,"a":3}"#, limits: strict) }
        #expect(error?.offset == 13)
        #expect(error?.reason.contains("“a”") == true)
        _ = try JSON.parse(#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#, limits: strict)
    }

    @Test func `With duplicate members among many the first counts`() throws {
        let members = (0..<200).map { "\"name\($0 % 150)\":\($0)" }.joined(separator: ",")
        let object = try #require(JSON.parse("{\(members)}").object)
        #expect(object.members.map(\.name) == (0..<150).map { "name\($0)" })
        #expect(object.members.map(\.value.int) == (0..<150).map { $0 })
        #expect(throws: JSON.SyntaxError.self) {
            try JSON.parse("{\(members)}", limits: .init(rejectsDuplicateNames: true))
        }
    }

    @Test func `Members keep their order`() throws {
        let text = #"{"z":1,"a":{"y":1,"b":2},"m":[{"k":1,"c":2}]}"#
        #expect(try JSON.parse(text).text == text)
    }

    @Test(arguments: 0..<300)
    func `Written JSON is read back as the same value, compact and pretty-printed`(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let value = Self.random(depth: 4, using: &generator)
        #expect(try JSON.parse(value.bytes) == value)
        #expect(try JSON.parse(value.prettyText) == value)
    }

    @Test(arguments: 0..<300)
    func `Corrupted text is read or rejected, and never read as two values`(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let original = Self.random(depth: 3, using: &generator).bytes
        for _ in 0..<30 {
            var bytes = original
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            default: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            }
            do throws(JSON.SyntaxError) {
                let value = try JSON.parse(bytes)
                #expect((try? JSON.parse(value.bytes)) == value)
            } catch {
                #expect((0...bytes.count).contains(error.offset))
            }
        }
    }

    private static func random(depth: Int, using generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .int(Int(Int64(truncatingIfNeeded: generator.next())))
        case 3: return .double(Double.random(in: -1e6...1e6, using: &generator))
        case 4, 5: return .string(randomText(using: &generator))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<6, using: &generator)).map { _ in random(depth: depth - 1, using: &generator) }
            )
        default:
            var object = JSON.Object()
            for number in 0..<Int.random(in: 0..<6, using: &generator) {
                object["\(number)\(randomText(using: &generator))"] = random(depth: depth - 1, using: &generator)
            }
            return .object(object)
        }
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let highest: UInt32 = [0x20, 0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &generator) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<highest, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }
}
