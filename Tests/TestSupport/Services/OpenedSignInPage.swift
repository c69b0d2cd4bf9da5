import Foundation
import ITwinsAPI
public import ITwinsService

/// The sign-in page of a local service as a user has it in the browser, without a browser: for tests that sign in.
public struct OpenedSignInPage: Sendable {
    /// The sign-in code of the services of tests.
    public static let code = "code-of-the-tests"
    /// The variable by which a service is told its sign-in code.
    public static let codeVariable = "TWINSCOPE_SERVICE_SIGN_IN_CODE"

    /// What came for the URL: the page, or the redirect or refusal in its place.
    public let answer: RawAnswer
    /// What ties the page to its request; nil when what came is no such page.
    public let handle: String?
    private let http: RawHTTP
    private let host: String

    /// Opens the URL of an authorization request.
    ///
    /// - Parameter headers: further lines such as `Sec-Fetch-Site: none`.
    /// - Throws: `NoURL`, and what the connection throws.
    public init(_ url: String, headers: [String] = []) async throws {
        guard let components = URLComponents(string: url), let host = components.host, let port = components.port else {
            throw NoURL()
        }
        http = RawHTTP(port: port)
        self.host = "\(host):\(port)"
        let target = url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        let lines = ["GET \(target) HTTP/1.1", "Host: \(self.host)"] + headers
        answer = try await http.send(lines.joined(separator: "\n") + "\n\n")
        handle = String(decoding: answer.body, as: UTF8.self)
            .firstMatch(of: #/name="handle" value="([^"]+)"/#).map { String($0.1) }
    }

    /// Types the sign-in code and picks a user. The answer's `Location` leads to the client.
    ///
    /// - Throws: what the connection throws.
    public func pick(_ user: SampleUser, code: String = Self.code) async throws -> RawAnswer {
        try await send([("handle", handle ?? ""), ("code", code), ("user", user.rawValue)])
    }

    /// Declines to sign in. The answer's `Location` leads to the client.
    ///
    /// - Throws: what the connection throws.
    public func decline() async throws -> RawAnswer {
        try await send([("handle", handle ?? ""), ("decline", "yes")])
    }

    /// Sends the form with these fields.
    ///
    /// - Throws: what the connection throws.
    public func send(_ fields: [(String, String)], origin: String? = nil) async throws -> RawAnswer {
        let body = FormText.text(fields)
        return try await http.send(
            """
            POST /connect/authorize HTTP/1.1
            Host: \(host)
            Origin: \(origin ?? "http://\(host)")
            Content-Type: application/x-www-form-urlencoded
            Content-Length: \(body.utf8.count)

            \(body)
            """
        )
    }

    /// The text is no URL with host and port.
    public struct NoURL: Error {}
}

/// Fields as forms and queries have them.
public enum FormText {
    /// The fields in order, percent-encoded.
    public static func text(_ fields: [(String, String)]) -> String {
        fields.map { "\(PercentEncoding.encode($0))=\(PercentEncoding.encode($1))" }.joined(separator: "&")
    }

    /// The values of a URL's query by their names.
    public static func values(_ url: String?) -> [String: String] {
        let items = url.flatMap { URLComponents(string: $0) }?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
    }
}
