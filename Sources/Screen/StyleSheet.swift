/// What a theme says, by the names of roles and surfaces, before every style has a look.
///
/// A name is a role (`error`), a surface (`selected`), or a role on a surface (`match@selected`). What has no entry takes
/// that of its longest prefix that has one: `title.focused` that of `title`, and in the end `text`; `field.focused` that
/// of `field`, and in the end `base`. The colours of profiles take that of a state before: `profile.red` that of `error`.
/// An entry is taken whole; a colour that it does not have is that of `text` or `base`.
public struct StyleSheet: Hashable, Sendable {
    /// What is said of one name; nil where nothing is.
    public struct Entry: Hashable, Sendable {
        /// The colour of letters. A surface that has one draws all roles on it alike, in its colours and attributes;
        /// a role on this surface makes an exception.
        public var foreground: Color?
        /// The colour behind the letters. On a surface that draws all roles alike a role's own does not count.
        public var background: Color?
        /// How letters are drawn; those of a role and of its surface come together.
        public var attributes: Attributes

        /// Makes an entry.
        public init(_ foreground: Color? = nil, on background: Color? = nil, _ attributes: Attributes = []) {
            self.foreground = foreground
            self.background = background
            self.attributes = attributes
        }
    }

    /// The entries by name.
    public var entries: [String: Entry]

    /// Makes a sheet of entries; names that no style has are never asked for.
    public init(_ entries: [String: Entry]) { self.entries = entries }

    /// Every name that an entry can have.
    public static let names: [String] =
        Role.allCases.map(\.name) + Surface.allCases.map(\.name)
        + Role.allCases.flatMap { role in
            Surface.allCases.filter { $0 != .base }.map { Style(role, on: $0).name }
        }

    /// The look of every style.
    ///
    /// - Complexity: every style asks for a few names: about 0.1 ms.
    public func look(of style: Style) -> Theme.Look {
        let roles = Self.prefixes(style.role.name) + (style.role.kin.map { Self.prefixes($0.name) } ?? [])
        let surfaces = Self.prefixes(style.surface.name)
        let text = entries[Role.text.name]
        let base = entries[Surface.base.name]
        let surface = surfaces.lazy.compactMap { entries[$0] }.first ?? base ?? Entry()
        let role = roles.lazy.compactMap { entries[$0] }.first ?? text ?? Entry()
        let behind = surface.background ?? base?.background ?? .standard
        if let exception = roles.lazy.compactMap({ entries["\($0)@\(style.surface.name)"] }).first {
            return Theme.Look(
                foreground: exception.foreground ?? surface.foreground ?? role.foreground ?? text?.foreground
                    ?? .standard,
                background: exception.background ?? behind,
                attributes: exception.attributes.union(surface.attributes)
            )
        }
        if let foreground = surface.foreground {
            return Theme.Look(foreground: foreground, background: behind, attributes: surface.attributes)
        }
        return Theme.Look(
            foreground: role.foreground ?? text?.foreground ?? .standard,
            background: role.background ?? behind,
            attributes: role.attributes.union(surface.attributes)
        )
    }

    /// A name and what is before its dots, the longest first.
    private static func prefixes(_ name: String) -> [String] {
        guard let dot = name.lastIndex(of: ".") else { return [name] }
        return [name] + prefixes(String(name[..<dot]))
    }
}
