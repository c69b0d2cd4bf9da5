import Crypto
import Foundation
import GRDB
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

/// Whose access tokens are good, and for how long (contract section 17.1, reliability row 67 and A23).
@Suite(.rows(67)) struct AccessTokenTests {
    private static func get(_ token: String, _ service: LocalService) async throws -> RawAnswer {
        try await service.http.request("GET", "/itwins", token: Secret(token))
    }

    /// The key of a database in a file.
    private static func key(_ path: String) async throws -> P256.Signing.PrivateKey {
        let text = try await DatabaseQueue(path: path).read {
            try String.fetchOne($0, sql: "SELECT value FROM setting WHERE name = 'signingKey'")
        }
        return try P256.Signing.PrivateKey(rawRepresentation: try #require(text.flatMap(Hexadecimal.bytes(of:))))
    }

    private static func sign(_ parts: JWTParts, _ key: P256.Signing.PrivateKey) throws -> String {
        var parts = parts
        parts.signature = Array(try key.signature(for: Data(parts.signed.utf8)).rawRepresentation)
        return parts.token
    }

    /// What an answer looks like but for what is different in every answer.
    private static func shape(_ answer: RawAnswer) -> String {
        let headers = answer.headers.filter { !["date", "x-correlation-id"].contains($0.name.lowercased()) }
        return
            "\(answer.status) \(headers.map { "\($0.name): \($0.value)" }) \(String(decoding: answer.body, as: UTF8.self))"
    }

    /// Row 67. The claims are signed with the service's own key where nothing else is said.
    @Test func `Every token that the service didn't issue is rejected with the same response`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path), requiresSignIn: true) { service in
            let good = try await service.oauth.signIn().access.revealed
            let parts = try JWTParts(good)
            let key = try await Self.key(path)
            let own = try Self.sign(parts, key)
            #expect(try await Self.get(own, service).status == 200, "the test signs as the service does")
            let unsigned = good.split(separator: ".").prefix(2).joined(separator: ".")
            var wrong: [String] = [
                String(good.dropLast()), String(good.dropFirst()), "\(good)A", "\(good).", ".\(good)", "\(good)=",
                good.lowercased(), "a.b.c", "..", ".", unsigned, "\(unsigned).",
            ]
            // The key of another database.
            wrong.append(try Self.sign(parts, P256.Signing.PrivateKey()))
            // One bit off, in every part and at both ends of it: the last character of a part holds bits that mean nothing.
            let ends = good.indices.filter { good[$0] == "." }.map { good.distance(from: good.startIndex, to: $0) }
            for position in [0, 7, ends[0] - 1, ends[0] + 1, ends[0] + 9, ends[1] - 1, ends[1] + 1, good.count - 1] {
                for bit in 0..<6 {
                    var characters = Array(good)
                    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
                    let value = try #require(alphabet.firstIndex(of: characters[position]))
                    characters[position] = alphabet[value ^ (1 << bit)]
                    wrong.append(String(characters))
                }
            }
            let now = Int(Date().timeIntervalSince1970)
            for (name, value) in [
                ("exp", .int(now - 1)), ("exp", "never"), ("exp", .int(.min)), ("nbf", .int(now + 60)),
                ("nbf", .int(.max)),
                ("iss", "https://ims.bentley.com"), ("iss", .string("http://127.0.0.1.evil.example:\(service.port)")),
                ("iss", .string("https://127.0.0.1:\(service.port)")), ("iss", ""), ("iss", "http://"), ("iss", .null),
                ("aud", "twinscope-native"), ("aud", ["itwin-platform"]), ("sub", "member"), ("sub", .int(1)),
                ("sid", "00000000-1111-4222-8333-444444444444"),
            ] as [(String, JSON)] {
                wrong.append(try Self.sign(parts.with(name, value), key))
            }
            for (name, value) in [
                ("alg", "none"), ("alg", "None"), ("alg", "HS256"), ("alg", "RS256"), ("alg", "ES384"), ("alg", .null),
                ("typ", "JWT"), ("kid", "other"), ("jwk", ["kty": "EC"]), ("crit", ["exp"]),
            ] as [(String, JSON)] {
                var forged = parts
                var header = forged.header.object ?? JSON.Object()
                header[name] = value
                forged.header = .object(header)
                wrong.append(try Self.sign(forged, key))
                forged.signature = []
                wrong.append(forged.token)
                // The public key, known to all, as the secret of an HMAC.
                for secret in [Data(key.publicKey.rawRepresentation), Data(key.publicKey.pemRepresentation.utf8)] {
                    let code = HMAC<SHA256>.authenticationCode(
                        for: Data(forged.signed.utf8),
                        using: SymmetricKey(data: secret)
                    )
                    forged.signature = Array(code)
                    wrong.append(forged.token)
                }
            }
            let shapes = try await Set(wrong.asyncMap { Self.shape(try await Self.get($0, service)) })
            #expect(shapes.count == 1, "\(shapes)")
            #expect(shapes.first?.hasPrefix("401 ") == true)
            #expect(shapes.first?.contains("\"Unauthorized\"") == true)
            #expect(try await Self.get(good, service).status == 200)
        }
    }

    @Test func `An ID token isn't accepted by the API`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            var client = service.oauth
            client.scope = "openid itwin-platform"
            let answer = try await client.exchange(try await client.code())
            let identity = try #require(answer.json?["id_token"]?.string)
            #expect(try await Self.get(identity, service).isError(401, "Unauthorized"))
        }
    }

    @Test func `A token without the API's scope has no access`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            var client = service.oauth
            client.scope = "openid profile"
            let answer = try await Self.get(try await client.signIn().access.revealed, service)
            #expect(answer.isError(403, "Forbidden"))
            #expect(answer.error?.message.contains("itwin-platform") == true)
        }
    }

    @Test func `A token is valid as long as its response says, within one second`() async throws {
        let clock = TestClock()
        clock.advance(seconds: 0.5)
        try await LocalService.run(requiresSignIn: true, accessTokenSeconds: 5, clock: clock) { service in
            let token = try await service.oauth.signIn().access.revealed
            #expect(try await Self.get(token, service).status == 200)
            clock.advance(seconds: 5)
            #expect(try await Self.get(token, service).status == 200)
            clock.advance(seconds: 1)
            #expect(try await Self.get(token, service).isError(401, "Unauthorized"))
        }
    }

    @Test func `A token is valid for its own database only, under each of its host names`()
        async throws
    {
        let tokens = try await LocalService.run(requiresSignIn: true) { try await $0.oauth.signIn() }
        try await LocalService.run(requiresSignIn: true) { service in
            #expect(try await Self.get(tokens.access.revealed, service).isError(401, "Unauthorized"))
            let own = try await service.oauth.signIn().access
            for host in ["127.0.0.1", "localhost", "[::1]"] {
                let answer = try await service.http.send(
                    """
                    GET /itwins HTTP/1.1
                    Host: \(host):\(service.port)
                    Authorization: Bearer \(own.revealed)


                    """
                )
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `If sign-in is required, tokens of the token file are accepted and the printed one is not`()
        async throws
    {
        let fixed = Secret("fixed-token-of-the-owner")
        let printed = Secret("fixed-token-that-is-printed")
        func configure(_ configuration: inout ServiceConfiguration) {
            configuration.tokens = [.owner: fixed]
            configuration.token = printed
        }
        try await LocalService.run(requiresSignIn: true, configure: configure) { service in
            #expect(service.token == printed)
            #expect(try await Self.get(printed.revealed, service).isError(401, "Unauthorized"))
            #expect(try await Self.get(fixed.revealed, service).status == 200)
            let tokens = try await service.oauth.signIn()
            #expect(try await Self.get(tokens.access.revealed, service).status == 200)
            let own = try TestTokens(try await service.oauth.ask(secret: service.clientSecret))
            #expect(try await Self.get(own.access.revealed, service).status == 200)
        }
        try await LocalService.run(configure: configure) { service in
            for token in [printed, fixed] {
                let answer = try await Self.get(token.revealed, service)
                #expect(answer.status == 200)
            }
        }
    }

    @Test func `A damaged key makes the database damaged`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let first = try await LocalService.run(database: .file(path), requiresSignIn: true) { $0.token }
        try await DatabaseQueue(path: path).write {
            try $0.execute(sql: "UPDATE setting SET value = '00' WHERE name = 'signingKey'")
        }
        try await LocalService.run(database: .file(path), requiresSignIn: true) { service in
            #expect(service.token != first)
            #expect(service.log.lines.contains { $0.contains("was damaged") })
        }
    }
}

extension Sequence where Element: Sendable {
    /// What the closure makes of each element, one after the other.
    fileprivate func asyncMap<Value>(_ value: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await value(element)) }
        return values
    }
}
