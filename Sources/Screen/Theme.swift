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

    /// Each of them, with its name in theme files.
    public static let named: [(name: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse),
    ]
}

/// How roles and surfaces look. The meaning never hangs on a colour alone: words, marks and attributes carry it too.
public struct Theme: Hashable, Sendable {
    /// The name by which it is chosen.
    public let name: String
    /// What kind of background it is for.
    public let variant: Variant
    /// By the numbers of role and surface.
    private let looks: [Look]

    /// Kinds of background.
    public enum Variant: String, CaseIterable, Hashable, Sendable {
        /// Light letters on a dark background.
        case dark
        /// Dark letters on a light background.
        case light
        /// Whatever background the terminal has.
        case any
    }

    /// Colours and attributes of a cell.
    public struct Look: Hashable, Sendable {
        /// The colour of letters.
        public var foreground: Color
        /// The colour behind them.
        public var background: Color
        /// How letters are drawn.
        public var attributes: Attributes

        /// Makes a look; the terminal's own colours by default.
        public init(
            foreground: Color = .standard,
            background: Color = .standard,
            attributes: Attributes = []
        ) {
            self.foreground = foreground
            self.background = background
            self.attributes = attributes
        }
    }

    /// Makes a theme that says what a sheet says.
    public init(name: String, variant: Variant, _ sheet: StyleSheet) {
        self.name = name
        self.variant = variant
        looks = Style.allCases.map(sheet.look)
    }

    /// Foreground, background and attributes of a style.
    public func look(of style: Style) -> Look { looks[style.index] }

    /// The look of a style as a terminal of a depth can draw it.
    ///
    /// What is selected or pressed must stand out: where its background is lost among few colours it is drawn in
    /// reverse.
    public func look(of style: Style, at depth: ColorDepth) -> Look {
        let look = look(of: style)
        let (foreground, background) = depth.pair(look.foreground, on: look.background)
        var shown = Look(foreground: foreground, background: background, attributes: look.attributes)
        if style.surface == .selected || style.surface == .buttonFocused {
            let base = self.look(of: Style())
            let shownBase = depth.pair(base.foreground, on: base.background).background
            if look.background != base.background, background == shownBase { shown.attributes.insert(.reverse) }
        }
        return shown
    }

    /// The terminal's own colours with one accent; selection is by exchange of the terminal's colours, so it is seen on
    /// every background. Written out here, as in `themes/terminal.yaml`, so that nothing is parsed before it is drawn.
    public static let terminal = Theme(
        name: "terminal",
        variant: .any,
        StyleSheet([
            "text": .init(.standard),
            "dim": .init(nil, .dim),
            "placeholder": .init(nil, .dim),
            "title": .init(nil, .bold),
            "title.focused": .init(.ansi(6), .bold),
            "border": .init(nil, .dim),
            "border.focused": .init(.ansi(6), .bold),
            "accent": .init(.ansi(6)),
            "key": .init(.ansi(6), .bold),
            "mark": .init(.ansi(6)),
            "match": .init(.ansi(6), [.bold, .underline]),
            "bar": .init(.ansi(6)),
            "ok": .init(.ansi(2)),
            "pending": .init(.ansi(3)),
            "warn": .init(.ansi(3), .bold),
            "error": .init(.ansi(1), .bold),
            "profile.blue": .init(.ansi(4), .bold),
            "profile.magenta": .init(.ansi(5), .bold),
            "profile.cyan": .init(.ansi(6), .bold),
            "field": .init(nil, .underline),
            "field.focused": .init(nil, [.underline, .bold]),
            "button.focused": .init(.standard, .reverse),
            "selected": .init(.standard, .reverse),
            "selected.dim": .init(nil, .bold),
            "mark@selected": .init(.ansi(6)),
            "match@selected": .init(nil, [.bold, .underline]),
            "warn@selected": .init(nil, .bold),
            "error@selected": .init(nil, .bold),
        ])
    )

    /// Without any colour, for `NO_COLOR` and terminals that have none; as `themes/monochrome.yaml`.
    public static let monochrome = Theme(
        name: "monochrome",
        variant: .any,
        StyleSheet([
            "text": .init(.standard),
            "dim": .init(nil, .dim),
            "placeholder": .init(nil, .dim),
            "title": .init(nil, .bold),
            "border": .init(nil, .dim),
            "border.focused": .init(nil, .bold),
            "key": .init(nil, .bold),
            "match": .init(nil, [.bold, .underline]),
            "warn": .init(nil, .bold),
            "error": .init(nil, [.bold, .underline]),
            "field": .init(nil, .underline),
            "field.focused": .init(nil, [.underline, .bold]),
            "button.focused": .init(.standard, .reverse),
            "selected": .init(.standard, .reverse),
            "selected.dim": .init(nil, .bold),
            "match@selected": .init(nil, [.bold, .underline]),
            "warn@selected": .init(nil, .bold),
            "error@selected": .init(nil, [.bold, .underline]),
        ])
    )
}
