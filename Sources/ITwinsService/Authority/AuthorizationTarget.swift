import HTTPTypes
import ITwinsAPI

/// Where the answer to an authorization request goes. It is made sure of before anything else of the request is believed:
/// without it the answer is a page, and nobody is sent anywhere (RFC 6749 section 4.1.2.1).
struct AuthorizationTarget: Sendable {
    let client: OAuthClient
    let redirectURI: String
    /// What the client knows its request by; nil when it sent nothing.
    let state: String?

    /// What is told the user in the place of sending the browser on.
    struct Refusal: Error {
        let message: String
    }

    /// - Throws: `Refusal` for an unknown client, and a redirect URI that is not one of the client's.
    init(_ parameters: OAuthParameters, of clients: OAuthClients) throws(Refusal) {
        for name in ["client_id", "redirect_uri"] {
            guard !parameters.repeated.contains(name) else {
                throw Refusal(message: "The parameter \(name) is repeated.")
            }
            guard parameters[name] != nil else { throw Refusal(message: "The parameter \(name) is missing.") }
        }
        let id = parameters["client_id"] ?? ""
        guard let client = clients.find(id) else {
            throw Refusal(
                message: "The client “\(APIError.echo(id))” is unknown. Use \(OAuthClient.native.id)."
            )
        }
        redirectURI = parameters["redirect_uri"] ?? ""
        guard client.mayRedirect(to: redirectURI) else {
            let remedy =
                client.redirect == .loopback
                ? "Use http://localhost:PORT/signin-callback or http://127.0.0.1:PORT/signin-callback with any port."
                : "Use exactly the redirect URI that was given with --client."
            throw Refusal(
                message: "The redirect URI “\(APIError.echo(redirectURI))” is not registered. \(remedy)"
            )
        }
        self.client = client
        state = parameters["state"]
    }

    /// The scheme, host and port of the redirect URI, or its private scheme.
    var origin: String { AddedClient.origin(of: redirectURI) ?? "'none'" }

    /// The answer that sends the browser there with a code.
    func reply(code: String, issuer: String) -> Reply {
        redirect([("code", code)], issuer)
    }

    /// The answer that sends the browser there with a refusal.
    func reply(_ error: OAuthError, issuer: String) -> Reply {
        redirect([("error", error.code.rawValue), ("error_description", error.description)], issuer)
    }

    /// The issuer stands in every answer, so that a client knows whose it is (RFC 9207).
    private func redirect(_ items: [(name: String, value: String)], _ issuer: String) -> Reply {
        let all = items + (state.map { [("state", $0)] } ?? []) + [("iss", issuer)]
        let query = all.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        // An added client's URI may have a query of its own (RFC 6749 section 3.1.2).
        let mark = redirectURI.contains("?") ? "&" : "?"
        return Reply(
            status: 303,
            headers: [.location: "\(redirectURI)\(mark)\(query)", .referrerPolicy: "no-referrer"],
            body: []
        )
    }
}
