import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// What becomes of requests that are stopped, overtaken or answered late, and of what a user does meanwhile.
struct InterruptionTests {
    private func robot(routes: RouteTable = .live, data: SampleData = .sample) -> Robot {
        var robot = Robot(routes: routes)
        robot.serve(data)
        return robot
    }

    private let lost = RequestError(.unreachable("nobody answers"), operation: .getMyITwins)

    // MARK: Stopping

    @Test func `Esc cancels what the focused pane is loading, and the pane says so until r loads it`() {
        var robot = Robot()
        robot.press("esc")
        #expect(robot.asked.map(\.id).contains(.getMyITwins))
        #expect(!robot.asked.map(\.id).contains(.getMyRecentlyUsedITwins))
        #expect(robot.text.contains("Cancelled.  r  loads it"))
        robot.press("2 1")
        #expect(!robot.asked.map(\.id).contains(.getMyRecentlyUsedITwins))
        robot.press("r")
        #expect(robot.asked.map(\.id).contains(.getMyRecentlyUsedITwins))
    }

    @Test func `A favorite whose change was cancelled shows the service's state`() {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("r 2 j j j f")
        #expect(robot.selectedRow?.contains("★") == true)
        while robot.asked.contains(.addFavorite(id: SampleData.id(3))) { robot.press("esc") }
        robot.serve(.sample)
        #expect(robot.selectedRow?.contains("★") == false)
        robot.press("3 r")
        #expect(robot.asked.map(\.id).contains(.getMyFavoriteITwins))
    }

    @Test func `With two favorite changes at once the list is reloaded after both are answered`() {
        var robot = robot()
        robot.press("2 j j j f j f")
        robot.answer(.success(.done)) { $0 == .addFavorite(id: SampleData.id(3)) }
        #expect(!robot.asked.map(\.id).contains(.getMyFavoriteITwins))
        robot.answer(.success(.done)) { $0 == .addFavorite(id: SampleData.id(4)) }
        #expect(robot.asked.map(\.id).contains(.getMyFavoriteITwins))
    }

    @Test func `A removed favorite keeps its row, so that the same key adds it again`() {
        var robot = robot()
        robot.press("3 j f")
        #expect(robot.selectedRow?.contains("ZH-0930") == true)
        #expect(robot.selectedRow?.contains("★") == false)
        var data = SampleData.sample
        data.favorites.removeAll { $0 == SampleData.id(6) }
        robot.serve(data)
        robot.press("f")
        #expect(robot.asked.contains(.addFavorite(id: SampleData.id(6))))
        #expect(robot.selectedRow?.contains("★ Zürich") == true)
        robot.serve(.sample)
        robot.press("f")
        robot.serve(data)
        #expect(robot.selectedRow?.contains("ZH-0930") == true)
        robot.press("r")
        robot.serve(data)
        #expect(!robot.text.contains("ZH-0930"))
    }

    @Test func `An iTwin is removed from the recents if the service refuses to add it`() {
        var robot = robot()
        robot.press("2 G enter")
        robot.answer(.failure(lost)) { $0.id == .addITwinToMyRecents }
        robot.serve(.sample)
        robot.press("1")
        #expect(robot.selectedRow?.contains("Harbour Bridge Deck") == true)
    }

    @Test func `A favorite that the service rejects loses its star even if the list can't be loaded`() {
        var robot = robot()
        robot.press("2 j j j f")
        #expect(robot.selectedRow?.contains("★") == true)
        while robot.answer(.failure(lost)) {}
        #expect(robot.selectedRow?.contains("★") == false)
        robot.press("k f")
        while robot.answer(.failure(lost)) {}
        #expect(robot.selectedRow?.contains("★") == true)
    }

    // MARK: Places

    @Test func `Leaving and returning shows a list as it was`() {
        var robot = robot()
        robot.press("2 j j j")
        let before = robot.text
        robot.press("3 4 2")
        #expect(robot.row(of: "RB-0421") == before.split(separator: "\n").firstIndex { $0.contains("RB-0421") })
        robot.press("1 tab tab")
        robot.press("enter q")
        #expect(robot.selectedRow?.contains("Asset") == true)
    }

    @Test func `A filter that matched nothing returns the cursor to its row when cleared`() {
        var robot = robot()
        robot.press("2 j j j /")
        robot.type("zzz")
        #expect(robot.selectedRow == nil)
        robot.press("esc")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
    }

    @Test func `A long error message can be read to its end`() {
        var robot = robot()
        let words = (1...30).map { "word\($0)" }.joined(separator: " ")
        robot.send(.notice(words))
        #expect(robot.text.contains("✗ word1 "))
        #expect(robot.text.contains("word30"))
    }

    @Test func `A notice that another one replaced is shown again afterwards, each once`() {
        var robot = robot()
        for words in ["first words", "second words", "first words"] { robot.send(.notice(words)) }
        #expect(robot.text.contains("✗ first words"))
        robot.press("esc")
        #expect(robot.text.contains("✗ second words"))
        robot.press("esc")
        #expect(!robot.text.contains("words"))
        for words in ["first words", "second words"] { robot.send(.notice(words)) }
        #expect(robot.text.contains("✗ second words"))
        robot.advance(seconds: 20)
        #expect(robot.text.contains("✗ first words"))
        robot.advance(seconds: 20)
        #expect(!robot.text.contains("words"))
    }

    @Test func `A replaced notice is shown after messages about keys`() {
        var robot = robot()
        for words in ["first words", "second words"] { robot.send(.notice(words)) }
        robot.press("2 i")
        #expect(!robot.text.contains("words"))
        robot.press("j")
        #expect(robot.text.contains("✗ first words"))
    }

    @Test func `A notice replaced by a message that needs no key is shown again afterwards`() {
        var robot = robot()
        robot.send(.notice("first words"))
        robot.send(.clockSkew(seconds: 3600, profile: "LOCAL"))
        #expect(robot.row(of: "This machine's clock is 60 min behind") != nil)
        #expect(!robot.text.contains("words"))
        robot.press("esc")
        #expect(robot.text.contains("✗ first words"))
        robot.send(.clockSkew(seconds: 3600, profile: "LOCAL"))
        robot.advance(seconds: 8)
        #expect(robot.text.contains("✗ first words"))
        robot.advance(seconds: 20)
        #expect(!robot.text.contains("words"))
    }

    @Test func `A notice stays after another user signs in and after an iTwin was loaded for editing`() {
        var robot = robot()
        robot.send(.signIn(.signedIn(who: "Ann", user: 1, until: nil), profile: "LOCAL"))
        robot.send(.notice("first words"))
        robot.send(.signIn(.signedIn(who: "Bob", user: 2, until: nil), profile: "LOCAL"))
        #expect(robot.row(of: "as Bob, a different user") != nil)
        robot.press("j")
        #expect(robot.text.contains("✗ first words"))
        robot.serve(.sample)
        robot.press("esc 2 j j j")
        for words in ["second words", "third words"] { robot.send(.notice(words)) }
        robot.press("e")
        robot.serve(.sample)
        #expect(robot.row(of: "Edit “Riverside Bridge") != nil)
        robot.press("esc")
        #expect(robot.text.contains("✗ second words"))
        robot.press("j e")
        robot.send(.notice("third words"))
        robot.serve(.sample)
        robot.press("esc")
        #expect(robot.text.contains("✗ third words"))
    }

    // MARK: Overtaken

    @Test func `Typing a filter in the right pane keeps its iTwin`() {
        var robot = Robot()
        robot.answer(.success(.iTwins(Page([SampleData.sample.iTwins[3]])))) { $0.id == .getMyRecentlyUsedITwins }
        robot.press("enter")
        robot.answer(.success(.repositories(Page(SampleData.sample.repositories[SampleData.id(3)] ?? [])))) {
            $0.id == .getRepositoriesByITwinID
        }
        robot.press("/")
        robot.type("qfn")
        #expect(robot.text.contains("Riverside Bridge Rehabilitation"))
        #expect(robot.text.contains("/qfn▏"))
        #expect(robot.effects.allSatisfy { $0 != .quit(status: 0) })
    }

    @Test func `A refresh that no longer lists the right pane's iTwin leaves it shown`() {
        var robot = robot()
        robot.press("2 j j j enter /")
        robot.serve(.sample)
        robot.type("flood")
        var data = SampleData.sample
        data.iTwins.removeAll { $0.id == SampleData.id(3) }
        robot.send(.input(.focused(true)))
        robot.advance(seconds: 5)
        robot.send(.input(.focused(true)))
        robot.serve(data)
        #expect(robot.text.contains("/flood▏"))
        #expect(robot.text.contains("Flood maps"))
    }

    @Test func `In the list, keys act on the marked row, whatever is shown beside the list`() {
        var robot = Robot()
        robot.answer(.success(.iTwins(Page([SampleData.sample.iTwins[10]])))) { $0.id == .getMyRecentlyUsedITwins }
        robot.press("enter")
        robot.page(Page(Array(SampleData.sample.iTwins.prefix(3)), next: "next"))
        robot.press("h f")
        #expect(robot.asked.contains(.addFavorite(id: SampleData.id(0))))
    }

    @Test func `Selecting another export shows its details from the first line`() {
        var robot = Robot(width: 40, height: 12)
        robot.serve(.sample)
        robot.press("4 enter j j j")
        let scrolled = robot.text
        robot.press("h j enter")
        #expect(robot.text.contains("All iTwins"))
        #expect(!scrolled.contains("Completed"))
    }

    @Test func `Returning to the dashboard reloads old data`() {
        var robot = robot()
        robot.press("2")
        robot.advance(seconds: 60)
        robot.serve(.sample)
        robot.press("q")
        #expect(robot.asked.map(\.id).contains(.getMyRecentlyUsedITwins))
    }

    @Test func `iTwins opened before the state file is read are saved together with it`() {
        var robot = robot()
        robot.press("2 G enter")
        robot.forgetEffects()
        let before = Robot.noon.adding(seconds: -60)
        robot.send(.remembered(Remembered(opened: ["old": before])))
        #expect(robot.effects == [.save(Remembered(opened: ["old": before, SampleData.id(10): Robot.noon]))])
    }

    // MARK: Reach

    @Test func `The program doesn't say online before the first response`() {
        var robot = Robot()
        #expect(robot.text.contains("○ connecting"))
        robot.answer(.success(.exports(Page([])))) { $0.id == .getMyExports }
        #expect(robot.text.contains("● online"))
    }

    @Test func `However many requests fail together, the first connection check comes after 2 s`() {
        var robot = robot()
        robot.advance(seconds: 60)
        robot.press("r")
        while robot.answer(.failure(lost)) {}
        robot.press("r")
        while robot.answer(.failure(lost)) {}
        robot.forgetEffects()
        robot.advance(seconds: 2.1)
        #expect(robot.asked.map(\.id) == [.getMyITwins])
    }

    @Test func `Once the service is back failed data is reloaded, however recent it is`() {
        var robot = robot()
        robot.press("r")
        while robot.answer(.failure(lost)) {}
        robot.advance(seconds: 2.1)
        robot.answer(.success(.iTwins(Page([]))))
        robot.serve(.sample)
        #expect(robot.text.contains("● online"))
        #expect(!robot.text.contains("offline"))
    }

    // MARK: Filters and keys

    @Test func `A filter on the exports beside the list is visible and matches what the rows show`() {
        var robot = robot()
        robot.press("2 tab ]")
        robot.serve(.sample)
        robot.press("/")
        robot.type("failed")
        #expect(robot.text.contains("/failed▏"))
        #expect(robot.text.contains("All iTwins"))
        robot.press("ctrl-u")
        robot.type("asset")
        robot.press("enter")
        #expect(robot.text.contains("/asset"))
    }

    @Test func `Repositories can be found by what their rows show`() {
        var robot = robot()
        robot.press("2 j j j enter")
        robot.serve(.sample)
        robot.press("/")
        robot.type("gis")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
    }

    @Test func `The text cursor is visible in the middle of a filter`() {
        var robot = robot()
        robot.press("2 /")
        robot.type("bridge")
        robot.press("left left")
        #expect(robot.text.contains("/brid▏ge"))
    }

    @Test func `From a text pane the slash key filters the list beside it`() {
        var robot = robot()
        robot.press("2 enter ] ]")
        robot.serve(.sample)
        robot.press("/")
        robot.type("pump")
        #expect(robot.selectedRow?.contains("PH-7") == true)
        robot.press("esc")
        #expect(!robot.text.contains("/pump"))
        #expect(robot.selectedRow == nil)
    }

    @Test func `Commands that have no effect are not offered`() {
        var robot = robot()
        robot.press("2 enter")
        robot.serve(.sample)
        #expect(!robot.text.contains("enter open"))
        robot.press("4")
        robot.forgetEffects()
        robot.press("i")
        #expect(robot.text.contains("“Show or hide inactive iTwins” isn't available here."))
    }

    @Test func `Until the response arrives the details show what the list knows, and JSON shows nothing else`() {
        var robot = robot()
        robot.press("2 j j j enter ] ]")
        #expect(robot.text.contains("RB-0421"))
        #expect(robot.text.contains(/type +Bridge/))
        robot.advance(seconds: 1)
        #expect(robot.text.contains(/type +Bridge/))
        robot.press("]")
        #expect(!robot.text.contains("document routes"))
        robot.press("[")
        robot.answer(.failure(lost)) { $0.id == .getITwin }
        #expect(robot.text.contains(/type +Bridge/))
        #expect(robot.text.contains("✗ Can't reach the service"))
    }

    // MARK: Document routes

    @Test func `In the document routes a running export is updated through its list, and its link is shown`() {
        var robot = robot(routes: .document)
        robot.press("2 j j j tab ]")
        var running = SampleData.sample.exports[0]
        running.status = .inProgress
        running.outputUrl = nil
        func answer(_ export: Export) -> Bool {
            robot.answer(.success(.exports(Page([export])))) { $0 == .exports(iTwinID: SampleData.id(3)) }
        }
        #expect(answer(running))
        #expect(robot.text.contains("running"))
        robot.advance(seconds: 1.9)
        #expect(!robot.asked.contains(.exports(iTwinID: SampleData.id(3))))
        robot.advance(seconds: 0.2)
        #expect(answer(SampleData.sample.exports[0]))
        #expect(robot.text.contains("Export finished: Asset"))
        #expect(robot.text.contains("http://127.0.0.1:41873/files/abc"))
    }
}

/// A request that is sent again by itself.
struct WaitingTests {
    private let busy = RequestError.Reason.refused(APIError(status: 503, code: "ServiceUnavailable", message: "Busy"))

    private func waiting(_ width: Int, _ height: Int, seconds: Double) throws -> (robot: Robot, id: RequestID) {
        var robot = Robot(width: width, height: height)
        robot.serve(.sample)
        robot.press("2 r")
        let id = try #require(robot.pending.first { $0.operation.id == .getMyITwins }?.id)
        robot.send(.waiting(id, until: robot.now.adding(seconds: seconds), because: busy))
        return (robot, id)
    }

    @Test func `A retry wait shows its reason and counts down, and disappears when the request is sent again`() throws {
        var (robot, id) = try waiting(80, 24, seconds: 4)
        #expect(robot.text.contains("The service returned status 503. Retrying in 4 s.  esc  cancels"))
        #expect(robot.text.contains("SF-1934") || robot.text.contains("BR-0042"))
        robot.advance(seconds: 1.5)
        #expect(robot.text.contains("Retrying in 3 s."))
        robot.send(.retrying(id))
        #expect(!robot.text.contains("Retrying"))
    }

    @Test func `A small screen shows the wait in the line above the last`() throws {
        let (robot, _) = try waiting(40, 12, seconds: 4)
        #expect(robot.text.contains("retry in 4 s"))
    }

    @Test func `Esc cancels a request that waits for its retry`() throws {
        var (robot, id) = try waiting(80, 24, seconds: 30)
        robot.forgetEffects()
        robot.press("esc")
        #expect(robot.effects.contains(.cancel(id)))
        #expect(!robot.text.contains("Retrying"))
    }

    @Test func `After the last retry the failure replaces the wait`() throws {
        var (robot, id) = try waiting(80, 24, seconds: 4)
        robot.send(.answered(id, .failure(RequestError(busy, operation: .getMyITwins))))
        #expect(!robot.text.contains("Retrying"))
        #expect(robot.text.contains("503"))
    }
}
