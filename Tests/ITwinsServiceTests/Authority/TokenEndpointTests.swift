import Foundation
import GRDB
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Codes, secrets and what is refused (RFC 6749 sections 4.1.3, 4.4 and 5, RFC 7636).
@Suite struct TokenEndpointTests {
    private static func error(_ answer: RawAnswer) -> String? { answer.json?["error"]?.string }

    private static func description(_ answer: RawAnswer) -> String {
        answer.json?["error_description"]?.string ?? ""
    }

    private static func basic(_ id: String, _ secret: String) -> String {
        "Authorization: Basic \(Data("\(id):\(secret)".utf8).base64EncodedString())"
    }

    @Test func `A token response has everything that RFC 6749 requires, and is not cached`() async throws {
        try await LocalService.run(requiresSignIn: true, accessTokenSeconds: 5, clock: TestClock()) { service in
            let client = service.oauth
            let answer = try await client.exchange(try await client.code())
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["Pragma"] == "no-cache")
            let json = try #require(answer.json)
            #expect(json["token_type"] == "Bearer")
            #expect(json["expires_in"] == 5)
            #expect(json["scope"]?.string == client.scope)
            #expect(json["refresh_token"]?.string?.isEmpty == false)
            #expect(json["id_token"] == nil)
            let claims = try JWTParts(try TestTokens(answer).access.revealed).claims
            #expect(claims["iss"]?.string == client.issuer)
            #expect(claims["aud"] == "itwin-platform")
            #expect(claims["client_id"] == "twinscope-native")
            #expect(claims["scope"]?.string == client.scope)
            #expect(claims["jti"]?.string?.isEmpty == false)
            let seconds = try #require(claims["exp"]?.int) - #require(claims["iat"]?.int)
            #expect(seconds == 5)
        }
    }

    @Test func `Without offline_access there is no refresh token`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            var client = service.oauth
            client.scope = "itwin-platform"
            let tokens = try await client.signIn()
            #expect(tokens.refresh == nil)
            #expect(try await service.http.request("GET", "/itwins", token: tokens.access).status == 200)
        }
    }

    /// RFC 6749 section 5.2.
    @Test(
        arguments: [
            ("grant_type", nil, 400, "invalid_request", "grant_type is missing"),
            ("grant_type", "password", 400, "unsupported_grant_type", "'password' is not one of authorization_code,"),
            ("grant_type", "client_credentials", 400, "unauthorized_client", "may not use the grant_type"),
            ("client_id", nil, 401, "invalid_client", "send client_id"),
            ("client_id", "unknown", 401, "invalid_client", "client 'unknown' is unknown. Use twinscope-native or"),
            (
                "client_id", "twinscope-service", 401, "invalid_client",
                "secret of twinscope-service is missing or wrong"
            ),
            ("code", nil, 400, "invalid_request", "code is missing"),
            ("code", "unknown", 400, "invalid_grant", "The code is unknown. Sign in again."),
            ("redirect_uri", nil, 400, "invalid_request", "redirect_uri is missing"),
            (
                "redirect_uri", "http://localhost:49152/signin-callback", 400, "invalid_grant",
                "not the one that the code"
            ),
            ("code_verifier", nil, 400, "invalid_request", "code_verifier is missing"),
            ("code_verifier", "short", 400, "invalid_grant", "does not match the code_challenge"),
            (
                "code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", 400, "invalid_grant",
                "does not match the code_challenge"
            ),
            ("client_secret", "x", 401, "invalid_client", "twinscope-native has no secret. Send none."),
        ] as [(String, String?, Int, String, says: String)]
    )
    func `Each problem with a code has its own error`(
        _ name: String,
        _ value: String?,
        _ status: Int,
        _ error: String,
        says: String
    ) async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let all = [
                ("grant_type", "authorization_code"), ("client_id", client.id), ("code", try await client.code()),
                ("redirect_uri", client.redirectURI), ("code_verifier", client.verifier),
            ]
            let answer = try await client.token(all.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? []))
            #expect(answer.status == status)
            #expect(Self.error(answer) == error)
            #expect(Self.description(answer).contains(says), "\(Self.description(answer))")
            #expect(answer["Cache-Control"] == "no-store")
            #expect((answer["WWW-Authenticate"]?.hasPrefix("Basic ") == true) == (status == 401))
            let twice = try await client.token(all + [(name, "x"), (name, "x")])
            #expect((400...401).contains(twice.status))
        }
    }

    @Test func `The verifier of one sign-in doesn't work for another's code`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let first = service.oauth
            var second = service.oauth
            // Of forty-three times "a".
            second.verifier = String(repeating: "a", count: 43)
            second.challenge = "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"
            let codes = (try await first.code(), try await second.code())
            #expect(Self.error(try await second.exchange(codes.0)) == "invalid_grant")
            let mixedUp = try await first.exchange(codes.1)
            #expect(Self.error(mixedUp) == "invalid_grant")
            #expect(
                Self.description(mixedUp) == "The code_verifier does not match the code_challenge. Sign in again."
            )
            // Who could not prove that a code is his has spoiled it.
            #expect(Self.error(try await first.exchange(codes.0)) == "invalid_grant")
            #expect(try await second.exchange(try await second.code()).status == 200)
        }
    }

    @Test func `A code is valid for a minute`() async throws {
        let clock = TestClock()
        try await LocalService.run(requiresSignIn: true, clock: clock) { service in
            let client = service.oauth
            let inTime = try await client.code()
            clock.advance(seconds: 59.9)
            #expect(try await client.exchange(inTime).status == 200)
            let late = try await client.code()
            clock.advance(seconds: 60)
            let answer = try await client.exchange(late)
            #expect(Self.error(answer) == "invalid_grant")
            #expect(Self.description(answer) == "The code is older than 60 seconds. Sign in again.")
        }
    }

    @Test func `Reusing a code revokes everything that was issued for it`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let other = try await client.signIn()
            let code = try await client.code()
            let tokens = try TestTokens(try await client.exchange(code))
            let next = try TestTokens(try await client.refresh(try #require(tokens.refresh)))
            for token in [tokens.access, next.access] {
                #expect(try await service.http.request("GET", "/itwins", token: token).status == 200)
            }
            let second = try await client.exchange(code)
            #expect(Self.error(second) == "invalid_grant")
            #expect(Self.description(second).hasPrefix("The code was already used"))
            for token in [tokens.access, next.access] {
                #expect(try await service.http.request("GET", "/itwins", token: token).status == 401)
            }
            #expect(Self.error(try await client.refresh(try #require(next.refresh))) == "invalid_grant")
            // Another sign-in goes on.
            #expect(try await service.http.request("GET", "/itwins", token: other.access).status == 200)
            #expect(try await client.refresh(try #require(other.refresh)).status == 200)
        }
    }

    @Test func `If a code is used twice at once, at most one request gets tokens, which are then revoked`() async throws
    {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let code = try await client.code()
            async let first = client.exchange(code)
            async let second = client.exchange(code)
            let answers = try await [first, second].sorted { $0.status < $1.status }
            #expect(answers.map(\.status) == [200, 400])
            let tokens = try TestTokens(answers[0])
            #expect(try await service.http.request("GET", "/itwins", token: tokens.access).status == 401)
        }
    }

    @Test func `The service client acts as the service user, with its secret in the header or the form`() async throws {
        try await LocalService.run(
            sampleData: .standard,
            requiresSignIn: true,
            configure: { $0.clientSecret = Secret("pass:w+rd/ü%") }
        ) { service in
            let client = service.oauth
            #expect(service.clientSecret == Secret("pass:w+rd/ü%"))
            let byForm = try await client.ask(secret: service.clientSecret)
            let form = [("grant_type", "client_credentials"), ("scope", "itwin-platform")]
            let byHeader = try await client.token(
                form,
                headers: [Self.basic("twinscope%2Dservice", "pass%3Aw%2Brd%2F%C3%BC%25")]
            )
            for answer in [byForm, byHeader] {
                #expect(answer.status == 200)
                #expect(answer.json?["refresh_token"] == nil)
                let token = try TestTokens(answer).access
                let own = try await service.http.request("GET", "/itwins?$top=1000", token: token)
                #expect(own.status == 200)
                #expect(!own.names.isEmpty)
                #expect(own.names.count < 20)
            }
        }
    }

    @Test func `A database's client secret is random and stays the same`() async throws {
        let folder = try TemporaryFolder()
        let file = ServiceConfiguration.Database.file(folder.path + "/itwins.sqlite")
        let secrets = try await [
            LocalService.run(database: file, requiresSignIn: true) { $0.clientSecret },
            LocalService.run(database: file, requiresSignIn: true) { $0.clientSecret },
            LocalService.run(requiresSignIn: true) { $0.clientSecret },
        ]
        #expect(secrets[0] == secrets[1])
        #expect(secrets[0] != secrets[2])
        try await LocalService.run(database: file, requiresSignIn: true) { service in
            let answer = try await service.oauth.ask(secret: secrets[0])
            #expect(answer.status == 200)
        }
    }

    @Test func `A wrong secret, a wrong header and two authentication methods at once are rejected`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let secret = service.clientSecret.revealed
            let form = [("grant_type", "client_credentials"), ("scope", "itwin-platform")]
            for wrong in ["", "x", String(secret.dropLast()), secret + "0"] {
                let answer = try await client.ask(secret: Secret(wrong))
                #expect(Self.error(answer) == "invalid_client")
                #expect(Self.description(answer) == "The secret of twinscope-service is missing or wrong.")
            }
            for header in [
                Self.basic("twinscope-service", "x"), Self.basic("twinscope-native", secret),
                Self.basic("unknown", secret), "Authorization: Basic", "Authorization: Basic !",
                "Authorization: Bearer x",
                "Authorization: Basic \(Data("twinscope-service".utf8).base64EncodedString())",
                Self.basic("twinscope-service", "%zz"),
            ] {
                let answer = try await client.token(form, headers: [header])
                #expect(answer.status == 401, "\(header)")
                #expect(Self.error(answer) == "invalid_client", "\(header)")
                #expect(answer["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
            }
            let right = Self.basic("twinscope-service", secret)
            for more in [("client_secret", secret), ("client_id", "twinscope-native")] {
                let answer = try await client.token(form + [more], headers: [right])
                #expect(answer.status == 400)
                #expect(Self.error(answer) == "invalid_request")
            }
            #expect(try await client.token(form + [("client_id", "twinscope-service")], headers: [right]).status == 200)
        }
    }

    /// Reliability A24.
    @Test(arguments: ["openid", "itwin-platform openid", "profile", "email", "organization", "offline_access", "x", ""])
    func `The service client gets no token for user scopes`(_ scope: String) async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let answer = try await service.oauth.ask(secret: service.clientSecret, scope: scope)
            #expect(answer.status == 400)
            #expect(Self.error(answer) == "invalid_scope")
            #expect(Self.description(answer).contains("itwin-platform"), "\(Self.description(answer))")
        }
    }

    @Test func `The service client can't use another client's code or refresh token`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let tokens = try await client.signIn()
            let credentials = [("client_id", "twinscope-service"), ("client_secret", service.clientSecret.revealed)]
            let code = [("grant_type", "authorization_code"), ("code", try await client.code())]
            let answer = try await client.token(credentials + code)
            #expect(Self.error(answer) == "unauthorized_client")
            #expect(Self.description(answer) == "twinscope-service may not use the grant_type authorization_code.")
            let refresh = [("grant_type", "refresh_token"), ("refresh_token", try #require(tokens.refresh))]
            #expect(Self.error(try await client.token(credentials + refresh)) == "unauthorized_client")
            #expect(try await client.refresh(try #require(tokens.refresh)).status == 200)
        }
    }

    @Test func `A database failure is reported as an OAuth error, and the code stays valid`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("itwins.sqlite")
        try await LocalService.run(database: .file(path), requiresSignIn: true) { service in
            let client = service.oauth
            let refresh = try #require(try await client.signIn().refresh)
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: "ALTER TABLE refreshToken RENAME TO elsewhere") }
            for answer in [try await client.refresh(refresh), try await client.revoke(refresh)] {
                #expect(answer.status == 500)
                #expect(Self.error(answer) == "server_error")
                #expect(Self.description(answer) == "The service's database failed. See its log.")
            }
            #expect(service.log.lines.contains { $0.hasPrefix("error connect/token failed") })
            try await queue.write { try $0.execute(sql: "ALTER TABLE elsewhere RENAME TO refreshToken") }
            #expect(try await client.refresh(refresh).status == 200)
        }
    }

    @Test func `A body that isn't a form or is too large is rejected`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let client = service.oauth
            let json = try await service.post("/connect/token", #"{"grant_type":"client_credentials"}"#)
            #expect(json.status == 400)
            #expect(Self.error(json) == "invalid_request")
            let form = "Content-Type: application/x-www-form-urlencoded"
            for body in ["a=%zz", "a=\u{FFFD}", "a=%00"] {
                let answer = try await service.http.request(
                    "POST",
                    "/connect/token",
                    token: nil,
                    headers: [form],
                    bytes: Array(body.utf8)
                )
                #expect(Self.error(answer) == "invalid_request")
            }
            #expect(try await client.token([]).json?["error"] == "invalid_client")
            let large = [("client_id", String(repeating: "x", count: 65_536))]
            #expect(try await client.token(large).status == 413)
        }
    }
}
