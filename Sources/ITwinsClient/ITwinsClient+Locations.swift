import Foundation
import ITwinsAPI

extension ITwinsClient {
    /// Where a request goes; nil for a link that leads away from the list it is a page of.
    func url(of request: APIRequest) -> String? {
        if let link = request.link { return ownLink(link, to: request.path) }
        return url(path: request.path, query: request.query)
    }

    /// A link to a page of a list, put on this service's own origin and path; nil for a link that leads elsewhere.
    ///
    /// Only the query is taken over, so that a token goes to no place but the configured one whatever the link's author
    /// meant. Letter case of `iTwins`, a slash at the end and a doubled prefix do not matter (contract sections 1.3 and
    /// 1.4).
    ///
    /// - Parameter list: the path of the list, from the origin.
    func ownLink(_ link: String, to list: String) -> String? {
        guard link.utf8.count <= Self.longestLink, let components = URLComponents(string: link),
            let origin = try? Origin(components), origin == configuration.origin, components.user == nil,
            components.password == nil
        else { return nil }
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        guard path.hasPrefix(configuration.pathPrefix) else { return nil }
        let route = path.dropFirst(configuration.pathPrefix.count).lowercased()
        let own = list.lowercased()
        guard route == own || route == "/itwins\(own)" else { return nil }
        return url(path: list, query: components.percentEncodedQuery ?? "")
    }

    /// Longer request lines are refused by servers, this API's local one included.
    private static let longestLink = 8000

    /// The address of a path of this service.
    func url(path: String, query: String) -> String {
        "\(configuration.origin)\(configuration.pathPrefix)\(path)" + (query.isEmpty ? "" : "?\(query)")
    }
}
