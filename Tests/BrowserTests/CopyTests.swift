import Browser
import ITwinsAPI
import TestSupport
import Testing

/// Copying to the terminal's clipboard.
struct CopyTests {
    private func copied(_ keys: String, data: SampleData = .sample) -> (text: String?, robot: Robot) {
        var robot = Robot(width: 160)
        robot.serve(data)
        robot.press(keys)
        robot.serve(data)
        robot.forgetEffects()
        robot.press("y y")
        let texts = robot.effects.compactMap { if case .copy(let text) = $0 { text } else { nil } }
        return (texts.first, robot)
    }

    @Test(arguments: ["2 j", "2 j tab tab", "3"])
    func `y copies the ID of an iTwin from its row and from its details`(_ keys: String) throws {
        let (text, robot) = copied(keys)
        let id = try #require(text)
        #expect(SampleData.sample.iTwins.contains { $0.id == id })
        #expect(robot.text.contains("✓ Copied the ID \(id)"))
    }

    @Test(arguments: ["1 tab tab", "2 j j j enter", "4", "4 enter", "6", "6 tab"])
    func `y copies the ID of an export and of a repository`(_ keys: String) throws {
        let id = try #require(copied(keys).text)
        #expect(!SampleData.sample.iTwins.contains { $0.id == id })
    }

    @Test func `Copying without a selection says that there is nothing to copy`() {
        let (text, robot) = copied("2 /", data: .sample)
        #expect(text == nil)
        var empty = robot
        empty.press("esc /")
        empty.type("no such thing")
        empty.press("enter y y")
        #expect(empty.text.contains("Nothing with an ID is selected."))
    }

    @Test func `The first key of the copy chord waits for the second, and Esc cancels it`() {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 y")
        #expect(robot.text.contains("y …"))
        robot.press("esc")
        #expect(!robot.text.contains("y …"))
    }
}
