/// How many colours a terminal has, and what comes nearest to others.
public enum ColorDepth: Hashable, Sendable, CaseIterable {
    /// None.
    case monochrome
    /// The eight of ANSI.
    case eight
    /// These and eight bright ones.
    case sixteen
    /// xterm's 256.
    case indexed
    /// Every colour of the sRGB space.
    case direct

    /// Makes the depth of a terminal.
    ///
    /// - Parameters:
    ///   - colors: terminfo's `colors`.
    ///   - isDirect: whether terminfo's `RGB` says that colour numbers are parts of red, green and blue.
    public init(colors: Int, isDirect: Bool) {
        switch colors {
        case ..<8: self = .monochrome
        case 0x100_0000... where isDirect: self = .direct
        // Parts of fewer than eight bits: below eight the numbers mean ANSI's colours there too.
        case _ where isDirect: self = .eight
        case ..<16: self = .eight
        case ..<256: self = .sixteen
        default: self = .indexed
        }
    }

    /// The contrast below which text is hard to read (WCAG 2.1, 1.4.3).
    public static let readable = 4.5

    /// A foreground and a background as this depth can draw them.
    ///
    /// Each becomes what looks nearest, but the foreground never loses contrast by that: where the original pair could
    /// be read, this one can, too, or it has the most contrast there is. The terminal's own colours stay what they are.
    public func pair(_ foreground: Color, on background: Color) -> (foreground: Color, background: Color) {
        let below = kept(background) ?? inOrder(of: background).first ?? background
        if let foreground = kept(foreground) { return (foreground, below) }
        let candidates = inOrder(of: foreground)
        let nearest = candidates.first ?? foreground
        guard let wanted = foreground.usualRGB, let original = background.usualRGB, let shown = below.usualRGB else {
            return (nearest, below)
        }
        let needed = min(wanted.contrast(with: original), Self.readable)
        func contrast(_ color: Color) -> Double { color.usualRGB?.contrast(with: shown) ?? 0 }
        let readable = candidates.first { contrast($0) >= needed }
        return (readable ?? candidates.max { contrast($0) < contrast($1) } ?? nearest, below)
    }

    /// What a colour is without any looking for others; nil when the nearest must be found.
    private func kept(_ color: Color) -> Color? {
        switch (self, color) {
        case (.monochrome, _), (_, .standard): .standard
        case (.direct, _), (.sixteen, .ansi), (.indexed, .ansi), (.indexed, .indexed): color
        case (.eight, .ansi(let index)): .ansi(index % 8)
        default: nil
        }
    }

    /// The colours of this depth, the nearest first. With 256 the first sixteen are left out: they are what the user
    /// made of them.
    private func inOrder(of color: Color) -> [Color] {
        guard let target = color.usualRGB?.oklab else { return [] }
        let candidates: [(color: Color, index: Int)] =
            switch self {
            case .monochrome, .direct: []
            case .eight: (0..<8).map { (.ansi(UInt8($0)), $0) }
            case .sixteen: (0..<16).map { (.ansi(UInt8($0)), $0) }
            case .indexed: (16..<256).map { (.indexed(UInt8($0)), $0) }
            }
        // Among few colours a grey must not become one: how colourful they are counts more.
        let weight = self == .indexed ? 1.0 : 3
        return candidates.map { ($0.color, Self.oklab[$0.index].distance(to: target, chroma: weight)) }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }

    private static let oklab = RGB.xterm.map(\.oklab)

    /// The number by which terminfo's `setaf` and `setab` know a colour that `pair` made; -1 for the terminal's own.
    public func number(of color: Color) -> Int32 {
        switch (self, color) {
        case (_, .standard), (.monochrome, _): -1
        case (.direct, .ansi(let index)) where index < 8: Int32(index)
        case (.direct, _): color.usualRGB.map(Self.directNumber) ?? -1
        case (_, .ansi(let index)), (_, .indexed(let index)): Int32(index)
        case (_, .rgb): -1
        }
    }

    /// Terminals of direct colour take the numbers below 8, some those below 256, for palette colours: the darkest
    /// blues get a touch of green that nobody sees.
    private static func directNumber(_ rgb: RGB) -> Int32 { Int32(rgb.hex < 0x100 ? rgb.hex | 0x100 : rgb.hex) }
}
