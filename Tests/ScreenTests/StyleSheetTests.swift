import Screen
import Testing

/// How the look of every style follows from what a theme says.
struct StyleSheetTests {
    private static let red = Color.ansi(1)
    private static let blue = Color.ansi(4)
    private static let grey = Color.indexed(240)

    private func look(_ entries: [String: StyleSheet.Entry], _ role: Role, _ surface: Surface = .base) -> Theme.Look {
        StyleSheet(entries).look(of: Style(role, on: surface))
    }

    @Test func `A style without a definition uses that of its longest defined prefix`() {
        let entries: [String: StyleSheet.Entry] = ["text": .init(Self.grey, .dim), "title": .init(Self.red, .bold)]
        #expect(look(entries, .titleFocused) == .init(foreground: Self.red, attributes: .bold))
        #expect(look(entries, .error) == .init(foreground: Self.grey, attributes: .dim))
        let own = entries.merging(["title.focused": .init(nil, .underline)]) { $1 }
        #expect(look(own, .titleFocused) == .init(foreground: Self.grey, attributes: .underline))
    }

    @Test func `A surface sets the background, and its attributes are added to the role's`() {
        let entries: [String: StyleSheet.Entry] = [
            "base": .init(on: Self.blue), "error": .init(Self.red, .bold), "field": .init(on: Self.grey, .underline),
        ]
        #expect(look(entries, .error) == .init(foreground: Self.red, background: Self.blue, attributes: .bold))
        let field = look(entries, .error, .fieldFocused)
        #expect(field == .init(foreground: Self.red, background: Self.grey, attributes: [.bold, .underline]))
        #expect(look(entries, .error, .dialog).background == Self.blue)
    }

    @Test func `A surface with a text colour draws all roles alike, except its exceptions`() {
        let entries: [String: StyleSheet.Entry] = [
            "dim": .init(Self.grey, .dim), "error": .init(Self.red, .bold), "title": .init(nil, .underline),
            "selected": .init(.standard, on: Self.blue, .reverse), "error@selected": .init(Self.red, .bold),
            "title@selected": .init(on: Self.grey),
        ]
        let plain = Theme.Look(foreground: .standard, background: Self.blue, attributes: .reverse)
        #expect(look(entries, .dim, .selected) == plain)
        #expect(look(entries, .match, .selected) == plain)
        let error = look(entries, .error, .selected)
        #expect(error == .init(foreground: Self.red, background: Self.blue, attributes: [.bold, .reverse]))
        let title = look(entries, .titleFocused, .selected)
        #expect(title == .init(foreground: .standard, background: Self.grey, attributes: .reverse))
    }

    @Test func `A role's own background applies if the surface doesn't draw all roles alike`() {
        let entries: [String: StyleSheet.Entry] = [
            "match": .init(Self.red, on: Self.grey), "selected": .init(.standard, on: Self.blue),
        ]
        #expect(look(entries, .match).background == Self.grey)
        #expect(look(entries, .match, .dialog).background == Self.grey)
        #expect(look(entries, .match, .selected).background == Self.blue)
    }

    @Test func `An empty style sheet is plain text everywhere`() {
        for style in Style.allCases { #expect(StyleSheet([:]).look(of: style) == Theme.Look()) }
    }

    @Test func `Every style can be named in a theme`() {
        for style in Style.allCases { #expect(StyleSheet.names.contains(style.name)) }
        #expect(Set(StyleSheet.names).count == StyleSheet.names.count)
        #expect(StyleSheet.names.contains("selected"))
        #expect(StyleSheet.names.contains("match@selected"))
    }
}
