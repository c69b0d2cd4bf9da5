public import ITwinsAPI
public import ITwinsService

/// A program that signs in at a local service, step by step, for tests: the built-in native client with the verifier and
/// the challenge of RFC 7636, appendix B.
public struct TestOAuthClient: Sendable {
    /// The port of the service on 127.0.0.1.
    public let port: Int
    /// The client id.
    public var id = "twinscope-native"
    /// Where codes are sent. Nobody listens there.
    public var redirectURI = "http://127.0.0.1:49152/signin-callback"
    /// What is asked for.
    public var scope = "itwin-platform offline_access"
    /// What an answer is known by.
    public var state = "a state & more"
    /// The source of the challenge.
    public var verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    /// What is sent before.
    public var challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    /// Makes a client of the service at a port of 127.0.0.1.
    public init(port: Int) {
        self.port = port
    }

    /// The service's origin, which is its issuer.
    public var issuer: String { "http://127.0.0.1:\(port)" }

    /// The parameters of the authorization request, without those of some names.
    public func parameters(without names: String...) -> [(String, String)] {
        let all = [
            ("response_type", "code"), ("client_id", id), ("redirect_uri", redirectURI), ("scope", scope),
            ("state", state), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        return all.filter { !names.contains($0.0) }
    }

    /// The URL that a browser is sent to.
    public func url(_ parameters: [(String, String)]) -> String {
        "\(issuer)/connect/authorize?\(FormText.text(parameters))"
    }

    /// Opens the sign-in page.
    ///
    /// - Throws: what the connection throws.
    public func page() async throws -> OpenedSignInPage {
        try await OpenedSignInPage(url(parameters()))
    }

    /// Signs in on the page and returns the code.
    ///
    /// - Throws: `Refused` when there is none.
    public func code(as user: SampleUser = .member) async throws -> String {
        let answer = try await page().pick(user)
        guard let code = FormText.values(answer["Location"])["code"] else { throw Refused(answer: answer) }
        return code
    }

    /// Sends a form to the token endpoint.
    ///
    /// - Throws: what the connection throws.
    public func token(_ form: [(String, String)], headers: [String] = []) async throws -> RawAnswer {
        try await post("/connect/token", form, headers)
    }

    /// Exchanges a code.
    ///
    /// - Throws: what the connection throws.
    public func exchange(_ code: String) async throws -> RawAnswer {
        try await token([
            ("grant_type", "authorization_code"), ("client_id", id), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", verifier),
        ])
    }

    /// Exchanges a refresh token.
    ///
    /// - Throws: what the connection throws.
    public func refresh(_ refreshToken: String) async throws -> RawAnswer {
        try await token([("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", refreshToken)])
    }

    /// Asks as the service client.
    ///
    /// - Throws: what the connection throws.
    public func ask(secret: Secret, scope: String = "itwin-platform") async throws -> RawAnswer {
        try await token([
            ("grant_type", "client_credentials"), ("client_id", "twinscope-service"),
            ("client_secret", secret.revealed), ("scope", scope),
        ])
    }

    /// Ends a token.
    ///
    /// - Throws: what the connection throws.
    public func revoke(_ token: String) async throws -> RawAnswer {
        try await post("/connect/revocation", [("client_id", id), ("token", token)], [])
    }

    /// Signs in, from the page to the tokens.
    ///
    /// - Throws: `Refused` when there are none.
    public func signIn(as user: SampleUser = .member) async throws -> TestTokens {
        try TestTokens(try await exchange(try await code(as: user)))
    }

    /// The service did not give what it was asked for.
    public struct Refused: Error {
        /// What it answered.
        public let answer: RawAnswer
    }

    private func post(_ target: String, _ form: [(String, String)], _ headers: [String]) async throws -> RawAnswer {
        try await RawHTTP(port: port).request(
            "POST",
            target,
            token: nil,
            headers: ["Content-Type: application/x-www-form-urlencoded"] + headers,
            bytes: Array(FormText.text(form).utf8)
        )
    }
}

/// The tokens of an answer.
public struct TestTokens: Sendable {
    /// The access token.
    public let access: Secret
    /// The refresh token; nil when there is none.
    public let refresh: String?

    /// Reads an answer of the token endpoint.
    ///
    /// - Throws: `TestOAuthClient.Refused` when it has no access token.
    public init(_ answer: RawAnswer) throws {
        guard answer.status == 200, let access = answer.json?["access_token"]?.string else {
            throw TestOAuthClient.Refused(answer: answer)
        }
        self.access = Secret(access)
        refresh = answer.json?["refresh_token"]?.string
    }
}
