import ITwinsAPI

/// The desktop's keyring, through libsecret's `secret-tool`. No call takes longer than three seconds: a keyring that is
/// locked asks the user in a window, and nobody waits for that here (reliability A12, row 17).
struct Keyring: Sendable {
    /// The environment, which tells where the desktop's bus is.
    let environment: [String: String]
    /// How long one call may take.
    var limit = Duration.seconds(3)

    /// Whether a keyring answers. It is asked for what is not there.
    ///
    /// - Throws: `SignInError.Kind.cancelled`.
    func answers() async throws(SignInError) -> Bool {
        switch await search("none") {
        case .output: true
        case .cancelled: throw Self.failure(.cancelled)
        case .failed, .missing, .tookTooLong: false
        }
    }

    /// What is kept under a name; nil when nothing is.
    ///
    /// - Throws: `SignInError.Kind.storage` when the keyring does not answer or is locked, `cancelled` when nobody waits any
    ///   longer, as all of these do.
    func secret(_ name: String) async throws(SignInError) -> Secret? {
        let outcome = await tool(["lookup"] + Self.attributes(name))
        if case .output(let text) = outcome { return Secret(text) }
        guard await isGone(name, after: outcome) else { throw Self.failure(outcome) }
        return nil
    }

    /// Keeps a secret under a name, in the place of an older one.
    ///
    /// - Throws: `SignInError.Kind.storage`.
    func keep(_ secret: Secret, as name: String, label: String) async throws(SignInError) {
        let outcome = await tool(["store", "--label", label] + Self.attributes(name), input: secret.revealed)
        guard case .output = outcome else { throw Self.failure(outcome) }
    }

    /// Removes what is kept under a name; that there is nothing is fine.
    ///
    /// - Throws: `SignInError.Kind.storage`.
    func remove(_ name: String) async throws(SignInError) {
        let outcome = await tool(["clear"] + Self.attributes(name))
        if case .output = outcome { return }
        guard await isGone(name, after: outcome) else { throw Self.failure(outcome, instead: "then sign out again") }
    }

    /// Whether there is nothing of a name: `lookup` and `clear` end the same way then as when the keyring is locked.
    private func isGone(_ name: String, after outcome: ShellCommand.Outcome) async -> Bool {
        guard case .failed = outcome, case .output(let found) = await search(name) else { return false }
        return found.isEmpty
    }

    private func search(_ name: String) async -> ShellCommand.Outcome {
        await tool(["search"] + Self.attributes(name))
    }

    private func tool(_ arguments: [String], input: String = "") async -> ShellCommand.Outcome {
        // Without a session's bus there is no keyring, and what starts one takes long to fail.
        guard ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"].contains(where: { environment[$0]?.isEmpty == false })
        else { return .failed("found no session bus") }
        return await ShellCommand("secret-tool", arguments, environment: environment).run(
            input: input,
            within: limit
        )
    }

    private static func attributes(_ name: String) -> [String] { ["application", "twinscope", "entry", name] }

    private static func failure(_ outcome: ShellCommand.Outcome, instead: String = "or sign in again") -> SignInError {
        let what: String
        switch outcome {
        case .output, .failed: what = "it refuses access. Unlock it"
        case .missing: what = "secret-tool is missing. Install libsecret-tools"
        case .tookTooLong: what = "it didn't respond within 3 seconds. Unlock it"
        case .cancelled: return SignInError(.cancelled, "Access to the keyring was cancelled")
        }
        return SignInError(.storage, "The tokens are in the desktop's keyring, but \(what), \(instead)")
    }
}
