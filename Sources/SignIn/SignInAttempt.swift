import Crypto
import Foundation
import ITwinsAPI

/// One try to sign a user in: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636). It is good for one answer
/// and never kept.
struct SignInAttempt: Sendable {
    let registration: Registration
    let redirect: RedirectURI
    /// Tells our redirect from everybody else's.
    let state: Secret
    /// Proves at the token endpoint that the code was asked for by us.
    let verifier: Secret

    /// Begins a try with new random values.
    init(_ registration: Registration, _ redirect: RedirectURI) {
        self.registration = registration
        self.redirect = redirect
        state = Self.random()
        verifier = Self.random()
    }

    /// 32 random bytes as 43 characters of base64url (RFC 7636 section 4.1).
    private static func random() -> Secret {
        Secret(Base64URL.random())
    }

    /// The S256 challenge of the verifier (RFC 7636 section 4.2).
    var challenge: String {
        Base64URL.text(of: SHA256.hash(data: Data(verifier.revealed.utf8)))
    }

    /// The URL that the user opens.
    func url(at endpoint: String) -> String {
        let parameters = [
            ("response_type", "code"), ("client_id", registration.clientID), ("redirect_uri", redirect.text),
            ("scope", registration.scopes.joined(separator: " ")), ("state", state.revealed),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        return endpoint + (endpoint.contains("?") ? "&" : "?") + FormText.encode(parameters)
    }

    /// What came back, by the listener or pasted.
    enum Answer: Sendable {
        case code(Secret)
        case refused(SignInError)
    }

    /// Why what came back is not ours.
    enum UnmatchedAnswer: Error {
        /// Another state, or none: from another try, or from somebody else.
        case otherState
        /// Neither code nor error.
        case nothing
    }

    /// Reads the query of a redirect (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207).
    ///
    /// - Throws: `UnmatchedAnswer` for one that is not the answer to this try.
    func answer(query: String, _ endpoints: Endpoints) throws(UnmatchedAnswer) -> Answer {
        let parameters = FormText.decode(query)
        func only(_ name: String) -> String? {
            let values = parameters.filter { $0.name == name }
            return values.count == 1 ? values[0].value : nil
        }
        guard let state = only("state"), Secret(state).equals(self.state) else { throw .otherState }
        let authority = registration.authority
        let code = only("code").map { Secret($0) }
        let secrets = [self.state, verifier] + (code?.spellings ?? [])
        if let issuer = only("iss") {
            guard authority.isNamed(issuer) else {
                return .refused(
                    SignInError(
                        .malformed,
                        "The response is from “\(issuer.hiding(secrets).oneLine(100))”, not from \(authority.issuer). Nothing was sent. Sign in again"
                    )
                )
            }
        } else if endpoints.namesIssuer {
            return .refused(
                SignInError(.malformed, "The response doesn't name \(authority.issuer) as its issuer. Sign in again")
            )
        }
        if let error = only("error") {
            return .refused(.refusal(error, only("error_description"), by: authority, hiding: secrets))
        }
        guard let code, !code.revealed.isEmpty else { throw .nothing }
        return .code(code)
    }

    /// Whether a query with our state ends before the name of the authority does, which every answer of it has.
    private func isCutOff(_ query: String, _ endpoints: Endpoints) -> Bool {
        // What is left of a byte in hexadecimal.
        let whole = query.replacing(#/%[0-9A-Fa-f]?$/#, with: "")
        let parameters = FormText.decode(whole)
        guard endpoints.namesIssuer,
            parameters.contains(where: { $0.name == "state" && Secret($0.value).equals(state) })
        else { return false }
        let issuers = parameters.filter { $0.name == "iss" }
        guard let issuer = issuers.first?.value else { return true }
        return issuers.count == 1 && parameters.last?.name == "iss" && registration.authority.issuer.hasPrefix(issuer)
            && issuer != registration.authority.issuer
    }

    /// Reads what a user pasted: the URL where the browser ended, its query, or the code alone. Terminals wrap lines, so
    /// blanks and line ends do not count.
    ///
    /// - Throws: `SignInError` that says what is wrong with it; another can be pasted then.
    func answer(pasted text: String, _ endpoints: Endpoints) throws(SignInError) -> Answer {
        let text = String(
            text.unicodeScalars.filter { !$0.properties.isWhitespace && $0.properties.generalCategory != .control }
        )
        guard !text.isEmpty else { throw SignInError(.malformed, "Nothing was pasted") }
        guard text.utf8.count <= 8192 else { throw SignInError(.malformed, "That is too long for a response") }
        let query = text.firstIndex(of: "?").map { String(text[text.index(after: $0)...]) } ?? text
        // A code may well end with =.
        guard ["code=", "state=", "error="].contains(where: query.contains) else {
            guard text.isVisibleASCII, !text.contains("/"), text.utf8.count >= SignInProgress.shortestCode else {
                throw SignInError(.malformed, "That is neither the browser's final URL nor a code")
            }
            return .code(Secret(text))
        }
        let answer = query.split(separator: "#").first.map(String.init) ?? query
        // The listener gets whole lines; what is copied by hand may well lack its end.
        guard !isCutOff(answer, endpoints) else {
            throw SignInError(
                .malformed,
                "The URL is incomplete: its end, with the issuer \(registration.authority.issuer), is missing. Paste the browser's complete final URL"
            )
        }
        do throws(UnmatchedAnswer) {
            return try self.answer(query: answer, endpoints)
        } catch {
            switch error {
            case .otherState:
                throw SignInError(
                    .malformed,
                    "That belongs to another sign-in attempt. Open the URL shown here and paste the final URL"
                )
            case .nothing:
                throw SignInError(
                    .malformed,
                    "That contains no code. Paste the browser's complete final URL"
                )
            }
        }
    }
}

extension Secret {
    /// Whether two secrets are the same, in a time that tells nothing about where they differ.
    func equals(_ other: Secret) -> Bool {
        let key = SymmetricKey(size: .bits256)
        let mine = HMAC<SHA256>.authenticationCode(for: Data(revealed.utf8), using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(mine, authenticating: Data(other.revealed.utf8), using: key)
    }
}
