import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

@Suite struct ExportFileCheckTests {
    private static func check(_ bytes: [UInt8], _ format: ExportFormat, limit: Int = 1_000_000) throws
        -> ExportFileCheck.Summary
    {
        let folder = try TemporaryFolder()
        let path = folder.file("export")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        return try ExportFileCheck(descriptor: descriptor, format: format, unpackedLimit: limit).run()
    }

    private static func damage(_ bytes: [UInt8], _ format: ExportFormat, limit: Int = 1_000_000) throws -> String {
        let error = #expect(throws: Damage.self) { try check(bytes, format, limit: limit) }
        return try #require(error).text
    }

    // MARK: CSV

    @Test(arguments: [
        ("id,name\r\n1,a\r\n2,b\r\n", 2), ("id,name\n1,a\n2,b", 2), ("id,name\r\n", 0), ("id,name", 0),
        ("\u{FEFF}id,name\r\n1,\"a, \"\"b\"\"\r\n\"\r\n", 1), ("\"id\",\"name\"\r\n\"\",\"\"\r\n,\r\n", 2),
        ("id,name\r\n1,東京\r\n", 1),
    ])
    func `Rows and columns of CSV are counted`(_ text: String, _ rows: Int) throws {
        let summary = ExportFileCheck.Summary(rows: rows, columns: ["id", "name"])
        #expect(try Self.check(Array(text.utf8), .csv) == summary)
        #expect(try Self.check(Compressed.gzip(Array(text.utf8)), .csvGZip) == summary)
    }

    @Test func `An empty line is a row of a single column`() throws {
        #expect(try Self.check(Array("type\r\n\r\n\r\nBridge\r\n".utf8), .csv).rows == 3)
    }

    @Test(arguments: [
        ("", "The file is empty."), ("\u{FEFF}", "The file has no header line."),
        ("a,b\r\n1\r\n", "Row 1 has 1 field for 2 columns."),
        ("a,b\r\n1,2\r\n1,2,3\r\n", "Row 2 has 3 fields for 2 columns."),
        ("a,b\r\n\r\n", "Row 1 has 1 field for 2 columns."),
        ("a\r\n\"x\r\n1\r\n", "Row 1 has an unclosed quotation mark."),
        ("a\r\n\"x\"y\r\n", "Row 1 has text after the closing quotation mark of a field."),
        ("a\r\nx\"y\r\n", "Row 1 has a quotation mark in an unquoted field."),
        ("a\rb\r", "The header line ends with a carriage return without a line feed."),
        (String(repeating: "x", count: 1025), "The header line has a field of more than 1024 bytes."),
        (String(repeating: ",", count: 1000), "The file has more than 1000 columns."),
    ])
    func `Invalid CSV is reported with its position`(_ text: String, _ problem: String) throws {
        #expect(try Self.damage(Array(text.utf8), .csv) == problem)
    }

    @Test func `Fields and texts of more than a mebibyte are rejected`() throws {
        let long = [UInt8](repeating: 0x61, count: 1_048_577)
        #expect(
            try Self.damage(Array("a\n".utf8) + long, .csv, limit: 2_000_000)
                == "Row 1 has a field of more than 1048576 bytes."
        )
        var scanner = JSONArrayScanner()
        let error = #expect(throws: Damage.self) {
            for part in [Array(#"[{"a":""#.utf8), long] { try part.withUnsafeBufferPointer { try scanner.scan($0) } }
        }
        #expect(error?.text == "Entry 1 of the JSON array has a string of more than 1048576 bytes.")
    }

    @Test(arguments: [
        [0x61, 0xFF], [0x61, 0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE6, 0x9D, 0x41],
    ])
    func `Invalid UTF-8 is found in every format`(_ bytes: [UInt8]) throws {
        let json = Array(#"[{"a":""#.utf8) + bytes + Array(#""}]"#.utf8)
        #expect(try Self.damage(bytes, .csv) == "The text isn't UTF-8.")
        #expect(try Self.damage(Compressed.gzip(bytes), .csvGZip) == "The text isn't UTF-8.")
        #expect(try Self.damage(Compressed.gzip(json), .jsonGZip) == "The text isn't UTF-8.")
        #expect(try Self.damage(Compressed.zip(json), .jsonZipArchive) == "The text isn't UTF-8.")
    }

    @Test func `A text that ends within a character is reported as that`() throws {
        #expect(try Self.damage([0x61, 0xE6, 0x9D], .csv) == "The text ends in the middle of a character.")
    }

    // MARK: JSON

    @Test(arguments: [
        ("[]", 0, []), (" [ ] \n", 0, []), ("[{}]", 1, []), (#"[{"a":1,"b":null}]"#, 1, ["a", "b"]),
        (#"[{"a":1},{"b":2,"a":3},{"c":[{"d":{}}],"b":-0.5e+10}]"#, 3, ["a", "b", "c"]),
        (#"[{"a\u0062c":"\"\\\/\b\f\n\r\t\u00e9\ud83c\udf09"},{"abc":true}]"#, 2, ["abc"]),
        ("\u{FEFF}[{\"東京\":false}]", 1, ["東京"]),
    ])
    func `Objects and the names of their members are counted`(_ text: String, _ rows: Int, _ columns: [String]) throws {
        let summary = ExportFileCheck.Summary(rows: rows, columns: columns)
        #expect(try Self.check(Compressed.gzip(Array(text.utf8)), .jsonGZip) == summary)
        #expect(try Self.check(Compressed.zip(Array(text.utf8)), .jsonZipArchive) == summary)
        #expect(try Self.check(Compressed.zip(Array(text.utf8), deflated: false), .jsonZipArchive) == summary)
    }

    @Test(arguments: [
        ("{}", "The file isn't a JSON array."),
        ("5", "The file isn't a JSON array."),
        ("[1]", "Entry 1 of the JSON array isn't a JSON object."),
        ("[{},[]]", "Entry 2 of the JSON array isn't a JSON object."),
        ("[{}]x", "There is extra data after the end of the JSON array."),
        ("[{}", "The JSON text ends before it is complete."),
        (#"[{"a":"b"#, "The JSON text ends before it is complete."),
        ("[{},]", "Entry 2 of the JSON array isn't a JSON object."),
        (#"[{"a":01}]"#, "Entry 1 of the JSON array isn't valid JSON."),
        (#"[{"a":1.}]"#, "Entry 1 of the JSON array has an incomplete number."),
        (#"[{"a":"\x"}]"#, "Entry 1 of the JSON array has an unknown escape in a string."),
        (#"[{"a":"\u00g0"}]"#, "Entry 1 of the JSON array has an unknown escape in a string."),
        ("[{\"a\":\"\n\"}]", "Entry 1 of the JSON array has a control character in a string."),
        (
            #"[{"a":\#(String(repeating: "[", count: 40))"#,
            "Entry 1 of the JSON array has values nested more than 32 deep."
        ),
        (
            #"[{"a":1\#(String(repeating: "0", count: 1000))}]"#,
            "Entry 1 of the JSON array has a number with too many digits."
        ),
        (
            #"[{"\#(String(repeating: "x", count: 1025))":1}]"#,
            "A member of the JSON objects has a name of more than 1024 bytes."
        ),
        (#"[{"\ud800":1}]"#, "A member of the JSON objects has a name that isn't valid text."),
        (
            "[\((0...1000).map { #"{"c\#($0)":1}"# }.joined(separator: ","))]",
            "The JSON objects have more than 1000 different members."
        ),
    ])
    func `JSON that isn't an array of objects is reported with its position`(_ text: String, _ problem: String) throws {
        #expect(try Self.damage(Compressed.gzip(Array(text.utf8)), .jsonGZip) == problem)
    }

    @Test(arguments: 1...4)
    func `Of randomly changed texts exactly the valid JSON is accepted`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let original = Array(#"[{"a":[1,-2.5e3,{"b":null}],"c":"x\n\u00e9","d":{}} , {"a":true,"e":false}]"#.utf8)
        let spice = Array(#"[]{},:"\0123456789.eE+-truefalsn x"#.utf8)
        for _ in 0..<500 {
            var text = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<text.count, using: &generator)
                let byte = spice.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...2, using: &generator) {
                case 0: text[place] = byte
                case 1: text.insert(byte, at: place)
                default: text.remove(at: place)
                }
            }
            let objects = (try? JSON.parse(text))?.array.flatMap { $0.allSatisfy { $0.object != nil } ? $0 : nil }
            var scanner = JSONArrayScanner()
            let rows = try? text.withUnsafeBufferPointer { bytes in
                try scanner.scan(bytes)
                return try scanner.finish().rows
            }
            #expect(rows == objects?.count, "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test func `A file may arrive in any pieces`() throws {
        func summary(_ text: String, _ scanner: some RowScanner, pieces: Int) throws -> ExportFileCheck.Summary {
            var scanner = scanner
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBufferPointer { try scanner.scan($0) }
            }
            return try scanner.finish()
        }
        let csv = "a,\"b,\"\"c\"\"\"\r\n1,\"x\r\ny\"\r\n,\r\n"
        let json = #"[{"a\u0062":-1.5e7,"c":[true,null,"\"x\\"]},{"c":"d","ab":0}]"#
        for pieces in 1...8 {
            #expect(try summary(csv, CSVScanner(), pieces: pieces) == .init(rows: 2, columns: ["a", "b,\"c\""]))
            #expect(try summary(json, JSONArrayScanner(), pieces: pieces) == .init(rows: 2, columns: ["ab", "c"]))
        }
    }

    // MARK: Compression

    @Test func `A gzip file may have several members`() throws {
        let bytes = Compressed.gzip(Array("a,b\n1,".utf8)) + Compressed.gzip(Array("2\n".utf8))
        #expect(try Self.check(bytes, .csvGZip) == .init(rows: 1, columns: ["a", "b"]))
    }

    @Test func `Damaged gzip data is reported`() throws {
        let whole = Compressed.gzip(Array("a,b\n1,2\n".utf8))
        #expect(try Self.damage(Array("a,b\n".utf8), .csvGZip).contains("incorrect header check"))
        #expect(
            try Self.damage(Compressed.gzip(Array("a\n".utf8), checksum: 1), .csvGZip).contains("incorrect data check")
        )
        #expect(try Self.damage(whole + [0], .csvGZip) == "There is extra data after the end of the gzip data.")
        for count in 1..<whole.count {
            let text = try Self.damage(Array(whole[..<count]), .csvGZip)
            #expect(text == "The gzip data ends before it is complete.", "\(count)")
        }
        // Time, flags and the rest of the byte before a stored block are read by nobody.
        for index in whole.indices where !(4...10).contains(index) {
            var bent = whole
            bent[index] ^= 0x10
            #expect(throws: Damage.self, "byte \(index)") { try Self.check(bent, .csvGZip) }
        }
    }

    @Test func `Data that unpacks to more than the limit is rejected`() throws {
        let text = Array("a\n".utf8) + [UInt8](repeating: 0x0A, count: 2000)
        for (bytes, format) in [(text, ExportFormat.csv), (Compressed.gzip(text), .csvGZip)] {
            #expect(try Self.damage(bytes, format, limit: 2001) == "The file contains more than 2001 bytes of text.")
            #expect(try Self.check(bytes, format, limit: 2002).rows == 2000)
        }
    }

    @Test func `A ZIP archive may have its checksums after its data, and a comment`() throws {
        let text = Array("[{}]".utf8)
        var fault = Compressed.ZipFault()
        fault.flags = 8
        fault.gap = [UInt8](repeating: 7, count: 16)
        fault.comment = Array("PK comment".utf8)
        #expect(try Self.check(Compressed.zip(text, fault), .jsonZipArchive).rows == 1)
    }

    private static func zipFault(_ change: (inout Compressed.ZipFault) -> Void) -> Compressed.ZipFault {
        var fault = Compressed.ZipFault()
        change(&fault)
        return fault
    }

    @Test(arguments: [
        ("checksum is wrong.", zipFault { $0.checksum = 1 }),
        ("contains more than its directory says.", zipFault { $0.unpacked = 3 }),
        ("contains less than its directory says.", zipFault { $0.unpacked = 5 }),
        ("data doesn't have the length in its directory.", zipFault { $0.packed = 8 }),
        ("data doesn't have the length in its directory.", zipFault { $0.packed = .max }),
        ("data doesn't have the length in its directory.", zipFault { $0.gap = [1] }),
        ("is encrypted.", zipFault { $0.flags = 1 }),
        ("uses an unknown compression method (12).", zipFault { $0.method = 12 }),
        ("doesn't contain exactly one file.", zipFault { $0.entries = 2 }),
        ("doesn't contain exactly one file.", zipFault { $0.entries = 0 }),
        ("directory and its file don't match.", zipFault { $0.headSignature = 1 }),
        ("directory is not where it should be.", zipFault { $0.directoryStart = 5 }),
        ("ZIP64 archives aren't supported.", zipFault { $0.directoryStart = .max }),
        ("has extra data after its end.", zipFault { ($0.comment, $0.commentCount) = ([1], 0) }),
    ])
    func `A damaged ZIP archive is reported`(_ problem: String, _ fault: Compressed.ZipFault) throws {
        let text = try Self.damage(Compressed.zip(Array("[{}]".utf8), fault), .jsonZipArchive)
        #expect(text.contains(problem), "\(text)")
    }

    @Test func `Truncated or changed ZIP archives are only rejected`() throws {
        let whole = Compressed.zip(Array("[{}]".utf8))
        for count in 0..<whole.count {
            #expect(throws: Damage.self) { try Self.check(Array(whole[..<count]), .jsonZipArchive) }
        }
        let directory = try #require(whole.firstRange(of: [0x50, 0x4B, 0x01, 0x02])).lowerBound
        let end = try #require(whole.firstRange(of: [0x50, 0x4B, 0x05, 0x06])).lowerBound
        let name = Int(whole[26])
        // What nobody reads (APPNOTE 4.3.7, 4.3.12 and 4.3.16): versions, times, the name, what the file's head says once more
        // of sums and sizes, attributes, and numbers of disks.
        var unread = IndexSet(integersIn: 4..<8)
        unread.insert(integersIn: 10..<26)
        unread.insert(integersIn: 30..<(30 + name))
        for range in [4..<8, 12..<16, 34..<42, 46..<(46 + name)] {
            unread.insert(integersIn: (range.lowerBound + directory)..<(range.upperBound + directory))
        }
        unread.insert(integersIn: (end + 4)..<(end + 8))
        // Of the flags all but two: encrypted, and sums behind the data, of which there are none.
        let flags = directory + 8
        for index in whole.indices {
            for value in [0, 0x7F, 0xFF] as [UInt8] where whole[index] != value {
                var bent = whole
                bent[index] = value
                let summary = try? Self.check(bent, .jsonZipArchive)
                let isUnread = unread.contains(index) || index == flags + 1
                #expect(summary == (isUnread ? .init(rows: 1, columns: []) : nil), "byte \(index) is \(value)")
            }
        }
    }

    @Test(arguments: [2, 4]) func `No number in a ZIP archive is too large to be rejected`(_ width: Int) throws {
        let whole = Compressed.zip(Array("[{}]".utf8))
        for index in 0...(whole.count - width) {
            for bytes in [[0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80]] as [[UInt8]] {
                var bent = whole
                bent.replaceSubrange(index..<(index + width), with: bytes.suffix(width))
                let summary = try? Self.check(bent, .jsonZipArchive)
                #expect(summary == nil || summary == .init(rows: 1, columns: []))
            }
        }
    }

    @Test func `A file of an unknown format is not called valid`() throws {
        #expect(try Self.damage([1], ExportFormat(rawValue: "Xml")).contains("“Xml” is unknown"))
    }

    @Test func `A cancelled verification ends`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("export")
        try Data("a\n".utf8).write(to: URL(fileURLWithPath: path))
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        let check = ExportFileCheck(descriptor: descriptor, format: .csv, unpackedLimit: 100)
        check.cancel()
        #expect(throws: CancellationError.self) { try check.run() }
    }
}
