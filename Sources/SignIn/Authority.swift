import Foundation
import ITwinsAPI

/// Who signs people in and hands out tokens: an OpenID provider, known by its issuer.
public struct Authority: Hashable, Sendable, CustomStringConvertible {
    /// The issuer as discovery has to name it, without a slash at its end.
    public let issuer: String
    /// Scheme, host and port of the issuer.
    let origin: Origin

    /// Makes an authority of its issuer.
    ///
    /// - Parameter text: an https URL, or http on this machine, without query and fragment, such as
    ///   `https://ims.bentley.com`.
    /// - Throws: `SignInError` that says what is wrong and what helps.
    public init(_ text: String) throws(SignInError) {
        guard text.isVisibleASCII, let components = URLComponents(string: text), let origin = try? Origin(components)
        else {
            throw Self.wrong(text, "isn't a URL. Write it as https://ims.bentley.com")
        }
        guard components.user == nil, components.password == nil, components.query == nil, components.fragment == nil
        else {
            throw Self.wrong(text, "has more than scheme, host and path. Write it as https://ims.bentley.com")
        }
        guard origin.isProtected else {
            throw Self.wrong(text, "would send secrets unencrypted. Use https; http is only for this machine")
        }
        var issuer = text
        while issuer.hasSuffix("/") { issuer.removeLast() }
        self.issuer = issuer
        self.origin = origin
    }

    private static func wrong(_ text: String, _ what: String) -> SignInError {
        // Whoever mixes up two settings must not find a secret in an error.
        SignInError(
            .configuration,
            "The authority “\(text.prefix { $0 != "?" && $0 != "@" }.description.oneLine(100))” \(what)"
        )
    }

    /// Host and port, for messages.
    public var host: String { origin.authority }

    /// The issuer.
    public var description: String { issuer }

    /// Whether two spellings name the same issuer: all but a slash at the end counts (OpenID Connect Discovery 1.0 section
    /// 4.3).
    func isNamed(_ issuer: String) -> Bool {
        issuer == self.issuer || issuer == self.issuer + "/"
    }
}
