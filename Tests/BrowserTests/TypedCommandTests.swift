import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// The line behind `:`.
struct TypedCommandTests {
    private static let choices = ["production", "qa", "preview", "local"].map {
        ProfileChoice(connection: Connection(profile: $0, host: "\($0).example.org"), target: "\($0).example.org")
    }

    private func line(_ text: String = "", _ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = Robot(width: size.width, height: size.height, profiles: Self.choices)
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press(":")
        robot.type(text)
        return robot
    }

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `The command line suggests matching commands and shows their keys`(_ size: Size) {
        let robot = line("ex", size)
        #expect(robot.row(of: "Export iTwins to a file") != nil)
        golden(robot, "command-line", size)
    }

    @Test func `Opening the command line reloads the profiles`() {
        var robot = line("profile ")
        #expect(robot.effects == [.listProfiles])
        #expect(robot.row(of: "profile preview") != nil)
        robot.send(.profiles([Self.choices[0]]))
        #expect(robot.row(of: "profile preview") == nil)
        #expect(robot.row(of: "profile production") != nil)
    }

    @Test(arguments: [
        ("prof", "tab", "profile"), ("profile q", "tab", "profile qa"), ("profile p", "tab", "profile pr"),
        ("profile pr", "tab", "profile production"), ("profile l", "tab", "profile local"), ("qu", "tab", "quit"),
        ("can", "tab", "Cancel "), ("canc", "tab tab", "Cancel selected request"),
        ("profile ", "down down tab", "profile qa"),
    ])
    func `Tab completes the common prefix, then the first suggestion`(
        _ typed: String,
        _ keys: String,
        _ expected: String
    ) {
        var robot = line(typed)
        robot.press(keys)
        let row = robot.text.split(separator: "\n").first { $0.contains("│ : ") } ?? ""
        #expect(row.contains(": \(expected)"), "\(row)")
    }

    @Test(arguments: ["q", "quit"])
    func `:q quits the program from anywhere`(_ word: String) {
        var robot = line(word)
        robot.press("enter")
        #expect(robot.effects.last == .quit(status: 0))
    }

    @Test(arguments: [("themes", Effect.listThemes), ("redraw", .redraw), ("redraw the screen", .redraw)])
    func `A command runs by its title or its ID`(_ words: String, _ effect: Effect) {
        var robot = line(words)
        robot.press("enter")
        #expect(robot.effects.last == effect)
    }

    @Test(arguments: [
        ("Redraw THE screen", Effect.redraw), ("Q", .quit(status: 0)), ("Quit", .quit(status: 0)),
        ("PROFILE qa", .switchProfile("qa")),
    ])
    func `A command runs in any letter case`(_ words: String, _ effect: Effect) {
        var robot = line(words)
        robot.press("enter")
        #expect(robot.effects.contains(effect))
    }

    @Test(arguments: [("PROFLE", "Did you mean “profile”?"), ("profile PRODUTION", "Did you mean “production”?")])
    func `The nearest command is suggested in any letter case`(_ typed: String, _ expected: String) {
        var robot = line(typed)
        robot.press("enter")
        #expect(robot.row(of: expected) != nil, "\(robot.text)")
    }

    @Test func `Arrow keys select a suggestion and Enter runs it`() {
        var robot = line("global")
        robot.press("down enter")
        #expect(robot.row(of: "[6 Global]") != nil)
    }

    @Test func `A command that is unavailable here says why`() {
        var robot = line("image.remove")
        robot.press("enter")
        #expect(robot.row(of: ": image.remove") == nil)
        #expect(robot.text.contains("image"))
    }

    @Test(arguments: [
        ("profle", "Unknown command “profle”. Did you mean “profile”?"),
        ("refrsh", "Did you mean “Refresh”?"), ("frobnicate", "Unknown command “frobnicate”."),
        ("profile prodution", "Unknown profile “prodution”. Did you mean “production”?"),
        ("profile nowhere", "Unknown profile “nowhere”. The profiles are production, qa,"),
    ])
    func `An unknown command suggests the nearest one and can be corrected`(_ typed: String, _ expected: String) {
        var robot = line(typed)
        robot.press("enter")
        #expect(robot.row(of: expected) != nil, "\(robot.text)")
        #expect(robot.row(of: ": \(typed)") != nil)
        #expect(robot.effects == [.listProfiles])
        robot.press("backspace")
        #expect(robot.row(of: expected) == nil)
    }

    @Test(arguments: ["esc", "ctrl-c", "backspace"])
    func `Esc, Ctrl-C and Backspace close the command line without running anything`(_ key: String) {
        var robot = line()
        robot.press(key)
        #expect(robot.row(of: "Command") == nil)
        #expect(robot.effects == [.listProfiles])
    }

    @Test func `Text pasted into the command line is inserted`() {
        var robot = line()
        robot.paste("profile qa\n")
        #expect(robot.row(of: ": profile qa") != nil)
        #expect(robot.effects == [.listProfiles])
        robot.press("enter")
        #expect(robot.effects.contains(.switchProfile("qa")))
    }
}
