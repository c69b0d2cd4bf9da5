import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// The dialogs: what they ask for, what they say, what they keep, what they send.
struct DialogTests {
    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    /// The repositories of Riverside Bridge Rehabilitation, with the dialog for a new one open.
    private func repositoryDialog(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(.sample)
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("n")
        robot.forgetEffects()
        return robot
    }

    private func filled(_ size: Size = Size(width: 100, height: 30), name: String = "Site plan") -> Robot {
        var robot = repositoryDialog(size)
        robot.press("tab space enter tab")
        robot.type(name)
        robot.press("tab")
        robot.type("https://maps.example.org/wms")
        return robot
    }

    private static let draft = RepositoryDraft(
        class: .geographicInformationSystem,
        subClass: .webMapService,
        displayName: "Site plan",
        uri: "https://maps.example.org/wms"
    )

    private func refuse(_ robot: inout Robot, status: Int, code: String, details: [APIError.Detail] = []) {
        let error = APIError(status: status, code: code, message: "The service says no.", details: details)
        robot.answer(.failure(RequestError(.refused(error), operation: .createRepository)))
    }

    // MARK: Pictures

    @Test(arguments: GoldenScreenTests.sizes)
    func `A new repository starts with class, subclass, name and URI`(_ size: Size) {
        let robot = repositoryDialog(size)
        #expect(robot.text.contains("New repository in"))
        let fields = ["Class", "Subclass", "Name", "URI", "Authentication"].map { robot.row(of: "│  \($0) ") ?? -1 }
        #expect(fields == fields.sorted() && Set(fields).count == 5 && !fields.contains(-1))
        golden(robot, "repository-dialog", size)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `A field rejected by the service shows the reason below it`(_ size: Size) {
        var robot = filled(size, name: "Flood maps")
        robot.press("ctrl-s")
        refuse(&robot, status: 409, code: "iTwinRepositoryExists")
        let name = robot.row(of: "Name           Flood maps")
        #expect(name != nil && robot.row(of: "✗ “Flood maps”") == name.map { $0 + 1 })
        golden(robot, "repository-refused", size)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `A secret is shown as dots while it is typed`(_ size: Size) {
        var robot = filled(size)
        robot.press("tab right right tab")
        robot.type("token")
        robot.press("tab")
        robot.type("canary")
        #expect(!robot.text.contains("canary"))
        #expect(robot.text.contains("••••••"))
        golden(robot, "repository-secret", size)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `The list of a choice field opens over the dialog`(_ size: Size) {
        var robot = repositoryDialog(size)
        robot.press("tab space j")
        #expect(robot.row(of: "▌WebMapTileService") != nil)
        #expect(robot.row(of: "New repository in") != nil)
        golden(robot, "repository-choice", size)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `A lost response says that the outcome is unknown`(_ size: Size) {
        var robot = filled(size)
        robot.press("ctrl-s")
        robot.answer(
            .failure(RequestError(.interrupted("it was closed"), operation: .createRepository, outcomeUnknown: true))
        )
        #expect(robot.text.contains("It is unknown whether"))
        golden(robot, "repository-unknown", size)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `While a repository is being created the dialog counts the seconds`(_ size: Size) {
        var robot = filled(size)
        robot.press("ctrl-s")
        robot.advance(seconds: 1.2)
        #expect(robot.text.contains("Creating… 1.2 s"))
        golden(robot, "repository-sending", size)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `Esc asks before discarding input`(_ size: Size) {
        var robot = filled(size)
        robot.press("esc")
        #expect(robot.row(of: "Discard your changes?") != nil)
        golden(robot, "repository-close", size)
        robot.press("enter")
        #expect(robot.text.contains("Site plan"))
        robot.press("esc left enter")
        #expect(!robot.text.contains("New repository"))
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `A new iTwin's parent can be the account or the selected iTwin`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(.sample)
        robot.press("2 j n")
        #expect(robot.text.contains("New iTwin"))
        golden(robot, "iTwin-dialog", size)
        robot.press("tab tab tab tab tab space")
        // The two of the list that opens, over what is behind it.
        let list = robot.text.split(separator: "\n").filter {
            $0.contains(/│▌? *(Sample Infrastruct|Riverside Program)/)
        }
        #expect(list.count >= 2, "\(robot.text)")
    }

    // MARK: Repositories

    @Test func `Completing the dialog creates the repository and selects it`() {
        var robot = filled()
        robot.press("ctrl-s")
        #expect(robot.asked == [.createRepository(iTwinID: SampleData.id(3), Self.draft)])
        var created = Repository(id: "new", class: .geographicInformationSystem)
        created.subClass = .webMapService
        created.displayName = "Site plan"
        robot.answer(.success(.repository(created)))
        #expect(robot.selectedRow?.contains("Site plan") == true)
        #expect(robot.text.contains("✓ Repository “Site plan” created"))
    }

    @Test func `Nothing is sent while a field is invalid, and the first invalid field gets the cursor`() {
        var robot = repositoryDialog()
        robot.press("ctrl-s")
        #expect(robot.effects.isEmpty)
        #expect(robot.text.contains("✗ A subclass is required"))
        #expect(robot.text.contains("✗ A name is required"))
        #expect(robot.text.contains("✗ A URI is required"))
        #expect(robot.screen.cursor?.y == robot.row(of: "Subclass"))
    }

    @Test func `An invalid URI is reported after a pause, not while typing starts`() {
        var robot = repositoryDialog()
        robot.press("tab tab tab")
        robot.type("ftp://x")
        #expect(!robot.text.contains("Use http or https"))
        robot.advance(seconds: 1)
        #expect(robot.text.contains("Use http or https"))
        robot.press("home delete delete delete")
        robot.type("https")
        #expect(!robot.text.contains("Use http or https"))
    }

    @Test func `Pressing Enter twice creates one repository`() {
        var robot = filled()
        robot.press("ctrl-s enter enter ctrl-s")
        #expect(robot.effects.count == 1)
    }

    @Test func `A conflict without a target belongs to the name if a sibling has it, otherwise to the URI`() throws {
        var same = filled(name: "flood MAPS")
        same.press("ctrl-s")
        refuse(&same, status: 409, code: "iTwinRepositoryExists")
        let name = try #require(same.row(of: "flood MAPS"))
        #expect(same.row(of: "✗ “flood MAPS” already exists in this iTwin") == name + 1)
        var other = filled(name: "Another")
        other.press("ctrl-s")
        refuse(&other, status: 409, code: "iTwinRepositoryExists")
        let uri = try #require(other.row(of: "https://maps.example.org/wms"))
        #expect(other.row(of: "✗ This class, subclass and URI already") == uri + 1)
    }

    @Test func `Each problem from the service is shown at its target field, others above the buttons`() throws {
        var robot = filled()
        robot.press("ctrl-s")
        let details = [
            APIError.Detail(code: "InvalidValue", message: "No such subclass.", target: "subClass"),
            APIError.Detail(code: "InvalidValue", message: "Bad address.", target: "URI"),
            APIError.Detail(code: "InvalidValue", message: "Something else.", target: "nowhere"),
        ]
        refuse(&robot, status: 422, code: "InvalidiTwinsRequest", details: details)
        #expect(robot.row(of: "✗ No such subclass.") == robot.row(of: "Subclass").map { $0 + 1 })
        #expect(robot.row(of: "✗ Bad address.") == robot.row(of: "https://maps.example.org").map { $0 + 1 })
        #expect(robot.text.contains("Something else."))
        #expect(robot.text.contains("Site plan"))
    }

    @Test func `A failed request keeps all input, secrets too`() {
        var robot = filled()
        robot.press("tab right right tab")
        robot.type("token")
        robot.press("tab")
        robot.type("s3cret")
        robot.press("ctrl-s")
        robot.answer(.failure(RequestError(.unreachable("nobody answers"), operation: .createRepository)))
        #expect(robot.text.contains("Can't reach the service"))
        robot.press("ctrl-s")
        guard case .createRepository(_, let draft)? = robot.asked.last else {
            Issue.record("nothing was sent again")
            return
        }
        #expect(draft.authentication == .queryParameter(key: "token", value: Secret("s3cret")))
    }

    @Test func `Leading and trailing spaces of credentials are not sent`() {
        var robot = filled()
        robot.press("tab right right tab")
        robot.type("  token ")
        robot.press("tab")
        robot.type(" s3 cret\t ")
        robot.press("ctrl-s")
        guard case .createRepository(_, let draft)? = robot.asked.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(draft.authentication == .queryParameter(key: "token", value: Secret("s3 cret")))
    }

    @Test func `A request cancelled before it was sent has a known outcome and can be sent again`() {
        var robot = filled()
        robot.press("ctrl-s")
        guard let id = robot.pending.last?.id else {
            Issue.record("nothing was sent")
            return
        }
        robot.press("esc")
        robot.send(.answered(id, .failure(RequestError(.cancelled, operation: .createRepository))))
        #expect(!robot.text.contains("It is unknown"))
        #expect(robot.text.contains("Cancelled before it was sent; nothing changed."))
        robot.press("ctrl-s")
        #expect(robot.asked.last == .createRepository(iTwinID: SampleData.id(3), Self.draft))
    }

    @Test func `A request cancelled as its response arrives counts as done`() {
        var robot = filled()
        robot.press("ctrl-s")
        guard let id = robot.pending.last?.id else {
            Issue.record("nothing was sent")
            return
        }
        robot.press("esc")
        var made = Repository(id: "new", class: .geographicInformationSystem)
        made.displayName = "Site plan"
        robot.send(.answered(id, .success(.repository(made))))
        #expect(robot.text.contains("✓ Repository “Site plan” created"))
    }

    @Test func `Cancelling a request that may have arrived says that the outcome is unknown`() {
        var robot = filled()
        robot.press("ctrl-s esc")
        #expect(robot.text.contains("It is unknown whether Repository “Site plan” was created."))
        #expect(robot.pending.isEmpty)
    }

    @Test func `Check finds a repository that was created after all and selects it`() {
        var robot = filled()
        robot.press("ctrl-s")
        robot.answer(
            .failure(RequestError(.interrupted("it was closed"), operation: .createRepository, outcomeUnknown: true))
        )
        robot.press("enter")
        var found = Repository(id: "new", class: .geographicInformationSystem)
        found.subClass = .webMapService
        found.displayName = "Site plan"
        found.uri = "https://maps.example.org/wms"
        robot.answer(.success(.repositories(Page([found]))))
        #expect(robot.selectedRow?.contains("Site plan") == true)
        #expect(robot.text.contains("was created"))
    }

    /// A new repository that was found to be there after its request was stopped, which is not answered yet.
    private func foundAfterStop() -> (robot: Robot, stopped: RequestID?) {
        var robot = filled()
        robot.press("ctrl-s")
        let stopped = robot.pending.last?.id
        robot.press("esc enter")
        var found = Repository(id: "new", class: .geographicInformationSystem)
        found.displayName = "Site plan"
        found.uri = "https://maps.example.org/wms"
        robot.answer(.success(.repositories(Page([found]))))
        #expect(robot.text.contains("✓ Repository “Site plan” was created"))
        return (robot, stopped)
    }

    @Test func `Esc clears the message after a cancelled request turned out to be done`() {
        var (robot, _) = foundAfterStop()
        robot.send(.notice("The disk is full"))
        robot.press("esc")
        #expect(!robot.text.contains("The disk is full"))
    }

    @Test func `The late end of a cancelled request shows nothing in the next dialog`() throws {
        var (robot, stopped) = foundAfterStop()
        robot.press("n")
        #expect(robot.text.contains("New repository in"))
        let cancelled = RequestError(.cancelled, operation: .createRepository)
        robot.send(.answered(try #require(stopped), .failure(cancelled)))
        #expect(!robot.text.contains("nothing was done"))
    }

    @Test func `If Check finds nothing it offers to retry, which sends once more`() {
        var robot = filled()
        robot.press("ctrl-s")
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .createRepository, outcomeUnknown: true)))
        robot.press("enter")
        robot.answer(.success(.repositories(Page([]))))
        #expect(robot.text.contains("doesn't exist"))
        robot.press("enter")
        #expect(robot.asked == [.createRepository(iTwinID: SampleData.id(3), Self.draft)])
    }

    @Test func `Options are lines of name and value, with always an empty one at the end`() {
        var robot = filled()
        robot.press("tab tab")
        robot.type("format = image/png")
        robot.press("tab")
        robot.type("style=dark")
        robot.press("ctrl-s")
        guard case .createRepository(_, let draft)? = robot.asked.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(
            draft.options?.queryParameters == [
                .init(name: "format", value: "image/png"), .init(name: "style", value: "dark"),
            ]
        )
    }

    @Test func `UrlTemplate requires both zoom levels as soon as there are options`() {
        var robot = repositoryDialog()
        robot.press("tab")
        robot.type("u")
        robot.press("tab")
        robot.type("Tiles")
        robot.press("tab")
        robot.type("https://tiles.example.org/{z}/{x}/{y}.png")
        robot.press("tab tab")
        robot.type("0")
        robot.press("ctrl-s")
        #expect(robot.effects.isEmpty)
        #expect(robot.text.contains("Both zoom levels are required"))
        robot.type("25")
        robot.press("ctrl-s")
        #expect(robot.text.contains("Must be a whole number from 0 to 24"))
        robot.press("ctrl-u")
        robot.type("18")
        robot.press("ctrl-s")
        guard case .createRepository(_, let draft)? = robot.asked.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(draft.options == RepositoryOptions(minimumLevel: 0, maximumLevel: 18))
        #expect(draft.uri == "https://tiles.example.org/{z}/{x}/{y}.png")
    }

    @Test func `Changing the class changes the subclasses, and changing back restores the selection`() {
        var robot = repositoryDialog()
        robot.press("tab")
        robot.type("a")
        robot.press("shift-tab right")
        #expect(robot.text.contains("Performance"))
        #expect(!robot.text.contains("ArcGIS"))
        robot.press("left")
        #expect(robot.text.contains("ArcGIS"))
    }

    @Test func `An option that is cleared doesn't hide those below it`() {
        var robot = filled()
        robot.press("tab tab")
        robot.type("a=1")
        robot.press("tab")
        robot.type("b=2")
        robot.press("up ctrl-u ctrl-s")
        guard case .createRepository(_, let draft)? = robot.asked.last else {
            Issue.record("nothing was sent")
            return
        }
        #expect(draft.options?.queryParameters == [.init(name: "b", value: "2")])
    }

    @Test func `Esc after a lost response returns to the fields, and a second Esc asks before discarding`() {
        var robot = filled()
        robot.press("ctrl-s esc esc")
        #expect(robot.text.contains("Site plan"))
        robot.press("shift-tab")
        robot.press("esc")
        #expect(robot.text.contains("Discard your changes?"))
        robot.press("esc")
        #expect(robot.text.contains("https://maps.example.org/wms"))
        #expect(robot.text.contains("^S create"))
    }

    @Test func `The cancel button asks before discarding, as Esc does`() {
        var robot = filled()
        robot.press("tab tab tab tab enter")
        #expect(robot.text.contains("Discard your changes?"))
        robot.press("enter")
        #expect(robot.text.contains("Site plan"))
    }

    @Test func `A form without input closes without asking, even after an attempt to create`() {
        var robot = repositoryDialog()
        robot.press("ctrl-s esc")
        #expect(!robot.text.contains("New repository"))
    }

    @Test func `After a lost response only Retry sends the request again`() {
        var robot = filled()
        robot.press("ctrl-s")
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .createRepository, outcomeUnknown: true)))
        robot.forgetEffects()
        robot.press("ctrl-s ctrl-s")
        #expect(robot.effects.isEmpty)
        robot.press("enter shift-tab shift-tab")
        robot.answer(.failure(RequestError(.unreachable("nobody answers"), operation: .getRepositoriesByITwinID)))
        robot.forgetEffects()
        robot.press("enter")
        #expect(robot.asked.map(\.id) == [.getRepositoriesByITwinID])
    }

    @Test func `A conflict also belongs to the name if the siblings were loaded while the dialog was open`() throws {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("j enter n tab space enter tab")
        robot.type("Flood maps")
        robot.press("tab")
        robot.type("https://x.example.org/")
        robot.serve(.sample)
        robot.press("ctrl-s")
        refuse(&robot, status: 409, code: "iTwinRepositoryExists")
        let name = try #require(robot.row(of: "Name           Flood maps"))
        #expect(robot.row(of: "✗ “Flood maps” already exists in this iTwin") == name + 1)
    }

    @Test func `A long refusal shows its beginning and leaves room for the fields`() {
        var robot = filled(Size(width: 80, height: 24))
        robot.press("ctrl-s")
        let long = "First words. " + String(repeating: "and so on ", count: 200)
        let detail = APIError.Detail(code: "InvalidValue", message: long, target: "displayName")
        refuse(&robot, status: 422, code: "InvalidiTwinsRequest", details: [detail])
        #expect(robot.text.contains("✗ First words."))
        #expect(robot.text.contains("https://maps.example.org/wms"))
        #expect(robot.text.contains("[ Create ]"))
    }

    @Test func `Line breaks in pasted text become spaces`() {
        var robot = repositoryDialog()
        robot.press("tab tab")
        robot.paste("Site\nplan q\u{1B}[A\n")
        #expect(robot.text.contains("Site plan q[A"))
        #expect(robot.effects.isEmpty)
    }

    // MARK: iTwins

    @Test func `A new iTwin is selected, and a duplicate number is reported at the number`() throws {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.press("tab")
        robot.type("BR-0042")
        robot.press("ctrl-s")
        let detail = APIError.Detail(code: "InvalidValue", message: "This number is taken.", target: "number")
        let conflict = APIError(status: 409, code: "iTwinExists", message: "It exists.", details: [detail])
        robot.answer(.failure(RequestError(.refused(conflict), operation: .createITwin))) { $0.id == .createITwin }
        let number = try #require(robot.row(of: "Number   "))
        #expect(robot.row(of: "✗ This number is taken.") != nil, "\(number)")
        #expect(robot.text.contains("North Pier"))
        robot.press("ctrl-u")
        robot.type("NP-1")
        robot.press("ctrl-s")
        guard case .createITwin(let draft)? = robot.asked.first(where: { $0.id == .createITwin }) else {
            Issue.record("nothing was sent")
            return
        }
        #expect(
            (draft.number, draft.displayName, draft.class, draft.parentId) == ("NP-1", "North Pier", .endeavor, nil)
        )
        var created = ITwin(id: "new")
        (created.displayName, created.number, created.class, created.subClass) = (
            "North Pier", "NP-1", .endeavor, .project
        )
        robot.answer(.success(.iTwin(created, source: created.json()))) { $0.id == .createITwin }
        #expect(robot.selectedRow?.contains("North Pier") == true)
    }

    @Test(arguments: [
        ("latitude", "91", "Must be between -90 and 90"), ("longitude", "x", "Must be between -180 and 180"),
        ("ianaTimeZone", "Europe/Nowhere", "“Europe/Nowhere” isn't an IANA time zone"),
    ])
    func `Contract rules are reported at the field`(_ field: String, _ text: String, _ message: String) {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("2 n")
        let position = [
            "class", "subClass", "displayName", "number", "type", "parentId", "geographicLocation", "latitude",
            "longitude", "ianaTimeZone",
        ]
        for _ in 0..<(position.firstIndex(of: field) ?? 0) { robot.press("tab") }
        robot.type(text)
        robot.press("tab")
        #expect(robot.text.contains("✗ \(message)"))
    }
}
