import Screen
import Testing

@Suite struct `Themes` {
    static let styles = Style.allCases

    @Test func `Every style has its own index`() {
        #expect(Style.allCases.map(\.index) == Array(Style.allCases.indices))
        let theme = Theme(name: "numbers", variant: .any, StyleSheet(["mark@selected": .init(.ansi(1))]))
        let changed = Style.allCases.filter { theme.look(of: $0).foreground == .ansi(1) }
        #expect(changed == [Style(.mark, on: .selected)])
    }

    @Test func `A theme without profile colours draws a red profile like an error`() {
        let theme = Theme(name: "old", variant: .any, StyleSheet(["error": .init(.ansi(1), .bold)]))
        #expect(theme.look(of: Style(.profileRed)) == theme.look(of: Style(.error)))
        let own = Theme(
            name: "new",
            variant: .any,
            StyleSheet(["error": .init(.ansi(1)), "profile.red": .init(.ansi(5))])
        )
        #expect(own.look(of: Style(.profileRed)).foreground == .ansi(5))
    }

    @Test func `A selection or button is reversed where its background is lost in few colours`() {
        let sheet = StyleSheet([
            "text": .init(.rgb(RGB(0xD5DAE3))), "base": .init(on: .rgb(RGB(0x1B1F27))),
            "selected": .init(on: .rgb(RGB(0x232833))), "dialog": .init(on: .rgb(RGB(0x232833))),
        ])
        let theme = Theme(name: "close", variant: .dark, sheet)
        #expect(!theme.look(of: Style(.text, on: .selected), at: .direct).attributes.contains(.reverse))
        #expect(theme.look(of: Style(.text, on: .selected), at: .eight).attributes.contains(.reverse))
        #expect(!theme.look(of: Style(.text, on: .dialog), at: .eight).attributes.contains(.reverse))
        #expect(!theme.look(of: Style(.text), at: .eight).attributes.contains(.reverse))
    }

    @Test(arguments: styles)
    func `The monochrome theme has no colour`(style: Style) {
        let look = Theme.monochrome.look(of: style)
        #expect(look.foreground == .standard)
        #expect(look.background == .standard)
    }

    @Test(arguments: styles)
    func `The terminal theme uses only the eight colours that every terminal has`(style: Style) {
        let look = Theme.terminal.look(of: style)
        for color in [look.foreground, look.background] {
            if case .ansi(let index) = color { #expect(index < 8) }
        }
    }

    @Test(arguments: Role.allCases)
    func `Selection, input and buttons are visible without colour`(role: Role) {
        for theme in [Theme.terminal, .monochrome] {
            let selected = theme.look(of: Style(role, on: .selected)).attributes
            #expect(selected.contains(.reverse))
            #expect(theme.look(of: Style(role, on: .buttonFocused)).attributes.contains(.reverse))
            #expect(theme.look(of: Style(role, on: .selectedDim)).attributes.contains(.bold))
            #expect(theme.look(of: Style(role, on: .field)).attributes.contains(.underline))
            #expect(theme.look(of: Style(role, on: .fieldFocused)).attributes.isSuperset(of: [.underline, .bold]))
        }
    }

    @Test(arguments: [Role.error, .warn, .match, .title, .titleFocused, .borderFocused, .key, .dim])
    func `Important styles differ from plain text without colour`(role: Role) {
        #expect(!Theme.monochrome.look(of: Style(role)).attributes.isEmpty)
        #expect(Theme.monochrome.look(of: Style(.text)).attributes.isEmpty)
    }

    @Test func `Names of roles and surfaces are unique and valid in files`() {
        let names = Role.allCases.map(\.name) + Surface.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "." } })
        #expect(Style(.match).name == "match")
        #expect(Style(.text, on: .fieldFocused).name == "text@field.focused")
    }
}
