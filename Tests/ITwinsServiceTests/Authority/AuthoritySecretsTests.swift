import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Where codes, tokens and secrets may not be (reliability A20 and row 18).
@Suite struct AuthoritySecretsTests {
    @Test func `Codes and tokens appear in no log line and no database file`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/itwins.sqlite"
        let (secrets, clientSecret, log) = try await LocalService.run(database: .file(file), requiresSignIn: true) {
            service in
            let client = service.oauth
            let code = try await client.code()
            let tokens = try TestTokens(try await client.exchange(code))
            let next = try TestTokens(try await client.refresh(try #require(tokens.refresh)))
            let own = try TestTokens(try await client.ask(secret: service.clientSecret))
            let unused = try await client.code()
            // What is refused is not told either.
            _ = try await client.refresh("a-refresh-token-that-is-none")
            _ = try await client.exchange("a-code-that-is-none")
            _ = try await client.revoke(tokens.access.revealed)
            for token in [tokens.access, next.access, own.access, Secret("a-token-that-is-none")] {
                _ = try await service.http.request("GET", "/itwins", token: token)
            }
            _ = try await service.http.request("GET", "/connect/token?code=\(code)", token: nil)
            let secrets = [
                code, unused, tokens.access.revealed, next.access.revealed, own.access.revealed,
                try #require(tokens.refresh), try #require(next.refresh), client.verifier,
                "a-refresh-token-that-is-none", "a-code-that-is-none", "a-token-that-is-none",
            ]
            return (secrets, service.clientSecret.revealed, service.log.lines.joined(separator: "\n"))
        }
        #expect(log.contains("POST /connect/token 200"))
        #expect(log.contains("POST /connect/authorize 303"))
        for secret in secrets + [clientSecret] { #expect(!log.contains(secret)) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            for secret in secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
                // The signature is what makes a token one.
                let signature = secret.split(separator: ".").last.map(String.init) ?? ""
                #expect(bytes.range(of: Data(signature.utf8)) == nil, "\(name)")
            }
        }
        let database = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(database.range(of: Data(clientSecret.utf8)) != nil, "the search finds what is there")
    }
}
