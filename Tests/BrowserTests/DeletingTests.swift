import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Deleting: what is said before, what must be typed, and what goes at once.
struct DeletingTests {
    private static let sizes = GoldenScreenTests.sizes
    private static let bridge = SampleData.id(3)

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    private func robot(_ size: Size = Size(width: 100, height: 30), data: SampleData = .sample) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(data)
        return robot
    }

    /// The list with the dialog of Riverside Bridge Rehabilitation, with everything known.
    private func iTwinDialog(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = robot(size)
        robot.press("2 j j j d")
        robot.serve(.sample)
        robot.forgetEffects()
        return robot
    }

    private func refuse(_ robot: inout Robot, status: Int, code: String, _ operation: OperationID = .deleteITwin) {
        let error = APIError(status: status, code: code, message: "The service says no.")
        robot.answer(.failure(RequestError(.refused(error), operation: operation))) { $0.id == operation }
    }

    // MARK: iTwins

    @Test(arguments: sizes)
    func `The delete dialog shows what is deleted and sent, and requires the number`(_ size: Size) {
        var robot = iTwinDialog(size)
        golden(robot, "delete-iTwin", size)
        #expect(robot.row(of: "Also deleted   1 repository you") != nil)
        #expect((robot.row(of: "DELETE /itwins/\(Self.bridge)") != nil) == (size.height > 12))
        #expect(robot.row(of: "This can't be undone. Type the") != nil)
        robot.press("ctrl-s")
        #expect(robot.effects.isEmpty)
        robot.type("RB-0421")
        robot.press("enter")
        #expect(robot.asked.last == .deleteITwin(id: Self.bridge))
    }

    @Test(.rows(23), arguments: sizes)
    func `A name with hidden or reordering characters is shown safely, beside the ID`(_ size: Size) {
        var data = SampleData.sample
        data.iTwins[3].displayName = "Bridge\u{202E}gpj.\u{200B}\u{2066}Pier\u{FEFF}\u{E0041}"
        var robot = robot(size, data: data)
        robot.press("2 j j j d")
        robot.serve(data)
        golden(robot, "delete-hidden", size)
        #expect(robot.row(of: "Delete “Bridge·gpj.··Pier··”") != nil)
        #expect((robot.row(of: "\(Self.bridge)   Environment: LOCAL") != nil) == (size.height > 12))
        #expect(robot.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .format })
    }

    @Test func `What is deleted and what stays is counted once it is known`() {
        var robot = robot()
        robot.press("2 j d")
        #expect(robot.row(of: "Also deleted   loading…") != nil)
        #expect(robot.row(of: "Not deleted    1 child iTwin; its parent ID becomes invalid") != nil)
        #expect(robot.row(of: "DELETE /itwins/\(SampleData.id(1))") != nil)
        robot.serve(.sample)
        #expect(robot.row(of: "no added repositories, no image") != nil)
        var data = SampleData.sample
        data.iTwins[3].imageName = "image.png"
        robot.press("esc j j d")
        robot.serve(data)
        #expect(robot.row(of: "1 repository you added, its image") != nil)
    }

    @Test func `If what is deleted can't be loaded, the dialog says why and deleting is still possible`() {
        var data = SampleData.sample
        let refusal = APIError(status: 503, code: "Unavailable", message: "Down.")
        data.failures[.getRepositoriesByITwinID] = RequestError(
            .refused(refusal),
            operation: .getRepositoriesByITwinID
        )
        var robot = robot(data: data)
        robot.press("2 j j j d")
        robot.serve(data)
        #expect(robot.row(of: "unknown: The service returned 503") != nil)
        robot.type("RB-0421")
        robot.press("enter")
        #expect(robot.asked.contains(.deleteITwin(id: Self.bridge)))
    }

    @Test func `A deleted iTwin disappears at once from the list, favorites, recents and history`() {
        var robot = robot()
        robot.press("2 j j enter")
        robot.serve(.sample)
        robot.press("h d")
        robot.serve(.sample)
        robot.type("BR-0042")
        robot.press("enter")
        robot.answer(.success(.done)) { $0.id == .deleteITwin }
        #expect(robot.row(of: "✓ iTwin “Harbour Bridge Deck” deleted") != nil)
        #expect(robot.selectedRow?.contains("Riverside Bridge") == true)
        robot.press("1")
        #expect(robot.row(of: "Harbour Bridge Deck  ") == nil)
        robot.press("3")
        #expect(robot.row(of: "Harbour Bridge Deck  ") == nil)
        robot.press("H H H H H H")
        #expect(robot.row(of: "isn't in the list") == nil)
        let saved = robot.effects.compactMap { effect -> Remembered? in
            if case .save(let remembered) = effect { remembered } else { nil }
        }.last
        #expect(saved?.opened[SampleData.id(2)] == nil)
    }

    @Test func `A page already on its way doesn't bring back a deleted iTwin`() {
        var robot = robot()
        robot.press("2 j j j r d")
        robot.type("RB-0421")
        robot.press("enter")
        robot.answer(.success(.done)) { $0.id == .deleteITwin }
        robot.serve(.sample)
        #expect(robot.row(of: "RB-0421") == nil)
        #expect(robot.row(of: "Old Mill Footbridge") != nil)
    }

    @Test func `Deleting from the details returns to the list, at the next iTwin`() {
        var robot = robot()
        robot.press("2 j j j enter ] ]")
        robot.serve(.sample)
        robot.press("d")
        robot.type("RB-0421")
        robot.press("enter")
        robot.answer(.success(.done)) { $0.id == .deleteITwin }
        #expect(robot.selectedRow?.contains("Old Mill") == true)
        #expect(robot.row(of: "isn't in the list") == nil)
    }

    @Test func `A refused deletion says why and keeps the dialog with its input`() {
        var robot = iTwinDialog()
        robot.type("RB-0421")
        robot.press("enter")
        refuse(&robot, status: 403, code: "InsufficientPermissions")
        #expect(robot.row(of: "✗ Not permitted (InsufficientPermissions): The service says no.") != nil)
        #expect(robot.row(of: "Confirm        RB-0421") != nil)
    }

    @Test func `An iTwin that no longer exists counts as deleted`() {
        var robot = iTwinDialog()
        robot.type("RB-0421")
        robot.press("enter")
        refuse(&robot, status: 404, code: "iTwinNotFound")
        #expect(robot.row(of: "✓ iTwin “Riverside Bridge Rehabilitation” was deleted already") != nil)
        #expect(robot.selectedRow?.contains("Old Mill") == true)
    }

    @Test func `A missing route deletes nothing`() {
        var robot = iTwinDialog()
        robot.type("RB-0421")
        robot.press("enter")
        refuse(&robot, status: 404, code: "ResourceNotFound")
        #expect(robot.row(of: "✗ The service returned 404 (ResourceNotFound)") != nil)
    }

    @Test(arguments: sizes)
    func `A lost response offers Check, which reports whether the iTwin is deleted`(_ size: Size) {
        var robot = iTwinDialog(size)
        robot.type("RB-0421")
        robot.press("enter")
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: .deleteITwin, outcomeUnknown: true)))
        golden(robot, "delete-unknown", size)
        #expect(robot.row(of: "It is unknown whether") != nil)
        #expect(robot.text.contains(/\[ ?Check ?\]/))
        robot.press("enter")
        robot.serve(.sample)
        #expect(robot.row(of: "It still exists.") != nil)
        robot.press("shift-tab enter")
        refuse(&robot, status: 404, code: "iTwinNotFound", .getITwin)
        #expect(robot.row(of: "✓ iTwin “Riverside Bridge Rehab") != nil)
        #expect(robot.row(of: "It is unknown") == nil)
    }

    @Test func `If the number can't be typed, the beginning of the ID confirms, and the dialog says so`() {
        var data = SampleData.sample
        (data.iTwins[3].number, data.iTwins[3].displayName) = (SampleData.id(3), "東京湾岸トンネル")
        var robot = robot(data: data)
        robot.press("2 j j j d")
        #expect(robot.row(of: "This can't be undone. Type the ID's first 8 characters 00000000 to") != nil)
        robot.type("00000000")
        robot.press("enter")
        #expect(robot.asked.contains(.deleteITwin(id: Self.bridge)))
    }

    @Test func `Esc closes the delete dialog without asking, whatever was typed`() {
        var robot = iTwinDialog()
        robot.type("RB")
        robot.press("esc")
        #expect(robot.row(of: "This can't be undone.") == nil)
        #expect(robot.effects.isEmpty)
    }

    // MARK: Repositories

    @Test(arguments: sizes)
    func `A repository is deleted with a button, and Cancel has the focus`(_ size: Size) {
        var data = SampleData.sample
        data.resources = [:]
        var robot = robot(size, data: data)
        robot.press("j enter")
        robot.serve(data)
        robot.press("j d")
        robot.serve(data)
        golden(robot, "delete-repository", size)
        #expect(robot.row(of: "Delete “Flood maps”") != nil)
        robot.press("enter")
        #expect(robot.row(of: "This can't be undone.") == nil)
        robot.press("d")
        robot.serve(data)
        robot.press("left enter")
        guard case .deleteRepository(Self.bridge, _)? = robot.asked.last else {
            Issue.record("nothing was sent: \(robot.asked)")
            return
        }
        robot.answer(.success(.done)) { $0.id == .deleteRepository }
        #expect(robot.row(of: "Flood maps  ") == nil)
        #expect(robot.selectedRow?.contains("iModels") == true)
        #expect(robot.asked.contains(.repositories(iTwinID: Self.bridge)))
    }

    @Test func `An automatic repository says why it can't be deleted`() {
        var robot = robot()
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("d")
        #expect(robot.row(of: "“iModels” was added automatically and can't be deleted.") != nil)
    }

    @Test func `Check finds out from the list whether a repository is deleted`() {
        var robot = robot()
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("j d")
        robot.type("Flood maps")
        robot.press("enter esc enter")
        robot.serve(.sample)
        #expect(robot.row(of: "It still exists.") != nil)
        robot.press("shift-tab enter")
        var data = SampleData.sample
        data.repositories[Self.bridge]?.removeLast()
        robot.serve(data)
        #expect(robot.row(of: "✓ Repository “Flood maps” was deleted") != nil)
    }
}
