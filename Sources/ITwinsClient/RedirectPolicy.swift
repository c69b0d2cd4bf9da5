import Foundation
import ITwinsAPI

/// Decides where a redirect is followed to with the token (contract section 2.7, reliability H6): to the configured service
/// itself, and from a service elsewhere to the platform's, over https.
struct RedirectPolicy {
    private let base: Origin
    private var place: String
    private var visited: Set<String>
    /// Whether it has led to another origin: what belongs to the configured service alone is not sent from then on.
    private(set) var hasLeft = false

    /// Why a redirect is not followed, in words that go on after “which is not followed:”.
    struct Refusal: Error, Hashable {
        let reason: String
    }

    private static let most = 5
    private static let longest = 8000

    /// - Parameters:
    ///   - base: the configured service.
    ///   - url: what was asked first.
    init(base: Origin, url: String) {
        self.base = base
        place = url
        visited = [url]
    }

    /// The URL that is asked next.
    ///
    /// - Parameters:
    ///   - status: of the answer, 300 to 399.
    ///   - location: its `Location`.
    mutating func follow(_ status: Int, to location: String?) throws(Refusal) -> String {
        guard [301, 302, 307, 308].contains(status) else {
            throw Refusal(reason: "redirects with status \(status) aren't followed")
        }
        guard visited.count <= Self.most else { throw Refusal(reason: "more than \(Self.most) redirects") }
        guard let (url, origin) = target(location) else {
            throw Refusal(reason: "its target isn't a valid URL")
        }
        try check(origin)
        guard visited.insert(url).inserted else { throw Refusal(reason: "it loops") }
        place = url
        if origin != base { hasLeft = true }
        return url
    }

    private func target(_ location: String?) -> (url: String, origin: Origin)? {
        guard let location, location.utf8.count <= Self.longest,
            let url = URL(string: location, relativeTo: URL(string: place)),
            var components = URLComponents(url: url.absoluteURL, resolvingAgainstBaseURL: true),
            components.user == nil, components.password == nil, let origin = try? Origin(components)
        else { return nil }
        components.fragment = nil
        return components.string.map { ($0, origin) }
    }

    private func check(_ origin: Origin) throws(Refusal) {
        if origin == base { return }
        guard origin.scheme == "https" else { throw Refusal(reason: "\(origin) would receive the token unencrypted") }
        // The token of a service on this machine is for nobody else.
        guard !base.isLoopback else { throw Refusal(reason: "it points to another service, \(origin)") }
        guard origin.port == 443, origin.host == "api.bentley.com" || origin.host.hasSuffix("-api.bentley.com") else {
            throw Refusal(reason: "\(origin) isn't allowed to receive the token")
        }
    }
}
