extension Operation {
    /// The request that asks for this, without host and token.
    ///
    /// - Returns: nil when the table does not have the operation.
    public func request(in table: RouteTable) -> APIRequest? {
        if case .page(let list, let link) = self {
            var request = list.request(in: table)
            request?.query = ""
            request?.link = link
            return request
        }
        let declaration = id.declaration
        guard exists(in: table), let template = declaration.template(in: table) else { return nil }
        var request = APIRequest(method: declaration.method, path: Self.path(template, ids: pathIDs))
        request.body = body(in: table)
        switch self {
        case .iTwins(let query):
            request.query = Self.encoded(query.parameters)
            request.maxReturn = query.maxReturn
            request.scope = query.scope
        case .resources(_, let query): request.query = Self.encoded(query.parameters)
        case .favorites(let includeInactive), .recents(let includeInactive):
            let inactive = ITwinQuery.Parameter(name: "includeInactive", value: "true")
            let top = ITwinQuery.Parameter(name: "$top", value: "1000")
            request.query = Self.encoded(
                (id == .getMyFavoriteITwins ? [top] : []) + (includeInactive ? [inactive] : [])
            )
        case .uploadImage(_, let path): request.file = path
        default: break
        }
        if wantsRepresentation { request.headers.append(("Prefer", "return=representation")) }
        if let scope = request.scope { request.headers.append(("X-iTwin-Query-Scope", scope.rawValue)) }
        if let maximum = request.maxReturn { request.headers.append(("X-Max-Return", String(maximum))) }
        return request
    }

    private var wantsRepresentation: Bool {
        switch self {
        case .iTwin, .account, .favorites, .recents, .resource: true
        case .resources(_, let query): query.representation
        default: false
        }
    }

    private func body(in table: RouteTable) -> JSON? {
        switch self {
        case .createITwin(let draft): draft.json
        case .updateITwin(_, let changes): changes.json
        case .addRecent(let id) where table == .document: ["iTwinId": .string(id)]
        case .createExport(_, let draft): draft.json
        case .createRepository(_, let draft): draft.json
        case .updateRepository(_, _, let changes): changes.json
        case .createResource(_, _, let draft): draft.json
        default: nil
        }
    }

    /// What stands in the path's braces, in order.
    private var pathIDs: [String] {
        switch self {
        case .iTwin(let id), .updateITwin(let id, _), .deleteITwin(let id), .account(let id), .addFavorite(let id),
            .removeFavorite(let id), .addRecent(let id), .export(let id), .image(let id), .uploadImage(let id, _),
            .deleteImage(let id), .createRepository(let id, _):
            [id]
        case .exports(let id), .createExport(let id, _), .repositories(let id): id.map { [$0] } ?? []
        case .repository(let path), .resources(let path, _): path.ids
        case .updateRepository(let iTwin, let id, _), .deleteRepository(let iTwin, let id): [iTwin, id]
        case .createResource(let iTwin, let repository, _): [iTwin, repository]
        case .resource(let path, let id), .graphics(let path, let id): path.ids + [id]
        case .deleteResource(let iTwin, let repository, let id): [iTwin, repository, id]
        case .iTwins, .page, .createITwin, .primaryAccount, .favorites, .recents: []
        }
    }

    private static func path(_ template: String, ids: [String]) -> String {
        var rest = ids[...]
        let segments = template.split(separator: "/").map { segment in
            segment.hasPrefix("{") ? rest.popFirst().map(encoded) ?? "" : String(segment)
        }
        return "/" + segments.joined(separator: "/")
    }

    private static func encoded(_ parameters: [ITwinQuery.Parameter]) -> String {
        parameters.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
    }

    /// A text as it stands in a path or a query; the comma stays, which lists need.
    private static func encoded(_ text: String) -> String { PercentEncoding.encode(text, keeping: ",") }
}

extension RepositoryPath {
    fileprivate var ids: [String] { (iTwinID.map { [$0] } ?? []) + [id] }
}

/// An HTTP request of the API, complete but for host, token and what every request carries.
public struct APIRequest: Sendable {
    /// The method.
    public var method: OperationDeclaration.Method
    /// The percent-encoded path from the origin, beginning with `/itwins`.
    public var path: String
    /// The percent-encoded query without question mark; empty for none.
    public var query = ""
    /// Headers of this operation alone.
    public var headers: [(name: String, value: String)] = []
    /// The body; nil for none.
    public var body: JSON?
    /// A file of this machine whose bytes are the body; nil for none.
    public var file: String?
    /// An absolute link of the service that stands for path and query.
    public var link: String?
    /// The value of `X-Max-Return`, which the client must repeat on every page.
    public var maxReturn: Int?
    /// The value of `X-iTwin-Query-Scope`, which the client must repeat on every page.
    public var scope: QueryScope?
}
