import ITwinsAPI

/// The operations, one line each.
struct Controllers: Sendable {
    let iTwins: ITwinsController
    let userLists: UserListsController
    let exports: ExportsController
    let images: ImagesController
    let repositories: RepositoriesController
    let resources: ResourcesController
    let globalRepositories = GlobalRepositoriesController()
    let files: FilesController
    let description: DescriptionController
    /// The OpenID provider; nil when there is none.
    let authority: Authority?

    init(_ store: Store, _ configuration: ServiceConfiguration, authority: Authority?) {
        self.authority = authority
        files = FilesController(store: store)
        iTwins = ITwinsController(store: store, files: files, maxReturn: configuration.maxReturn)
        description = DescriptionController(maxReturns: iTwins.maxReturns, hasProvider: authority != nil)
        userLists = UserListsController(store: store, files: files)
        exports = ExportsController(
            store: store,
            files: files,
            seconds: configuration.exportSeconds,
            now: configuration.now
        )
        images = ImagesController(store: store, files: files)
        repositories = RepositoriesController(store: store)
        resources = ResourcesController(store: store)
    }

    /// Performs a call.
    ///
    /// - Throws: `APIError` for what the contract refuses; anything else is a mistake of the service or its disk.
    func perform(_ call: Call) async throws -> Reply {
        switch call.target.operation {
        case .getMyITwins: try await iTwins.list(call)
        case .createITwin: try await iTwins.create(call)
        case .getITwin: try await iTwins.get(call)
        case .updateITwin: try await iTwins.update(call)
        case .deleteITwin: try await iTwins.delete(call)
        case .getITwinAccount: try await iTwins.account(call)
        case .getMyPrimaryAccount: try await iTwins.primaryAccount(call)
        case .getMyFavoriteITwins: try await userLists.favorites(call)
        case .addITwinToMyFavorites: try await userLists.addFavorite(call)
        case .removeITwinFromMyFavorites: try await userLists.removeFavorite(call)
        case .getMyRecentlyUsedITwins: try await userLists.recents(call)
        case .addITwinToMyRecents: try await userLists.addRecent(call)
        case .createExport: try await exports.create(call)
        case .getMyExports: try await exports.list(call)
        case .getExport: try await exports.get(call)
        case .uploadITwinImage: try await images.upload(call)
        case .getITwinImage: try await images.get(call)
        case .deleteITwinImage: try await images.delete(call)
        case .getRepositoriesByITwinID: try await repositories.list(call)
        case .createRepository: try await repositories.create(call)
        case .getRepository: try await repositories.get(call)
        case .updateRepository: try await repositories.update(call)
        case .deleteRepository: try await repositories.delete(call)
        case .getRepositoryResources: try await resources.list(call)
        case .createRepositoryResource: try await resources.create(call)
        case .getRepositoryResource: try await resources.get(call)
        case .deleteRepositoryResource: try await resources.delete(call)
        case .getResourceGraphics: try await resources.graphics(call)
        case .getGlobalRepositories: try globalRepositories.list(call)
        case .getGlobalRepository: try globalRepositories.get(call)
        case .getGlobalRepositoryResources: try globalRepositories.resources(call)
        case .getGlobalRepositoryResource: try globalRepositories.resource(call)
        case .getGlobalResourceGraphics: try globalRepositories.graphics(call)
        }
    }
}
