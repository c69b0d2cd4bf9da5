import Crypto
import Foundation
import ITwinsAPI
import TestSupport

/// An authority as the tests need it: rotates refresh tokens, revokes a family when an old one comes again, counts what it
/// is asked, and can be told to answer wrongly.
final class FakeAuthority: Sendable {
    struct State: Sendable {
        /// The challenge of each code that can still be used.
        var codes: [String: String] = [:]
        /// The families of refresh tokens that were handed out, and the one of each that is good now.
        var families: [String: Int] = [:]
        var newest: [Int: String] = [:]
        var forms: [[String: String]] = []
        var basics: [String?] = []
        var reuses = 0
        var revoked: [String] = []
        var hints: [String] = []
        var discoveries = 0
        var number = 0
        /// What was asked at the device authorization endpoint.
        var deviceForms: [[String: String]] = []
        /// What questions for the tokens of another device are answered with, in order; then they are given.
        var deviceAnswers: [ScriptedAnswer] = []
        /// Members of the device authorization response in the place of the usual ones.
        var deviceMembers = JSON.Object()
        /// How often the tokens of another device were asked for.
        var devicePolls: Int { forms.count { $0["device_code"] != nil } }
        /// Answers in the place of the usual ones, by path.
        var faults: [String: ScriptedAnswer] = [:]
        var lifetime = 3600
        /// Who signs in, as the id token of each sign-in says; nil for none.
        var subject: String?
        var document: [String: String] = [:]
        /// What happens before the answer to a path, while whoever asks waits.
        var hooks: [String: @Sendable () -> Void] = [:]
        /// What each call for tokens, and each for their end, is refused with: a text made of what was sent.
        var quoting: (@Sendable (_ form: [String: String], _ request: RecordedRequest) -> String)?
        /// Whether answers come byte by byte.
        var isSlow = false
    }

    let state = Watched(State())
    let server: ScriptedServer
    var issuer: String { "http://127.0.0.1:\(server.port)" }

    private init(_ server: ScriptedServer) {
        self.server = server
    }

    /// Lets something happen whenever a path is asked for, before the answer.
    func whenAsked(_ path: String, _ hook: @escaping @Sendable () -> Void) {
        state.update { $0.hooks[path] = hook }
    }

    /// Runs an authority for as long as the closure runs.
    static func run(_ body: (FakeAuthority) async throws -> Void) async throws {
        let me = Watched<FakeAuthority?>(nil)
        try await ScriptedServer.run { request, _ in
            me.value.map { $0.answer(to: request) } ?? .json("{}", status: 500)
        } _: { server in
            let authority = FakeAuthority(server)
            me.update { $0 = authority }
            try await body(authority)
        }
    }

    /// Puts an answer in the place of the usual one; nil for the usual one.
    func answer(_ path: String, with answer: ScriptedAnswer?) {
        state.update { $0.faults[path] = answer }
    }

    static let deviceCode = "device+canary/1"

    /// Offers to sign in on another device from now on.
    ///
    /// - Parameter answers: what questions for the tokens are answered with, in order, before they are given.
    func offerDevice(_ answers: [ScriptedAnswer] = [], members: JSON.Object = [:]) {
        state.update {
            $0.document["device_authorization_endpoint"] = "\(issuer)/device-code"
            $0.deviceAnswers = answers
            $0.deviceMembers = members
        }
    }

    /// A code for a challenge, as the authorize page would send it.
    func code(for challenge: String) -> String {
        state.update { state in
            state.number += 1
            state.codes["code-of-authority-canary-\(state.number)"] = challenge
            return "code-of-authority-canary-\(state.number)"
        }
    }

    /// How often new tokens were asked for with a refresh token.
    var refreshes: Int { state.value.forms.count { $0["grant_type"] == "refresh_token" } }

    private func answer(to request: RecordedRequest) -> ScriptedAnswer {
        let path = String(request.target.prefix { $0 != "?" })
        if path == "/.well-known/openid-configuration" { state.update { $0.discoveries += 1 } }
        let form = Self.form(request.body)
        if path == "/token" {
            state.update {
                $0.forms.append(form)
                $0.basics.append(request["Authorization"])
            }
        }
        state.value.hooks[path]?()
        if let quoting = state.value.quoting, ["/token", "/revoke"].contains(path) {
            return Self.refusal("invalid_request", quoting(form, request))
        }
        let answer = state.value.faults[path] ?? usualAnswer(path, form)
        guard state.value.isSlow else { return answer }
        var slow = answer
        slow.steps = answer.steps.map { step in
            if case .bytes(let bytes, 1) = step { .drip(bytes, pause: .milliseconds(1)) } else { step }
        }
        return slow
    }

    private func usualAnswer(_ path: String, _ form: [String: String]) -> ScriptedAnswer {
        switch path {
        case "/.well-known/openid-configuration": return .json(discovery)
        case "/token": return token(form)
        case "/device-code":
            var body: JSON.Object = [
                "device_code": .string(Self.deviceCode), "user_code": "WDJB-MJHT",
                "verification_uri": .string("\(issuer)/device"), "expires_in": 1800,
            ]
            for member in state.value.deviceMembers.members { body[member.name] = member.value }
            state.update { $0.deviceForms.append(form) }
            return .json(JSON.object(body).text)
        case "/revoke":
            state.update {
                $0.revoked.append(form["token"] ?? "")
                $0.hints.append(form["token_type_hint"] ?? "")
            }
            return .http(status: 200)
        default: return .http(status: 404)
        }
    }

    private var discovery: String {
        var document = [
            "issuer": issuer, "authorization_endpoint": "\(issuer)/authorize", "token_endpoint": "\(issuer)/token",
            "revocation_endpoint": "\(issuer)/revoke",
        ]
        document.merge(state.value.document) { $1 }
        return JSON.object(JSON.Object(document.map { .init(name: $0.key, value: .string($0.value)) })).text
    }

    private func token(_ form: [String: String]) -> ScriptedAnswer {
        state.update { state in
            switch form["grant_type"] {
            case "authorization_code":
                guard let challenge = state.codes.removeValue(forKey: form["code"] ?? ""),
                    Self.challenge(form["code_verifier"] ?? "") == challenge
                else { return Self.refusal("invalid_grant") }
                state.number += 1
                return Self.tokens(family: state.number, subject: state.subject, &state)
            case "refresh_token":
                guard let family = state.families[form["refresh_token"] ?? ""] else {
                    return Self.refusal("invalid_grant")
                }
                guard state.newest[family] == form["refresh_token"] else {
                    state.reuses += 1
                    state.newest[family] = nil
                    return Self.refusal("invalid_grant")
                }
                return Self.tokens(family: family, &state)
            case "urn:ietf:params:oauth:grant-type:device_code":
                guard form["device_code"] == Self.deviceCode else { return Self.refusal("invalid_grant") }
                guard state.deviceAnswers.isEmpty else { return state.deviceAnswers.removeFirst() }
                state.number += 1
                return Self.tokens(family: state.number, &state)
            case "client_credentials": return Self.tokens(family: nil, &state)
            default: return Self.refusal("unsupported_grant_type")
            }
        }
    }

    static func refusal(_ code: String, _ description: String? = nil, status: Int = 400) -> ScriptedAnswer {
        var body: JSON.Object = ["error": .string(code)]
        if let description { body["error_description"] = .string(description) }
        return .json(JSON.object(body).text, status: status)
    }

    /// A token that says something of itself.
    static func jwt(_ claims: JSON.Object) -> String {
        let text = Data(JSON.object(claims).text.utf8).base64EncodedString()
        return "e30.\(text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")).canary"
    }

    private static func tokens(family: Int?, subject: String? = nil, _ state: inout State) -> ScriptedAnswer {
        state.number += 1
        var body: JSON.Object = [
            "access_token": .string("access-canary-\(state.number)"), "token_type": "Bearer",
            "expires_in": .int(state.lifetime),
        ]
        if let family {
            let refresh = "refresh-canary-\(state.number)"
            state.families[refresh] = family
            state.newest[family] = refresh
            body["refresh_token"] = .string(refresh)
        }
        if let subject {
            body["id_token"] = .string(jwt(["sub": .string("sub-of-\(subject)"), "email": .string(subject)]))
        }
        return .json(JSON.object(body).text, headers: ["Cache-Control: no-store"])
    }

    /// RFC 7636 section 4.2, written independently of the program.
    static func challenge(_ verifier: String) -> String {
        Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func form(_ body: [UInt8]) -> [String: String] {
        query(String(decoding: body, as: UTF8.self))
    }

    /// The parameters of a query or form.
    static func query(_ text: String) -> [String: String] {
        var components = URLComponents()
        components.percentEncodedQuery = text.replacing("+", with: "%20")
        return Dictionary((components.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    }
}
