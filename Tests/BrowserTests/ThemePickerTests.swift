import Browser
import Screen
import TestSupport
import Testing

/// The list of themes: what the screen shows while one looks, what is kept, what comes back.
struct ThemePickerTests {
    private static func theme(_ name: String, _ color: UInt8) -> Theme {
        Theme(name: name, variant: .dark, StyleSheet(["text": .init(.ansi(color))]))
    }
    private static let dark = theme("dark", 7)
    private static let mine = theme("mine", 6)
    private static let problem =
        "themes/broken.yaml line 7 column 3: “fgg” isn't a style key; use fg, bg or attributes."

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    private func picker(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press("t")
        robot.send(
            .themes([
                ThemeChoice(name: "terminal", origin: .builtIn, content: .theme(.terminal)),
                ThemeChoice(name: "dark", origin: .builtIn, content: .theme(Self.dark)),
                ThemeChoice(name: "broken", origin: .own, content: .problem(Self.problem)),
                ThemeChoice(name: "mine", origin: .own, content: .theme(Self.mine)),
            ])
        )
        return robot
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `The theme list shows name, kind and source of each theme, and samples of the current one`(_ size: Size) throws
    {
        let robot = picker(size)
        // Name, kind and origin in one row of the list.
        let origin = size.width > 40 ? " +built-in" : ""
        for row in ["terminal +any\(origin)", "dark +dark\(origin)", "broken +✗ broken +yours", "mine +dark +yours"] {
            #expect(try robot.text.contains(Regex(row)), "\(row)")
        }
        #expect(robot.text.contains("✓ ok"))
        golden(robot, "themes", size)
    }

    @Test func `Themes are loaded when the list opens`() {
        var robot = Robot()
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press("t")
        #expect(robot.effects == [.listThemes])
        #expect(robot.text.contains("loading themes…"))
        robot.press("j enter")
        #expect(robot.effects == [.listThemes])
    }

    @Test func `The screen previews the theme under the cursor`() {
        var robot = picker()
        #expect(robot.browser.theme == .terminal)
        robot.press("j")
        #expect(robot.browser.theme == Self.dark)
        robot.press("G")
        #expect(robot.browser.theme == Self.mine)
        robot.press("up up down home")
        #expect(robot.browser.theme == .terminal)
    }

    @Test(arguments: ["esc", "q", "t", "ctrl-c"])
    func `Leaving the theme list restores the previous theme and saves nothing`(_ key: String) {
        var robot = picker()
        robot.press("j \(key)")
        #expect(robot.browser.theme == .terminal)
        #expect(!robot.text.contains("Themes"))
        #expect(robot.effects == [.listThemes])
    }

    @Test func `Enter keeps the selected theme, also for later runs`() {
        var robot = picker()
        robot.press("G enter")
        #expect(robot.browser.theme == Self.mine)
        #expect(robot.effects == [.listThemes, .save(Remembered(theme: "mine"))])
        robot.press("t")
        #expect(robot.browser.theme == Self.mine)
    }

    @Test func `A broken theme says what is wrong, is not previewed and can't be selected`() {
        var robot = picker()
        robot.press("j j")
        #expect(robot.browser.theme == Self.dark)
        #expect(robot.text.contains("themes/broken.yaml line 7"))
        #expect(robot.text.contains("✗ broken"))
        robot.press("enter")
        #expect(robot.text.contains("Themes"))
        robot.press("esc")
        #expect(robot.browser.theme == .terminal)
    }

    @Test func `A saved theme that is loaded late applies unless another was selected`() {
        var robot = Robot()
        robot.send(.theme(Self.dark))
        #expect(robot.browser.theme == Self.dark)
        var other = picker()
        other.press("j")
        other.send(.theme(Self.mine))
        #expect(other.browser.theme == Self.dark)
        other.press("enter")
        other.send(.theme(Self.mine))
        #expect(other.browser.theme == Self.dark)
    }

    @Test func `Without colours the theme list says why all themes look alike`() {
        let connection = Connection(profile: "LOCAL", host: nil)
        var browser = Browser(connection: connection, size: Size(width: 100, height: 30), hasColors: false)
        _ = browser.start(at: Robot.noon)
        _ = browser.update(.input(.key(Key(.character("t")))), at: Robot.noon)
        #expect(browser.view(at: Robot.noon).text().contains("Colours are off"))
    }
}
