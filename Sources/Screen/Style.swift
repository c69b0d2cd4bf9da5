/// What a piece of text is, so that a theme can say how it looks.
public enum Role: UInt8, CaseIterable, Sendable {
    case text, dim, accent, title, titleFocused, border, borderFocused, mark, match, key, ok, pending, warn, error,
        placeholder, bar
    /// The label of a profile, by the colour that the user gave it.
    case profileRed, profileYellow, profileGreen, profileBlue, profileMagenta, profileCyan

    /// The name in theme files and golden screens; a part after a dot refines the part before it.
    public var name: String {
        switch self {
        case .titleFocused: "title.focused"
        case .borderFocused: "border.focused"
        case .profileRed: "profile.red"
        case .profileYellow: "profile.yellow"
        case .profileGreen: "profile.green"
        case .profileBlue: "profile.blue"
        case .profileMagenta: "profile.magenta"
        case .profileCyan: "profile.cyan"
        default: String(describing: self)
        }
    }

    /// The role that looks as this one where a theme says nothing of it: a theme need not know of profiles.
    var kin: Role? {
        switch self {
        case .profileRed: .error
        case .profileYellow: .warn
        case .profileGreen: .ok
        case .profileBlue, .profileCyan: .accent
        case .profileMagenta: .pending
        default: nil
        }
    }
}

/// What text lies on.
public enum Surface: UInt8, CaseIterable, Sendable {
    case base, selected, selectedDim, dialog, field, fieldFocused, button, buttonFocused

    /// The name in theme files and golden screens.
    public var name: String {
        switch self {
        case .selectedDim: "selected.dim"
        case .fieldFocused: "field.focused"
        case .buttonFocused: "button.focused"
        default: String(describing: self)
        }
    }
}

/// What a cell is and what it lies on.
public struct Style: Hashable, Sendable, CaseIterable {
    /// What it is.
    public var role: Role
    /// What it lies on.
    public var surface: Surface

    /// Makes a style; plain text on the terminal's own background by default.
    public init(_ role: Role = .text, on surface: Surface = .base) {
        self.role = role
        self.surface = surface
    }

    /// The name in golden screens: `match`, `text@selected`.
    public var name: String { surface == .base ? role.name : "\(role.name)@\(surface.name)" }

    /// Every role on every surface, by `index`.
    public static let allCases: [Style] = Role.allCases.flatMap { role in
        Surface.allCases.map { Style(role, on: $0) }
    }

    /// The place among all styles.
    public var index: Int { Int(role.rawValue) * Surface.allCases.count + Int(surface.rawValue) }
}
