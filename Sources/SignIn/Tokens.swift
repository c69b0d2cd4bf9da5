public import ITwinsAPI

/// What an authority handed out.
public struct Tokens: Hashable, Sendable {
    /// What signs requests.
    public var access: Secret
    /// What new tokens are had with; nil for a service.
    public var refresh: Secret?
    /// When the access token ends, by the authority's clock.
    public var expires: Timestamp
    /// How long it was good for when it was handed out, in seconds.
    public var lifetime: Double
    /// How far the authority's clock is ahead of this machine's, in seconds, when they were handed out.
    public var skew: Double
    /// What it is good for; what was asked for, unless the authority said otherwise (RFC 6749 section 5.1).
    public var scopes: [String]
    /// Who signed in, as far as the tokens say so; for showing alone, from outside.
    public var subject: String?
    /// What the authority calls who signed in, whatever he calls himself (`sub` of RFC 7519 section 4.1.2); nil when the
    /// tokens do not say so.
    var userID: String?
    /// What tells one sign-in from every other; tokens that are renewed keep it. Empty when it is not known.
    var session = ""

    /// Who they belong to.
    var owner: TokenOwner { TokenOwner(session: session, userID: userID, name: subject) }

    /// What the session stands and falls with: when that is refused, a user has to sign in.
    var root: Secret { refresh ?? access }

    /// Seconds that are left at a moment of this machine's clock (reliability A17).
    func secondsLeft(at now: Timestamp) -> Double {
        expires.secondsSince1970 - (now.secondsSince1970 + skew)
    }

    /// From how many seconds before the end new ones are fetched while the old ones are still used, and from how many on
    /// requests wait for them (reliability A14).
    var refreshAhead: (background: Double, waiting: Double) {
        (min(600, lifetime / 4), min(60, lifetime / 10))
    }
}
