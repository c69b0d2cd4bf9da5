import ITwinsAPI

/// The desktop's keyring, through libsecret's `secret-tool`. No call takes longer than three seconds: a keyring that is
/// locked asks the person in a window, and nobody waits for that here (reliability A12, row 17).
struct Keyring: Sendable {
    /// The environment, which tells where the desktop's bus is.
    let environment: [String: String]
    private static let limit = Duration.seconds(3)

    /// Whether a keyring answers. It is asked for what is not there.
    func answers() async -> Bool {
        guard environment["DBUS_SESSION_BUS_ADDRESS"] != nil || environment["XDG_RUNTIME_DIR"] != nil else { return false }
        let outcome = await tool(["search", "application", "twinscope", "entry", "none"])
        if case .output = outcome { return true }
        return false
    }

    /// What is kept under a name; nil when nothing is.
    func secret(_ name: String) async throws(SignInError) -> Secret? {
        switch await tool(["lookup"] + Self.attributes(name)) {
        case .output(let text): return text.isEmpty ? nil : Secret(text)
        // `lookup` ends with 1 and says nothing when there is nothing of that name, and also when it is locked.
        case .failed: return nil
        case .missing: throw Self.failure("secret-tool is not there any more. Install libsecret-tools")
        case .tookTooLong: throw Self.failure("the keyring did not answer within 3 seconds. Unlock it")
        }
    }

    /// Keeps a secret under a name, in the place of an older one.
    func keep(_ secret: Secret, as name: String, label: String) async throws(SignInError) {
        switch await tool(["store", "--label", label] + Self.attributes(name), input: secret.revealed) {
        case .output: return
        case .failed(let status): throw Self.failure("the keyring refused (\(status)). Unlock it")
        case .missing: throw Self.failure("secret-tool is not there any more. Install libsecret-tools")
        case .tookTooLong: throw Self.failure("the keyring did not answer within 3 seconds. Unlock it")
        }
    }

    /// Removes what is kept under a name.
    func remove(_ name: String) async throws(SignInError) {
        switch await tool(["clear"] + Self.attributes(name)) {
        case .output, .failed: return
        case .missing: throw Self.failure("secret-tool is not there any more. Install libsecret-tools")
        case .tookTooLong: throw Self.failure("the keyring did not answer within 3 seconds. Unlock it")
        }
    }

    private func tool(_ arguments: [String], input: String = "") async -> ShellCommand.Outcome {
        await ShellCommand("secret-tool", arguments, environment: environment).run(input: input, within: Self.limit)
    }

    private static func attributes(_ name: String) -> [String] { ["application", "twinscope", "entry", name] }

    private static func failure(_ what: String) -> SignInError {
        SignInError(.storage, "The tokens are in the keyring, and \(what), or sign in again")
    }
}
