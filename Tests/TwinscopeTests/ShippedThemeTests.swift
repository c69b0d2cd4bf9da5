import Browser
import Foundation
import Screen
import TestSupport
import Testing

@testable import twinscope

/// The themes in the program: that they can be read, and that people can read what is drawn in them.
struct ShippedThemeTests {
    private static let library = ThemeLibrary(folder: nil)
    private static let names = ThemeLibrary.builtIn.map(\.name)
    /// Those that say every colour themselves. What the others show is the terminal's, whose colours nobody tells: of
    /// them only attributes can be tested, in `ThemeTests`.
    private static let painted = names.filter { $0 != "terminal" && $0 != "monochrome" }

    /// Lines and bars, which are no text.
    private static let chrome: Set<Role> = [.border, .borderFocused, .bar]
    /// The surfaces on which boxes are drawn.
    private static let grounds: Set<Surface> = [.base, .dialog]

    /// Every style that the views draw: lines and bars only on grounds, text everywhere.
    private static let drawn = Style.allCases.filter { !chrome.contains($0.role) || grounds.contains($0.surface) }

    /// The theme as its file says it, also where the program does not need the file.
    private func read(_ name: String) throws -> Theme {
        let yaml = try #require(ThemeLibrary.builtIn.first { $0.name == name }).yaml
        let file = "themes/\(name).yaml"
        return try ThemeFile.theme(
            name,
            [ThemeFile(YAMLText(Data(yaml), file: file, of: .theme), name: name, file: file)]
        )
    }

    private func contrast(_ look: Theme.Look) throws -> Double {
        let letters = try #require(look.foreground.usualRGB)
        return letters.contrast(with: try #require(look.background.usualRGB))
    }

    @Test func `Eight themes are built in: terminal, two dark, two light, two high contrast and monochrome`() {
        let choices = Self.library.choices()
        #expect(choices.map(\.name) == Self.names)
        #expect(choices.allSatisfy { $0.origin == .builtIn })
        let variants = choices.compactMap { choice -> Theme.Variant? in
            if case .theme(let theme) = choice.content { theme.variant } else { nil }
        }
        #expect(variants == [.any, .dark, .dark, .light, .light, .dark, .light, .any])
    }

    @Test func `The themes folder contains exactly the built-in themes`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let files = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("themes").path)
        #expect(files.sorted() == Self.names.map { "\($0).yaml" }.sorted())
    }

    @Test func `Every golden file belongs to a theme, and every theme has one`() throws {
        #expect(try goldenNames() == Set(Self.names.map { "theme-\($0)" }))
    }

    @Test func `The two themes written in Swift equal their files`() throws {
        #expect(try read("terminal") == .terminal)
        #expect(try read("monochrome") == .monochrome)
    }

    @Test(arguments: painted, [ColorDepth.direct, .indexed, .sixteen, .eight])
    func `Text has a contrast of 4.5:1 and lines 3:1, at every colour depth`(
        _ name: String,
        _ depth: ColorDepth
    ) throws {
        let theme = try Self.library.theme(name)
        for style in Self.drawn {
            let contrast = try contrast(theme.look(of: style, at: depth))
            let needed = Self.chrome.contains(style.role) ? 3 : ColorDepth.readable
            #expect(contrast >= needed, "\(style.name) has \(contrast)")
        }
    }

    @Test(arguments: ["high-contrast-dark", "high-contrast-light"])
    func `High contrast themes have 7:1 for most text and 4.5:1 for lines`(_ name: String) throws {
        let theme = try Self.library.theme(name)
        for style in Self.drawn where Self.grounds.contains(style.surface) {
            let contrast = try contrast(theme.look(of: style))
            #expect(contrast >= (Self.chrome.contains(style.role) ? 4.5 : 7), "\(style.name) has \(contrast)")
        }
    }

    @Test(arguments: painted, [ColorDepth.direct, .indexed])
    func `A colour stands for one state, also for red-green colour blindness`(
        _ name: String,
        _ depth: ColorDepth
    ) throws {
        let theme = try Self.library.theme(name)
        let states: [Role] = [.ok, .pending, .warn, .error]
        let colors = try states.map { try #require(theme.look(of: Style($0), at: depth).foreground.usualRGB) }
        for seen in [ColorVision.usual, .withoutGreen, .withoutRed] {
            for (index, one) in colors.enumerated() {
                for other in colors[(index + 1)...] {
                    let distance = seen.color(one).oklab.distance(to: seen.color(other).oklab)
                    #expect(distance >= 0.05, "\(one) and \(other) look like \(distance) to \(seen)")
                }
            }
        }
    }

    @Test(arguments: names)
    func `Whatever a colour shows, an attribute shows too`(_ name: String) throws {
        let theme = try Self.library.theme(name)
        func attributes(_ role: Role, _ surface: Surface = .base) -> Attributes {
            theme.look(of: Style(role, on: surface)).attributes
        }
        for role in [Role.title, .titleFocused, .borderFocused, .key, .warn, .error, .match] {
            #expect(attributes(role).contains(.bold), "\(role)")
        }
        #expect(attributes(.match).contains(.underline))
        #expect(attributes(.match, .selected).contains(.underline))
        for surface in [Surface.selected, .selectedDim, .field, .fieldFocused, .buttonFocused] {
            #expect(attributes(.text, surface) != attributes(.text), "\(surface)")
        }
        #expect(attributes(.text, .field) != attributes(.text, .fieldFocused))
    }

    @Test(arguments: names)
    func `Every style matches the golden file of its theme`(_ name: String) throws {
        let theme = try Self.library.theme(name)
        let lines = Style.allCases.map { style in
            let look = theme.look(of: style)
            let attributes = Attributes.named.filter { look.attributes.contains($0.attribute) }.map(\.name)
            let columns = ["\(style.role.name)@\(style.surface.name)", look.foreground.word, look.background.word]
            return (columns + attributes).joined(separator: " ")
        }
        expectText((["\(name) \(theme.variant)"] + lines).joined(separator: "\n") + "\n", "theme-\(name)")
    }
}

/// How colours look to people (Viénot, Brettel and Mollon, 1999).
private enum ColorVision {
    case usual, withoutGreen, withoutRed

    /// The colour that looks to most as this one does to those with this vision.
    func color(_ rgb: RGB) -> RGB {
        let parts: [[Double]] =
            switch self {
            case .usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
            case .withoutGreen: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]
            case .withoutRed: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]
            }
        let light = [rgb.red, rgb.green, rgb.blue].map { pow(Double($0) / 255, 2.2) }
        let seen = parts.map { row -> UInt8 in
            let sum = zip(row, light).reduce(0) { $0 + $1.0 * $1.1 }
            return UInt8((pow(min(max(sum, 0), 1), 1 / 2.2) * 255).rounded())
        }
        return RGB(seen[0], seen[1], seen[2])
    }
}

extension Color {
    /// The colour in a golden file.
    fileprivate var word: String {
        switch self {
        case .standard: return "default"
        case .ansi(let index), .indexed(let index): return "ansi-\(index)"
        case .rgb(let rgb):
            let digits = String(rgb.hex, radix: 16)
            return "#" + String(repeating: "0", count: 6 - digits.count) + digits
        }
    }
}
