import Browser
import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

import struct Browser.Command

/// Every screen at three sizes as golden text, with one fact besides the picture.
struct GoldenScreenTests {
    static let sizes = [Size(width: 80, height: 24), Size(width: 40, height: 12), Size(width: 160, height: 50)]

    private func robot(_ size: Size, routes: RouteTable = .live, data: SampleData = .sample) -> Robot {
        var robot = Robot(width: size.width, height: size.height, routes: routes)
        robot.serve(data)
        return robot
    }

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    @Test(arguments: sizes)
    func `The dashboard starts with the iTwins opened last`(_ size: Size) {
        let robot = robot(size)
        let first = SampleData.sample.iTwins.first { $0.id == SampleData.sample.recents[0] }?.displayName ?? ""
        #expect(robot.selectedRow?.contains(first.prefix(12)) == true)
        // The row under the title of the box, or under the header where boxes have no room.
        #expect(robot.row(of: "▌") == robot.row(of: "Recent").map { $0 + 1 })
        golden(robot, "dashboard", size)
    }

    @Test(arguments: sizes)
    func `A new account's dashboard says which key to press first`(_ size: Size) {
        var empty = SampleData.sample
        (empty.iTwins, empty.favorites, empty.recents, empty.exports) = ([], [], [], [])
        var robot = Robot(width: size.width, height: size.height)
        robot.answer(.failure(RequestError(.cancelled, operation: .getMyPrimaryAccount))) { $0 == .primaryAccount }
        robot.serve(empty)
        // Wrapped where the box is narrow.
        #expect(robot.row(of: "No recent iTwins.  2  shows your") != nil)
        #expect(robot.row(of: "enter  opens one") != nil)
        golden(robot, "dashboard-empty", size)
    }

    @Test(arguments: sizes)
    func `The first frame is drawn before any response`(_ size: Size) {
        let robot = Robot(width: size.width, height: size.height)
        #expect(robot.pending.count == robot.effects.count && !robot.pending.isEmpty)
        #expect(robot.row(of: "LOCAL") == 0)
        #expect(robot.row(of: "Recent") != nil)
        #expect(robot.row(of: "? help") == size.height - 1)
        #expect(!robot.text.contains("loading"))
        golden(robot, "start", size)
    }

    @Test(arguments: sizes)
    func `Loading that takes longer than 200 ms shows its duration`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.advance(seconds: 0.19)
        #expect(!robot.text.contains("loading"))
        robot.advance(seconds: 0.61)
        #expect(robot.text.contains("loading… 0.8 s"))
        golden(robot, "loading", size)
    }

    @Test(arguments: sizes)
    func `The exports beside the list show their filter and the details of the selected one`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 j j j enter ]")
        robot.serve(.sample)
        robot.press("/")
        robot.type("asset")
        #expect(robot.text.contains("/asset▏"))
        #expect(robot.selectedRow?.contains("✓ Asset") == true)
        #expect(robot.row(of: "All iTwins") == nil)
        // What it holds is below the list where there is room.
        for text in ["iTwins      Asset", "status      Completed", "size        1.2 MB (1,234,567 bytes)"] {
            #expect((robot.row(of: text) != nil) == (size.height > 12), "\(text)")
        }
        golden(robot, "exports-tab", size)
    }

    @Test(arguments: sizes)
    func `A list whose loading was cancelled says how to load it`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.press("2")
        robot.advance(seconds: 1)
        robot.press("esc")
        #expect(!robot.asked.contains { $0.id == .getMyITwins })
        #expect(robot.text.contains("Cancelled.  r  loads it"))
        golden(robot, "stopped", size)
    }

    @Test(arguments: sizes)
    func `A duplicate number of an iTwin is reported under the number`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.press("tab")
        robot.type("BR-0042")
        robot.press("ctrl-s")
        let detail = APIError.Detail(code: "InvalidValue", message: "This number is taken.", target: "number")
        let conflict = APIError(status: 409, code: "iTwinExists", message: "It exists.", details: [detail])
        robot.answer(.failure(RequestError(.refused(conflict), operation: .createITwin))) { $0.id == .createITwin }
        let number = robot.row(of: "Number         BR-0042")
        #expect(number != nil && robot.row(of: "✗ This number is") == number.map { $0 + 1 })
        golden(robot, "iTwin-refused", size)
    }

    @Test(arguments: sizes)
    func `A name with invisible characters is marked, and the details name them`(_ size: Size) {
        var data = SampleData.sample
        data.iTwins[3].displayName = "Riverside\u{200B} Bridge"
        var robot = robot(size, data: data)
        robot.press("2 j j j")
        #expect(robot.selectedRow?.contains("⚠ Riverside· Bridge") == true)
        robot.press("enter ] ]")
        robot.serve(data)
        #expect(robot.text.contains("U+200B"))
        golden(robot, "hidden-characters", size)
    }

    @Test(arguments: sizes)
    func `The list of iTwins shows the repositories of the selected one beside it`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("Riverside Bridge") == true)
        // Beside the list, which is the whole screen where that is narrow.
        let (row, list) = (robot.row(of: "Flood maps"), robot.row(of: "Riverside Program"))
        #expect((row != nil) == (size.width > 40) && list != nil)
        #expect((robot.row(of: "uri    https://api.example.org/imodels?") != nil) == (size.width > 40))
        golden(robot, "iTwins", size)
    }

    @Test(arguments: sizes)
    func `Opening an iTwin moves the focus to its repositories`(_ size: Size) {
        var robot = robot(size)
        robot.press("j enter")
        robot.serve(.sample)
        // The cursor is among them, and a key moves it there.
        #expect(robot.selectedRow?.contains("iModels") == true)
        robot.press("j")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
        #expect(!robot.text.contains("canary-secret"))
        golden(robot, "repositories", size)
    }

    @Test(arguments: sizes)
    func `The details show every known field`(_ size: Size) {
        var robot = robot(size)
        robot.press(size.width >= 160 ? "j enter tab" : "j enter ] ]")
        robot.serve(.sample)
        golden(robot, "details", size)
        let text = wholeText(&robot)
        let fields = [
            "name Riverside Bridge", "number RB-0421", "class Endeavor · Project", "type Bridge", "status Active",
            "location Example Bay", "position 51.5° N, 0.12° W", "local time Sun 13:00 (Europe/London,",
            "data center UK South", "parent Riverside Program", "account Sample Infrastructure Group", "image none",
            "created 2025-02-03 04:05:06 UTC", "11111111-2222-4333-8444-", "id 00000000-0000-4000-8000-",
        ]
        for field in fields { #expect(text.contains(field), "\(field)") }
    }

    @Test(arguments: sizes)
    func `The JSON tab shows what the service sent`(_ size: Size) {
        var robot = robot(size)
        robot.press(size.width >= 160 ? "j enter tab ]" : "j enter ] ] ]")
        robot.serve(.sample)
        golden(robot, "json", size)
        let text = wholeText(&robot).filter { $0 != " " }
        guard let sent = SampleData.sample.iTwins[3].json().object else {
            Issue.record("no object")
            return
        }
        for member in sent.members where member.value.string.map({ $0.count < 20 }) ?? true {
            let line = "\"\(member.name)\":\(member.value.text)".filter { $0 != " " }
            #expect(text.contains(line), "\(line)")
        }
    }

    @Test(arguments: sizes)
    func `Favorites are a place of their own with their own key`(_ size: Size) {
        var robot = robot(size)
        robot.press("3 j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("★ Zürich") == true)
        // A place of its own: of that name, with all favorites and nothing else.
        #expect(robot.row(of: size.width > 40 ? "[3 Favorites]" : "Favorites › Zürich") ?? 9 < 2)
        for (index, iTwin) in SampleData.sample.iTwins.enumerated() {
            let isShown = robot.row(of: iTwin.number ?? "") != nil
            let isFavorite = SampleData.sample.favorites.contains(SampleData.id(index))
            #expect(isShown == isFavorite || (iTwin.number ?? "").count > 8, "\(iTwin.number ?? "")")
        }
        golden(robot, "favorites", size)
    }

    @Test(arguments: sizes)
    func `Exports show their state, format and age`(_ size: Size) {
        var robot = robot(size)
        robot.press("4")
        #expect(robot.selectedRow?.contains("✓ Asset") == true)
        #expect(robot.row(of: "✗ All iTwins") != nil)
        // The age is in the list where it is alone, in the details of the selected one where they are beside it.
        #expect(robot.row(of: size.width > 40 && size.width < 160 ? "requested   2026-09-27 11:40" : "18 min") != nil)
        #expect((robot.row(of: "format      Csv") != nil) == (size.width > 40))
        golden(robot, "exports", size)
    }

    @Test(arguments: sizes)
    func `An export's details show how it finished`(_ size: Size) {
        var robot = robot(size)
        robot.press("4 enter")
        golden(robot, "export-details", size)
        let text = wholeText(&robot)
        for field in ["status Completed", "finished 2026-09-27 11:42:00 UTC", "size 1.2 MB"] {
            #expect(text.contains(field), "\(field)")
        }
    }

    @Test(arguments: sizes)
    func `The filter keeps rows that contain all words and highlights them`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 /")
        robot.type("bridge r")
        #expect(robot.row(of: "/bridge r▏") != nil)
        for (name, isKept) in [
            ("Harbour Bridge", true), ("Riverside Bridge", true), ("Old Mill Footbridge", true), ("Pump House", false),
            ("Zürich", false), ("Northern Line", false), ("Riverside Program", false),
        ] {
            #expect((robot.row(of: name) != nil) == isKept || name == "Riverside Program", "\(name)")
        }
        // In each row that is kept both words are marked.
        let screen = robot.screen
        for number in ["BR-0042", "OM-0007"] {
            let row = screen.row(robot.row(of: number) ?? 0)
            let marked = row.filter { $0.style.role == .match }.map(\.text).joined().lowercased()
            #expect(marked.contains("bridge") && marked.contains("r"), "\(marked)")
        }
        golden(robot, "filter", size)
    }

    @Test(arguments: sizes)
    func `The sort menu marks the current column and its direction`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 s 2 s")
        let row = robot.text.split(separator: "\n").first { $0.contains("↓ A to Z") } ?? ""
        #expect(row.contains("▌ 2 Name"))
        #expect(robot.text.components(separatedBy: "↓ A to Z").count == 2)
        golden(robot, "sort-menu", size)
    }

    @Test(arguments: sizes)
    func `A sorted list names its sort column in the border`(_ size: Size) {
        var data = SampleData.sample
        for index in 1..<9 {
            data.iTwins[index].lastModifiedDateTime = Robot.noon.adding(seconds: -Double(index * index * index) * 7200)
        }
        var robot = robot(size, data: data)
        robot.press("2 s 8 s 8")
        #expect(robot.text.contains("↓ Modified"))
        golden(robot, "sorted", size)
    }

    @Test(arguments: sizes)
    func `A filter without a match says so and how to clear it`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 /")
        robot.type("brigde")
        robot.press("enter")
        #expect(robot.row(of: "No match for “brigde”.  esc") != nil)
        golden(robot, "filter-empty", size)
    }

    @Test(arguments: sizes)
    func `A list that failed to load says why and offers r`(_ size: Size) {
        var data = SampleData.sample
        let refusal = APIError(status: 503, code: "Unavailable", message: "Down for maintenance.")
        data.failures[.getMyITwins] = RequestError(.refused(refusal), operation: .getMyITwins)
        var robot = robot(size, data: data)
        robot.press("2")
        #expect(robot.text.contains("503"))
        #expect(robot.text.contains("r  retries"))
        golden(robot, "error", size)
    }

    @Test(arguments: sizes)
    func `Offline the last rows stay, with their age and the reason`(_ size: Size) {
        var robot = robot(size)
        robot.advance(seconds: 180)
        for _ in 0..<2 {
            robot.press("r")
            while robot.answer(
                .failure(RequestError(.unreachable("connection refused by 127.0.0.1:41873"), operation: .getMyITwins))
            ) {}
        }
        robot.press("2")
        while robot.answer(
            .failure(RequestError(.unreachable("connection refused by 127.0.0.1:41873"), operation: .getMyITwins))
        ) {}
        #expect(robot.row(of: "Harbour Bridge") != nil)
        #expect(robot.row(of: "3 min old, offline") != nil)
        // The reason is told where the pane beside the list is.
        #expect((robot.row(of: "✗ Can't reach the service: connection") != nil) == (size.width > 40))
        golden(robot, "offline", size)
    }

    @Test(arguments: sizes)
    func `Help lists every key and runs what is picked`(_ size: Size) {
        var robot = robot(size)
        robot.press("?")
        var pages = robot.text
        for _ in Command.all {
            robot.press("down")
            pages += robot.text
        }
        for action in Command.all {
            #expect(pages.contains(String(action.title.prefix(12))), "\(action.title)")
            for label in Keymap.standard.labels(of: action) { #expect(pages.contains(label), "\(label)") }
        }
        robot.type("exports")
        #expect(robot.row(of: "/exports") != nil)
        golden(robot, "help", size)
        robot.press("enter")
        #expect(robot.text.contains("┌─ Help") == false)
        #expect(robot.text.contains("Export"))
    }

    @Test(arguments: sizes)
    func `In the document routes unavailable features are named and not requested`(_ size: Size) {
        var robot = robot(size, routes: .document)
        robot.press("3")
        #expect(robot.text.contains("The document routes have no"))
        #expect(robot.asked.allSatisfy { $0.exists(in: .document) })
        golden(robot, "document-routes", size)
    }

    @Test(arguments: [
        Size(width: 39, height: 12), Size(width: 40, height: 11), Size(width: 1, height: 1), Size(width: 0, height: 0),
    ])
    func `A screen that is too small shows the size that is needed`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 j n")
        robot.type("x")
        #expect("Twinscope needs 40×12".hasPrefix(String(robot.text.prefix(20)).trimmingCharacters(in: ["…"])))
        robot.resize(80, 24)
        #expect(robot.text.contains("New iTwin"))
    }

    /// All of a text that is read, with runs of blanks and borders as one blank.
    private func wholeText(_ robot: inout Robot) -> String {
        var pages = [robot.text]
        for _ in 0..<20 {
            robot.press("pgdn")
            pages.append(robot.text)
        }
        return pages.joined(separator: "\n").replacing(/[ │┃\n]+/, with: " ")
    }

    /// The sizes of goldens that not every screen has.
    private static let otherSizes = [
        "sign-in-device": ["80x24", "160x50"], "profile-dialog": ["40x12"], "delete-production": ["100x30"],
    ]

    @Test func `Every golden screen belongs to a test, and every test has its own`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let source = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
            .joined()
        let drawn = Set(source.matches(of: #/golden\(\w+, "([\w-]+)", /#).map { String($0.output.1) })
            .union(["sign-in-device"])
        let usual = Self.sizes.map { "\($0.width)x\($0.height)" }
        let expected = drawn.flatMap { name in (Self.otherSizes[name] ?? usual).map { "\(name)-\($0)" } }
        #expect(try goldenNames() == Set(expected))
    }
}
