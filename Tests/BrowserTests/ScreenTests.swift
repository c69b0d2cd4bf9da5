import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Every screen at three sizes as golden text, with one fact besides the picture.
struct GoldenScreenTests {
    static let sizes = [Size(width: 80, height: 24), Size(width: 40, height: 12), Size(width: 160, height: 50)]

    private func robot(_ size: Size, routes: RouteTable = .live, world: World = .sample) -> Robot {
        var robot = Robot(width: size.width, height: size.height, routes: routes)
        robot.serve(world)
        return robot
    }

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    @Test(arguments: sizes)
    func `The dashboard begins with what was opened last`(_ size: Size) {
        let robot = robot(size)
        #expect(robot.selectedRow?.contains("Harbour Bridge") == true)
        golden(robot, "dashboard", size)
    }

    @Test(arguments: sizes)
    func `A new account's dashboard says what to press first`(_ size: Size) {
        var empty = World.sample
        (empty.iTwins, empty.favorites, empty.recents, empty.exports) = ([], [], [], [])
        var robot = Robot(width: size.width, height: size.height)
        robot.answer(.failure(RequestError(.cancelled, operation: .getMyPrimaryAccount))) { $0 == .primaryAccount }
        robot.serve(empty)
        #expect(robot.text.contains("Nothing opened yet."))
        golden(robot, "dashboard-empty", size)
    }

    @Test(arguments: sizes)
    func `The first frame is drawn before anything has answered`(_ size: Size) {
        let robot = Robot(width: size.width, height: size.height)
        #expect(!robot.text.contains("loading"))
        golden(robot, "start", size)
    }

    @Test(arguments: sizes)
    func `What takes longer than 200 ms says how long`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.advance(seconds: 0.8)
        #expect(robot.text.contains("loading… 0.8 s"))
        golden(robot, "loading", size)
    }

    @Test(arguments: sizes)
    func `The exports beside the list have their filter and what the selected one holds`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 j j j enter ]")
        robot.serve(.sample)
        robot.press("/")
        robot.type("asset")
        #expect(robot.text.contains("/asset▏"))
        golden(robot, "exports-tab", size)
    }

    @Test(arguments: sizes)
    func `A list whose loading was stopped says how to read it`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.press("2")
        robot.advance(seconds: 1)
        robot.press("esc")
        #expect(robot.text.contains("Stopped.  r  reads it"))
        golden(robot, "stopped", size)
    }

    @Test(arguments: sizes)
    func `A duplicate number of an iTwin stands under the number`(_ size: Size) {
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
    func `A name with characters that nobody sees is marked, and the details name them`(_ size: Size) {
        var world = World.sample
        world.iTwins[3].displayName = "Riverside\u{200B} Bridge"
        var robot = robot(size, world: world)
        robot.press("2 j j j")
        #expect(robot.selectedRow?.contains("⚠ Riverside· Bridge") == true)
        robot.press("enter ] ]")
        robot.serve(world)
        #expect(robot.text.contains("U+200B"))
        golden(robot, "hidden-characters", size)
    }

    @Test(arguments: sizes)
    func `The list of iTwins has the repositories of the selected one beside it`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("Riverside Bridge") == true)
        golden(robot, "iTwins", size)
    }

    @Test(arguments: sizes)
    func `Opening an iTwin goes into its repositories`(_ size: Size) {
        var robot = robot(size)
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("j")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
        #expect(!robot.text.contains("canary-secret"))
        golden(robot, "repositories", size)
    }

    @Test(arguments: sizes)
    func `The details name every field that is known`(_ size: Size) {
        var robot = robot(size)
        robot.press(size.width >= 160 ? "j enter tab" : "j enter ] ]")
        robot.serve(.sample)
        #expect(robot.text.contains("RB-0421"))
        golden(robot, "details", size)
    }

    @Test(arguments: sizes)
    func `The JSON tab shows what the service sent`(_ size: Size) {
        var robot = robot(size)
        robot.press(size.width >= 160 ? "j enter tab ]" : "j enter ] ] ]")
        robot.serve(.sample)
        #expect(robot.text.contains("\"class\": \"Endeavor\""))
        golden(robot, "json", size)
    }

    @Test(arguments: sizes)
    func `Favorites are a place of their own`(_ size: Size) {
        var robot = robot(size)
        robot.press("3 j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("Zürich") == true)
        golden(robot, "favorites", size)
    }

    @Test(arguments: sizes)
    func `Exports say their state, format and age`(_ size: Size) {
        var robot = robot(size)
        robot.press("4")
        #expect(robot.selectedRow?.contains("1.2 MB") == true)
        golden(robot, "exports", size)
    }

    @Test(arguments: sizes)
    func `An export's details say how it ended`(_ size: Size) {
        var robot = robot(size)
        robot.press("4 enter")
        #expect(robot.text.contains("Completed"))
        golden(robot, "export-details", size)
    }

    @Test(arguments: sizes)
    func `The filter keeps the rows that have all words and marks them`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 /")
        robot.type("bridge r")
        #expect(robot.text.contains("/bridge r"))
        #expect(!robot.text.contains("Zürich"))
        golden(robot, "filter", size)
    }

    @Test(arguments: sizes)
    func `The menu of the sort marks the present column and its direction`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 s 2 s")
        #expect(robot.text.contains("↓ A to Z"))
        golden(robot, "sort-menu", size)
    }

    @Test(arguments: sizes)
    func `A sorted list says by what in its border`(_ size: Size) {
        var world = World.sample
        for index in 1..<9 {
            world.iTwins[index].lastModifiedDateTime = Robot.noon.adding(seconds: -Double(index * index * index) * 7200)
        }
        var robot = robot(size, world: world)
        robot.press("2 s 7 s 7")
        #expect(robot.text.contains("↓ Modified"))
        golden(robot, "sorted", size)
    }

    @Test(arguments: sizes)
    func `A filter without match says so and how to clear it`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 /")
        robot.type("brigde")
        robot.press("enter")
        #expect(robot.text.contains("No match for"))
        golden(robot, "filter-empty", size)
    }

    @Test(arguments: sizes)
    func `A list that could not be read says why and offers r`(_ size: Size) {
        var world = World.sample
        let refusal = APIError(status: 503, code: "Unavailable", message: "Down for maintenance.")
        world.failures[.getMyITwins] = RequestError(.refused(refusal), operation: .getMyITwins)
        var robot = robot(size, world: world)
        robot.press("2")
        #expect(robot.text.contains("503"))
        #expect(robot.text.contains("r  tries again"))
        golden(robot, "error", size)
    }

    @Test(arguments: sizes)
    func `Offline the last rows stay, with their age and the reason`(_ size: Size) {
        var robot = robot(size)
        robot.advance(seconds: 180)
        for _ in 0..<2 {
            robot.press("r")
            while robot.answer(
                .failure(RequestError(.unreachable("nobody answers at 127.0.0.1:41873"), operation: .getMyITwins))
            ) {}
        }
        robot.press("2")
        while robot.answer(
            .failure(RequestError(.unreachable("nobody answers at 127.0.0.1:41873"), operation: .getMyITwins))
        ) {}
        #expect(robot.text.contains("Harbour Bridge"))
        golden(robot, "offline", size)
    }

    @Test(arguments: sizes)
    func `Help lists every key and runs what is picked`(_ size: Size) {
        var robot = robot(size)
        robot.press("?")
        robot.type("exports")
        #expect(robot.text.contains("/exports"))
        golden(robot, "help", size)
        robot.press("enter")
        #expect(robot.text.contains("Keys") == false)
        #expect(robot.text.contains("Export"))
    }

    @Test(arguments: sizes)
    func `In the document routes what does not exist is said and not asked`(_ size: Size) {
        var robot = robot(size, routes: .document)
        robot.press("3")
        #expect(robot.text.contains("Favorites are not in the"))
        #expect(robot.asked.allSatisfy { $0.exists(in: .document) })
        golden(robot, "document-routes", size)
    }

    @Test(arguments: [
        Size(width: 39, height: 12), Size(width: 40, height: 11), Size(width: 1, height: 1), Size(width: 0, height: 0),
    ])
    func `A screen that is too small says what is needed`(_ size: Size) {
        var robot = robot(size)
        robot.press("2 j n")
        robot.type("x")
        #expect("Twinscope needs 40×12".hasPrefix(String(robot.text.prefix(20)).trimmingCharacters(in: ["…"])))
        robot.resize(80, 24)
        #expect(robot.text.contains("New iTwin"))
    }

    @Test
    func `No golden screen is left over from a test that is gone`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let source = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
            .joined()
        let goldens = try FileManager.default.contentsOfDirectory(
            atPath: folder.appendingPathComponent("Snapshots").path
        )
        for golden in goldens where golden.hasSuffix(".txt") {
            let name = golden.dropLast(4).split(separator: "-").dropLast().joined(separator: "-")
            #expect(source.contains("\"\(name)\""), "no test draws \(golden)")
        }
    }
}
