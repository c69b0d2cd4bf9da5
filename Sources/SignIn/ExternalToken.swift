public import ITwinsAPI
import Synchronization

/// A token that somebody else takes care of: another program prints it. Where the tokens are JWTs that say whose they are,
/// a request is sent for who made it or not at all; whose an opaque token is cannot be known here, and whoever changes the
/// user behind the command then has to tell.
public actor ExternalToken {
    private let source: SecretSource
    private let environment: [String: String]
    private let time: SignInTime
    private let changed: @Sendable (TokenSource.State, _ skew: Double) -> Void
    /// Whose the last token was that said so.
    private let lastUser = Mutex<KnownUser?>(nil)
    private var known: (token: Secret, expires: Double?, since: Timestamp)?
    /// What the command printed again after it was refused, and when.
    private var refusedAgain: (token: Secret, since: Timestamp)?
    private var flight: Task<Result<Secret, SignInError>, Never>?

    /// From how many seconds before its end a token is asked for anew.
    private static let ahead = 30.0
    /// Seconds for which a token is used that by this machine's clock has ended already: the clock may be wrong.
    private static let benefitOfDoubt = 60.0

    /// Seconds for which a command that printed a refused token again is not run for that.
    private static let pauseAfterRefusal = 15.0

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - command: a line for the shell that prints a token, such as `az account get-access-token …`; run again when the
    ///     token ends or is refused.
    ///   - environment: of this program.
    ///   - changed: is told with each token whose it is, where it says so.
    public init(
        command: String,
        environment: [String: String],
        time: SignInTime = .system,
        changed: @escaping @Sendable (TokenSource.State, _ skew: Double) -> Void = { _, _ in }
    ) {
        source = .command(command)
        self.environment = environment
        self.time = time
        self.changed = changed
    }

    /// What gives the tokens of one request that is made now: they are all of one user, as far as they say whose they are.
    ///
    /// - Parameter user: as for `TokenSource.tokensForRequest(of:)`.
    public nonisolated func tokensForRequest(of user: UInt64? = nil) -> RequestTokens {
        RequestTokens(of: lastUser.withLock(\.self), expecting: user) { refused throws(SignInError) in
            let token = if let refused { try await self.renewed(insteadOf: refused) } else { try await self.token() }
            return (token, Self.owner(of: token))
        }
    }

    /// Whose a token is; nil for one that does not say so.
    private static func owner(of token: Secret) -> TokenOwner? {
        Claims.subject(in: token.revealed).map { TokenOwner(session: "", userID: $0, name: nil) }
    }

    /// Notes whose a new token is, and tells.
    private func note(_ token: Secret, expires: Double?) {
        guard let owner = Self.owner(of: token) else { return }
        let user = lastUser.withLock { last in
            let user = KnownUser(owner, after: last)
            last = user
            return user.number
        }
        let end = expires.map { Timestamp(secondsSince1970: $0) }
        changed(.signedIn(subject: Claims.name(in: token.revealed), user: user, expires: end), 0)
    }

    /// A token for a request.
    ///
    /// - Throws: `SignInError` that names the command.
    public func token() async throws(SignInError) -> Secret {
        guard let known else { return try await fetched() }
        let now = time.now().secondsSince1970
        let isGood = known.expires.map { $0 - now > Self.ahead } ?? true
        let isNew = (0..<Self.benefitOfDoubt).contains(now - known.since.secondsSince1970)
        return isGood || isNew ? known.token : try await fetched()
    }

    /// A token in the place of one that the service refused. The command may well print the same one again: then that is
    /// given to all who were refused it, and the command is left alone for a while.
    ///
    /// - Throws: as `token()`.
    public func renewed(insteadOf refused: Secret) async throws(SignInError) -> Secret {
        if let known, known.token != refused { return known.token }
        if let refusedAgain, refusedAgain.token == refused,
            (0..<Self.pauseAfterRefusal).contains(
                time.now().secondsSince1970 - refusedAgain.since.secondsSince1970
            )
        {
            return refused
        }
        let token = try await fetched()
        refusedAgain = token == refused ? (token, time.now()) : nil
        return token
    }

    private func fetched() async throws(SignInError) -> Secret {
        let flight = self.flight ?? begin()
        guard let result = await flight.valueUnlessCancelled() else {
            throw SignInError(.cancelled, "Waiting for the access-token-command was cancelled")
        }
        return try result.get()
    }

    /// Runs the command for all who wait, whoever of them goes.
    private func begin() -> Task<Result<Secret, SignInError>, Never> {
        let task = Task {
            let result: Result<Secret, SignInError>
            do throws(SignInError) {
                let token = try await source.secret(environment: environment)
                guard Tokens.canBeSent(token.revealed) else {
                    throw SignInError(
                        .command,
                        "The access-token-command printed characters that aren't allowed in a token"
                    )
                }
                let expires = Claims.expiry(of: token.revealed)
                known = (token, expires, time.now())
                note(token, expires: expires)
                result = .success(token)
            } catch {
                result = .failure(error)
            }
            flight = nil
            return result
        }
        flight = task
        return task
    }
}
