import SignIn

/// Puts together the answer to one try to sign in from what is typed or pasted, byte by byte: nothing of it is shown, the
/// address comes in as many lines as a terminal made of it, and a piece of it is never taken for a code (reliability row 9).
struct RedirectPasteParser {
    /// What was put together when Enter came.
    enum Outcome: Hashable {
        /// An answer, without blanks and line ends.
        case answer(String)
        /// No answer; what is to be told. What is kept of it belongs before what comes next.
        case notice(String)
    }

    private let address: String
    /// The `state` of the try, which an answer has to have in full.
    private let state: String?
    private var text: [UInt8] = []
    /// Where in the text that begins which came after Enter.
    private var pieceStart = 0
    private var isTooLong = false
    private var escape = Escape.none

    /// Whether the terminal has said that a paste goes on; lines that end in one are no Enter.
    private(set) var isPasting = false
    /// Whether Enter was the last that came. It is one if nothing follows at once: a line end within a paste looks the same.
    private(set) var endsWithEnter = false

    /// Bytes that are kept; no answer is as long.
    private static let largest = 16 * 1024

    /// - Parameter address: the one that the user opens.
    init(address: String) {
        self.address = address
        state = Self.parameters(of: address).last { $0.name == "state" }?.value
    }

    /// How many characters wait for Enter.
    var count: Int { text.count { $0 > 0x20 } }

    // MARK: What comes in

    /// What an escape sequence consists of so far.
    private enum Escape {
        case none, begun, function
        case control([UInt8])
    }

    /// Takes a byte.
    mutating func take(_ byte: UInt8) {
        endsWithEnter = false
        switch (escape, byte) {
        case (_, 0x1B): escape = .begun
        case (.begun, UInt8(ascii: "[")): escape = .control([])
        case (.begun, UInt8(ascii: "O")): escape = .function
        case (.function, _): escape = .none
        case (.control(let parameters), 0x40...0x7E):
            escape = .none
            if byte == UInt8(ascii: "~") { mark(parameters) }
        case (.control(let parameters), _):
            escape = parameters.count < 16 ? .control(parameters + [byte]) : .none
        case (.none, _), (.begun, _):
            escape = .none
            takeKey(byte)
        }
    }

    /// Notes that a paste begins or ends.
    private mutating func mark(_ parameters: [UInt8]) {
        switch String(decoding: parameters, as: UTF8.self) {
        case "200": isPasting = true
        case "201":
            isPasting = false
            // Who copied the line with its end has said all there is to say.
            endsWithEnter = text.last == UInt8(ascii: "\n") && isWhole(Self.compact(piece))
        default: break
        }
    }

    private mutating func takeKey(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            append(UInt8(ascii: "\n"))
            endsWithEnter = !isPasting
        // ^D, which sends a line that was begun as Enter does.
        case 0x04: endsWithEnter = !isPasting
        // ^U.
        case 0x15: clear()
        case 0x08, 0x7F: if text.count > pieceStart { text.removeLast() }
        case UInt8(ascii: "\t"): append(UInt8(ascii: " "))
        case 0x20...: append(byte)
        default: break
        }
    }

    private mutating func append(_ byte: UInt8) {
        guard text.count < Self.largest else { return isTooLong = true }
        text.append(byte)
    }

    private mutating func clear() {
        text = []
        pieceStart = 0
        isTooLong = false
    }

    /// Notes that the end of a paste will not come any more.
    mutating func giveUpPaste() {
        isPasting = false
        escape = .none
        endsWithEnter = text.last == UInt8(ascii: "\n")
    }

    // MARK: What it is

    /// What came since the last Enter.
    private var piece: String { String(decoding: text[pieceStart...], as: UTF8.self) }

    /// Takes all that came for complete.
    mutating func finish() -> Outcome {
        endsWithEnter = false
        let whole = Self.compact(String(decoding: text, as: UTF8.self))
        let last = Self.compact(piece)
        guard !isTooLong else { return refused("That is too long for a response") }
        guard !last.isEmpty else {
            let isFirst = pieceStart == 0
            return refused(isFirst ? "Nothing was pasted" : "The pasted text was discarded")
        }
        // Who pastes all of it anew does not mean the rest.
        if pieceStart > 0, Self.hasScheme(last) || isWhole(last) {
            text.removeFirst(pieceStart)
            pieceStart = 0
            return finish()
        }
        guard Self.isOfAddress(whole) else { return outcome(ofWord: whole) }
        guard !Self.parameters(of: whole).contains(where: { $0.name == "code_challenge" }) else {
            return refused("That is the URL to open in the web browser")
        }
        guard isWhole(whole) else {
            pieceStart = text.count
            return .notice(
                "The URL is incomplete. Paste the rest, or the complete URL again; press Enter on an empty line to discard it."
            )
        }
        clear()
        return .answer(whole)
    }

    private mutating func outcome(ofWord word: String) -> Outcome {
        let lines = piece.split(separator: "\n").map(\.trimmingBlanks)
        guard word.utf8.count >= SignInProgress.shortestCode, lines.allSatisfy({ !$0.contains(" ") }),
            word.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !word.contains(where: { "/?&#".contains($0) })
        else { return refused("That is neither the web browser's final URL nor a code") }
        guard !address.contains(word) else { return refused("That is only part of the URL") }
        clear()
        return .answer(word)
    }

    private mutating func refused(_ why: String) -> Outcome {
        clear()
        return .notice("\(why). Paste the web browser's complete final URL and press Enter.")
    }

    /// Whether nothing is missing in an address: it says all that an answer says, or is another one.
    private func isWhole(_ text: String) -> Bool {
        let parameters = Self.parameters(of: text)
        guard let state, let last = parameters.last(where: { $0.name == "state" }) else { return false }
        guard last.value == state else { return !state.hasPrefix(last.value) }
        return parameters.contains { ["code", "error"].contains($0.name) }
    }

    /// Whether a text is an address or a part of its query, and no word.
    private static func isOfAddress(_ text: String) -> Bool {
        hasScheme(text) || parameters(of: text).contains { names.contains(String($0.name)) }
    }

    /// What a redirect may say (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207, OpenID Connect Session Management 1.0).
    private static let names = ["code", "state", "error", "error_description", "iss", "scope", "session_state"]

    private static func hasScheme(_ text: String) -> Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }

    /// A text without blanks and line ends.
    private static func compact(_ text: String) -> String { text.filter { $0 != " " && $0 != "\n" } }

    /// The parameters of a query as they stand there, encoded.
    private static func parameters(of text: String) -> [(name: Substring, value: String)] {
        let query = text.firstIndex(of: "?").map { text[text.index(after: $0)...] } ?? text[...]
        return query.prefix { $0 != "#" }.split(separator: "&").map { parameter in
            let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (sides[0], sides.count > 1 ? String(sides[1]) : "")
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let start = self.drop { $0 == " " }
        return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
    }
}
