public import ITwinsAPI
import Screen

/// Where the requests go, and what the profile says of that.
public struct Connection: Hashable, Sendable {
    /// The name of the profile.
    public var profile: String
    /// What the screen calls the profile, always and everywhere: a word or two.
    public var label: String
    /// The colour of the label; nil for the accent.
    public var color: ProfileColor?
    /// Host and port; nil while the local service starts.
    public var host: String?
    /// Which routes are spoken.
    public var routes: RouteTable
    /// How many iTwins a list asks for in all.
    public var maxReturn: Int
    /// Whether nothing may be changed: changes are refused before anything is typed.
    public var isReadOnly = false
    /// What can't be read of the profile's configuration, so that changes are refused, and what fixes that: a sentence. It is nil
    /// when changes are allowed, or when the configuration itself refuses them.
    public var readOnlyCause: String?
    /// Whether each change is asked about before it is sent.
    public var confirmsWrites = false
    /// Whether a user signs in to it, so that requests can wait for that.
    public var canSignIn = false

    /// Makes a connection; without a label that is the profile's name in capitals.
    public init(
        profile: String,
        label: String? = nil,
        color: ProfileColor? = nil,
        host: String?,
        routes: RouteTable = .live,
        maxReturn: Int = 10_000
    ) {
        self.profile = profile
        self.label = label ?? profile.uppercased()
        self.color = color
        self.host = host
        self.routes = routes
        self.maxReturn = maxReturn
    }

    /// How the label looks.
    var role: Role { color?.role ?? .accent }

    /// The label where a keyboard has to type it, else the profile's name, which every keyboard types.
    var typedLabel: String { label.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? label : profile }
}

/// The colours that a profile's label can have; each theme has its own tone of them.
public enum ProfileColor: String, CaseIterable, Hashable, Sendable {
    case red, yellow, green, blue, magenta, cyan

    /// What it is to a theme.
    var role: Role {
        switch self {
        case .red: .profileRed
        case .yellow: .profileYellow
        case .green: .profileGreen
        case .blue: .profileBlue
        case .magenta: .profileMagenta
        case .cyan: .profileCyan
        }
    }
}
