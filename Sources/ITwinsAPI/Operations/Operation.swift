/// One question to the API as a value: what the browser describes and the client performs.
public enum Operation: Hashable, Sendable {
    /// A page of the caller's iTwins.
    case iTwins(ITwinQuery)
    /// A page of a list, by its absolute link.
    indirect case page(of: Operation, link: String)
    /// A new iTwin.
    case createITwin(ITwinDraft)
    /// All fields of one iTwin.
    case iTwin(id: String)
    /// Other values in some fields of an iTwin.
    case updateITwin(id: String, ITwinChanges)
    /// No iTwin any more.
    case deleteITwin(id: String)
    /// The account that an iTwin belongs to.
    case account(iTwinID: String)
    /// The account that new iTwins go to.
    case primaryAccount
    /// The caller's favorites, up to 1000.
    case favorites(includeInactive: Bool)
    /// Makes an iTwin a favorite.
    case addFavorite(id: String)
    /// Makes an iTwin no favorite.
    case removeFavorite(id: String)
    /// The iTwins used last, newest first, at most 25.
    case recents(includeInactive: Bool)
    /// Makes an iTwin the one used last.
    case addRecent(id: String)
    /// The caller's exports; in the document routes those of one iTwin.
    case exports(iTwinID: String?)
    /// One export.
    case export(id: String)
    /// A new export; in the document routes one of an iTwin and what lies below it.
    case createExport(iTwinID: String?, ExportDraft)
    /// The image of an iTwin.
    case image(iTwinID: String)
    /// A PNG or JPEG file of this machine as the image of an iTwin.
    case uploadImage(iTwinID: String, path: String)
    /// No image of an iTwin any more.
    case deleteImage(iTwinID: String)
    /// The repositories of an iTwin; nil for those that belong to none.
    case repositories(iTwinID: String?)
    /// A new repository of an iTwin.
    case createRepository(iTwinID: String, RepositoryDraft)
    /// One repository.
    case repository(RepositoryPath)
    /// Other values in some members of a repository of an iTwin.
    case updateRepository(iTwinID: String, id: String, RepositoryChanges)
    /// No repository of an iTwin any more.
    case deleteRepository(iTwinID: String, id: String)
    /// A page of the resources of a repository.
    case resources(RepositoryPath, ResourceQuery)
    /// A new resource of a repository of an iTwin.
    case createResource(iTwinID: String, repositoryID: String, ResourceDraft)
    /// All members of one resource.
    case resource(RepositoryPath, id: String)
    /// No resource of a repository of an iTwin any more.
    case deleteResource(iTwinID: String, repositoryID: String, id: String)
    /// How a resource can be drawn.
    case graphics(RepositoryPath, resourceID: String)

    /// The operation's name in the contract.
    public var id: OperationID {
        switch self {
        case .iTwins: .getMyITwins
        case .page(let list, _): list.id
        case .createITwin: .createITwin
        case .iTwin: .getITwin
        case .updateITwin: .updateITwin
        case .deleteITwin: .deleteITwin
        case .account: .getITwinAccount
        case .primaryAccount: .getMyPrimaryAccount
        case .favorites: .getMyFavoriteITwins
        case .addFavorite: .addITwinToMyFavorites
        case .removeFavorite: .removeITwinFromMyFavorites
        case .recents: .getMyRecentlyUsedITwins
        case .addRecent: .addITwinToMyRecents
        case .exports: .getMyExports
        case .export: .getExport
        case .createExport: .createExport
        case .image: .getITwinImage
        case .uploadImage: .uploadITwinImage
        case .deleteImage: .deleteITwinImage
        case .repositories(let iTwinID): iTwinID == nil ? .getGlobalRepositories : .getRepositoriesByITwinID
        case .createRepository: .createRepository
        case .repository(let path): path.isGlobal ? .getGlobalRepository : .getRepository
        case .updateRepository: .updateRepository
        case .deleteRepository: .deleteRepository
        case .resources(let path, _):
            path.isGlobal ? .getGlobalRepositoryResources : .getRepositoryResources
        case .createResource: .createRepositoryResource
        case .resource(let path, _): path.isGlobal ? .getGlobalRepositoryResource : .getRepositoryResource
        case .deleteResource: .deleteRepositoryResource
        case .graphics(let path, _): path.isGlobal ? .getGlobalResourceGraphics : .getResourceGraphics
        }
    }

    /// True when a table of routes has the operation. Exports need an iTwin in the document routes.
    public func exists(in table: RouteTable) -> Bool {
        switch (table, self) {
        case (.document, .exports(iTwinID: nil)), (.document, .createExport(iTwinID: nil, _)): false
        case (_, .page(let list, _)): list.exists(in: table)
        default: id.declaration.template(in: table) != nil
        }
    }
}

extension RepositoryPath {
    /// True for a repository that belongs to no iTwin.
    public var isGlobal: Bool { iTwinID == nil }
}
