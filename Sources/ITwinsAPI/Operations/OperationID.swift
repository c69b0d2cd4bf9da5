/// The two ways of spelling the API's paths (contract sections 1.1 to 1.3).
public enum RouteTable: String, Sendable, CaseIterable {
    /// The routes of the live service.
    case live
    /// The eight routes of the republished OpenAPI document.
    case document
}

/// The operations, named as in Bentley's definition and in the order of contract section 1.1.
public enum OperationID: String, Sendable, CaseIterable, Hashable {
    case getMyITwins = "get-my-itwins"
    case createITwin = "create-itwin"
    case getITwin = "get-itwin"
    case updateITwin = "update-itwin"
    case deleteITwin = "delete-itwin"
    case getITwinAccount = "get-itwin-account"
    case getMyPrimaryAccount = "get-my-primary-account"
    case getMyFavoriteITwins = "get-my-favorite-itwins"
    case addITwinToMyFavorites = "add-itwin-to-my-favorites"
    case removeITwinFromMyFavorites = "remove-itwin-from-my-favorites"
    case getMyRecentlyUsedITwins = "get-my-recently-used-itwins"
    case addITwinToMyRecents = "add-itwin-to-my-recents"
    case createExport = "create-export"
    case getMyExports = "get-my-exports"
    case getExport = "get-export"
    case uploadITwinImage = "upload-itwin-image"
    case getITwinImage = "get-itwin-image"
    case deleteITwinImage = "delete-itwin-image"
    case getRepositoriesByITwinID = "get-repositories-by-itwin-id"
    case createRepository = "create-repository"
    case getRepository = "get-repository"
    case updateRepository = "update-itwin-repository"
    case deleteRepository = "delete-repository"
    case getRepositoryResources = "get-repository-resources"
    case createRepositoryResource = "create-repository-resource"
    case getRepositoryResource = "get-repository-resource"
    case deleteRepositoryResource = "delete-repository-resource"
    case getResourceGraphics = "get-resource-graphics"
    case getGlobalRepositories = "get-global-repositories"
    case getGlobalRepository = "get-global-repository"
    case getGlobalRepositoryResources = "get-global-repository-resources"
    case getGlobalRepositoryResource = "get-global-repository-resource"
    case getGlobalResourceGraphics = "get-global-resource-graphics"
}
