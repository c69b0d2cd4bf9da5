import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Keys are bound in one table: what they do in dialogs, and where texts name them.
struct KeymapTests {
    private static let keymap = Keymap(changes: [
        "refresh": ["F"], "cancel": ["f2"], "create": ["N"], "inactive.toggle": ["I"], "secrets.reveal": [],
        "form.submit": ["ctrl-w"], "form.down": ["f3", "down"], "menu.accept": ["f4"], "question.yes": ["o"],
        "typing.accept": ["f5"], "sort": ["f6"],
    ])

    private func robot(_ keymap: Keymap = Self.keymap, connection: Connection? = nil) -> Robot {
        var robot = Robot(connection: connection, keymap: keymap)
        robot.serve(.sample)
        return robot
    }

    @Test func `A keymap can be changed by the ids of commands and of what dialogs do, and tells what is taken twice`()
    {
        #expect(Self.keymap.conflicts.isEmpty)
        #expect(
            Keymap(changes: ["refresh": ["d", "no such key"]]).conflicts == ["refresh: d", "refresh: no such key"]
        )
        #expect(Keymap(changes: ["refresh": ["n n"]]).conflicts == ["refresh: n n"])
        #expect(Keymap(changes: ["form.submit": ["tab"]]).conflicts == ["form.down: tab"])
    }

    @Test func `Texts name the keys that commands are bound to`() {
        var robot = robot()
        robot.press("2 /")
        robot.type("nothing like this")
        #expect(robot.text.contains("“nothing like this”.  f2 "))
        robot = Robot(keymap: Self.keymap)
        robot.press("2")
        while robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .getMyITwins))) {}
        #expect(robot.text.contains("F  retries"))
        #expect(!robot.text.contains("r  retries"))
        robot = Robot(keymap: Self.keymap)
        robot.press("2")
        while robot.answer(.success(.iTwins(Page([])))) {}
        #expect(robot.text.contains("N  creates one."))
    }

    @Test func `A command without a key is named as the command line takes it`() {
        var robot = robot()
        robot.press("6 :")
        robot.type("secrets.reveal")
        robot.press("f5")
        #expect(robot.text.contains(":secrets.reveal  masks them"))
    }

    @Test func `The keys of a form and its footer follow the keymap`() throws {
        var robot = robot()
        robot.press("2 N")
        let footer = try #require(robot.text.split(separator: "\n").last)
        for hint in ["f3 next", "⇧tab previous", "^W create", "f2 cancel"] { #expect(footer.contains(hint), "\(hint)") }
        robot.press("f3 f3")
        robot.type("Cable Bridge")
        robot.press("enter ctrl-s")
        #expect(!robot.asked.contains { $0.id == .createITwin })
        robot.press("ctrl-w")
        #expect(robot.asked.contains { $0.id == .createITwin })
    }

    @Test func `A menu is closed by the key that opens it, and picked from by the key that is bound`() throws {
        var robot = robot()
        robot.press("2 f6")
        #expect(try #require(robot.text.split(separator: "\n").last).contains("f4 sort"))
        robot.press("f6")
        #expect(!robot.text.contains("Sort iTwins"))
        robot.press("f6 j enter")
        #expect(robot.text.contains("Sort iTwins"))
        robot.press("f4")
        #expect(!robot.text.contains("Sort iTwins"))
    }

    @Test func `A question names its keys, and ctrl-c cancels whatever is bound`() throws {
        var connection = Connection(profile: "production", label: "PROD", host: "api.bentley.com")
        connection.confirmsWrites = true
        var robot = robot(connection: connection)
        robot.press("2 j f")
        #expect(robot.text.contains("o  sends it    f2  cancels"))
        robot.press("y esc")
        #expect(robot.text.contains("o  sends it"))
        robot.press("ctrl-c")
        #expect(!robot.text.contains("o  sends it"))
        robot.press("f o")
        #expect(robot.asked.contains { $0.id == .addITwinToMyFavorites })
    }
}
