import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

import struct Browser.Command

/// Profiles in the browser: always seen, what they refuse, what they ask, and going from one to another.
struct ProfileTests {
    private static let sizes = GoldenScreenTests.sizes

    private static var production: Connection {
        var connection = Connection(profile: "production", label: "PROD", color: .red, host: "api.bentley.com")
        connection.confirmsWrites = true
        return connection
    }
    private static var archive: Connection {
        var connection = Connection(profile: "archive", color: .blue, host: "api.example.org")
        connection.isReadOnly = true
        return connection
    }
    private static let qa = Connection(profile: "qa", color: .yellow, host: "qa-api.bentley.com")
    private static let choices = [
        ProfileChoice(connection: production, target: "api.bentley.com"),
        ProfileChoice(connection: qa, target: "qa-api.bentley.com"),
        ProfileChoice(connection: archive, target: "api.example.org"),
        ProfileChoice(
            connection: Connection(profile: "dev", color: .blue, host: "dev-api.bentley.com"),
            target: "dev-api.bentley.com",
            problem: "The profile “dev” has no sign-in."
        ),
        ProfileChoice(
            connection: Connection(profile: "local", color: .green, host: nil),
            target: "the built-in local service"
        ),
    ]

    private func robot(_ connection: Connection, _ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = Robot(width: size.width, height: size.height, connection: connection, profiles: Self.choices)
        robot.serve(.sample)
        robot.forgetEffects()
        return robot
    }

    @Test func `If the configuration makes the current profile read-only, changes are refused at once`() {
        var robot = robot(Self.qa)
        var forbidden = Self.qa
        forbidden.isReadOnly = true
        robot.send(.profiles([ProfileChoice(connection: forbidden, target: "qa-api.bentley.com")]))
        robot.press("2 n")
        #expect(robot.row(of: "┌─ New iTwin") == nil)
        #expect(robot.row(of: "read-only") != nil)
    }

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    /// The operations that were asked for and change something.
    private func writes(_ robot: Robot) -> [ITwinsAPI.Operation] {
        robot.effects.compactMap { effect in
            guard case .perform(_, let operation, _) = effect, operation.id.declaration.method != .get else {
                return nil
            }
            return operation
        }
    }

    /// Whether the label is on the screen in its colour.
    private func shows(_ label: String, _ role: Role, _ robot: Robot) -> Bool {
        let screen = robot.screen
        return (0..<screen.size.height).contains { y in
            screen.row(y).filter { $0.style.role == role }.map(\.text).joined().contains(label)
        }
    }

    // MARK: Always seen

    @Test(arguments: sizes)
    func `The header shows the profile's label in its colour`(_ size: Size) {
        let robot = robot(Self.production, size)
        #expect(shows("PROD", .profileRed, robot))
        golden(robot, "profile-production", size)
    }

    @Test(arguments: sizes, ["2 n", "2 j d", "?", "t", ":", "2 s", "E", "2 u"])
    func `No dialog hides the profile's label`(_ size: Size, _ keys: String) {
        var robot = robot(Self.production, size)
        robot.press(keys)
        #expect(shows("PROD", .profileRed, robot), "\(robot.text)")
    }

    @Test func `A dialog over the header moves the label into the footer`() {
        let size = Size(width: 40, height: 12)
        var robot = robot(Self.production, size)
        robot.press("2 n")
        golden(robot, "profile-dialog", size)
        #expect(robot.row(of: "PROD") == 11)
    }

    @Test func `Without a colour the label uses the accent, and without a label the profile's name is shown`() {
        let robot = robot(Connection(profile: "mine", host: "api.example.org"))
        #expect(shows("MINE", .accent, robot))
    }

    // MARK: Read-only

    @Test(arguments: Command.all)
    func `A read-only profile sends no change, whatever key is pressed`(_ command: Command) throws {
        guard let chord = command.chords.first else { return }
        for way in ["1", "2 j", "2 j j j enter", "2 j j j enter ]", "3", "4", "6"] {
            var robot = robot(Self.archive)
            robot.press(way)
            robot.serve(.sample)
            robot.press(chord)
            robot.press("enter ctrl-s y")
            #expect(writes(robot).isEmpty, "\(way) \(chord)")
        }
    }

    @Test(arguments: ["n", "e", "d", "u", "U", "f", "E"])
    func `A read-only profile says so before anything is typed`(_ key: String) {
        var robot = robot(Self.archive)
        robot.press("2 j")
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press(key)
        #expect(robot.row(of: "ARCHIVE is read-only") == 28)
        #expect(robot.row(of: "[ Cancel ]") == nil)
        #expect(robot.effects.isEmpty)
    }

    /// A profile of which the configuration cannot be read whole.
    private static var spoiled: Connection {
        var connection = qa
        connection.isReadOnly = true
        connection.readOnlyCause =
            "/home/me/.config/twinscope/config.yaml line 3 column 7: “colr” is no key of a profile."
        return connection
    }

    @Test func `If the configuration can't be read, the refusal says what to fix and where, also once it is fixed`() {
        let cause = Self.spoiled.readOnlyCause ?? ""
        let told = "QA is read-only until its configuration is fixed. \(cause)"
        for isReadLater in [false, true] {
            var robot = robot(isReadLater ? Self.qa : Self.spoiled)
            if isReadLater { robot.send(.profiles([ProfileChoice(connection: Self.spoiled, target: "qa")])) }
            robot.press("2 n")
            #expect(robot.text.onOneLine.contains("\(told) Then select it again with :profile"), "\(robot.text)")
            robot.send(.profiles([ProfileChoice(connection: Self.qa, target: "qa")]))
            robot.press("esc n")
            #expect(robot.text.onOneLine.contains(told))
            robot.press(":")
            robot.type("profile qa")
            robot.press("enter 2 n")
            #expect(robot.row(of: "New iTwin") != nil)
            #expect(robot.row(of: "read-only") == nil)
        }
    }

    @Test func `The list of profiles says what to fix`() {
        var robot = robot(Self.qa, Size(width: 150, height: 40))
        robot.press(":")
        robot.type("profile")
        robot.press("enter")
        robot.send(.profiles([ProfileChoice(connection: Self.spoiled, target: "qa")]))
        #expect(robot.row(of: "Read-only until") != nil, "\(robot.text)")
        #expect(robot.row(of: "this is fixed: /home/me/.config/twinscope/config.yaml line 3") != nil, "\(robot.text)")
    }

    @Test func `A dialog open while the configuration breaks says why nothing is sent`() {
        var robot = robot(Self.qa, Size(width: 150, height: 40))
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.send(.profiles([ProfileChoice(connection: Self.spoiled, target: "qa")]))
        robot.press("ctrl-s")
        #expect(writes(robot).isEmpty)
        #expect(
            robot.row(of: "QA is read-only until its configuration is fixed; nothing was") != nil,
            "\(robot.text)"
        )
    }

    @Test func `If a profile becomes read-only while a dialog is open, nothing is sent and the dialog stays`() {
        var robot = robot(Self.qa)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        var connection = Self.qa
        connection.isReadOnly = true
        robot.send(.connected(connection))
        robot.press("ctrl-s")
        #expect(writes(robot).isEmpty)
        #expect(robot.row(of: "✗ QA is read-only; nothing was sent") != nil)
        #expect(robot.row(of: "North Pier") != nil)
    }

    @Test func `Commands that a read-only profile refuses are dim in help and absent from the footer`() throws {
        var robot = robot(Self.archive)
        robot.press("2 j")
        let footer = try #require(robot.text.split(separator: "\n").last)
        #expect(!footer.contains("new") && !footer.contains("edit") && !footer.contains("delete"))
    }

    @Test func `In a read-only profile opening an iTwin is recorded locally only`() {
        var robot = robot(Self.archive)
        robot.press("2 j enter")
        #expect(writes(robot).isEmpty)
        #expect(robot.effects.contains { if case .save = $0 { true } else { false } })
    }

    // MARK: Asking before a change

    /// The dialog of a new iTwin, filled in and sent.
    private func filledIn(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = robot(Self.production, size)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.press("tab")
        robot.type("NP-1")
        robot.press("ctrl-s")
        return robot
    }

    @Test(arguments: sizes)
    func `A profile that asks first confirms a completed dialog before sending`(_ size: Size) {
        var robot = filledIn(size)
        golden(robot, "send-question", size)
        #expect(writes(robot).isEmpty)
        #expect(robot.row(of: "iTwin “North Pier”") != nil)
        #expect(robot.row(of: "POST /itwins") != nil)
        robot.press("enter ctrl-s")
        #expect(writes(robot).isEmpty)
        robot.press("y")
        #expect(writes(robot).map(\.id) == [.createITwin])
    }

    @Test(arguments: ["esc", "n", "ctrl-c"])
    func `Declining the confirmation returns to the dialog with all input`(_ key: String) {
        var robot = filledIn()
        robot.press(key)
        #expect(writes(robot).isEmpty)
        #expect(robot.row(of: "North Pier") != nil)
        #expect(robot.row(of: "y  sends it") == nil)
        robot.press("ctrl-s y")
        #expect(writes(robot).map(\.id) == [.createITwin])
    }

    @Test func `Retry is confirmed as well`() {
        var robot = filledIn()
        robot.press("y")
        let error = APIError(status: 403, code: "InsufficientPermissions", message: "No.")
        robot.answer(.failure(RequestError(.refused(error), operation: .createITwin))) { $0.id == .createITwin }
        robot.press("ctrl-s")
        #expect(robot.row(of: "Send to") != nil)
        #expect(writes(robot).count == 1)
    }

    @Test func `Deleting requires the label beside the number, without a second confirmation`() {
        var robot = robot(Self.production)
        robot.press("2 j j j d")
        robot.serve(.sample)
        robot.forgetEffects()
        golden(robot, "delete-production", Size(width: 100, height: 30))
        robot.type("RB-0421")
        robot.press("ctrl-s")
        #expect(writes(robot).isEmpty)
        #expect(robot.row(of: "Type the profile label PROD to delete it") != nil)
        robot.type("PROD")
        robot.press("enter")
        #expect(writes(robot) == [.deleteITwin(id: SampleData.id(3))])
    }

    @Test func `A favorite is confirmed with one key`() {
        for key in ["y", "enter"] {
            var robot = robot(Self.production)
            robot.press("2 j f")
            #expect(robot.row(of: "“Riverside Program” will be added to favorites") != nil)
            #expect(robot.row(of: "esc  cancels") != nil)
            #expect(writes(robot).isEmpty)
            robot.press(key)
            #expect(writes(robot) == [.addFavorite(id: SampleData.id(1))])
        }
        var robot = robot(Self.production)
        robot.press("2 j f esc")
        #expect(writes(robot).isEmpty)
        #expect(robot.row(of: "★ Riverside Program") == nil)
    }

    // MARK: Switching

    @Test(arguments: sizes)
    func `The list of profiles shows label, URL and permissions`(_ size: Size) {
        var robot = robot(Self.production, size)
        robot.press(":")
        robot.type("profile")
        robot.press("enter j j")
        golden(robot, "profiles", size)
        #expect(robot.row(of: "Read-only: changes are refused.") != nil)
        robot.press("j enter")
        #expect(robot.row(of: "✗ The profile “dev”") != nil)
        #expect(!robot.effects.contains(.switchProfile("dev")))
        robot.press("esc")
        #expect(robot.row(of: "Profiles") == nil)
    }

    @Test func `Switching profiles cancels requests, empties the lists and starts at the dashboard`() {
        var robot = robot(Self.production)
        robot.press("2 j r")
        let pending = robot.pending
        #expect(!pending.isEmpty)
        robot.forgetEffects()
        robot.press(":")
        robot.type("profile qa")
        robot.press("enter")
        let cancelled = robot.effects.compactMap { if case .cancel(let id) = $0 { id } else { nil } }
        #expect(Set(cancelled) == Set(pending.map(\.id)))
        let order = robot.effects.firstIndex(of: .switchProfile("qa"))
        let asked = robot.effects.firstIndex { if case .load = $0 { true } else { false } }
        #expect(order != nil && asked != nil && order ?? 0 < asked ?? 0)
        #expect(shows("QA", .profileYellow, robot))
        #expect(robot.row(of: "PROD") == nil)
        #expect(robot.row(of: "Riverside") == nil)
        #expect(robot.row(of: "[1 Dashboard]") != nil)
        robot.serve(.sample)
        #expect(robot.row(of: "Harbour Bridge Deck") != nil)
    }

    @Test func `A response for the previous profile is not added to the new lists`() throws {
        var robot = robot(Self.production)
        robot.press("1 r")
        let old = try #require(robot.pending.first { $0.operation.id == .getMyFavoriteITwins })
        robot.press(":")
        robot.type("profile qa")
        robot.press("enter")
        robot.send(.answered(old.id, .success(.iTwins(Page(SampleData.sample.iTwins)))))
        #expect(robot.row(of: "Harbour Bridge Deck") == nil)
    }

    @Test func `A key pressed after switching acts on the new profile`() {
        var robot = robot(Self.archive)
        robot.press(":")
        robot.type("profile production")
        robot.press("enter 2")
        robot.serve(.sample)
        robot.press("j f")
        #expect(writes(robot).isEmpty)
        #expect(robot.row(of: "Send to  PROD") != nil)
    }

    @Test func `Late events from an earlier profile are ignored`() {
        var robot = robot(Self.qa)
        robot.send(.connected(Self.archive))
        #expect(shows("QA", .profileYellow, robot))
        robot.send(.connected(Connection(profile: "qa", color: .yellow, host: "elsewhere.example.org")))
        #expect(robot.row(of: "elsewhere.example.org") == 0)
        robot.send(.signIn(.signedOut(since: robot.now, reason: "ended"), profile: "production"))
        #expect(robot.row(of: "signed out") == nil)
    }

    @Test func `Switching profiles keeps theme and borders but not what was opened in the other service`() {
        var robot = robot(Self.qa)
        robot.press("2 < < j enter")
        robot.press(":")
        robot.type("profile archive")
        robot.press("enter")
        robot.forgetEffects()
        robot.serve(.sample)
        robot.press("2 j enter")
        let saved = robot.effects.compactMap { if case .save(let remembered) = $0 { remembered } else { nil } }.last
        #expect(saved?.borders.list != nil)
        #expect(saved?.opened.count == 1)
    }

    /// Goes to a profile, whose service answers as every other one.
    private func go(to profile: String, _ robot: inout Robot) {
        robot.press(":")
        robot.type("profile \(profile)")
        robot.press("enter")
        robot.serve(.sample)
    }

    @Test func `A saved file and the sort order are still known after switching profiles`() throws {
        var robot = robot(Self.qa, Size(width: 150, height: 40))
        robot.press("4 w ctrl-s")
        let id = try #require(
            robot.effects.compactMap { if case .download(let id, _) = $0 { id } else { nil } }.last
        )
        let file = ExportFile(path: "/home/me/a.csv", bytes: 1_234_567, rows: 3, columns: ["id"])
        robot.send(.downloaded(id, .success(file)))
        #expect(robot.row(of: "1.2 MB saved") != nil)
        robot.press("2 s 2")
        #expect(robot.row(of: "↓ Name") != nil)
        go(to: "archive", &robot)
        robot.press("4")
        #expect(robot.row(of: "1.2 MB saved") == nil)
        robot.press("2")
        #expect(robot.row(of: "↓ Name") != nil)
        robot.press("s 3")
        #expect(robot.row(of: "↓ Number") != nil)
        go(to: "qa", &robot)
        robot.press("4")
        #expect(robot.row(of: "1.2 MB saved") != nil)
        robot.press("2")
        #expect(robot.row(of: "↓ Name") != nil)
    }
}
