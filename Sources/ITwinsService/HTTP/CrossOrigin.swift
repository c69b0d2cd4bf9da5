import HTTPTypes

/// Web pages of other sites, which may ask only when `ServiceConfiguration.allowedOrigins` names them (reliability S2).
extension Reply {
    /// Lets the pages of a site read the answer; that to OPTIONS says too what they may send (Fetch standard, section
    /// 3.3.3).
    mutating func open(to origin: String) {
        headers[.accessControlAllowOrigin] = origin
        headers[.vary] = "Origin"
        headers[.accessControlExposeHeaders] = "X-Max-Return, Retry-After, x-correlation-id"
        guard let allowed = headers[.allow], status == 204 else { return }
        headers[.accessControlAllowMethods] = allowed
        headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Accept, Prefer, X-Max-Return, X-iTwin-Query-Scope"
        headers[.accessControlMaxAge] = "600"
    }
}
