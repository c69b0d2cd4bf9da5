import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Changing iTwins and repositories: what is sent, what is not, and where the new values appear.
struct EditingTests {
    private static let sizes = GoldenScreenTests.sizes
    private static let bridge = SampleData.id(3)

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    /// The list with the cursor on Riverside Bridge Rehabilitation, whose details are known, and the dialog open.
    private func iTwinDialog(_ size: Size = Size(width: 100, height: 30), data: SampleData = .sample) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(data)
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(data)
        robot.press("e")
        robot.serve(data)
        robot.forgetEffects()
        return robot
    }

    /// The dialog of “Flood maps”, which has a secret and an option.
    private func repositoryDialog(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(.sample)
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("j e")
        robot.forgetEffects()
        return robot
    }

    private func iTwinChanges(_ robot: Robot) -> ITwinChanges? {
        guard case .updateITwin(Self.bridge, let changes)? = robot.asked.last else { return nil }
        return changes
    }

    private func repositoryChanges(_ robot: Robot) -> RepositoryChanges? {
        guard case .updateRepository(Self.bridge, _, let changes)? = robot.asked.last else { return nil }
        return changes
    }

    private func answer(_ robot: inout Robot, _ change: (inout ITwin) -> Void) {
        var iTwin = SampleData.sample.iTwins[3]
        change(&iTwin)
        robot.answer(.success(.iTwin(iTwin, source: iTwin.json()))) { $0.id == .updateITwin }
    }

    // MARK: iTwins

    @Test(arguments: sizes)
    func `The edit dialog starts with the service's values and shows read-only fields`(_ size: Size) {
        let robot = iTwinDialog(size)
        #expect(robot.row(of: "Edit “Riverside Bridge") != nil)
        golden(robot, "iTwin-edit", size)
        let large = iTwinDialog()
        for text in ["Endeavor · Project", "Riverside Program", "UK South", "RB-0421", "51.5", "Europe/London"] {
            #expect(large.row(of: text) != nil, "\(text)")
        }
    }

    @Test func `Only changed fields are sent, and the new values appear with the cursor unchanged`() {
        var robot = iTwinDialog()
        robot.press("ctrl-u")
        robot.type("Widened bridge")
        robot.press("tab tab ctrl-u ctrl-s")
        var expected = ITwinChanges()
        expected[.displayName] = "Widened bridge"
        expected[.type] = .null
        #expect(iTwinChanges(robot) == expected)
        answer(&robot) { ($0.displayName, $0.type) = ("Widened bridge", nil) }
        #expect(robot.selectedRow?.contains("Widened bridge") == true)
        #expect(robot.row(of: "✓ iTwin “Widened bridge” changed") != nil)
        #expect(robot.row(of: "Edit “") == nil)
        robot.press("enter ] ]")
        #expect(robot.row(of: "name         Widened bridge") != nil)
        robot.press("]")
        #expect(robot.row(of: "\"displayName\": \"Widened bridge\"") != nil)
        robot.press("3 2 /")
        robot.type("widened br")
        #expect(robot.selectedRow?.contains("Widened") == true)
    }

    @Test func `Saving without a change sends nothing and says so`() {
        var robot = iTwinDialog()
        robot.type("x")
        robot.press("backspace ctrl-s")
        #expect(robot.effects.isEmpty)
        #expect(robot.row(of: "No changes to “Riverside Bridge Rehabilitation”; nothing was sent.") != nil)
        #expect(robot.row(of: "Edit “") == nil)
    }

    @Test func `The same number in another letter case is no change, a different number is`() {
        var robot = iTwinDialog()
        robot.press("tab tab tab tab ctrl-u")
        robot.type("51.50")
        robot.press("tab ctrl-u")
        robot.type("-1.25")
        robot.press("ctrl-s")
        var expected = ITwinChanges()
        expected[.longitude] = .double(-1.25)
        #expect(iTwinChanges(robot) == expected)
    }

    @Test func `Name and number can't be emptied, and the rules for new iTwins apply`() {
        var robot = iTwinDialog()
        robot.press("ctrl-u tab ctrl-u tab tab tab ctrl-u")
        robot.type("91")
        robot.press("ctrl-s")
        for text in ["✗ A name is required", "✗ A number is required", "✗ Must be between -90 and 90"] {
            #expect(robot.row(of: text) != nil, "\(text)")
        }
        #expect(robot.effects.isEmpty)
    }

    @Test func `An unchanged field that breaks the rules doesn't prevent saving`() {
        var data = SampleData.sample
        data.iTwins[3].ianaTimeZone = "Somewhere/Else"
        data.iTwins[3].status = "Dormant"
        var robot = iTwinDialog(data: data)
        #expect(robot.row(of: "Dormant") != nil)
        robot.type("!")
        robot.press("ctrl-s")
        var expected = ITwinChanges()
        expected[.displayName] = "Riverside Bridge Rehabilitation!"
        #expect(iTwinChanges(robot) == expected)
    }

    @Test func `A number already in use is reported at the number, and the input is kept`() throws {
        var robot = iTwinDialog()
        robot.press("tab ctrl-u")
        robot.type("BR-0042")
        robot.press("ctrl-s")
        let detail = APIError.Detail(code: "InvalidValue", message: "This number is taken.", target: "number")
        let conflict = APIError(status: 409, code: "iTwinExists", message: "It exists.", details: [detail])
        robot.answer(.failure(RequestError(.refused(conflict), operation: .updateITwin)))
        let number = try #require(robot.row(of: "Number         BR-0042"))
        #expect(robot.row(of: "✗ This number is taken.") == number + 1)
    }

    @Test func `An iTwin that becomes inactive says where to find it`() {
        var robot = iTwinDialog()
        robot.press("shift-tab shift-tab shift-tab")
        robot.type("i")
        robot.press("ctrl-s")
        #expect(iTwinChanges(robot)?[.status] == "Inactive")
        answer(&robot) { $0.status = .inactive }
        #expect(robot.row(of: "It is now inactive.  i  shows it") != nil)
        #expect(robot.selectedRow?.contains("Old Mill") == true)
        robot.press("i")
        #expect(robot.row(of: "RB-0421") != nil)
    }

    @Test func `An iTwin known only by its row is loaded first, and no dialog opens after moving on`() {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 j j j e")
        #expect(robot.row(of: "Loading “Riverside Bridge Rehabilitation” to edit it") != nil)
        #expect(robot.asked.contains(.iTwin(id: Self.bridge)))
        robot.press("j")
        robot.serve(.sample)
        #expect(robot.row(of: "Edit “") == nil)
        robot.press("e")
        robot.serve(.sample)
        #expect(robot.row(of: "Edit “Old Mill Footbridge”") != nil)
    }

    @Test func `An iTwin that can't be loaded can't be edited, and Esc cancels loading`() {
        var data = SampleData.sample
        let refusal = APIError(status: 404, code: "iTwinNotFound", message: "No.")
        data.failures[.getITwin] = RequestError(.refused(refusal), operation: .getITwin)
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 j j j e")
        robot.serve(data)
        #expect(robot.row(of: "can't be edited because it wasn't loaded") != nil)
        robot.press("e esc")
        #expect(!robot.asked.contains(.iTwin(id: Self.bridge)))
    }

    @Test(arguments: sizes)
    func `A change whose response was lost offers Check, and Check reports the outcome`(_ size: Size) {
        var robot = iTwinDialog(size)
        robot.type("!")
        robot.press("ctrl-s")
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .updateITwin, outcomeUnknown: true)))
        #expect(robot.row(of: "It is unknown whether") != nil)
        golden(robot, "iTwin-edit-unknown", size)
        robot.press("enter")
        robot.serve(.sample)
        #expect(robot.row(of: "is unchanged.") != nil)
        golden(robot, "iTwin-edit-undone", size)
        robot.press("shift-tab enter")
        var data = SampleData.sample
        data.iTwins[3].displayName = "Riverside Bridge Rehabilitation!"
        robot.serve(data)
        #expect(robot.row(of: "Rehabilitation!” was ch") != nil || size.width < 60)
        #expect(robot.row(of: "It is unknown") == nil)
    }

    @Test func `Esc while sending leaves the outcome unknown, and Retry sends the same change`() {
        var robot = iTwinDialog()
        robot.type("!")
        robot.press("ctrl-s esc")
        #expect(robot.row(of: "It is unknown whether iTwin “Riverside Bridge Rehabilitation!”") != nil)
        robot.press("tab enter")
        #expect(iTwinChanges(robot)?[.displayName] == "Riverside Bridge Rehabilitation!")
    }

    @Test func `In the document routes editing and deleting are reported as unavailable`() {
        var robot = Robot(routes: .document)
        robot.serve(.sample)
        robot.press("2 j j j e")
        #expect(robot.row(of: "The document routes don't support editing.") != nil)
        robot.press("d")
        #expect(robot.row(of: "The document routes don't support deleting.") != nil)
        #expect(robot.asked.allSatisfy { $0.exists(in: .document) })
    }

    // MARK: Repositories

    @Test(arguments: sizes)
    func `The repository dialog shows its class and masks its secret`(_ size: Size) {
        let robot = repositoryDialog(size)
        #expect(robot.row(of: "Edit “Flood maps”") != nil)
        #expect(robot.row(of: "GIS · WebMapService") != nil || robot.row(of: "GeographicInformat") != nil)
        #expect(!robot.text.contains("canary-secret"))
        golden(robot, "repository-edit", size)
    }

    @Test func `Changing only the name sends only the name`() {
        var robot = repositoryDialog()
        robot.type(" 2")
        robot.press("ctrl-s")
        var expected = RepositoryChanges()
        expected.displayName = "Flood maps 2"
        #expect(repositoryChanges(robot) == expected)
        var changed = SampleData.sample.repositories[Self.bridge]?[1] ?? Repository(id: "?", class: "?")
        changed.displayName = "Flood maps 2"
        robot.answer(.success(.repository(changed))) { $0.id == .updateRepository }
        #expect(robot.selectedRow?.contains("Flood maps 2") == true)
        #expect(robot.row(of: "✓ Repository “Flood maps 2” changed") != nil)
        #expect(robot.asked.contains(.repositories(iTwinID: Self.bridge)))
    }

    @Test func `A secret left empty is kept, also if the fields beside it change`() {
        var robot = repositoryDialog()
        robot.press("tab tab tab ctrl-u")
        robot.type("key")
        robot.press("ctrl-s")
        var expected = RepositoryChanges()
        expected.authentication = .set(.queryParameter(key: "key", value: Secret("canary-secret")))
        #expect(repositoryChanges(robot) == expected)
    }

    @Test func `Another authentication type requires its own secret`() {
        var robot = repositoryDialog()
        robot.press("tab tab right ctrl-s")
        #expect(robot.row(of: "✗ Required for this authentication type") != nil)
        #expect(robot.effects.isEmpty)
    }

    @Test func `Removing authentication and options is sent explicitly`() {
        var robot = repositoryDialog()
        robot.press("tab tab left left")
        robot.press("tab ctrl-u ctrl-s")
        var expected = RepositoryChanges()
        (expected.authentication, expected.options) = (.clear, .clear)
        #expect(repositoryChanges(robot) == expected)
    }

    @Test func `An added option is sent together with the existing ones`() {
        var robot = repositoryDialog()
        robot.press("tab tab tab tab tab tab")
        robot.type("style = dark")
        robot.press("ctrl-s")
        var expected = RepositoryChanges()
        expected.options = .set(
            RepositoryOptions(queryParameters: [
                .init(name: "format", value: "image/png"), .init(name: "style", value: "dark"),
            ])
        )
        #expect(repositoryChanges(robot) == expected)
    }

    @Test func `An unknown authentication type is kept`() throws {
        let json: JSON = [
            "id": "r", "class": "GeographicInformationSystem", "subClass": "WebMapService", "displayName": "Maps",
            "uri": "https://maps.example.org", "authentication": ["type": "Ticket", "ticket": "canary-secret"],
        ]
        var data = SampleData.sample
        data.repositories[Self.bridge] = [try #require(Repository(json))]
        var robot = Robot()
        robot.serve(data)
        robot.press("j enter")
        robot.serve(data)
        robot.press("e")
        #expect(robot.row(of: "Unchanged (unknown type)") != nil)
        robot.type("!")
        robot.press("ctrl-s")
        var expected = RepositoryChanges()
        expected.displayName = "Maps!"
        #expect(repositoryChanges(robot) == expected)
    }

    @Test func `A rejected field of an edit is found without the prefix that a new one has`() throws {
        var robot = repositoryDialog()
        robot.press("tab tab tab ctrl-u")
        robot.type("key")
        robot.press("ctrl-s")
        let detail = APIError.Detail(code: "InvalidValue", message: "This key is wrong.", target: "key")
        let refusal = APIError(status: 422, code: "InvalidiTwinsRequest", message: "No.", details: [detail])
        robot.answer(.failure(RequestError(.refused(refusal), operation: .updateRepository)))
        let key = try #require(robot.row(of: "Key "))
        #expect(robot.row(of: "✗ This key is wrong.") == key + 1)
    }

    @Test func `An automatic repository says why it can't be edited`() {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("e")
        #expect(robot.row(of: "“iModels” was added automatically and can't be edited.") != nil)
    }

    @Test func `Check finds a changed repository whose response was lost`() {
        var robot = repositoryDialog()
        robot.type(" 2")
        robot.press("ctrl-s")
        robot.answer(.failure(RequestError(.interrupted("x"), operation: .updateRepository, outcomeUnknown: true)))
        robot.press("enter")
        robot.serve(.sample)
        #expect(robot.row(of: "“Flood maps” is unchanged.") != nil)
        robot.press("shift-tab enter")
        var data = SampleData.sample
        data.repositories[Self.bridge]?[1].displayName = "Flood maps 2"
        robot.serve(data)
        #expect(robot.row(of: "✓ Repository “Flood maps 2” was changed") != nil)
        #expect(robot.selectedRow?.contains("Flood maps 2") == true)
    }
}
