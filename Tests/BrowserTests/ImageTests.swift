import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// The image and the account of an iTwin among its details, and members of it that are not known here.
struct ImageTests {
    private static let sizes = GoldenScreenTests.sizes
    private static let bridge = SampleData.id(3)

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    private static func image(_ id: String) -> ITwinImage {
        var image = ITwinImage(id: id)
        (image.smallImageName, image.largeImageName) = ("\(id)-small.png", "\(id)-large.png")
        image.smallImageUrl = "https://files.example.org/\(id)-small?sig=1"
        image.largeImageUrl = "https://files.example.org/\(id)-large?sig=1"
        return image
    }

    private static func data(withImage id: String?) -> SampleData {
        var data = SampleData.sample
        data.iTwins[3].imageName = id.map { "\($0)-small.png" }
        data.images[bridge] = id.map(image)
        return data
    }

    /// The details of Riverside Bridge Rehabilitation.
    private func details(_ data: SampleData, _ size: Size = Size(width: 150, height: 50)) -> Robot {
        var robot = Robot(width: size.width, height: size.height)
        robot.serve(data)
        robot.press("2 j j j enter ] ]")
        robot.serve(data)
        robot.forgetEffects()
        return robot
    }

    private func lose(_ robot: inout Robot, _ operation: OperationID) {
        robot.answer(.failure(RequestError(.timedOut(seconds: 30), operation: operation, outcomeUnknown: true))) {
            $0.id == operation
        }
    }

    // MARK: Shown

    @Test func `The image shows its name, size and links, and is requested only if there is one`() {
        let robot = details(Self.data(withImage: "a"))
        #expect(robot.row(of: "image        a-small.png, 1.2 MB") != nil)
        #expect(robot.row(of: "large        https://files.example.org/a-large?sig=1") != nil)
        let none = details(.sample)
        #expect(none.row(of: "image        none") != nil)
        #expect(!none.asked.contains { $0.id == .getITwinImage })
    }

    @Test func `An image that can't be loaded says why`() {
        var data = Self.data(withImage: "a")
        let refusal = APIError(status: 500, code: "Broken", message: "Oh.")
        data.failures[.getITwinImage] = RequestError(.refused(refusal), operation: .getITwinImage)
        let robot = details(data)
        #expect(robot.row(of: "image        a-small.png") != nil)
        #expect(robot.row(of: "✗ The service returned 500 (Broken): Oh.") != nil)
    }

    @Test func `The account is shown by name and marked if it is the primary account`() {
        var robot = details(.sample)
        #expect(robot.row(of: "account      Sample Infrastructure Group (primary account)") != nil)
        robot.press("h g g")
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        #expect(robot.row(of: "account      this is your primary account, the default parent of new iTwins") != nil)
    }

    @Test func `Details and JSON show unknown members`() throws {
        var json = try #require(SampleData.sample.iTwins[3].json().object)
        json["colour"] = "teal"
        json["future"] = ["deep": [1, 2]]
        let iTwin = try #require(ITwin(.object(json)))
        var robot = Robot(width: 150, height: 50)
        robot.serve(.sample)
        robot.press("2 j j j enter ] ]")
        robot.answer(.success(.iTwin(iTwin, source: .object(json)))) { $0 == .iTwin(id: Self.bridge) }
        #expect(robot.row(of: "colour       teal") != nil)
        #expect(robot.row(of: #"future       {"deep":[1,2]}"#) != nil)
        robot.press("]")
        #expect(robot.row(of: #""colour": "teal","#) != nil)
        #expect(robot.row(of: #""future": {"#) != nil)
    }

    // MARK: Changed

    @Test(arguments: sizes)
    func `An uploaded image is shown in the details`(_ size: Size) {
        var robot = details(.sample, size)
        robot.press("u")
        golden(robot, "image-dialog", size)
        robot.press("ctrl-s")
        #expect(robot.row(of: "✗ A file is") != nil)
        robot.type("~/bridge.png")
        robot.press("enter")
        #expect(robot.asked.contains(.uploadImage(iTwinID: Self.bridge, path: "~/bridge.png")))
        robot.advance(seconds: 1.5)
        #expect(robot.row(of: "Uploading… 1.5 s") != nil)
        robot.answer(.success(.image(Self.image("b")))) { $0.id == .uploadITwinImage }
        #expect(robot.row(of: "✓ Image of “Riverside Bridge") != nil)
        robot.serve(Self.data(withImage: "b"))
        #expect(robot.text.contains("b-small.png") || size.height < 24)
    }

    @Test func `Upload progress is shown on the button, and Esc cancels the upload`() throws {
        var robot = details(.sample)
        robot.press("u")
        robot.type("~/bridge.png")
        robot.press("enter")
        let request = try #require(robot.pending.first { $0.operation.id == .uploadITwinImage })
        robot.send(.progressed(request.id, received: 1_500_000, of: 3_000_000))
        robot.advance(seconds: 1)
        #expect(robot.row(of: "Uploading… 1.5 MB of 3.0 MB, 1.0 s") != nil)
        robot.press("esc")
        #expect(robot.effects.contains(.cancel(request.id)))
        #expect(
            robot.row(of: "It is unknown whether Image of “Riverside Bridge") != nil
        )
    }

    @Test func `A problem with the image file is reported at its field`() throws {
        var robot = details(.sample)
        robot.press("u")
        robot.type("/tmp/long.png")
        robot.press("enter")
        let detail = APIError.Detail(code: "InvalidValue", message: "One side is too long.", target: "image")
        let refusal = APIError(status: 422, code: "InvalidiTwinsRequest", message: "No.", details: [detail])
        robot.answer(.failure(RequestError(.refused(refusal), operation: .uploadITwinImage))) {
            $0.id == .uploadITwinImage
        }
        let field = try #require(robot.row(of: "File           /tmp/long.png"))
        #expect(robot.row(of: "✗ One side is too long.") == field + 1)
    }

    @Test func `Whether an upload succeeded is decided by comparing with the earlier image`() {
        let data = Self.data(withImage: "a")
        var robot = details(data)
        robot.press("u")
        robot.type("~/bridge.png")
        robot.press("enter")
        lose(&robot, .uploadITwinImage)
        robot.press("enter")
        robot.serve(data)
        #expect(robot.row(of: "The image is unchanged.") != nil)
        robot.press("shift-tab enter")
        robot.serve(Self.data(withImage: "b"))
        #expect(robot.row(of: "✓ Image of “Riverside Bridge Rehabilitation” was uploaded") != nil)
        #expect(robot.row(of: "image        b-small.png") != nil)
    }

    @Test func `If there was no image before, a missing image means that nothing was uploaded`() {
        var robot = details(.sample)
        robot.press("u")
        let missing = APIError(status: 404, code: "ImageNotFound", message: "None.")
        let error = RequestError(.refused(missing), operation: .getITwinImage)
        robot.answer(.failure(error)) { $0.id == .getITwinImage }
        robot.type("~/bridge.png")
        robot.press("enter")
        lose(&robot, .uploadITwinImage)
        robot.press("enter")
        robot.answer(.failure(error)) { $0.id == .getITwinImage }
        #expect(robot.row(of: "The image is unchanged.") != nil)
    }

    @Test(arguments: sizes)
    func `Removing an image asks for confirmation, and the details then show none`(_ size: Size) {
        let data = Self.data(withImage: "a")
        var robot = details(data, size)
        robot.press("U")
        golden(robot, "image-remove", size)
        robot.press("left enter")
        #expect(robot.asked.contains(.deleteImage(iTwinID: Self.bridge)))
        robot.answer(.success(.done)) { $0.id == .deleteITwinImage }
        robot.serve(.sample)
        #expect(!robot.text.contains("a-small.png"))
        robot.press("U")
        #expect(robot.row(of: size.width < 72 ? "“Riverside Bridge Rehab" : "has no image.") != nil)
    }
}
