import CNcurses
import Screen

/// How styles look on this terminal: attributes and colour pairs, each worked out once.
struct Palette {
    private let theme: Theme
    private let colors: Int
    /// The look of each style, by the numbers of its role and surface.
    private var looks = [Look?](repeating: nil, count: Role.allCases.count * Surface.allCases.count)

    /// What ncurses wants for a cell.
    struct Look {
        var attributes: UInt32
        var pair: Int32
    }

    init(theme: Theme, colors: Int) {
        self.theme = theme
        self.colors = colors
    }

    mutating func look(of style: Style) -> Look {
        let index = Int(style.role.rawValue) * Surface.allCases.count + Int(style.surface.rawValue)
        if let known = looks[index] { return known }
        let look = theme.look(of: style)
        var attributes: UInt32 = 0
        if look.attributes.contains(.bold) { attributes |= tc_bold() }
        if look.attributes.contains(.dim) { attributes |= tc_dim() }
        if look.attributes.contains(.underline) { attributes |= tc_underline() }
        if look.attributes.contains(.reverse) { attributes |= tc_reverse() }
        let pair = colors > 0 ? tc_pair(number(look.foreground), number(look.background)) : 0
        let made = Look(attributes: attributes, pair: pair)
        looks[index] = made
        return made
    }

    private func number(_ color: Color) -> Int32 {
        switch color {
        case .standard: -1
        case .ansi(let index): Int(index) < colors ? Int32(index) : Int32(index) % 8
        }
    }
}
