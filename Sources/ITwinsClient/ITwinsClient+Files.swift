extension ITwinsClient {
    /// How large the file behind an export's link is, in bytes; nil when that cannot be told.
    ///
    /// The link is a signed one that may lie on another host: it gets no token (contract section 8.2). Only https is
    /// asked, or http on this machine for a service on this machine; few at a time and beside the lists, as nobody waits
    /// for it.
    public func size(ofFileAt link: String) async -> Int? {
        guard let address = try? FileLink(link, of: configuration.origin) else { return nil }
        let headers = [(name: "User-Agent", value: configuration.userAgent)]
        var call = Transport.Call(method: "HEAD", url: address.url, headers: headers)
        call.isForFile = true
        guard let reply = try? await transport.send(call, { $0 }), reply.status == 200 else { return nil }
        return reply.header("Content-Length").flatMap { Int(digits: $0) }
    }
}
