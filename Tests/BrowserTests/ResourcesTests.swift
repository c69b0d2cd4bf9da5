import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Repositories as places: their resources, the graphics of these, and the repositories that belong to no iTwin.
struct ResourcesTests {
    private static let sizes = GoldenScreenTests.sizes
    private static let bridge = SampleData.id(3)
    private static let models = RepositoryPath(iTwinID: bridge, id: "imodels")
    private static let maps = RepositoryPath(iTwinID: bridge, id: "1b9e1f0a-7d4c-4d0b-9a57-3a2b1c0d9e8f")

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    /// The repositories of Riverside Bridge Rehabilitation.
    private func repositories(_ size: Size = Size(width: 100, height: 30), data: SampleData = .sample) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(data)
        robot.press("j enter")
        robot.serve(data)
        return robot
    }

    /// Inside its iModels, with the first of them read.
    private func imodels(_ size: Size = Size(width: 100, height: 30), data: SampleData = .sample) -> Robot {
        var robot = repositories(size, data: data)
        robot.press("enter")
        robot.serve(data)
        robot.advance(seconds: 0.2)
        robot.serve(data)
        return robot
    }

    /// Inside its flood maps.
    private func floodMaps(_ size: Size = Size(width: 100, height: 30), data: SampleData = .sample) -> Robot {
        var robot = repositories(size, data: data)
        robot.press("j enter")
        robot.serve(data)
        robot.forgetEffects()
        return robot
    }

    private func resources(_ robot: Robot) -> [ITwinsAPI.Operation] {
        robot.asked.filter { $0.id == .getRepositoryResources }
    }

    // MARK: Going in and out

    @Test func `q leaves a repository for the place it was opened from, then leaves that`() {
        var robot = imodels()
        robot.press("enter q")
        #expect(robot.text.contains("[2 iTwins]"))
        #expect(robot.row(of: "▌  iModels") != nil || robot.selectedRow?.contains("iModels") == true)
        robot.press("q")
        #expect(robot.text.contains("[1 Dashboard]"))
    }

    @Test(arguments: sizes)
    func `Enter on a repository shows its resources with the details of the selected one`(_ size: Size) {
        var robot = imodels(size)
        #expect(robot.selectedRow?.contains("Deck, north span") == true)
        golden(robot, "resources", size)
        robot.press("enter")
        #expect(robot.row(of: "3DTILES") != nil)
        golden(robot, "resource", size)
        #expect(!robot.text.contains("canary-secret"))
    }

    @Test func `h returns to the repository list, and H and L move through history`() {
        var robot = floodMaps()
        robot.press("h")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
        robot.press("H")
        #expect(robot.row(of: "Flood of 100 years") != nil)
        robot.press("L")
        #expect(robot.row(of: "Flood of 100 years") == nil)
        #expect(robot.selectedRow?.contains("Flood maps") == true)
    }

    @Test func `After leaving a repository its list can be filtered and another one opened`() {
        var robot = repositories()
        robot.press("/")
        robot.type("imodels")
        robot.press("enter enter")
        robot.serve(.sample)
        robot.press("h esc /")
        robot.type("Flood")
        robot.press("enter enter")
        robot.serve(.sample)
        #expect(robot.row(of: "Flood of 100 years") != nil, "\(robot.text)")
    }

    @Test func `The pages of a list are shown as they arrive, until it is complete`() {
        var robot = repositories()
        robot.press("enter")
        robot.page(Page((0..<3).map { Resource(id: "a\($0)") }, next: "link-1"))
        #expect(robot.row(of: "3 loaded") != nil)
        #expect(robot.row(of: "loading more") != nil)
        #expect(resources(robot) == [.resources(Self.models, ResourceQuery())])
        robot.page(Page([Resource(id: "b")]))
        robot.answer(.success(.done)) { $0.id == .getRepositoryResources }
        #expect(robot.row(of: "b   ") != nil)
        #expect(robot.row(of: "loading more") == nil)
        #expect(resources(robot).isEmpty)
    }

    @Test func `Entering another repository drops the previous one's requests, and returning starts over`() {
        var robot = repositories()
        robot.press("enter")
        robot.page(Page([Resource(id: "a")], next: "link-1"))
        robot.press("h j enter")
        #expect(resources(robot) == [.resources(Self.maps, ResourceQuery())])
        robot.press("h k enter")
        #expect(resources(robot) == [.resources(Self.models, ResourceQuery())])
    }

    @Test func `A list that ends early says why, and a list that ends at the limit says that there are more`() {
        var robot = repositories()
        robot.press("enter")
        robot.page(Page([Resource(id: "r1"), Resource(id: "r2")]))
        let circle = RequestError(.pagingStopped("the pages go in a circle"), operation: .getRepositoryResources)
        robot.answer(.failure(circle)) { $0.id == .getRepositoryResources }
        #expect(robot.row(of: "2 loaded") != nil)
        #expect(robot.row(of: "The list ends early: the pages go in a circle.  r  reloads it") != nil)
        robot.press("r")
        var last = Page([Resource(id: "r1"), Resource(id: "r2")])
        last.endsAtCap = true
        robot.page(last)
        robot.answer(.success(.done)) { $0.id == .getRepositoryResources }
        #expect(resources(robot).isEmpty)
        #expect(robot.row(of: "ends early") == nil)
        #expect(robot.row(of: "limited to 2") != nil)
    }

    @Test func `A failed page is reported, and r resumes there`() {
        var robot = repositories()
        robot.press("enter")
        robot.page(Page([Resource(id: "first")], next: "link-1"))
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .getRepositoryResources))) {
            $0.id == .getRepositoryResources
        }
        #expect(robot.row(of: "incomplete") != nil)
        #expect(robot.row(of: "r  loads the rest") != nil)
        #expect(robot.row(of: "first  ") != nil)
        robot.forgetEffects()
        robot.press("r")
        #expect(robot.effects.contains { if case .load(_, _, from: "link-1", _) = $0 { true } else { false } })
        robot.page(Page([Resource(id: "second")]))
        robot.answer(.success(.done)) { $0.id == .getRepositoryResources }
        #expect(robot.row(of: "more is missing") == nil)
        #expect(robot.row(of: "first  ") != nil)
        #expect(robot.row(of: "second  ") != nil)
    }

    @Test func `Resources that were left while they loaded go on where they were`() {
        var robot = repositories()
        robot.press("enter")
        robot.page(Page([Resource(id: "first")], next: "link-1"))
        robot.press("h")
        robot.forgetEffects()
        robot.press("enter")
        #expect(robot.effects.contains { if case .load(_, _, from: "link-1", _) = $0 { true } else { false } })
        #expect(robot.row(of: "loading more") != nil)
    }

    @Test func `A refresh of resources keeps rows, cursor and filter`() {
        var robot = imodels()
        robot.press("j r")
        #expect(robot.selectedRow?.contains("Deck, south span") == true)
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("Deck, south span") == true)
        robot.press("/")
        robot.type("north")
        robot.press("enter r")
        robot.serve(.sample)
        #expect(robot.row(of: "/north") != nil)
        #expect(robot.row(of: "south") == nil)
    }

    @Test(arguments: sizes)
    func `A repository without resources says so, and a slow or failing one says that too`(_ size: Size) {
        var data = SampleData.sample
        data.resources = [:]
        let empty = floodMaps(size, data: data)
        #expect(empty.row(of: "No resources yet.  n  adds one.") != nil)
        golden(empty, "resources-empty", size)
        var slow = repositories(size)
        slow.press("enter")
        slow.advance(seconds: 0.9)
        #expect(slow.row(of: "loading… 0.9 s") != nil)
        let refusal = APIError(status: 503, code: "Unavailable", message: "Down.")
        slow.answer(.failure(RequestError(.refused(refusal), operation: .getRepositoryResources))) {
            $0.id == .getRepositoryResources
        }
        #expect(slow.row(of: "r  retries") != nil)
        golden(slow, "resources-error", size)
    }

    @Test func `Resources aren't requested for a class that has none`() {
        var data = SampleData.sample
        var performance = Repository(id: "p", class: "Construction")
        (performance.subClass, performance.displayName) = ("Performance", "Progress")
        data.repositories[Self.bridge] = [performance]
        var robot = repositories(data: data)
        robot.press("enter")
        #expect(robot.row(of: "Repositories of class Construction have") != nil)
        #expect(resources(robot).isEmpty)
    }

    @Test func `Holding j requests nothing, and requests for the previous resource are cancelled`() {
        var robot = imodels()
        robot.press("j j")
        #expect(robot.asked.isEmpty)
        robot.advance(seconds: 0.2)
        #expect(robot.asked == [.resource(Self.models, id: "m3")])
        robot.press("k")
        #expect(robot.asked.isEmpty)
    }

    @Test func `In the document routes Enter says that there are no resources and requests nothing`() {
        var robot = Robot(routes: .document)
        robot.serve(.sample)
        robot.press("2 j j j enter")
        robot.serve(.sample)
        robot.press("enter")
        #expect(robot.row(of: "The document routes have no resources.") != nil)
        robot.press("6")
        #expect(robot.row(of: "The document routes have no global") != nil)
        #expect(robot.asked.allSatisfy { $0.exists(in: .document) })
    }

    // MARK: Properties and graphics

    @Test func `Resource properties are shown as lines, graphics with type, URI and provider`() {
        let robot = imodels(Size(width: 150, height: 40))
        for text in ["state", "initialized", "Graphics", "3DTILES", "https://assets.example.org/m1", "UrlTemplate"] {
            #expect(robot.row(of: text) != nil, "\(text)")
        }
    }

    @Test func `Graphics credentials are masked in lines and JSON until revealed, and again after leaving`() {
        var robot = imodels(Size(width: 150, height: 50))
        #expect(robot.row(of: "value = ••••••") != nil)
        robot.press("]")
        #expect(robot.row(of: "\"displayName\": \"Deck, north span\"") != nil)
        #expect(!robot.text.contains("canary-secret"))
        robot.press(".")
        #expect(robot.text.contains("canary-secret"))
        robot.press("[")
        #expect(robot.text.contains("canary-secret"))
        robot.press("h")
        #expect(!robot.text.contains("canary-secret"))
    }

    @Test func `The same key reveals and masks a repository's secret`() {
        var robot = repositories(Size(width: 150, height: 40))
        robot.press("j")
        #expect(robot.row(of: "value = ••••••") != nil)
        robot.press(".")
        #expect(robot.row(of: "value = canary-secret") != nil)
        robot.press(".")
        #expect(!robot.text.contains("canary-secret"))
        robot.press(". h k")
        robot.advance(seconds: 0.2)
        robot.press("j")
        #expect(!robot.text.contains("canary-secret"))
    }

    @Test func `A resource without graphics says so, and one whose graphics fail says why`() {
        var robot = imodels(Size(width: 150, height: 40))
        robot.press("j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        #expect(robot.row(of: "No graphics available.") != nil)
        #expect(!robot.asked.contains { $0.id == .getResourceGraphics })
        var data = SampleData.sample
        let refusal = APIError(status: 500, code: "Broken", message: "Oh.")
        data.failures[.getResourceGraphics] = RequestError(.refused(refusal), operation: .getResourceGraphics)
        let failing = imodels(Size(width: 150, height: 40), data: data)
        #expect(failing.row(of: "The service returned 500 (Broken): Oh.  r  retries") != nil)
    }

    // MARK: Adding and deleting

    @Test(arguments: sizes)
    func `A new resource is selected`(_ size: Size) {
        var robot = floodMaps(size)
        robot.press("n")
        golden(robot, "resource-dialog", size)
        robot.press("ctrl-s")
        #expect(robot.row(of: "✗ An ID is required") != nil)
        robot.type("hq20")
        robot.press("tab")
        robot.type("Flood of 20 years")
        robot.press("ctrl-s")
        let draft = ResourceDraft(id: "hq20", displayName: "Flood of 20 years")
        #expect(robot.asked.contains(.createResource(iTwinID: Self.bridge, repositoryID: Self.maps.id, draft)))
        var created = Resource(id: "hq20")
        created.displayName = "Flood of 20 years"
        robot.answer(.success(.resource(created))) { $0.id == .createRepositoryResource }
        #expect(robot.selectedRow?.contains("Flood of 20") == true)
        #expect(robot.row(of: "✓ Resource “Flood of 20 years”") != nil)
    }

    @Test func `An ID in use is reported at the ID, a name in use at the name`() throws {
        var robot = floodMaps()
        robot.press("n")
        robot.type("hq100")
        robot.press("tab")
        robot.type("Another")
        robot.press("ctrl-s")
        let conflict = APIError(status: 409, code: "iTwinRepositoryResourceExists", message: "It exists.")
        let error = RequestError(.refused(conflict), operation: .createRepositoryResource)
        robot.answer(.failure(error)) { $0.id == .createRepositoryResource }
        let id = try #require(robot.row(of: "ID             hq100"))
        #expect(robot.row(of: "✗ “hq100” already exists in this repository") == id + 1)
        robot.type("x")
        robot.press("tab ctrl-u")
        robot.type("flood of 100 years")
        robot.press("ctrl-s")
        robot.answer(.failure(error)) { $0.id == .createRepositoryResource }
        #expect(robot.row(of: "✗ “flood of 100 years” already exists in this") != nil)
    }

    @Test func `A new resource whose response was lost is searched for`() {
        var robot = floodMaps()
        robot.press("n")
        robot.type("hq20")
        robot.press("tab")
        robot.type("Flood of 20 years")
        robot.press("ctrl-s esc enter")
        #expect(robot.asked.contains(.resource(Self.maps, id: "hq20")))
        let missing = APIError(status: 404, code: "iTwinRepositoryResourceNotFound", message: "No.")
        robot.answer(.failure(RequestError(.refused(missing), operation: .getRepositoryResource))) {
            $0 == .resource(Self.maps, id: "hq20")
        }
        #expect(robot.row(of: "Resource “Flood of 20 years” doesn't exist.") != nil)
        robot.press("shift-tab enter")
        var created = Resource(id: "hq20")
        created.displayName = "Flood of 20 years"
        robot.answer(.success(.resource(created))) { $0 == .resource(Self.maps, id: "hq20") }
        #expect(robot.row(of: "✓ Resource “Flood of 20 years” was created") != nil)
        #expect(robot.selectedRow?.contains("Flood of 20") == true)
    }

    @Test func `Resources can be added and deleted only in geographic information systems`() {
        var robot = imodels()
        robot.press("n")
        #expect(robot.row(of: "isn't available here") != nil)
        robot.press("d")
        #expect(robot.row(of: "wasn't added manually and can't be deleted.") != nil)
        robot.press("e")
        #expect(robot.row(of: "Resources can't be edited") != nil)
    }

    @Test func `A deleted resource disappears at once`() {
        var robot = floodMaps()
        robot.press("d left enter")
        #expect(robot.asked.contains(.deleteResource(iTwinID: Self.bridge, repositoryID: Self.maps.id, id: "hq100")))
        robot.answer(.success(.done)) { $0.id == .deleteRepositoryResource }
        #expect(robot.row(of: "✓ Resource “Flood of 100 years” deleted") != nil)
        #expect(robot.row(of: "hq100") == nil)
        #expect(robot.selectedRow?.contains("Extreme flood") == true)
    }

    @Test func `A resource that exists again after it was deleted is shown by a refresh`() {
        var robot = floodMaps()
        robot.press("d left enter")
        robot.answer(.success(.done)) { $0.id == .deleteRepositoryResource }
        robot.press("r")
        robot.serve(.sample)
        #expect(robot.row(of: "Flood of 100 years") != nil)
    }

    @Test func `A repository with resources is deleted by its name only`() {
        var robot = repositories()
        robot.press("j d")
        #expect(robot.row(of: "looking for resources…") != nil)
        robot.serve(.sample)
        #expect(robot.row(of: "Also deleted   its resources") != nil)
        robot.press("ctrl-s")
        #expect(!robot.asked.contains { $0.id == .deleteRepository })
        robot.type("Flood maps")
        robot.press("enter")
        #expect(robot.asked.contains { $0.id == .deleteRepository })
    }

    // MARK: Global repositories

    @Test(arguments: sizes)
    func `Global repositories are a place with a key`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(.sample)
        robot.press("6")
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("Cesium") == true)
        golden(robot, "global", size)
        robot.press("enter")
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("World terrain") == true)
        robot.press("n d e")
        #expect(robot.asked.allSatisfy { $0.id.declaration.method == .get })
        robot.press("h")
        #expect(robot.selectedRow?.contains("Cesium") == true)
    }
}
