import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// How the screen is divided (screens.md, notes): one, two or three panes, and a border that moves.
struct LayoutTests {
    private func robot(_ width: Int, _ height: Int = 30) -> Robot {
        var robot = Robot(width: width, height: height)
        robot.serve(.sample)
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        return robot
    }

    /// The columns at which boxes begin in the line of titles.
    private func corners(_ robot: Robot) -> [Int] {
        Array(robot.screen.row(2)).enumerated().compactMap { $1.text == "┌" ? $0 : nil }
    }

    @Test func `From 160 columns the details are shown beside the repositories`() {
        let wide = robot(160)
        #expect(corners(wide).count == 3)
        #expect(wide.row(of: "Flood maps") != nil)
        #expect(wide.row(of: "Endeavor · Project") != nil)
        let narrow = robot(159)
        #expect(corners(narrow).count == 2)
        #expect(narrow.row(of: "Endeavor · Project") == nil)
    }

    @Test(arguments: [("1", 3), ("2", 2), ("3", 2), ("4", 1), ("6", 1)])
    func `Every list longer than its pane has a scrollbar`(_ place: String, _ count: Int) {
        var data = SampleData.sample
        data.iTwins = (0..<40).map { ITwin(id: "\($0)") }
        data.favorites = data.iTwins.map(\.id)
        data.recents = data.favorites
        data.globalRepositories = data.favorites.map { Repository(id: $0, class: "Cesium") }
        data.repositories = ["0": data.globalRepositories]
        data.exports = data.favorites.map {
            Export(id: $0, request: ExportRequest(outputFormat: .csv), status: .failed)
        }
        var robot = Robot(width: 100, height: 30)
        robot.serve(data)
        robot.press(place)
        robot.advance(seconds: 0.2)
        robot.serve(data)
        let rows = (0..<30).map { y in robot.screen.row(y).map { $0.text == "┃" } }
        let ends = zip(rows, rows.dropFirst()).map { row, next in zip(row, next).count { $0 && !$1 } }
        #expect(ends.reduce(0, +) == count)
        robot.resize(60, 15)
        #expect(!robot.text.contains("┃"))
    }

    @Test func `Staying on an iTwin requests what both panes show, once`() {
        var robot = robot(160)
        robot.press("j")
        robot.advance(seconds: 0.2)
        #expect(robot.asked.map(\.id) == [.getRepositoriesByITwinID, .getITwin])
        robot.serve(.sample)
        robot.press("tab tab ] ]")
        #expect(robot.asked.isEmpty)
    }

    @Test func `Tab cycles through all three panes, and keys act in the focused one`() {
        var robot = robot(160)
        robot.press("tab j")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
        robot.press("tab ]")
        #expect(robot.row(of: "\"displayName\"") != nil)
        #expect(robot.row(of: "Flood maps") != nil)
        robot.press("tab j")
        #expect(robot.selectedRow?.contains("Old Mill") == true)
    }

    @Test func `The focus stays when the screen becomes narrow and wide again`() {
        var robot = robot(160)
        robot.press("tab tab")
        robot.resize(100, 30)
        #expect(robot.row(of: "Endeavor · Project") != nil)
        #expect(robot.row(of: "Flood maps") == nil)
        robot.press("[ [")
        #expect(robot.row(of: "Flood maps") != nil)
        robot.resize(160, 30)
        robot.press("j")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
    }

    @Test(arguments: [100, 160])
    func `< and > move the border, and its position is saved`(_ width: Int) {
        var robot = robot(width)
        let before = corners(robot)
        robot.forgetEffects()
        robot.press("> > <")
        #expect(corners(robot)[1] == before[1] + 2)
        guard case .save(let remembered)? = robot.effects.last else {
            Issue.record("nothing is saved: \(robot.effects)")
            return
        }
        var next = Robot(width: width, height: 30)
        next.send(.remembered(remembered))
        next.press("2")
        #expect(corners(next) == corners(robot))
    }

    @Test func `In the last of three panes the border to its left moves`() {
        var robot = robot(170)
        let before = corners(robot)
        robot.press("tab tab < <")
        #expect(corners(robot) == [before[0], before[1], before[2] - 4])
    }

    @Test func `Moving a border between three panes doesn't move the one between two`() {
        var robot = robot(160)
        robot.press("> > >")
        robot.resize(100, 30)
        #expect(corners(robot) == corners(self.robot(100)))
    }

    @Test func `In the middle pane the border to its right moves`() {
        var robot = robot(170)
        let before = corners(robot)
        robot.press("tab > >")
        #expect(corners(robot) == [before[0], before[1], before[2] + 4])
    }

    @Test func `Enter on the dashboard focuses the repositories, whatever was open before`() {
        var robot = robot(160)
        robot.press("tab tab 1 j enter")
        robot.serve(.sample)
        robot.press("j")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
    }

    @Test func `A filter started in a text pane doesn't move the focus back later`() {
        var robot = robot(100)
        robot.press("tab ] ] /")
        robot.type("bridge")
        robot.press("enter / esc")
        let before = robot.selectedRow
        robot.press("j")
        #expect(before != nil)
        #expect(robot.selectedRow != before)
    }

    @Test(arguments: [72, 100, 160, 300], ["<", ">"])
    func `A border stops before a pane becomes too narrow`(_ width: Int, _ key: String) {
        var robot = robot(width)
        for pane in 0..<3 {
            if pane > 0 { robot.press("tab") }
            for _ in 0..<200 { robot.press(key) }
        }
        let edges = corners(robot) + [width]
        for (left, right) in zip(edges, edges.dropFirst()) { #expect(right - left >= 24) }
    }

    @Test func `Where there is no border the keys say so and save nothing`() {
        var robot = robot(40, 12)
        robot.forgetEffects()
        robot.press("> 1 <")
        #expect(robot.effects.allSatisfy { if case .save = $0 { false } else { true } })
    }

    @Test func `A moved border returns to its place after the screen changed size`() {
        var robot = robot(160)
        robot.press("> > > tab tab > >")
        let before = corners(robot)
        robot.resize(80, 24)
        robot.resize(40, 12)
        robot.resize(160, 30)
        #expect(corners(robot) == before)
    }
}
