import Foundation
import Screen
import Testing

@testable import twinscope

/// What theme files may say, and what is said about those that say something else.
struct ThemeFileTests {
    private func theme(_ text: String) throws -> Theme { try theme(Data(text.utf8)) }

    private func theme(_ bytes: Data) throws -> Theme {
        let text = try YAMLText(bytes, file: "themes/mine.yaml", of: .theme)
        return try ThemeFile.theme("mine", [ThemeFile(text, name: "mine", file: "themes/mine.yaml")])
    }

    /// What is wrong with a file, in one sentence; nil when nothing is.
    private func problem(_ text: String) -> String? { problem(Data(text.utf8)) }

    private func problem(_ bytes: Data) -> String? {
        do {
            _ = try theme(bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static let good = """
        # mine
        name: mine
        variant: dark
        palette:
          ground: "#101820"
          red: '#ff6060'
        roles:
          text: bright-white
          base: on ground
          error: red bold
          warn: ansi 214 on ansi 3 underline
          match: {fg: ansi 11, bg: ground, attributes: [bold, underline]}
          key: {attributes: bold}
          selected: default reverse
          match@selected: red

        """

    @Test func `A style is words or a mapping, and a colour is from the palette, the terminal or any RGB`() throws {
        let theme = try theme(Self.good)
        let ground = Color.rgb(RGB(0x101820))
        let red = Color.rgb(RGB(0xFF6060))
        func look(_ role: Role, _ surface: Surface = .base) -> Theme.Look { theme.look(of: Style(role, on: surface)) }
        #expect(theme.name == "mine")
        #expect(theme.variant == .dark)
        #expect(look(.text) == .init(foreground: .ansi(15), background: ground))
        #expect(look(.error) == .init(foreground: red, background: ground, attributes: .bold))
        #expect(look(.warn) == .init(foreground: .indexed(214), background: .ansi(3), attributes: .underline))
        #expect(look(.match) == .init(foreground: .ansi(11), background: ground, attributes: [.bold, .underline]))
        #expect(look(.key) == .init(foreground: .ansi(15), background: ground, attributes: .bold))
        #expect(look(.ok, .selected) == .init(foreground: .standard, background: ground, attributes: .reverse))
        #expect(look(.match, .selected) == .init(foreground: red, background: ground, attributes: .reverse))
    }

    @Test func `A byte-order mark and other line endings are accepted in a theme`() throws {
        let theme = try theme(Self.good)
        #expect(try self.theme("\u{FEFF}" + Self.good) == theme)
        #expect(try self.theme(Self.good.replacing("\n", with: "\r\n")) == theme)
        #expect(problem("\u{FEFF}name: mine\r\nroles:\r\n  text: tael\r\n")?.contains("line 3 column 9") == true)
    }

    @Test func `An empty theme file is plain text`() throws {
        for text in ["", "\n", "# nothing\n", "---\n", "{}"] {
            #expect(try theme(text).look(of: Style(.error)) == Theme.Look())
        }
    }

    @Test(arguments: [
        ("roles:\n  text:\n    fgg: red\n", 3, 5, "“fgg” isn't a style key; use fg, bg or attributes"),
        ("rolls:\n  text: red\n", 1, 1, "“rolls” isn't a theme key; did you mean “roles”?"),
        ("colours: 1\n", 1, 1, "“colours” isn't a theme key; use name, variant, inherits, palette, roles"),
        ("name: other\n", 1, 7, "the name is “other” but the file is “mine”; make them equal"),
        ("variant: dusky\n", 1, 10, "“dusky” isn't a variant; use dark, light or any"),
        ("variant: [dark]\n", 1, 10, "“variant” must be text, not a list"),
        ("palette: red\n", 1, 10, "a palette must be lines of “key: value”, not text"),
        ("palette:\n  on: red\n", 2, 3, "“on” is a reserved word; choose another name"),
        ("palette:\n  sky: blu\n", 2, 8, "“blu” isn't a colour; did you mean “blue”?"),
        ("palette:\n  sky: \"#12345\"\n", 2, 8, "“#12345” isn't a colour; use a palette name"),
        ("palette:\n  sky: #123456\n", 2, 7, "“sky” is empty; a colour that begins with # needs quotes"),
        ("roles: [text]\n", 1, 8, "the list of roles must be lines of “key: value”, not a list"),
        ("roles:\n  txet: red\n", 2, 3, "“txet” isn't a role or surface; did you mean “text”?"),
        ("roles:\n  something: red\n", 2, 3, "“something” isn't a role or surface; use text, dim, accent, title,"),
        ("roles:\n  error@selectd: red\n", 2, 3, "did you mean “error@selected”?"),
        ("roles:\n  text: red blue\n", 2, 9, "“red blue” has two text or background colours"),
        ("roles:\n  text: red on\n", 2, 9, "isn't a colour"),
        ("roles:\n  text: ansi 256\n", 2, 9, "“ansi 256” isn't a colour"),
        ("roles:\n  text: {fg: red, attributes: [bolt]}\n", 2, 31, "“bolt” isn't an attribute; use bold, dim"),
        ("roles:\n  text: {fg: {r: 1}}\n", 2, 14, "“fg” must be text, not a mapping"),
        ("roles:\n  base: red on blue\n", 2, 9, "base can't have a text colour; set it for text"),
        ("roles:\n  text: red\n  text: blue\n", 2, 3, "“text” appears twice; remove one"),
        ("roles:\n\ttext: red\n", 2, 1, "this isn't valid YAML: "),
        ("roles: {text: red\n", 2, 1, "this isn't valid YAML: "),
        ("name: mine\n---\nname: mine\n", 2, 1, "this isn't valid YAML: "),
        ("just words\n", 1, 1, "a theme must be lines of “key: value”, not text"),
        ("roles:\n  text: 'red\n", 2, 9, "a quote isn't closed on its line"),
        ("name: mine\u{7}\n", 1, 11, "the control character U+7 isn't allowed in a theme; remove it"),
        ("name: mi\0ne\n", 1, 9, "the control character U+0"),
        ("name: mine\rvariant: any\n", 1, 11, "the control character U+D"),
        ("? [a, b]\n: c\n", 1, 3, "a key must be one word"),
    ])
    func `A mistake in a theme is reported with file, line, column and a suggestion`(
        _ text: String,
        _ line: Int,
        _ column: Int,
        _ expected: String
    ) throws {
        let told = try #require(problem(text))
        #expect(told.hasPrefix("themes/mine.yaml line \(line) column \(column): "), "\(told)")
        #expect(told.contains(expected), "\(told)")
    }

    @Test(arguments: [
        "palette: {a: &a [x, x], b: &b [*a, *a], c: &c [*b, *b]}\n", "roles:\n  text: &t red\n  dim: *t\n",
        "? &a [x, x]\n: y\n", "roles: &r {text: red}\n", "roles:\n  <<: *r\n",
    ])
    func `Anchors and aliases, which can expand to fill memory, are rejected`(_ text: String) throws {
        #expect(try #require(problem(text)).contains("YAML anchors and aliases aren't allowed in themes"))
    }

    @Test func `Words in comments and quotes are not taken for anchors`() throws {
        #expect(problem("# calm & quiet *\nname: \"mine\" # & more\npalette: {a: '#101010'}\n") == nil)
    }

    @Test func `A theme that is too large, too deep or not UTF-8 is rejected without being read to its end`() throws {
        #expect(problem(Data(count: YAMLText.limit + 1))?.contains("larger than the limit of 1 MiB") == true)
        #expect(problem(Data([0x6E, 0xFF, 0x0A]))?.contains("isn't UTF-8") == true)
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(problem("roles: \(deep)\n")?.contains("isn't valid YAML") == true)
        let blocks = String(repeating: "- ", count: 100_000) + "x\n"
        #expect(problem(blocks)?.contains("themes/mine.yaml") == true)
    }

    @Test func `A long word is shortened in the error message`() throws {
        let told = try #require(problem("roles:\n  \(String(repeating: "x", count: 900)): red\n"))
        #expect(told.count < 420)
        #expect(told.contains("x…”"))
    }
}
