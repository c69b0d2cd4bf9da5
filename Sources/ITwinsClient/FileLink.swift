import Foundation
import ITwinsAPI

/// A link to a file that needs no token: https, or http on this machine (reliability H6).
struct FileLink: Sendable {
    /// The link as it is asked for.
    let url: String
    /// Scheme, host and port.
    let origin: Origin
    /// The link without its query, in which the signature and its end stand: the same for every link to the file.
    let source: String

    /// What is said of a link of a service elsewhere that has no business here.
    static let leadsHere = "the file's link points to this machine"
    private static let longest = 8000

    /// Why a link is not asked, in words for a user.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    /// - Parameter service: who names the link. One elsewhere has no business on this machine.
    /// - Throws: `Refusal` for what is no such link.
    init(_ text: String, of service: Origin) throws(Refusal) {
        let shown = text.prefix { $0 != "?" }.description.oneLine(100)
        guard text.utf8.count <= Self.longest, let components = URLComponents(string: text), components.user == nil,
            components.password == nil, let origin = try? Origin(components),
            origin.scheme == "https" || origin.isLoopback
        else { throw Refusal(reason: "the export's link isn't an https URL: \(shown)") }
        guard !origin.isLoopback || service.isLoopback else {
            throw Refusal(reason: "\(Self.leadsHere): \(shown)")
        }
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
            let link = try? FileLink(target.absoluteString, of: origin),
            link.origin.scheme == "https" || origin.scheme == "http"
        else { return nil }
        return link
    }
}
