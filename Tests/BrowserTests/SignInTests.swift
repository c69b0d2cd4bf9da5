import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// Being signed out, signing in, and what waits for it (reliability A7, A15, A16 and rows 3, 4, 6, 9, 13).
struct SignInTests {
    private static let sizes = GoldenScreenTests.sizes
    private static let address =
        "https://ims.bentley.com/connect/authorize?response_type=code&client_id=native-0123456789abcdef"
        + "&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fsignin-callback&scope=itwin-platform+offline_access"
        + "&state=kQ0mVw2bq7bJvUoV6l3zJb0Zr8o2uVvVnXw7iYb3x9A"
        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"

    private static var production: Connection {
        var connection = Connection(profile: "production", label: "PROD", color: .red, host: "api.bentley.com")
        connection.canSignIn = true
        return connection
    }

    private static func step(obstacle: String? = nil, port: Int? = 3000, paste: String? = nil) -> SignInStep {
        SignInStep(
            address: address,
            obstacle: obstacle,
            port: port,
            portError: port == nil ? "other programs use the ports 3000, 3301, 3302, 3303. End one of them" : nil,
            forwarding: port.map { "ssh -L \($0):localhost:\($0) workstation" },
            until: Robot.noon.adding(seconds: 300),
            pasteError: paste
        )
    }

    private func robot(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = Robot(width: size.width, height: size.height, connection: Self.production)
        robot.serve(.sample)
        robot.forgetEffects()
        return robot
    }

    private func golden(_ robot: Robot, _ name: String, _ size: Size) {
        expectScreen(robot.screen, "\(name)-\(size.width)x\(size.height)")
    }

    private func state(_ state: SignInState, _ robot: inout Robot) { robot.send(.signIn(state, profile: "production")) }

    private func happens(_ event: SignInEvent, _ robot: inout Robot) {
        robot.send(.signingIn(event, profile: "production"))
    }

    private func failure(_ operation: OperationID, status: Int? = nil) -> RequestError {
        let refusal = APIError(status: 401, code: "Unauthorized", message: "The token has ended.")
        return RequestError(
            status == nil ? .noToken("You aren't signed in to ims.bentley.com") : .refused(refusal),
            operation: operation
        )
    }

    /// The list of iTwins, signed out two minutes ago, with the favorites waiting.
    private func signedOut(_ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = robot(size)
        robot.press("2 j j")
        robot.serve(.sample)
        robot.press("3 r")
        state(.signedOut(since: robot.now, reason: "The refresh token has ended."), &robot)
        robot.answer(.failure(failure(.getMyFavoriteITwins))) { $0.id == .getMyFavoriteITwins }
        robot.serve(.sample)
        robot.press("2")
        robot.serve(.sample)
        robot.advance(seconds: 120)
        robot.forgetEffects()
        return robot
    }

    // MARK: Signed out

    @Test(arguments: sizes)
    func `Signing out shows a banner and keeps the data on the screen`(_ size: Size) {
        let robot = signedOut(size)
        golden(robot, "signed-out", size)
        #expect(robot.row(of: "Riverside Bridge") != nil)
        #expect(robot.row(of: "S  signs in") != nil)
    }

    @Test func `The sign-in banner counts waiting requests and says since when`() {
        let robot = signedOut()
        #expect(
            robot.row(
                of:
                    "⚠ Signed out of PROD 2 min ago.  S  signs in again; loaded data stays visible, 1 request waits."
            ) == 28
        )
        #expect(robot.row(of: "⚠ signed out") == 0)
    }

    @Test func `Without a sign-in the banner says so, and an empty list says what it waits for`() {
        var robot = Robot(connection: Self.production)
        state(.signedOut(since: nil, reason: ""), &robot)
        for operation in [OperationID.getMyFavoriteITwins, .getMyRecentlyUsedITwins, .getMyExports] {
            robot.answer(.failure(failure(operation))) { $0.id == operation }
        }
        #expect(robot.row(of: "⚠ Not signed in to PROD.  S  signs in, 3 requests wait.") == 28)
        #expect(robot.row(of: "⚠ not signed in") == 0)
        #expect(robot.row(of: "Waiting for sign-in.  S  signs in") != nil)
    }

    @Test func `Waiting requests are sent once after sign-in, and place and cursor are kept`() {
        var robot = signedOut()
        let row = robot.selectedRow
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.asked.filter { $0.id == .getMyFavoriteITwins }.count == 1)
        #expect(robot.selectedRow == row)
        #expect(robot.row(of: "✓ Signed in to PROD as Ann") != nil)
        robot.serve(.sample)
        robot.forgetEffects()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 7200)), &robot)
        #expect(robot.effects.isEmpty)
    }

    @Test(.rows(13)) func `A token that keeps being rejected leads to a sign-in prompt, not to endless retries`() {
        var robot = robot()
        robot.press("3 r")
        robot.answer(.failure(failure(.getMyFavoriteITwins, status: 401))) { $0.id == .getMyFavoriteITwins }
        #expect(robot.row(of: "⚠ Signed out of PROD just now.") == 28)
        robot.serve(.sample)
        robot.forgetEffects()
        robot.advance(seconds: 300)
        #expect(robot.asked.isEmpty)
        #expect(robot.effects.isEmpty)
    }

    @Test func `In a profile without interactive sign-in a rejected token is an ordinary error, and S says so`() {
        var robot = Robot()
        robot.serve(.sample)
        robot.press("3 r")
        robot.answer(.failure(failure(.getMyFavoriteITwins, status: 401))) { $0.id == .getMyFavoriteITwins }
        #expect(robot.row(of: "Signed out") == nil)
        robot.forgetEffects()
        robot.press("S")
        #expect(robot.effects.isEmpty)
        #expect(robot.row(of: "LOCAL has no sign-in.") != nil)
    }

    @Test(.rows(14)) func `A wrong clock is reported`() {
        var robot = robot()
        robot.send(.clockSkew(seconds: 3600, profile: "production"))
        #expect(robot.row(of: "⚠ This machine's clock is 60 min behind the authority's.") != nil)
    }

    // MARK: Signing in

    /// The screen to sign in, as far as a step.
    private func signingIn(_ step: SignInStep?, _ size: Size = Size(width: 100, height: 30)) -> Robot {
        var robot = signedOut(size)
        robot.press("S")
        if var step {
            step.until = robot.now.adding(seconds: 300)
            happens(.signingIn(step), &robot)
        }
        return robot
    }

    @Test(arguments: sizes)
    func `The sign-in URL has its own lines, complete, so that it can be selected`(_ size: Size) {
        var robot = signingIn(Self.step(obstacle: "this is an SSH session"), size)
        golden(robot, "sign-in", size)
        // As many characters as a line has, from its first column on: what is selected over the lines is the address.
        let parts = stride(from: 0, to: Self.address.count, by: size.width).map {
            String(Self.address.dropFirst($0).prefix(size.width))
        }
        func lines() -> [String] {
            robot.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(lines().contains(parts[0]))
        for (number, part) in parts.enumerated().dropFirst() {
            for _ in parts where !lines().contains(part) { robot.press("down") }
            let line = lines().firstIndex(of: part)
            #expect(line != nil, "part \(number)")
            #expect(line.map { lines()[$0 - 1] } == parts[number - 1], "part \(number)")
        }
        robot.press("pgdn pgdn pgdn")
        #expect(robot.row(of: "ssh -L 3000:localhost:3000 workstation") != nil)
        #expect(robot.row(of: "paste its URL") != nil)
    }

    @Test func `The sign-in URL is copied to the clipboard once, and only if no web browser was opened`() {
        var robot = signingIn(nil)
        var step = Self.step(obstacle: "this is an SSH session")
        robot.forgetEffects()
        happens(.signingIn(step), &robot)
        #expect(robot.effects == [.copy(Self.address)])
        robot.forgetEffects()
        step.pasteError = "That belongs to another try to sign in."
        happens(.signingIn(step), &robot)
        #expect(robot.effects.isEmpty)
        robot = signingIn(Self.step())
        #expect(!robot.effects.contains(.copy(Self.address)))
    }

    @Test func `The sign-in dialog starts with the provider's response and says why sign-in is needed`() {
        let robot = signingIn(nil)
        #expect(robot.effects == [.signIn])
        #expect(robot.row(of: "The refresh token has ended.") != nil)
        #expect(robot.row(of: "Contacting the authority…") != nil)
    }

    @Test(.rows(4)) func `The remaining sign-in time counts down`() {
        var robot = signingIn(Self.step())
        #expect(robot.row(of: "5:00 left") == 1)
        robot.advance(seconds: 1)
        #expect(robot.row(of: "4:59 left") == 1)
        robot.advance(seconds: 238.5)
        #expect(robot.row(of: "1:01 left") == 1)
        robot.advance(seconds: 100)
        #expect(robot.row(of: "0:00 left") == 1)
    }

    @Test(.rows(3)) func `The sign-in dialog says that a web browser was opened or that ports are in use`() {
        #expect(signingIn(Self.step()).row(of: "This URL was opened in a web browser.") != nil)
        let robot = signingIn(Self.step(port: nil))
        #expect(robot.row(of: "⚠ other programs use the ports 3000, 3301, 3302, 3303.") != nil)
        #expect(robot.row(of: "ssh -L") == nil)
    }

    @Test func `Pasted text is passed on, and an invalid response is explained`() {
        var robot = signingIn(Self.step())
        robot.forgetEffects()
        robot.press("enter")
        #expect(robot.effects.isEmpty)
        robot.paste("http://localhost:3000/signin-callback?code=abc&state=xyz\n")
        robot.press("enter")
        #expect(robot.effects == [.pasteSignIn("http://localhost:3000/signin-callback?code=abc&state=xyz")])
        #expect(robot.row(of: "Checking the pasted text…") != nil)
        robot.press("enter")
        #expect(robot.effects.count == 1)
        happens(.signingIn(Self.step(paste: "That belongs to another try to sign in.")), &robot)
        #expect(robot.row(of: "✗ That belongs to another try to sign in.") != nil)
        robot.press("ctrl-u")
        #expect(robot.row(of: "✗ That belongs") == nil)
    }

    @Test func `A second paste replaces a rejected one, and neither is shown`() {
        var robot = signingIn(Self.step())
        robot.paste("http://localhost:3000/signin-callback?code=canary-1&state=abc")
        #expect(robot.row(of: "Pasted •••••") != nil)
        robot.press("enter")
        happens(.signingIn(Self.step(paste: "That belongs to another try to sign in.")), &robot)
        robot.forgetEffects()
        robot.paste("canary-2")
        #expect(!robot.text.contains("canary"))
        robot.press("enter")
        #expect(robot.effects == [.pasteSignIn("canary-2")])
    }

    @Test func `After another user signs in, earlier data is gone and pending changes are not sent`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("2 j j f")
        robot.serve(.sample)
        robot.forgetEffects()
        state(.signedIn(who: "Bob", user: 2, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.row(of: "✓ Signed in to PROD as Bob, a different user; everything is reloaded") != nil)
        #expect(robot.row(of: "[1 Dashboard]") != nil)
        #expect(robot.row(of: "Harbour Bridge") == nil)
        #expect(robot.asked.contains { $0.id == .getMyITwins })
        robot.press("y")
        #expect(!robot.asked.contains { $0.id == .addITwinToMyFavorites || $0.id == .removeITwinFromMyFavorites })
    }

    @Test func `A new iTwin's input survives another user signing in`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.forgetEffects()
        state(.signedIn(who: "Bob", user: 2, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.row(of: "North Pier") != nil)
        // The form says so, and what is sent from now on is sent for Bob and nobody else.
        #expect(robot.row(of: "⚠ Bob, a different user, is now signed in.") != nil)
        #expect(robot.effects.contains(.requestFor(user: 2)))
        robot.type(" 2")
        #expect(robot.row(of: "⚠ Bob, a different user, is now signed in.") != nil)
        robot.press("ctrl-s")
        #expect(robot.row(of: "⚠ Bob") == nil)
    }

    @Test(arguments: [nil, "Ann"])
    func `Another user without a name, or with the same name, still counts as another user`(_ name: String?) {
        var robot = robot()
        state(.signedIn(who: name, user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.forgetEffects()
        state(.signedIn(who: name, user: 1, until: robot.now.adding(seconds: 7200)), &robot)
        #expect(robot.row(of: "different user") == nil)
        #expect(robot.effects.isEmpty)
        state(.signedIn(who: name, user: 2, until: robot.now.adding(seconds: 7200)), &robot)
        #expect(robot.effects.contains(.requestFor(user: 2)))
        #expect(robot.asked.contains { $0.id == .getMyRecentlyUsedITwins })
        #expect(robot.row(of: "North Pier") != nil)
        let note =
            name == nil ? "⚠ A different user may be signed in now." : "⚠ Ann, a different user, is now signed in."
        #expect(robot.row(of: note) != nil)
    }

    @Test func `A request sent just before another user signs in belongs to the first user`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.forgetEffects()
        robot.press("ctrl-s")
        state(.signedIn(who: "Bob", user: 2, until: robot.now.adding(seconds: 3600)), &robot)
        let sent = robot.effects.firstIndex { if case .perform(_, .createITwin, _) = $0 { true } else { false } }
        let bound = robot.effects.firstIndex(of: .requestFor(user: 2))
        #expect(sent != nil && bound != nil)
        if let sent, let bound { #expect(sent < bound) }
    }

    @Test func `A new iTwin that is being created while another user signs in is reported in its dialog`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.press("ctrl-s")
        state(.signedIn(who: "Bob", user: 2, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.asked.contains { $0.id == .createITwin })
        let other = RequestError(.noToken("A different user signed in"), operation: .createITwin)
        robot.answer(.failure(other)) { $0.id == .createITwin }
        #expect(robot.row(of: "North Pier") != nil)
        #expect(robot.row(of: "A different user signed in") != nil)
        robot.forgetEffects()
        robot.press("ctrl-s")
        #expect(robot.asked.contains { $0.id == .createITwin })
    }

    @Test func `A token that is available again reloads what failed, without announcing a sign-in`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("3 r")
        let error = RequestError(.noToken("the authority cannot be reached"), operation: .getMyFavoriteITwins)
        robot.answer(.failure(error)) { $0.id == .getMyFavoriteITwins }
        robot.serve(.sample)
        robot.forgetEffects()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 7200)), &robot)
        #expect(robot.row(of: "Signed in to PROD") == nil)
        #expect(robot.asked.contains { $0.id == .getMyFavoriteITwins })
    }

    @Test func `A missing token is explained once, and S then signs in`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("3 r")
        let error = RequestError(.noToken("others can read the token file"), operation: .getMyFavoriteITwins)
        robot.answer(.failure(error)) { $0.id == .getMyFavoriteITwins }
        #expect(robot.row(of: "✗ No access token: others can read the token file.") != nil)
        robot.forgetEffects()
        robot.press("S")
        #expect(robot.effects == [.signIn])
        #expect(robot.row(of: "others can read the token file") != nil)
    }

    @Test func `S checks the sign-in of a user who is already signed in`() {
        var robot = robot()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        robot.press("3")
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press("S")
        #expect(robot.row(of: "You are signed in to PROD as Ann") != nil)
        #expect(robot.asked.contains { $0.id == .getMyFavoriteITwins })
        robot.serve(.sample)
        robot.advance(seconds: 3601)
        robot.forgetEffects()
        robot.press("S")
        #expect(robot.effects.contains(.signIn))
    }

    @Test func `After sign-in the program says where tokens are stored`() {
        var robot = signingIn(Self.step())
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        happens(.kept("in ~/tokens/a.json (no keyring available)"), &robot)
        #expect(
            robot.row(
                of: "✓ Signed in to PROD as Ann; tokens are stored in ~/tokens/a.json (no keyring available)"
            )
                != nil
        )
    }

    @Test func `Signing in after a token store error is confirmed, and failed data is reloaded`() {
        var robot = robot()
        robot.press("3 r")
        let unreadable = RequestError(.noToken("others can read the token file"), operation: .getMyFavoriteITwins)
        robot.answer(.failure(unreadable)) { $0.id == .getMyFavoriteITwins }
        robot.press("S")
        robot.forgetEffects()
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.row(of: "✓ Signed in to PROD as Ann") != nil)
        #expect(robot.asked.map(\.id).contains(.getMyFavoriteITwins))
    }

    @Test(.rows(4), arguments: ["esc", "ctrl-c"])
    func `Esc cancels sign-in and returns to the same screen`(_ key: String) {
        var robot = signingIn(Self.step())
        robot.forgetEffects()
        robot.press(key)
        #expect(robot.effects == [.cancelSignIn])
        #expect(robot.row(of: "https://ims.bentley.com") == nil)
        #expect(robot.row(of: "S  signs in again") != nil)
    }

    @Test(.rows(6), arguments: sizes)
    func `A failed sign-in says why and can be tried again`(_ size: Size) {
        var robot = signingIn(Self.step(), size)
        happens(.failed("ims.bentley.com refused (access_denied): “\u{1B}[2J\u{202E}no”. Sign in again"), &robot)
        golden(robot, "sign-in-failed", size)
        #expect(robot.text.unicodeScalars.allSatisfy { $0 != "\u{1B}" && $0 != "\u{202E}" })
        robot.forgetEffects()
        robot.press("x enter")
        #expect(robot.effects == [.signIn])
        #expect(robot.row(of: "access_denied") == nil)
    }

    @Test func `After sign-in the same screen is shown`() {
        var robot = signingIn(Self.step())
        let before = signedOut().selectedRow
        state(.signedIn(who: nil, user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.row(of: "https://ims.bentley.com") == nil)
        #expect(robot.selectedRow == before)
        robot.press("S")
        #expect(robot.row(of: "You are signed in to PROD; the token is valid until") != nil)
    }

    @Test func `A sign-in failure while the dialog is closed appears as a message`() {
        var robot = signingIn(Self.step())
        robot.press("esc")
        happens(.failed("Nobody came back."), &robot)
        #expect(robot.row(of: "✗ Sign-in to PROD failed. Nobody came back.") != nil)
    }

    // MARK: A change that was not made

    @Test(arguments: [nil, 401])
    func `A dialog whose change lacked a token keeps its input, and one key starts sign-in`(_ status: Int?) {
        var robot = robot()
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.press("ctrl-s")
        state(.signedOut(since: robot.now, reason: "ended"), &robot)
        robot.answer(.failure(failure(.createITwin, status: status))) { $0.id == .createITwin }
        #expect(robot.row(of: "North Pier") != nil)
        #expect(robot.row(of: "[ Sign in ]") != nil)
        robot.forgetEffects()
        robot.press("enter")
        #expect(robot.effects == [.signIn])
        happens(.signingIn(Self.step()), &robot)
        #expect(robot.row(of: "https://ims.bentley.com") != nil)
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.row(of: "North Pier") != nil)
        #expect(robot.row(of: "[ Sign in ]") == nil)
        #expect(!robot.asked.contains { $0.id == .createITwin })
        robot.press("enter")
        #expect(robot.asked.contains { $0.id == .createITwin })
    }

    @Test func `Cancelling sign-in over a dialog returns to the dialog`() {
        var robot = robot()
        robot.press("2 n tab tab")
        robot.type("North Pier")
        robot.press("ctrl-s")
        state(.signedOut(since: robot.now, reason: "ended"), &robot)
        robot.answer(.failure(failure(.createITwin))) { $0.id == .createITwin }
        robot.press("enter esc")
        #expect(robot.row(of: "North Pier") != nil)
        #expect(robot.row(of: "[ Sign in ]") != nil)
    }

    private func refuseAll(_ robot: inout Robot) {
        while let operation = robot.asked.first { robot.answer(.failure(failure(operation.id))) }
    }

    @Test func `After sign-in only the selected resource is loaded, not those left behind`() {
        var robot = robot()
        robot.press("j enter")
        robot.serve(.sample)
        robot.press("enter")
        robot.serve(.sample)
        robot.advance(seconds: 0.2)
        state(.signedOut(since: robot.now, reason: "ended"), &robot)
        refuseAll(&robot)
        for _ in 0..<2 {
            robot.press("j")
            robot.advance(seconds: 0.2)
            refuseAll(&robot)
        }
        #expect(robot.selectedRow?.contains("Piers and abutments") == true)
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        let path = RepositoryPath(iTwinID: SampleData.id(3), id: "imodels")
        let resources = robot.asked.filter { [.getRepositoryResource, .getResourceGraphics].contains($0.id) }
        #expect(resources == [.resource(path, id: "m3")])
    }

    @Test func `After sign-in only the exports of the selected iTwin are loaded`() {
        var connection = Self.production
        connection.routes = .document
        var robot = Robot(connection: connection)
        robot.serve(.sample)
        robot.press("2 j j j tab ] shift-tab")
        robot.serve(.sample)
        state(.signedOut(since: robot.now, reason: "ended"), &robot)
        for _ in 0..<2 {
            robot.press("j")
            robot.advance(seconds: 0.2)
            #expect(robot.asked.contains { $0.id == .getMyExports })
            refuseAll(&robot)
        }
        state(.signedIn(who: "Ann", user: 1, until: robot.now.adding(seconds: 3600)), &robot)
        #expect(robot.asked.count { $0.id == .getMyExports } == 1)
    }
}
