import ITwinsAPI
import Screen
import TestSupport
import Testing

/// All iTwins of the organization instead of one's own, lists that end at the cap, and exports of what they do not show.
struct ScopeTests {
    private static let sizes = GoldenScreenTests.sizes

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    private func list(_ size: Size = Size(width: 100, height: 30), routes: RouteTable = .live) -> Robot {
        var robot = Robot(width: size.width, height: size.height, routes: routes)
        robot.serve(.sample)
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        robot.forgetEffects()
        return robot
    }

    private static let wide: SampleData = {
        var data = SampleData.sample
        var foreign = ITwin(id: "foreign")
        (foreign.displayName, foreign.number, foreign.class, foreign.subClass) = (
            "Somebody's Tunnel", "ST-1", .endeavor, .project
        )
        data.iTwins.append(foreign)
        return data
    }()

    private func scope(of operation: ITwinsAPI.Operation?) -> QueryScope? {
        guard case .iTwins(let query)? = operation else { return nil }
        return query.scope
    }

    private static func refusal(_ status: Int, _ code: String) -> RequestError {
        RequestError(.refused(APIError(status: status, code: code, message: "No.")), operation: .getMyITwins)
    }

    @Test(arguments: sizes)
    func `All iTwins of the organization are requested, named in the border, and the cursor stays`(_ size: Size) {
        var robot = list(size)
        robot.press("a")
        #expect(scope(of: robot.asked.first { $0.id == .getMyITwins }) == .organizationAdmin)
        #expect(robot.row(of: "All iTwins in the organization") != nil)
        #expect(robot.selectedRow?.contains("Riverside Bridge") == true)
        robot.serve(Self.wide)
        robot.press("j k")
        #expect(robot.row(of: "organization") != nil)
        #expect(robot.selectedRow?.contains("Riverside Bridge") == true)
        golden(robot, "organization", size)
        robot.press("G")
        #expect(robot.selectedRow?.contains("Somebody's") == true)
        robot.press("a")
        #expect(scope(of: robot.asked.first { $0.id == .getMyITwins }) == nil)
        robot.serve(.sample)
        #expect(robot.row(of: "Somebody's") == nil)
    }

    @Test func `A user who isn't an administrator is told so and keeps the earlier rows`() {
        var robot = list()
        robot.press("a")
        robot.answer(.failure(Self.refusal(403, "InsufficientPermissions"))) { $0.id == .getMyITwins }
        #expect(robot.row(of: "Only administrators see all iTwins in the organization; these are yours.") != nil)
        #expect(robot.selectedRow?.contains("Riverside Bridge") == true)
        #expect(!robot.asked.contains { $0.id == .getMyITwins })
        robot.press("r")
        #expect(scope(of: robot.asked.first { $0.id == .getMyITwins }) == nil)
    }

    @Test func `The border doesn't name a scope that couldn't be loaded or was cancelled`() {
        var robot = list()
        robot.press("a")
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .getMyITwins))) { $0.id == .getMyITwins }
        #expect(robot.row(of: "organization ─") == nil)
        robot.press("a")
        robot.press("esc")
        #expect(!robot.asked.contains { $0.id == .getMyITwins })
        robot.press("j k")
        #expect(robot.row(of: "organization ─") == nil)
    }

    @Test func `After a refusal without rows the user's own iTwins are loaded`() {
        var robot = Robot()
        robot.press("2 a")
        robot.answer(.failure(Self.refusal(403, "InsufficientPermissions"))) { $0.id == .getMyITwins }
        #expect(scope(of: robot.asked.last { $0.id == .getMyITwins }) == nil)
        robot.serve(.sample)
        #expect(robot.row(of: "Old Mill") != nil)
    }

    @Test func `If details are for members only, the details show what the list knows`() {
        var robot = list(Size(width: 150, height: 40))
        robot.press("a")
        robot.serve(Self.wide)
        robot.press("G enter ] ]")
        robot.answer(.failure(RequestError(Self.refusal(404, "iTwinNotFound").reason, operation: .getITwin))) {
            $0 == .iTwin(id: "foreign")
        }
        #expect(robot.row(of: "number  ST-1") != nil || robot.row(of: "number    ST-1") != nil)
        #expect(robot.row(of: "You aren't a member of this iTwin") != nil)
        robot.press("]")
        #expect(robot.row(of: "\"number\": \"ST-1\"") != nil)
        #expect(robot.row(of: "You aren't a member of this iTwin") != nil)
    }

    @Test func `The document routes have no scope`() {
        var robot = list(routes: .document)
        robot.press("a")
        #expect(robot.row(of: "isn't available here") != nil)
        #expect(!robot.asked.contains { $0.id == .getMyITwins })
    }

    // MARK: The cap

    @Test(arguments: sizes)
    func `A list that reaches the limit says so and names the key for an export`(_ size: Size) {
        var robot = Robot(width: size.width, height: size.height)
        robot.press("2")
        robot.page(Page(SampleData.sample.iTwins, maxReturn: 12))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        robot.serve(.sample)
        #expect(robot.row(of: size.width < 72 ? "limited  E  exports all" : "limited to 12") != nil)
        golden(robot, "capped", size)
        robot.press("E")
        #expect(robot.row(of: "New export of your iTwins") != nil)
    }

    @Test func `For a list at the limit the message line says what to do`() {
        var robot = Robot()
        robot.press("2")
        robot.page(Page(SampleData.sample.iTwins, maxReturn: 12))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        #expect(robot.row(of: "Showing the first 12; there may be more.  E  exports all") != nil)
    }

    @Test func `In the document routes a new export is for the selected iTwin`() {
        var robot = list(routes: .document)
        robot.press("E")
        #expect(robot.row(of: "New export of Riverside Bridge Rehabilitation") != nil)
    }

    // MARK: Exports

    @Test func `An export sends its filter and scope, and the details show them`() {
        var robot = list()
        robot.press("E tab tab tab tab")
        robot.type("type eq 'Bridge'")
        robot.press("tab right ctrl-s")
        var draft = ExportDraft(outputFormat: .csv)
        (draft.filter, draft.queryScope) = ("type eq 'Bridge'", .organizationAdmin)
        #expect(robot.asked.contains(.createExport(iTwinID: nil, draft)))
        let export = Export(id: "e", request: ExportRequest(outputFormat: .csv), status: .queued)
        robot.answer(.success(.export(export))) { $0.id == .createExport }
        #expect(robot.row(of: "requested  4  shows it") != nil)
    }

    @Test(arguments: [("$filter", "Filter "), ("queryScope", "Scope "), ("$select", "Columns ")])
    func `A rejected export field shows the service's reason`(_ target: String, _ label: String) throws {
        var robot = list()
        robot.press("E ctrl-s")
        let detail = APIError.Detail(code: "InvalidParameter", message: "That is wrong.", target: target)
        let refusal = APIError(status: 422, code: "InvalidiTwinsRequest", message: "No.", details: [detail])
        robot.answer(.failure(RequestError(.refused(refusal), operation: .createExport))) { $0.id == .createExport }
        let field = try #require(robot.row(of: label))
        #expect(robot.row(of: "✗ That is wrong.") == field + 1)
    }
}
