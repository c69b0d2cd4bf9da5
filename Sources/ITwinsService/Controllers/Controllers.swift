import ITwinsAPI

/// The operations that are built, one line each.
struct Controllers: Sendable {
    let iTwins: ITwinsController
    let userLists: UserListsController
    let exports: ExportsController
    let repositories: RepositoriesController
    let files: FilesController

    init(_ store: Store, _ configuration: ServiceConfiguration) {
        files = FilesController(store: store)
        iTwins = ITwinsController(store: store, maxReturn: configuration.maxReturn)
        userLists = UserListsController(store: store)
        exports = ExportsController(store: store, files: files, seconds: configuration.exportSeconds)
        repositories = RepositoriesController(store: store)
    }

    /// Performs a call.
    ///
    /// - Throws: `APIError` for what the contract refuses; anything else is a mistake of the service or its disk.
    func perform(_ call: Call) async throws -> Reply {
        switch call.target.operation {
        case .getMyITwins: try await iTwins.list(call)
        case .createITwin: try await iTwins.create(call)
        case .getITwin: try await iTwins.get(call)
        case .getMyPrimaryAccount: try await iTwins.primaryAccount(call)
        case .getMyFavoriteITwins: try await userLists.favorites(call)
        case .addITwinToMyFavorites: try await userLists.addFavorite(call)
        case .removeITwinFromMyFavorites: try await userLists.removeFavorite(call)
        case .getMyRecentlyUsedITwins: try await userLists.recents(call)
        case .addITwinToMyRecents: try await userLists.addRecent(call)
        case .createExport: try await exports.create(call)
        case .getMyExports: try await exports.list(call)
        case .getExport: try await exports.get(call)
        case .getRepositoriesByITwinID: try await repositories.list(call)
        case .createRepository: try await repositories.create(call)
        }
    }
}
