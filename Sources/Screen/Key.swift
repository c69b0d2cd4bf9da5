/// A key as a terminal can tell it.
public struct Key: Hashable, Sendable, CustomStringConvertible {
    /// Which key.
    public var code: Code
    /// What was held with it.
    public var modifiers: Modifiers

    /// The keys; a character is what the key types, so that `G` is shift and g.
    public enum Code: Hashable, Sendable {
        case character(Character)
        case enter, escape, tab, backspace, delete, insert
        case up, down, left, right, home, end, pageUp, pageDown
        case function(Int)
    }

    /// Keys that are held; shift only with keys that type nothing.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// Makes a set of bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Control.
        public static let control = Modifiers(rawValue: 1)
        /// Alt, also called meta.
        public static let alt = Modifiers(rawValue: 2)
        /// Shift.
        public static let shift = Modifiers(rawValue: 4)
    }

    /// Makes a key.
    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// Reads a key in notation: `j`, `G`, `ctrl-d`, `shift-tab`, `space`, `f1`; nil for anything else.
    public init?(_ notation: String) {
        var rest = notation[...]
        var modifiers: Modifiers = []
        for (prefix, modifier) in Self.prefixes {
            if rest.count > prefix.count, rest.hasPrefix(prefix) {
                rest = rest.dropFirst(prefix.count)
                modifiers.insert(modifier)
            }
        }
        if let code = Self.names.first(where: { $0.name == rest })?.code {
            self.init(code, modifiers)
        } else if let number = (1...24).first(where: { "f\($0)" == rest }) {
            self.init(.function(number), modifiers)
        } else if rest.count == 1, let character = rest.first, !modifiers.contains(.shift) {
            self.init(.character(character), modifiers)
        } else {
            return nil
        }
    }

    /// The key in notation; `Key(description)` is the same key.
    public var description: String {
        let prefix = Self.prefixes.filter { modifiers.contains($0.modifier) }.map(\.prefix).joined()
        return prefix + Self.text(of: code)
    }

    /// How footers and help show the key: `^D`, `⇧tab`, `↓`, `enter`.
    public var label: String {
        let text =
            switch code {
            case .up: "↑"
            case .down: "↓"
            case .left: "←"
            case .right: "→"
            case .pageUp: "PgUp"
            case .pageDown: "PgDn"
            case .home: "Home"
            case .end: "End"
            case .character(let character) where modifiers.contains(.control) && character != " ":
                character.uppercased()
            default: Self.text(of: code)
            }
        let alt = modifiers.contains(.alt) ? "alt-" : ""
        return alt + (modifiers.contains(.control) ? "^" : "") + (modifiers.contains(.shift) ? "⇧" : "") + text
    }

    private static let prefixes: [(prefix: String, modifier: Modifiers)] = [
        ("ctrl-", .control), ("alt-", .alt), ("shift-", .shift),
    ]

    private static let names: [(name: String, code: Code)] = [
        ("enter", .enter), ("esc", .escape), ("tab", .tab), ("backspace", .backspace), ("delete", .delete),
        ("insert", .insert),
        ("up", .up), ("down", .down), ("left", .left), ("right", .right), ("home", .home), ("end", .end),
        ("pgup", .pageUp),
        ("pgdn", .pageDown), ("space", .character(" ")),
    ]

    private static func text(of code: Code) -> String {
        if let name = names.first(where: { $0.code == code })?.name { return name }
        switch code {
        case .character(let character): return String(character)
        case .function(let number): return "f\(number)"
        default: return ""
        }
    }
}

/// What a terminal says.
public enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(Key)
    /// Text was pasted; it is text, never keys.
    case paste(String)
    /// The terminal's window got or lost the focus.
    case focused(Bool)
    /// The terminal has another size.
    case resized(Size)
}
