import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// The keys that move by pages, in lists and in texts, and the one that draws everything anew.
struct MovingTests {
    private static let count = 500

    /// The list of many iTwins on a screen of 100×30.
    private func list() -> Robot {
        var data = SampleData.sample
        data.iTwins = (0..<Self.count).map { index in
            var iTwin = ITwin(id: "id-\(index)")
            (iTwin.displayName, iTwin.number, iTwin.subClass) = ("iTwin \(index)", "N-\(index)", .project)
            return iTwin
        }
        var robot = Robot()
        robot.serve(data)
        robot.press("2")
        return robot
    }

    /// The number of the row that has the cursor.
    private func cursor(_ robot: Robot) -> Int? {
        robot.selectedRow?.firstMatch(of: /iTwin (\d+)/).flatMap { Int($0.output.1) }
    }

    /// The numbers of the rows on the screen.
    private func shown(_ robot: Robot) -> ClosedRange<Int>? {
        let numbers = robot.text.matches(of: /│.?★? *iTwin (\d+)|▌ *iTwin (\d+)/)
            .compactMap { Int($0.output.1 ?? $0.output.2 ?? "") }
        guard let first = numbers.first, let last = numbers.last else { return nil }
        return first...last
    }

    @Test func `PgDn and PgUp scroll by a page and keep one row in view`() throws {
        var robot = list()
        let first = try #require(shown(robot))
        let page = first.count - 1
        robot.press("pgdn")
        #expect(cursor(robot) == page)
        #expect(shown(robot) == page...(page + first.count - 1))
        robot.press("pgdn")
        #expect(cursor(robot) == 2 * page)
        robot.press("pgup")
        #expect(cursor(robot) == page)
        robot.press("pgup pgup pgup")
        #expect(cursor(robot) == 0)
        #expect(shown(robot) == first)
    }

    @Test func `Ctrl-D and Ctrl-U scroll by half a page`() throws {
        var robot = list()
        let first = try #require(shown(robot))
        let half = first.count / 2
        robot.press("j j ctrl-d")
        #expect(cursor(robot) == 2 + half)
        #expect(shown(robot) == half...(half + first.count - 1))
        robot.press("ctrl-d ctrl-u")
        #expect(cursor(robot) == 2 + half)
        robot.press("ctrl-u ctrl-u")
        #expect(cursor(robot) == 0)
        #expect(shown(robot) == first)
    }

    @Test(arguments: ["pgdn", "ctrl-d"])
    func `At the end of a list the cursor stops at the last row`(key: String) throws {
        var robot = list()
        for _ in 0..<100 { robot.press(key) }
        #expect(cursor(robot) == Self.count - 1)
        #expect(try #require(shown(robot)).upperBound == Self.count - 1)
    }

    @Test(arguments: [("pgdn", "pgup"), ("ctrl-d", "ctrl-u")])
    func `A long text scrolls with the same keys`(_ down: String, _ up: String) {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 j j j enter ] ] ]")
        robot.serve(.sample)
        let top = robot.text
        #expect(top.contains("\"id\""))
        robot.press(down)
        #expect(robot.text != top)
        #expect(!robot.text.contains("\"id\""))
        robot.press(up)
        #expect(robot.text == top)
    }

    @Test func `Ctrl-L redraws the screen and changes nothing`() {
        var robot = list()
        robot.press("j")
        let before = robot.screen
        robot.forgetEffects()
        robot.press("ctrl-l")
        #expect(robot.effects == [.redraw])
        #expect(robot.screen == before)
    }
}
