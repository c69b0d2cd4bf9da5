import Crypto
import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// What the authority says of itself (contract sections 13.1 and 17.20).
@Suite struct DiscoveryDocumentTests {
    private static let path = "/.well-known/openid-configuration"

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]"])
    func `The issuer is the origin of the request, and every endpoint is below it`(_ host: String)
        async throws
    {
        try await LocalService.run(requiresSignIn: true) { service in
            let origin = "http://\(host):\(service.port)"
            let answer = try await service.http.send("GET \(Self.path) HTTP/1.1\nHost: \(host):\(service.port)\n\n")
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            let document = try #require(answer.json)
            #expect(document["issuer"]?.string == origin)
            for (name, path) in [
                ("authorization_endpoint", "/connect/authorize"), ("token_endpoint", "/connect/token"),
                ("revocation_endpoint", "/connect/revocation"), ("jwks_uri", "\(Self.path)/jwks"),
            ] {
                #expect(document[name]?.string == origin + path)
            }
            #expect(document["code_challenge_methods_supported"] == ["S256"])
            #expect(document["response_types_supported"] == ["code"])
            #expect(
                document["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
            )
            #expect(
                document["token_endpoint_auth_methods_supported"]
                    == ["none", "client_secret_basic", "client_secret_post"]
            )
            #expect(document["authorization_response_iss_parameter_supported"] == true)
            let scopes = document["scopes_supported"]?.array?.compactMap(\.string) ?? []
            #expect(Set(scopes).isSuperset(of: ["itwin-platform", "offline_access", "openid"]))
        }
    }

    @Test func `A token can be verified with the public key`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let keys = try await service.http.request("GET", "\(Self.path)/jwks", token: nil).json?["keys"]?.array ?? []
            let key = try #require(keys.first)
            #expect(keys.count == 1)
            #expect(key.object?.members.contains { $0.name == "d" } == false)
            let sides = ["x", "y"].compactMap { key[$0]?.string }.compactMap(JWTParts.bytes)
            let point = try P256.Signing.PublicKey(rawRepresentation: sides[0] + sides[1])
            let token = try await service.oauth.signIn().access.revealed
            let parts = try JWTParts(token)
            #expect(parts.header["kid"] == key["kid"])
            #expect(parts.header["alg"] == key["alg"])
            let signature = try P256.Signing.ECDSASignature(rawRepresentation: parts.signature)
            let signed = token.split(separator: ".").prefix(2).joined(separator: ".")
            #expect(point.isValidSignature(signature, for: Data(signed.utf8)))
        }
    }

    @Test func `Each path accepts only its methods, from the service's own hosts and sites`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            for (path, allowed) in [
                (Self.path, "GET, HEAD, OPTIONS"), ("\(Self.path)/jwks", "GET, HEAD, OPTIONS"),
                ("/connect/authorize", "GET, HEAD, POST, OPTIONS"), ("/connect/token", "POST, OPTIONS"),
                ("/connect/revocation", "POST, OPTIONS"),
            ] {
                let other = try await service.http.request("DELETE", path, token: nil)
                #expect(other.status == 405)
                #expect(other["Allow"] == allowed)
                let options = try await service.http.request("OPTIONS", path, token: nil)
                #expect(options.status == 204)
                #expect(options["Allow"] == allowed)
                for method in ["GET", "POST"] {
                    let host = try await service.http.send(
                        "\(method) \(path) HTTP/1.1\nHost: evil.example:\(service.port)\nContent-Length: 0\n\n"
                    )
                    #expect(host.status == 403)
                    for header in ["Origin: https://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
                        let foreign = try await service.http.request(method, path, token: nil, headers: [header])
                        #expect(foreign.status == 403)
                    }
                }
            }
            #expect(try await service.http.request("GET", "/connect/unknown", token: nil).status == 404)
        }
    }

    @Test func `A web app on another site can redirect to the sign-in page and nothing else`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            func status(_ method: String, _ path: String, _ headers: [String: String] = [:]) async throws -> Int {
                let all = ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]
                    .merging(headers) { $1 }
                return try await service.http.request(
                    method,
                    path,
                    token: nil,
                    headers: all.map { "\($0): \($1)" }.sorted()
                ).status
            }
            // Without parameters it is the page that says what is wrong.
            #expect(try await status("GET", "/connect/authorize") == 400)
            let page = try await OpenedSignInPage(
                service.oauth.url(service.oauth.parameters()),
                headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]
            )
            #expect(page.answer.status == 200)
            #expect(try await page.pick(.member)["Location"] != nil)
            for (header, others) in [
                ("Sec-Fetch-Dest", ["iframe", "empty", "image", ""]), ("Sec-Fetch-Mode", ["cors", "no-cors", ""]),
            ] {
                for value in others {
                    #expect(
                        try await status("GET", "/connect/authorize", [header: value]) == 403,
                        "\(header): \(value)"
                    )
                }
            }
            for origin in ["https://evil.example", "null"] {
                #expect(try await status("GET", "/connect/authorize", ["Origin": origin]) == 403)
            }
            for method in ["HEAD", "POST", "DELETE", "OPTIONS"] {
                #expect(try await status(method, "/connect/authorize") == 403, "\(method)")
            }
            for path in [
                "/", "/itwins", Self.path, "\(Self.path)/jwks", "/connect/token", "/connect/authorize/x",
                "/openapi.json",
            ] { #expect(try await status("GET", path) == 403, "\(path)") }
        }
        // Where there is no provider there is nothing to lead to.
        try await LocalService.run { service in
            let answer = try await service.http.request(
                "GET",
                "/connect/authorize",
                token: nil,
                headers: ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]
            )
            #expect(answer.status == 403)
        }
    }

    @Test func `Without a provider nothing links to one, and tokens of an earlier one are rejected`() async throws {
        let folder = try TemporaryFolder()
        let database = ServiceConfiguration.Database.file(folder.file("itwins.sqlite"))
        let earlier = try await LocalService.run(database: database, requiresSignIn: true) { service in
            let token = try await service.oauth.signIn(as: .administrator).access
            #expect(try await service.http.request("GET", "/itwins", token: token).status == 200)
            return token
        }
        try await LocalService.run(database: database) { service in
            for (method, path) in [
                ("GET", Self.path), ("GET", "\(Self.path)/jwks"), ("GET", "/connect/authorize"),
                ("POST", "/connect/authorize"), ("POST", "/connect/token"), ("POST", "/connect/revocation"),
                ("OPTIONS", "/connect/token"), ("DELETE", Self.path),
            ] {
                let answer = try await service.http.request(method, path, token: service.token)
                #expect(answer.status == 404, "\(method) \(path)")
            }
            #expect(try await service.http.request("GET", "/itwins", token: earlier).isError(401, "Unauthorized"))
            let page = try await service.http.request("GET", "/", token: nil)
            #expect(!String(decoding: page.body, as: UTF8.self).contains(Self.path))
            let document = try await service.http.request("GET", "/openapi.json", token: nil).json
            #expect(document?["components"]?["securitySchemes"]?["signIn"] == nil)
            #expect(document?["security"] == [["bearer": []]])
        }
    }

    @Test func `The page and the API description link to the provider`() async throws {
        try await LocalService.run(requiresSignIn: true) { service in
            let page = try await service.http.request("GET", "/", token: nil)
            let text = String(decoding: page.body, as: UTF8.self)
            #expect(text.contains("href=\"\(Self.path)\""))
            // The token that the page tells of elsewhere is none of this service's.
            #expect(!text.contains("prints two lines") && text.contains("token file"))
            let document = try await service.http.request("GET", "/openapi.json", token: nil).json
            let scheme = document?["components"]?["securitySchemes"]?["signIn"]
            #expect(scheme?["type"] == "openIdConnect")
            #expect(scheme?["openIdConnectUrl"]?.string == Self.path)
            #expect(document?["security"] == [["bearer": []], ["signIn": ["itwin-platform"]]])
        }
    }

    @Test func `Fault rules apply to the provider too`() async throws {
        let rules = ["GET /.well-known/** 503 every 2", "POST /connect/token lose every 2"]
        let faults = try rules.map { try FaultRule($0) }
        try await LocalService.run(requiresSignIn: true, configure: { $0.faults = faults }) { service in
            #expect(try await service.http.request("GET", Self.path, token: nil).status == 200)
            #expect(try await service.http.request("GET", Self.path, token: nil).status == 503)
            let tokens = try await service.oauth.signIn()
            let refresh = try #require(tokens.refresh)
            await #expect(throws: RawHTTP.NoAnswer.self) { try await service.oauth.refresh(refresh) }
            // It was done all the same.
            #expect(try await service.oauth.refresh(refresh).json?["error"] == "invalid_grant")
        }
    }
}
