import Foundation

/// A link to a file that needs no token: https, or http on this machine (reliability H6).
struct FileLink: Sendable {
    /// The link as it is asked for.
    let url: String
    /// Scheme, host and port.
    let origin: Origin
    /// The link without its query, in which the signature and its end stand: the same for every link to the file.
    let source: String

    private static let longest = 8000

    /// - Returns: nil for what is no such link.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest, let components = URLComponents(string: text), components.user == nil,
            components.password == nil, let origin = try? Origin(components),
            origin.scheme == "https" || origin.isLoopback
        else { return nil }
        url = text
        self.origin = origin
        source = "\(origin)\(components.percentEncodedPath)"
    }

    /// Where a redirect leads to.
    ///
    /// - Returns: nil when it may not be followed: it names no link, or leads from elsewhere to this machine or from https
    ///   to http.
    func redirected(to location: String?) -> FileLink? {
        guard let location, let base = URL(string: url), let target = URL(string: location, relativeTo: base),
            let link = FileLink(target.absoluteString), !link.origin.isLoopback || origin.isLoopback,
            link.origin.scheme == "https" || origin.scheme == "http"
        else { return nil }
        return link
    }
}
