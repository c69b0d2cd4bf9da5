/// A colour of a terminal.
public enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// One of the sixteen that the person chose in the terminal's settings: 0 to 7 normal, 8 to 15 bright.
    case ansi(UInt8)
}

/// How letters are drawn.
public struct Attributes: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// Makes a set of bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavy.
    public static let bold = Attributes(rawValue: 1)
    /// Faint.
    public static let dim = Attributes(rawValue: 2)
    /// A line below.
    public static let underline = Attributes(rawValue: 4)
    /// Foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 8)
}

/// How roles and surfaces look. The meaning never hangs on a colour alone: words, marks and attributes carry it too.
public struct Theme: Sendable {
    private let roles: [Look]
    private let surfaces: [Look]

    /// A colour and attributes.
    public struct Look: Hashable, Sendable {
        /// The foreground of a role, the background of a surface.
        public var color: Color
        /// How letters are drawn.
        public var attributes: Attributes

        /// Makes a look; the terminal's own colour by default.
        public init(_ color: Color = .standard, _ attributes: Attributes = []) {
            self.color = color
            self.attributes = attributes
        }
    }

    /// Makes a theme that knows the look of every role and surface.
    public init(role: (Role) -> Look, surface: (Surface) -> Look) {
        roles = Role.allCases.map(role)
        surfaces = Surface.allCases.map(surface)
    }

    /// Foreground, background and attributes of a style.
    public func look(of style: Style) -> (foreground: Color, background: Color, attributes: Attributes) {
        let role = roles[Int(style.role.rawValue)]
        let surface = surfaces[Int(style.surface.rawValue)]
        return (role.color, surface.color, role.attributes.union(surface.attributes))
    }

    /// The terminal's own colours with one accent; selection is by exchange of the terminal's colours, so it is seen on
    /// every background.
    public static let terminal = Theme(
        role: { role in
            switch role {
            case .text: Look()
            case .dim, .placeholder, .border: Look(.standard, .dim)
            case .accent, .mark, .bar: Look(.ansi(6))
            case .title: Look(.standard, .bold)
            case .titleFocused, .borderFocused, .key: Look(.ansi(6), .bold)
            case .match: Look(.ansi(6), [.bold, .underline])
            case .ok: Look(.ansi(2))
            case .pending, .warn: Look(.ansi(3))
            case .error: Look(.ansi(1), .bold)
            }
        },
        surface: { surface in
            switch surface {
            case .base, .dialog: Look()
            case .selected, .buttonFocused: Look(.standard, .reverse)
            case .selectedDim: Look(.standard, .bold)
            case .field: Look(.standard, .underline)
            case .fieldFocused: Look(.standard, [.underline, .bold])
            case .button: Look()
            }
        }
    )

    /// Without any colour, for `NO_COLOR` and terminals that have none.
    public static let monochrome = Theme(
        role: { role in
            let look = terminal.roles[Int(role.rawValue)]
            return switch role {
            case .accent, .mark, .ok, .pending: Look()
            case .warn: Look(.standard, .bold)
            default: Look(.standard, look.attributes)
            }
        },
        surface: { Look(.standard, terminal.surfaces[Int($0.rawValue)].attributes) }
    )
}
