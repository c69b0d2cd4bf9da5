import Foundation
import HTTPTypes
import ITwinsAPI

/// Knows which client asks for tokens (RFC 6749 section 2.3).
struct ClientAuthentication: Sendable {
    private let secret: ExpectedSecret
    private let clients: OAuthClients

    /// The ways in which clients say who they are, as discovery names them.
    static let methods = ["none", "client_secret_basic", "client_secret_post"]

    /// - Parameters:
    ///   - secret: that of the service client.
    ///   - clients: who may ask.
    init(secret: Secret, clients: OAuthClients) {
        self.secret = ExpectedSecret(secret)
        self.clients = clients
    }

    /// The client that sent a request.
    ///
    /// - Throws: `invalid_client` for an unknown one, a wrong or missing secret, and a secret of a client that has none;
    ///   `invalid_request` when the client says who it is in two ways.
    func client(_ headers: HTTPFields, _ parameters: OAuthParameters) throws(OAuthError) -> OAuthClient {
        let (id, sent) = try Self.credentials(headers, parameters)
        // Compared whichever client it is: the time tells nothing of the ids.
        let isRight = secret.matches(sent ?? "")
        guard let client = clients.find(id) else {
            throw OAuthError(
                .invalidClient,
                "The client '\(id)' is unknown. Use \(OAuthClient.native.id) or \(OAuthClient.service.id)."
            )
        }
        guard client.isConfidential else {
            guard sent == nil else { throw OAuthError(.invalidClient, "\(client.id) has no secret. Send none.") }
            return client
        }
        guard isRight else { throw OAuthError(.invalidClient, "The secret of \(client.id) is missing or wrong.") }
        return client
    }

    private static func credentials(
        _ headers: HTTPFields,
        _ parameters: OAuthParameters
    ) throws(OAuthError) -> (id: String, secret: String?) {
        let fields = headers[values: .authorization]
        guard let field = fields.first else {
            guard let id = parameters["client_id"] else {
                throw OAuthError(.invalidClient, "The client is not named: send client_id.")
            }
            return (id, parameters["client_secret"])
        }
        guard parameters["client_secret"] == nil else {
            throw OAuthError(
                .invalidRequest,
                "Send the secret in the Authorization header or as client_secret, not both."
            )
        }
        guard fields.count == 1, let (id, secret) = basic(field) else {
            throw OAuthError(.invalidClient, "The Authorization header must be Basic, with id and secret form-encoded.")
        }
        guard parameters["client_id"] ?? id == id else {
            throw OAuthError(.invalidRequest, "client_id does not match the Authorization header.")
        }
        return (id, secret)
    }

    /// Id and secret of a header, both of which are form-encoded before they are joined (RFC 6749 section 2.3.1).
    private static func basic(_ field: String) -> (id: String, secret: String)? {
        let words = field.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let bytes = Data(base64Encoded: String(words[1])),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, let id = PercentEncoding.decode(sides[0], plusIsBlank: true),
            let secret = PercentEncoding.decode(sides[1], plusIsBlank: true)
        else { return nil }
        return (id, secret)
    }
}
