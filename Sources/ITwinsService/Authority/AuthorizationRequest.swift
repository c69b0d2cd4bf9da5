import ITwinsAPI

/// What a client asks of the sign-in page, checked (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
struct AuthorizationRequest: Sendable {
    let target: AuthorizationTarget
    let scopes: [Scope]
    /// What the client wants to find in the token about the user.
    let nonce: String?
    /// The challenge of PKCE, always by S256.
    let codeChallenge: String

    /// - Throws: the refusal that goes back to the client.
    init(_ parameters: OAuthParameters, target: AuthorizationTarget) throws(OAuthError) {
        try parameters.checkUnique()
        guard parameters["request"] == nil else {
            throw OAuthError(.requestNotSupported, "The parameter request is not supported. Send plain parameters.")
        }
        guard parameters["request_uri"] == nil else {
            throw OAuthError(
                .requestURINotSupported,
                "The parameter request_uri is not supported. Send plain parameters."
            )
        }
        let type = try parameters.required("response_type")
        guard type == "code" else {
            throw OAuthError(.unsupportedResponseType, "The response_type must be code, not '\(type)'.")
        }
        guard target.client.grants.contains(.authorizationCode) else {
            throw OAuthError(
                .unauthorizedClient,
                "\(target.client.id) may not request codes. Use client_credentials at the token endpoint."
            )
        }
        guard parameters["response_mode"] ?? "query" == "query" else {
            throw OAuthError(.invalidRequest, "The response_mode must be query.")
        }
        scopes = try Scope.list(parameters["scope"], of: target.client.scopes)
        codeChallenge = try Self.challenge(parameters)
        guard parameters["prompt"] != "none" else {
            throw OAuthError(.loginRequired, "Sign-ins are not kept here: remove prompt=none.")
        }
        nonce = parameters["nonce"]
        self.target = target
    }

    private static func challenge(_ parameters: OAuthParameters) throws(OAuthError) -> String {
        guard let challenge = parameters["code_challenge"] else {
            throw OAuthError(.invalidRequest, "The parameter code_challenge is missing: PKCE is required.")
        }
        // Without a method it would be plain (RFC 7636 section 4.3).
        guard parameters["code_challenge_method"] == "S256" else {
            throw OAuthError(.invalidRequest, "The code_challenge_method must be S256.")
        }
        guard Base64URL.bytes(of: challenge)?.count == PKCE.challengeBytes else {
            throw OAuthError(.invalidRequest, "The code_challenge is not an unpadded base64url SHA-256 hash.")
        }
        return challenge
    }
}
