import ITwinsAPI
import TestSupport
import Testing

@Suite struct FilterRoundTripTests {
    @Test(arguments: 0..<8)
    func `A written filter is read back unchanged`(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<500 {
            let texts = (0..<6).map { _ in generator.filterText(upTo: 12) }
            let filter = generator.filter(texts + ["'", "''", "a+b", " and ", "') or (", "%_*"])
            let text = filter.text
            guard text.utf8.count <= FilterLimits.bytes else { continue }
            #expect(try FilterExpression(text) == filter, "seed \(seed): \(text)")
            #expect(try FilterExpression(text, plusIsBlank: true) == filter, "seed \(seed): \(text)")
        }
    }

    /// Reliability row 64: a text is never more than a text.
    @Test(.rows(64)) func `Every quoted text is read back unchanged, and encoded in a query too`() throws {
        var generator = SeededGenerator(seed: 64)
        for _ in 0..<2000 {
            let text = generator.filterText(upTo: 40)
            let filter = FilterExpression.comparison(.displayName, .equal, .literal(.text(text)))
            #expect(try FilterExpression(filter.text) == filter)
            var query = ITwinQuery()
            query.filter = filter
            let sent = ITwinsAPI.Operation.iTwins(query).request(in: .live)?.query ?? ""
            #expect(
                sent.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "+") }
            )
            #expect(sent.split(separator: "&").count == 1)
        }
    }
}
