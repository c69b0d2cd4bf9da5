/// The two ways of spelling the API's paths (contract sections 1.1 to 1.3).
public enum RouteTable: String, Sendable, CaseIterable {
    /// The routes of the live service.
    case live
    /// The eight routes of the republished OpenAPI document.
    case document
}

/// The operations, named as in Bentley's definition (contract section 1.1).
public enum OperationID: String, Sendable, CaseIterable, Hashable {
    case getMyITwins = "get-my-itwins"
    case createITwin = "create-itwin"
    case getITwin = "get-itwin"
    case getMyPrimaryAccount = "get-my-primary-account"
    case getMyFavoriteITwins = "get-my-favorite-itwins"
    case addITwinToMyFavorites = "add-itwin-to-my-favorites"
    case removeITwinFromMyFavorites = "remove-itwin-from-my-favorites"
    case getMyRecentlyUsedITwins = "get-my-recently-used-itwins"
    case addITwinToMyRecents = "add-itwin-to-my-recents"
    case createExport = "create-export"
    case getMyExports = "get-my-exports"
    case getExport = "get-export"
    case getRepositoriesByITwinID = "get-repositories-by-itwin-id"
    case createRepository = "create-repository"

    /// Where and how the operation is asked for.
    public var route: Route {
        switch self {
        case .getMyITwins: Route(.get, live: "/itwins", document: "/itwins")
        case .createITwin: Route(.post, live: "/itwins", document: "/itwins", success: 201)
        case .getITwin: Route(.get, live: "/itwins/{id}")
        case .getMyPrimaryAccount: Route(.get, live: "/itwins/myprimaryaccount")
        case .getMyFavoriteITwins: Route(.get, live: "/itwins/favorites")
        case .addITwinToMyFavorites: Route(.post, live: "/itwins/favorites/{id}", success: 204)
        case .removeITwinFromMyFavorites: Route(.delete, live: "/itwins/favorites/{id}", success: 204)
        case .getMyRecentlyUsedITwins: Route(.get, live: "/itwins/recents", document: "/itwins/myitwins/recents")
        case .addITwinToMyRecents:
            Route(.post, live: "/itwins/recents/{id}", document: "/itwins/myitwins/recents", success: 204)
        case .createExport: Route(.post, live: "/itwins/exports", document: "/itwins/{id}/exports", success: 201)
        case .getMyExports: Route(.get, live: "/itwins/exports", document: "/itwins/{id}/exports")
        case .getExport: Route(.get, live: "/itwins/exports/{id}")
        case .getRepositoriesByITwinID:
            Route(.get, live: "/itwins/{id}/repositories", document: "/itwins/{id}/repositories")
        case .createRepository:
            Route(.post, live: "/itwins/{id}/repositories", document: "/itwins/{id}/repositories", success: 201)
        }
    }

    /// True when asking twice may change something twice, so that it is never repeated by itself (reliability H3).
    public var createsSomething: Bool {
        switch self {
        case .createITwin, .createRepository, .createExport: true
        default: false
        }
    }
}

/// The one description of a route that the client fills in and the local service registers.
public struct Route: Hashable, Sendable {
    /// The HTTP method.
    public let method: Method
    /// The live path with `{id}` where an id stands, from the origin.
    public let live: String
    /// The document's path; nil when the document does not have the operation.
    public let document: String?
    /// The status of success in the live table. Clients take every 2xx (contract section 1.3).
    public let success: Int

    /// The methods in use.
    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    init(_ method: Method, live: String, document: String? = nil, success: Int = 200) {
        self.method = method
        self.live = live
        self.document = document
        self.success = success
    }

    /// The path of a table; nil when the table does not have the operation.
    public func template(in table: RouteTable) -> String? {
        switch table {
        case .live: live
        case .document: document
        }
    }
}
