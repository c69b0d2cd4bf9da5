import Foundation

/// A client of the service's OpenID provider besides the two that every service knows: a program without a secret, to which
/// codes are sent at one redirect URI (contract section 17.20).
///
/// It is written `ID=REDIRECT`, such as `my-app=http://localhost:3000/signin-callback`.
public struct AddedClient: Hashable, Sendable {
    /// The id that it calls itself.
    public let id: String
    /// The one URI that codes are sent to.
    public let redirectURI: String

    /// Why a text is no client.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        /// What is wrong and what is possible.
        public let description: String
    }

    /// Reads a client.
    ///
    /// - Throws: `Invalid` for an id that a built-in client has or that has other characters than letters, digits, `.`, `_`
    ///   and `-`, and for a redirect URI that is not absolute, has a fragment (RFC 6749 section 3.1.2), or has a scheme that
    ///   no program can be given (RFC 8252 section 7.1).
    public init(_ text: String) throws(Invalid) {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else {
            throw Invalid(description: "write ID=REDIRECT, such as my-app=http://localhost:3000/signin-callback")
        }
        id = sides[0]
        redirectURI = sides[1]
        guard id.wholeMatch(of: #/[A-Za-z0-9._\-]{1,100}/#) != nil else {
            throw Invalid(description: "the ID must have 1 to 100 letters, digits, dots, underscores and hyphens")
        }
        guard ![OAuthClient.native.id, OAuthClient.service.id].contains(id) else {
            throw Invalid(description: "\(id) is a built-in client; choose another ID")
        }
        guard Self.origin(of: redirectURI) != nil else {
            throw Invalid(
                description: "the redirect URI must be absolute, without a fragment, with http, https or a private "
                    + "scheme such as com.example.app"
            )
        }
    }

    /// Where a redirect URI leads, as the policy of the sign-in page names it: scheme, host and port, or a private scheme
    /// alone; nil for a text that is no redirect URI.
    static func origin(of uri: String) -> String? {
        // What no URI has would end the policy or the header that it stands in.
        guard uri.utf8.count <= 2000, uri.wholeMatch(of: #/[A-Za-z0-9\-._~:\/?\[\]@!$&'()*+,;=%]+/#) != nil,
            let components = URLComponents(string: uri), components.fragment == nil
        else { return nil }
        if let web = uri.firstMatch(
            of: #/^(https?:\/\/(?:[A-Za-z0-9\-._]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(?:[\/?]|$)/#
        ) {
            return String(web.1)
        }
        // RFC 8252 section 7.1: a scheme that belongs to a program has the name of a domain.
        return uri.firstMatch(of: #/^([a-z][a-z0-9+\-]*(?:\.[a-z0-9+\-]+)+:)\//#).map { String($0.1) }
    }
}
