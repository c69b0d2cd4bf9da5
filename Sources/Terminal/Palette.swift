import CNcurses
import Screen

/// How styles look on this terminal: attributes and colour pairs, each worked out once.
struct Palette {
    private let theme: Theme
    private let depth: ColorDepth
    /// The look of each style, by its index.
    private var looks = [Look?](repeating: nil, count: Style.allCases.count)

    /// What ncurses wants for a cell.
    struct Look {
        var attributes: UInt32
        var pair: Int32
    }

    /// Makes the palette of a theme; where there are no colours it is that of the monochrome one.
    init(theme: Theme, depth: ColorDepth) {
        self.theme = depth == .monochrome ? .monochrome : theme
        self.depth = depth
    }

    mutating func look(of style: Style) -> Look {
        if let known = looks[style.index] { return known }
        let look = theme.look(of: style, at: depth)
        var attributes: UInt32 = 0
        if look.attributes.contains(.bold) { attributes |= tc_bold() }
        if look.attributes.contains(.dim) { attributes |= tc_dim() }
        if look.attributes.contains(.underline) { attributes |= tc_underline() }
        if look.attributes.contains(.reverse) { attributes |= tc_reverse() }
        let pair = tc_pair(depth.number(of: look.foreground), depth.number(of: look.background))
        let made = Look(attributes: attributes, pair: pair)
        looks[style.index] = made
        return made
    }
}
