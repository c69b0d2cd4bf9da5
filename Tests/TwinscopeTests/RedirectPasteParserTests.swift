import Testing

@testable import twinscope

/// What a user pastes at `twinscope auth login` is put together again, and a piece of it is never taken for all of it
/// (reliability row 9).
struct RedirectPasteParserTests {
    private static let state = "pNHwMOYzYcPgRUMwTb1fuRqWFUcCrFuAkkBQpoRFK4O"
    private static let address =
        "http://127.0.0.1:4711/connect/authorize?response_type=code&client_id=twinscope-native&state=\(state)"
        + "&code_challenge=8zYcPgRUMwTb1fuRqWFUcCrFuAkkBQpoRFK4OpNHwMOY&code_challenge_method=S256"
    private static let answer =
        "http://localhost:3000/signin-callback?code=canary5XqZ0aGVyY29kZXRoYXRpc2xvbmc%3D&scope=openid%20itwin-platform"
        + "&state=\(state)&session_state=AbCdEf.123&iss=http%3A%2F%2F127.0.0.1%3A4711"
    private static let code = "canary0d8vbmUgb2YgYSBzZXJ2aWNl-1=="

    private var parser = RedirectPasteParser(address: Self.address)

    /// Types or pastes a text, and says what came of each time that Enter was the last for a moment.
    private mutating func enter(_ text: String) -> RedirectPasteParser.Outcome? {
        for byte in text.utf8 { parser.take(byte) }
        return parser.endsWithEnter ? parser.finish() : nil
    }

    private func isNotice(_ outcome: RedirectPasteParser.Outcome?, _ text: String) -> Bool {
        if case .notice(let notice) = outcome { return notice.contains(text) }
        return false
    }

    @Test mutating func `A URL on one line is complete with Enter and not before`() {
        #expect(enter(Self.answer) == nil)
        #expect(parser.count == Self.answer.count)
        #expect(enter("\n") == .answer(Self.answer))
        #expect(parser.count == 0)
    }

    @Test mutating func `A URL broken at any place is joined, pasted at once or line by line`() {
        let characters = Array(Self.answer)
        for place in 1..<characters.count {
            for end in ["\n", "  \r\n", "\n   "] {
                let (first, second) = (String(characters[..<place]), String(characters[place...]))
                #expect(enter("\(first)\(end)\(second)\n") == .answer(Self.answer), "broken at \(place)")
            }
        }
    }

    @Test mutating func `Lines that arrive one by one are complete as soon as the URL is`() {
        let characters = Array(Self.answer)
        let stateEnd = Self.answer.count - "&session_state=AbCdEf.123&iss=http%3A%2F%2F127.0.0.1%3A4711".count
        for place in 8..<stateEnd {
            var parser = RedirectPasteParser(address: Self.address)
            for byte in String(characters[..<place]).utf8 + [10] { parser.take(byte) }
            #expect(isNotice(parser.finish(), "The URL is incomplete"), "broken at \(place)")
            for byte in String(characters[place...]).utf8 + [10] { parser.take(byte) }
            guard case .answer(let text) = parser.finish() else {
                Issue.record("no response, broken at \(place)")
                continue
            }
            // What stands before the query says nothing.
            #expect(Self.answer.hasSuffix(text) && text.contains("code=canary5XqZ"), "broken at \(place)")
        }
    }

    @Test mutating func `A terminal of 20 columns shows the prompt correctly`() {
        let lines = stride(from: 0, to: Self.answer.count, by: 20).map { Self.answer.dropFirst($0).prefix(20) }
        #expect(enter(lines.joined(separator: "\n") + "\n") == .answer(Self.answer))
    }

    @Test mutating func `In a bracketed paste line breaks don't count as Enter, except after a complete URL`() {
        #expect(enter("\u{1B}[200~http://localhost:3000/signin-callback?code=can\n") == nil)
        #expect(parser.isPasting)
        #expect(enter("\u{1B}[201~") == nil)
        #expect(enter("\u{15}\u{1B}[200~\(Self.answer)\u{1B}[201~") == nil)
        #expect(enter("\n") == .answer(Self.answer))
        #expect(enter("\u{1B}[200~\(Self.answer)\n\u{1B}[201~") == .answer(Self.answer))
    }

    @Test mutating func `A paste whose end never arrives doesn't block forever`() {
        #expect(enter("\u{1B}[200~\(Self.answer)\n") == nil)
        parser.giveUpPaste()
        #expect(parser.endsWithEnter)
        #expect(parser.finish() == .answer(Self.answer))
    }

    @Test mutating func `A code alone is accepted, also split into lines`() {
        #expect(enter("\(Self.code)\n") == .answer(Self.code))
        #expect(enter("\(Self.code.prefix(12))\n\(Self.code.dropFirst(12))\n") == .answer(Self.code))
    }

    @Test(arguments: [
        "hello", "What is a code and where do I get one from", "/home/ada/answer.txt", "12345678901234567 89",
        "http-anything-that-is-long/enough/to/be", "schöne-grüße-aus-helsinki-und-anderswo",
    ])
    mutating func `Text that is neither a URL nor a code is reported and discarded`(_ text: String) {
        #expect(isNotice(enter("\(text)\n"), "neither the web browser's final URL nor a code"))
        #expect(enter("\(Self.answer)\n") == .answer(Self.answer))
    }

    @Test mutating func `The rest of a URL is never taken for a code`() {
        for length in 20..<Self.state.count {
            #expect(isNotice(enter("\(Self.state.suffix(length))\n"), "part of the URL"))
        }
        #expect(isNotice(enter("5XqZ0aGVyY29kZXRoYXRpc2xvbmc%3D&scope=openid\n"), "The URL is incomplete"))
    }

    @Test mutating func `Enter without input is reported and discards what was started`() {
        #expect(isNotice(enter("\n"), "Nothing was pasted"))
        #expect(isNotice(enter("  \t\n"), "Nothing was pasted"))
        #expect(
            isNotice(
                enter("http://localhost:3000/signin-callback?code=can\n"),
                "press Enter on an empty line to discard it"
            )
        )
        #expect(parser.count > 0)
        #expect(isNotice(enter("\n"), "discarded"))
        #expect(parser.count == 0)
        #expect(enter("\(Self.code)\n") == .answer(Self.code))
    }

    @Test mutating func `Pasting the whole URL after a piece of it uses the whole URL`() {
        #expect(isNotice(enter("\(Self.answer.prefix(60))\n"), "The URL is incomplete"))
        #expect(enter("\(Self.answer)\n") == .answer(Self.answer))
        #expect(isNotice(enter("\(Self.answer.prefix(60))\n"), "The URL is incomplete"))
        #expect(isNotice(enter("\(Self.answer.prefix(70))\n"), "The URL is incomplete"))
        #expect(enter("\(Self.answer.dropFirst(70))\n") == .answer(Self.answer))
        let query = String(Self.answer.drop { $0 != "?" }.dropFirst())
        #expect(isNotice(enter("\(Self.answer.prefix(60))\n"), "The URL is incomplete"))
        #expect(enter("\(query)\n") == .answer(query))
    }

    @Test mutating func `The URL of another attempt and the one to open are recognized as such`() {
        let other = Self.answer.replacing(Self.state, with: String(Self.state.reversed()))
        #expect(enter("\(other)\n") == .answer(other))
        #expect(isNotice(enter("\(Self.address)\n"), "That is the URL to open"))
    }

    @Test mutating func `A refusal from the provider is accepted as a response`() {
        let refusal = "http://localhost:3000/signin-callback?error=access_denied&state=\(Self.state)"
        #expect(enter("\(refusal)\n") == .answer(refusal))
    }

    @Test mutating func `Editing keys change the input, and other keys do nothing`() {
        #expect(enter("x\u{7F}\u{7F}\(Self.code)xy\u{8}\u{7F}\n") == .answer(Self.code))
        #expect(enter("wrong\u{15}\(Self.code)\n") == .answer(Self.code))
        #expect(enter("\u{1B}[A\u{1B}OP\u{1B}[1;5C\u{1B}\(Self.code)\u{7}\u{4}") == .answer(Self.code))
        #expect(isNotice(enter("\u{4}"), "Nothing was pasted"))
    }

    @Test mutating func `Input that is far too long is reported and discarded`() {
        #expect(enter(String(repeating: "x", count: 1_000_000)) == nil)
        #expect(parser.count <= 16 * 1024)
        #expect(isNotice(enter("\n"), "too long"))
        #expect(enter("\(Self.code)\n") == .answer(Self.code))
    }
}
