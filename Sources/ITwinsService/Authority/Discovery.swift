import ITwinsAPI

/// What the authority says of itself to clients (OpenID Connect Discovery, RFC 8414, RFC 9207).
enum Discovery {
    /// The document for an origin, which is the issuer (contract section 17.20).
    static func document(_ origin: String) -> JSON {
        func url(_ endpoint: Authority.Endpoint) -> JSON { .string("\(origin)/\(endpoint.rawValue)") }
        let methods = texts(ClientAuthentication.methods)
        return [
            "issuer": .string(origin),
            "authorization_endpoint": url(.authorize), "token_endpoint": url(.token),
            "revocation_endpoint": url(.revocation), "jwks_uri": url(.keys),
            "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": texts(OAuthClient.Grant.allCases.map(\.rawValue)),
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": texts(Scope.allCases.map(\.rawValue)),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [.string(TokenSigner.algorithm)],
            "token_endpoint_auth_methods_supported": methods, "revocation_endpoint_auth_methods_supported": methods,
            "authorization_response_iss_parameter_supported": true,
            "request_parameter_supported": false, "request_uri_parameter_supported": false,
            "service_documentation": .string("\(origin)/"),
        ]
    }

    private static func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
}
