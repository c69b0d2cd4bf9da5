import ITwinsAPI

extension Tokens {
    /// Reads a token answer (RFC 6749 section 5.1).
    init(
        _ body: JSON.Object,
        from reply: AuthorityClient.Reply,
        _ authority: Authority,
        asked: [String],
        at now: Timestamp
    ) throws(SignInError) {
        func wrong(_ what: String) -> SignInError {
            SignInError(.malformed, "The token response of \(authority.host) \(what). Check authority in the profile")
        }
        guard let access = body["access_token"]?.string else { throw wrong("has no access_token") }
        guard Self.canBeSent(access) else { throw wrong("has an invalid access_token") }
        guard let type = body["token_type"]?.string, type.lowercased() == "bearer" else {
            throw wrong("has a token_type other than Bearer")
        }
        var seconds = 3600.0
        if let value = body["expires_in"], value != .null {
            guard let number = value.seconds else { throw wrong("has an expires_in that isn't a number") }
            guard (1...31_536_000).contains(number) else { throw wrong("has an expires_in out of range") }
            seconds = number
        }
        var refresh: Secret?
        if let value = body["refresh_token"], value != .null {
            guard let text = value.string, !text.isEmpty else { throw wrong("has a refresh_token that isn't text") }
            refresh = Secret(text)
        }
        let date = reply.date.flatMap(Timestamp.at(httpDate:)).flatMap { Self.plausible.contains($0) ? $0 : nil }
        let skew = date.map { $0.secondsSince1970 - now.secondsSince1970 } ?? 0
        self.init(
            access: Secret(access),
            refresh: refresh,
            expires: now.adding(seconds: seconds + skew),
            lifetime: seconds,
            skew: skew,
            scopes: body["scope"]?.string.map { $0.split(separator: " ").map { String($0).oneLine(100) } } ?? asked,
            subject: Claims.name(in: body["id_token"]?.string) ?? Claims.name(in: access),
            userID: Claims.subject(in: body["id_token"]?.string) ?? Claims.subject(in: access)
        )
    }

    /// What the clock of an authority can show: with any other date the end of a token is none that can be kept.
    private static let plausible =
        Timestamp(secondsSince1970: 1_577_836_800)...Timestamp(secondsSince1970: 7_258_118_400)

    /// RFC 6750 section 2.1, so that a header can carry it.
    static func canBeSent(_ token: String) -> Bool {
        !token.isEmpty && token.utf8.count <= 32 * 1024 && token.isVisibleASCII
    }
}

extension JSON {
    /// A number of seconds, also as digits in a text, as some authorities write it; nil for anything else.
    var seconds: Double? { double ?? string.flatMap(Int.init).map(Double.init) }
}
