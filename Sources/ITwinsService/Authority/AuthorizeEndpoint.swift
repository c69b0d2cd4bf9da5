import Foundation
import GRDB
import ITwinsAPI
import Logging

/// Asks a user as whom to sign in, and sends the answer to the client (RFC 6749 section 4.1).
struct AuthorizeEndpoint: Sendable {
    let store: Store
    let clients: OAuthClients
    /// What has to be typed.
    let code: SignInCode
    let logger: Logger
    private let pending = PendingSignIns()

    /// Seconds that a code is good for.
    static let codeSeconds = 60.0

    init(store: Store, clients: OAuthClients, code: SignInCode, logger: Logger) {
        self.store = store
        self.clients = clients
        self.code = code
        self.logger = logger
    }

    /// Answers the request of a client, which a browser brings: with the sign-in page, with a refusal that the browser
    /// takes to the client, or with a page that says why the client gets no answer.
    func question(_ parameters: OAuthParameters, issuer: String, now: Timestamp) -> Reply {
        let target: AuthorizationTarget
        do {
            target = try AuthorizationTarget(parameters, of: clients)
        } catch {
            return SignInPage.refusal(error.message)
        }
        do throws(OAuthError) {
            let request = try AuthorizationRequest(parameters, target: target)
            guard !code.isClosed(at: now) else { return SignInPage.closed }
            return SignInPage.question(request, handle: try pending.add(request, now: now))
        } catch {
            return target.reply(error, issuer: issuer)
        }
    }

    /// Answers the form of the sign-in page.
    func answer(_ form: OAuthParameters, issuer: String, now: Timestamp) async -> Reply {
        guard let request = form[SignInPage.Field.handle].flatMap({ pending.take($0, now: now) }) else {
            return SignInPage.refusal("This sign-in page was already used or is older than ten minutes.")
        }
        let target = request.target
        if form[SignInPage.Field.decline] != nil {
            return target.reply(OAuthError(.accessDenied, "Sign-in was declined."), issuer: issuer)
        }
        guard let user = form[SignInPage.Field.user].flatMap(SampleUser.init(rawValue:)),
            SignInPage.users.contains(user)
        else {
            return SignInPage.refusal("The form does not name a sample user.")
        }
        switch code.check(form[SignInPage.Field.code] ?? "", now: now) {
        case .right: break
        case .closed:
            logger.warning("five wrong sign-in codes: the sign-in page is blocked for a minute")
            return SignInPage.closed
        case .wrong:
            logger.info("a wrong sign-in code")
            do throws(OAuthError) {
                let handle = try pending.add(request, now: now)
                return SignInPage.question(request, handle: handle, codeWasWrong: true)
            } catch {
                return target.reply(error, issuer: issuer)
            }
        }
        do {
            return target.reply(code: try await code(for: request, user, now), issuer: issuer)
        } catch {
            logger.error("the code could not be stored: \(error)")
            let failure = (error as? DatabaseError).map { OAuthError($0) }
            return target.reply(
                failure ?? OAuthError(.serverError, "The service failed. See its log."),
                issuer: issuer
            )
        }
    }

    private func code(for request: AuthorizationRequest, _ user: SampleUser, _ now: Timestamp) async throws -> String {
        let signIn = SignInRecord(
            id: UUID().uuidString.lowercased(),
            clientID: request.target.client.id,
            userID: user.user.id,
            scopes: request.scopes,
            nonce: request.nonce,
            codeChallenge: request.codeChallenge,
            redirectURI: request.target.redirectURI,
            codeEnd: now.adding(seconds: Self.codeSeconds),
            isCodeUsed: false
        )
        let code = Base64URL.random()
        try await store.write { try signIn.insert(code: code, now: now, $0) }
        return code
    }
}
