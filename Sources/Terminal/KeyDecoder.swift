public import Screen

/// Bytes of a terminal as keys, pastes and changes of focus.
///
/// A sequence may come in any number of pieces. What no terminal of the xterm family says is swallowed whole, so that
/// it runs no action.
public struct KeyDecoder: Sendable {
    private var pending: [UInt8] = []
    private var paste: [UInt8]?
    /// How often `flush` was called since the last byte of a paste that has not ended.
    private var pasteFlushes = 0
    /// True within a string of the terminal that is too long to be kept.
    private var isSkipping = false
    /// Sequences that terminfo has for this terminal and that differ from xterm's.
    private let learned: [[UInt8]: Key]

    /// How long a lone escape waits for the rest of a sequence, in milliseconds.
    public static let escapeTimeout = 30
    /// The longest paste that is kept, in bytes; what is beyond is dropped.
    private static let pasteLimit = 8 * 1_048_576
    /// So many times nothing more of a paste comes before it counts as ended without its end mark.
    private static let pasteFlushLimit = 100
    /// The longest sequence that is kept, in bytes; one that is longer is dropped up to its end.
    private static let sequenceLimit = 4096

    /// Makes a decoder; `learned` are further sequences and their keys.
    public init(learned: [[UInt8]: Key] = [:]) {
        self.learned = learned
    }

    /// How long to wait for more bytes before `flush`, in milliseconds; nil when nothing is begun.
    public var pendingTimeout: Int? {
        pending.isEmpty && paste == nil && !isSkipping ? nil : Self.escapeTimeout
    }

    /// Takes bytes and gives what they complete.
    public mutating func decode(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        pending += bytes
        pasteFlushes = 0
        var events: [InputEvent] = []
        var index = 0
        while index < pending.count {
            if paste != nil {
                index = continuePaste(from: index, &events)
                if paste != nil { break }
                continue
            }
            if isSkipping {
                index = skip(from: index)
                if isSkipping { break }
                continue
            }
            guard let (event, length) = next(from: index, isFinal: false) else { break }
            if let event { events.append(event) }
            index += length
        }
        pending.removeFirst(index)
        return events
    }

    /// Gives what the bytes so far mean when no more come: a lone escape is the key.
    ///
    /// A paste goes on, as it may be slow; only after many calls without a byte between them it ends.
    public mutating func flush() -> [InputEvent] {
        if let bytes = paste {
            pasteFlushes += 1
            guard pasteFlushes >= Self.pasteFlushLimit else { return [] }
            let event = Self.pasted(bytes + pending)
            paste = nil
            pending = []
            return [event]
        }
        if isSkipping {
            isSkipping = false
            pending = []
            return []
        }
        var events: [InputEvent] = []
        var index = 0
        while index < pending.count, paste == nil, let (event, length) = next(from: index, isFinal: true) {
            if let event { events.append(event) }
            index += length
        }
        pending.removeFirst(index)
        return events
    }

    // MARK: Sequences

    private static let escape: UInt8 = 0x1B

    /// The event at a position and its length; nil when more bytes are needed.
    private mutating func next(from start: Int, isFinal: Bool) -> (event: InputEvent?, length: Int)? {
        let byte = pending[start]
        guard byte == Self.escape else { return plain(from: start, isFinal: isFinal) }
        // A longer one may be on its way.
        if !isFinal, beginsLearnedKey(from: start) { return nil }
        if let (key, length) = learnedKey(from: start) { return (.key(key), length) }
        guard start + 1 < pending.count else { return isFinal ? (.key(Key(.escape)), 1) : nil }
        switch pending[start + 1] {
        case UInt8(ascii: "["): return control(from: start, isFinal: isFinal)
        case UInt8(ascii: "O"):
            guard start + 2 < pending.count else { return isFinal ? (.key(Key(.character("O"), .alt)), 2) : nil }
            return (Self.applicationKeys[pending[start + 2]].map { .key(Key($0)) }, 3)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
            return string(from: start, isFinal: isFinal)
        case Self.escape: return (.key(Key(.escape)), 1)
        default:
            guard let (event, length) = plain(from: start + 1, isFinal: isFinal) else { return nil }
            guard case .key(var key) = event else { return (nil, length + 1) }
            key.modifiers.insert(.alt)
            return (.key(key), length + 1)
        }
    }

    /// The longest learned sequence at a position.
    private func learnedKey(from start: Int) -> (Key, Int)? {
        let known = learned.filter { pending[start...].starts(with: $0.key) }
        return known.max { $0.key.count < $1.key.count }.map { ($0.value, $0.key.count) }
    }

    private func beginsLearnedKey(from start: Int) -> Bool {
        let rest = pending[start...]
        return learned.keys.contains { rest.count < $0.count && $0.starts(with: rest) }
    }

    /// `ESC [ parameters final`: cursor and function keys, focus, the beginning of a paste.
    private mutating func control(from start: Int, isFinal: Bool) -> (event: InputEvent?, length: Int)? {
        var index = start + 2
        while index < pending.count, (0x20...0x3F).contains(pending[index]) {
            index += 1
        }
        if index - start > Self.sequenceLimit {
            pending.removeSubrange((start + Self.sequenceLimit)..<index)
            index = start + Self.sequenceLimit
        }
        guard index < pending.count else {
            guard isFinal else { return nil }
            // Nothing followed: it was alt and a bracket.
            return (index == start + 2 ? .key(Key(.character("["), .alt)) : nil, index - start)
        }
        let final = pending[index]
        // The linux console names its first five function keys ESC [ [ A to E.
        if final == UInt8(ascii: "["), index == start + 2 {
            guard index + 1 < pending.count else { return isFinal ? (nil, 3) : nil }
            let number = Int(pending[index + 1]) - 0x40
            return ((1...5).contains(number) ? .key(Key(.function(number))) : nil, 4)
        }
        // Something that cannot end a sequence begins something new.
        guard (0x40...0x7E).contains(final) else { return (nil, index - start) }
        let length = index - start + 1
        // The oldest form of mouse reports has three bytes behind it.
        if final == UInt8(ascii: "M"), index == start + 2 {
            guard start + 6 <= pending.count else { return isFinal ? (nil, pending.count - start) : nil }
            return (nil, 6)
        }
        let parameters = String(decoding: pending[(start + 2)..<index], as: UTF8.self)
        if final == UInt8(ascii: "~"), parameters == "200" {
            paste = []
            return (nil, length)
        }
        if parameters.isEmpty, final == UInt8(ascii: "I") { return (.focused(true), length) }
        if parameters.isEmpty, final == UInt8(ascii: "O") { return (.focused(false), length) }
        return (Self.key(parameters, final).map(InputEvent.key), length)
    }

    /// `ESC ] … BEL` and the like: answers of the terminal that nobody asked for.
    private mutating func string(from start: Int, isFinal: Bool) -> (event: InputEvent?, length: Int)? {
        if let end = endOfString(from: start + 2) { return (nil, end - start) }
        guard isFinal else {
            guard pending.count - start > Self.sequenceLimit else { return nil }
            isSkipping = true
            return (nil, 2)
        }
        // Nothing followed: it was alt and a letter.
        if pending.count == start + 2 {
            return (.key(Key(.character(Character(Unicode.Scalar(pending[start + 1]))), .alt)), 2)
        }
        return (nil, pending.count - start)
    }

    /// The position behind the end mark of a string; nil when it has not come.
    private func endOfString(from start: Int) -> Int? {
        pending.indices.dropFirst(start).first { index in
            pending[index] == 0x07
                || (pending[index] == UInt8(ascii: "\\") && index > start && pending[index - 1] == Self.escape)
        }.map { $0 + 1 }
    }

    /// Drops bytes of a string that is too long up to its end mark, and returns the position behind them.
    private mutating func skip(from start: Int) -> Int {
        if let end = endOfString(from: start) {
            isSkipping = false
            return end
        }
        // Half an end mark stays.
        return pending.last == Self.escape ? pending.count - 1 : pending.count
    }

    private static func key(_ parameters: String, _ final: UInt8) -> Key? {
        // Private ones are answers and reports of the mouse.
        guard parameters.utf8.allSatisfy({ (0x30...0x3B).contains($0) }) else { return nil }
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map {
            $0.isEmpty ? 1 : Int($0.prefix { $0 != ":" }) ?? 0
        }
        let modifiers = numbers.count > 1 ? Self.modifiers(numbers[1]) : []
        if final == UInt8(ascii: "~") {
            guard let code = tildeKeys[numbers.first ?? 0] else { return nil }
            return Key(code, modifiers)
        }
        if final == UInt8(ascii: "Z") { return Key(.tab, .shift) }
        // With another number in front it is an answer or a report of the mouse.
        guard numbers[0] == 1, numbers.count <= 2, final != UInt8(ascii: "M"), let code = applicationKeys[final]
        else { return nil }
        return Key(code, modifiers)
    }

    private static func modifiers(_ number: Int) -> Key.Modifiers {
        let bits = max(number, 1) - 1
        var modifiers: Key.Modifiers = []
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & 2 != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    private static let applicationKeys: [UInt8: Key.Code] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "P"): .function(1),
        UInt8(ascii: "Q"): .function(2),
        UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4), UInt8(ascii: "M"): .enter,
    ]

    private static let tildeKeys: [Int: Key.Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end, 11: .function(1),
        12: .function(2),
        13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6), 18: .function(7), 19: .function(8),
        20: .function(9),
        21: .function(10), 23: .function(11), 24: .function(12),
    ]

    // MARK: Characters

    private func plain(from start: Int, isFinal: Bool) -> (event: InputEvent?, length: Int)? {
        let byte = pending[start]
        switch byte {
        case 0x0D, 0x0A: return (.key(Key(.enter)), 1)
        case 0x09: return (.key(Key(.tab)), 1)
        case 0x7F, 0x08: return (.key(Key(.backspace)), 1)
        case 0x00: return (.key(Key(.character(" "), .control)), 1)
        case 0x01...0x1A: return (.key(Key(.character(Character(Unicode.Scalar(byte + 0x60))), .control)), 1)
        case 0x1C...0x1F: return (.key(Key(.character(Character(Unicode.Scalar(byte + 0x40))), .control)), 1)
        case 0x20..<0x7F: return (.key(Key(.character(Character(Unicode.Scalar(byte))))), 1)
        default: return encoded(from: start, isFinal: isFinal)
        }
    }

    /// A scalar of several bytes; bytes that are no UTF-8 mean nothing.
    private func encoded(from start: Int, isFinal: Bool) -> (event: InputEvent?, length: Int)? {
        let length =
            switch pending[start] {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let available = pending[start...].prefix(length)
        let continuation = available.dropFirst().prefix { (0x80..<0xC0).contains($0) }
        guard continuation.count == available.count - 1 else { return (nil, continuation.count + 1) }
        guard available.count == length else { return isFinal ? (nil, available.count) : nil }
        guard length > 1, let text = String(validating: available, as: UTF8.self), let character = text.first else {
            return (nil, length)
        }
        return (.key(Key(.character(character))), length)
    }

    // MARK: Paste

    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// Takes bytes into the paste up to its end mark, and returns the position behind what was taken.
    private mutating func continuePaste(from start: Int, _ events: inout [InputEvent]) -> Int {
        var index = start
        while index < pending.count {
            guard pending[index] == Self.escape else {
                index += 1
                continue
            }
            let rest = pending[index...]
            if rest.starts(with: Self.pasteEnd) {
                keep(pending[start..<index])
                events.append(Self.pasted(paste ?? []))
                paste = nil
                return index + Self.pasteEnd.count
            }
            if rest.count < Self.pasteEnd.count, Self.pasteEnd.starts(with: rest) { break }
            index += 1
        }
        keep(pending[start..<index])
        return index
    }

    private static func pasted(_ bytes: [UInt8]) -> InputEvent {
        // Terminals send the return key for a line break.
        let text = String(decoding: bytes, as: UTF8.self)
        return .paste(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let room = Self.pasteLimit - (paste?.count ?? 0)
        paste?.append(contentsOf: bytes.prefix(max(room, 0)))
    }
}
