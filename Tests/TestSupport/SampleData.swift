public import ITwinsAPI

/// What a service without sockets would answer.
public struct SampleData: Sendable {
    /// All iTwins, the account among them.
    public var iTwins: [ITwin]
    /// The ids of favorites, newest first.
    public var favorites: [String]
    /// The ids of recents, newest first.
    public var recents: [String]
    /// The repositories by iTwin.
    public var repositories: [String: [Repository]]
    /// The repositories that belong to no iTwin.
    public var globalRepositories: [Repository] = Self.sampleGlobal
    /// The resources by the id of their repository.
    public var resources: [String: [Resource]] = Self.sampleResources
    /// The graphics by the id of their resource.
    public var graphics: [String: [Graphics]] = Self.sampleGraphics
    /// The images by iTwin.
    public var images: [String: ITwinImage] = [:]
    /// The exports, newest first.
    public var exports: [Export]
    /// Operations that are refused, and how.
    public var failures: [OperationID: RequestError] = [:]

    /// The id of the account.
    public static let accountID = "0d0c7a52-6a0e-4b7c-8f0a-2f1b8b9c0d11"

    /// A few iTwins of a civil engineer, in several scripts.
    public static let sample: SampleData = {
        let rows: [(String, String, ITwinClass, ITwinSubClass, ITwinStatus, String)] = [
            ("Sample Infrastructure Group", "Sample Infrastructure Group", .account, .account, .active, ""),
            ("Riverside Program", "RP-0001", .endeavor, .program, .active, "Programme"),
            ("Harbour Bridge Deck", "BR-0042", .endeavor, .project, .active, "Bridge"),
            ("Riverside Bridge Rehabilitation", "RB-0421", .endeavor, .project, .active, "Bridge"),
            ("Old Mill Footbridge", "OM-0007", .thing, .asset, .active, "Bridge"),
            ("東京湾岸トンネル 第二期", "TK-0118", .thing, .asset, .active, "Tunnel"),
            ("Zürich Hauptbahnhof Gleisfeld", "ZH-0930", .endeavor, .project, .active, "Rail"),
            ("مشروع ميناء دبي", "DX-0204", .endeavor, .project, .active, "Port"),
            ("Pump House 7", "PH-7", .thing, .asset, .trial, "Plant"),
            ("Northern Line Ventilation", "NL-1180", .endeavor, .workPackage, .active, "Rail"),
            ("Coastal Defence Programme 🌊", "CD-0001", .endeavor, .program, .active, "Water"),
            ("Closed Quarry", "CQ-0003", .thing, .asset, .inactive, "Mine"),
        ]
        let iTwins = rows.enumerated().map { index, row in
            var iTwin = ITwin(id: id(index))
            (iTwin.displayName, iTwin.number, iTwin.class, iTwin.subClass, iTwin.status) = (
                row.0, row.1, row.2, row.3, row.4
            )
            iTwin.type = row.5.isEmpty ? nil : row.5
            iTwin.parentId = index == 0 ? nil : index == 3 ? id(1) : accountID
            iTwin.iTwinAccountId = accountID
            iTwin.latitude = 51.5
            iTwin.longitude = -0.12
            iTwin.geographicLocation = "Example Bay"
            iTwin.ianaTimeZone = "Europe/London"
            iTwin.dataCenterLocation = "UK South"
            iTwin.createdDateTime = Timestamp("2025-02-03T04:05:06.7000000+00:00")
            iTwin.createdBy = "11111111-2222-4333-8444-555555555555"
            return iTwin
        }
        return SampleData(
            iTwins: iTwins,
            favorites: [id(2), id(6), id(5), id(8)],
            recents: [id(2), id(3), id(4)],
            repositories: [id(3): sampleRepositories],
            exports: sampleExports
        )
    }()

    /// The id of a row of the sample.
    public static func id(_ index: Int) -> String {
        index == 0 ? accountID : "00000000-0000-4000-8000-0000000000\(index < 10 ? "0" : "")\(index)"
    }

    private static var sampleRepositories: [Repository] {
        var models = Repository(id: "imodels", class: "iModels")
        models.displayName = "iModels"
        models.uri = "https://api.example.org/imodels?iTwinId=\(id(3))"
        models.resourcesURI = "https://api.example.org/iTwins/\(id(3))/repositories/imodels/resources"
        var maps = Repository(id: "1b9e1f0a-7d4c-4d0b-9a57-3a2b1c0d9e8f", class: .geographicInformationSystem)
        maps.subClass = .webMapService
        maps.displayName = "Flood maps"
        maps.uri = "https://maps.example.org/wms"
        maps.authentication = .queryParameter(key: "token", value: Secret("canary-secret"))
        maps.options = RepositoryOptions(queryParameters: [.init(name: "format", value: "image/png")])
        return [models, maps]
    }

    private static var sampleGlobal: [Repository] {
        var cesium = Repository(id: "cesium", class: "Cesium")
        cesium.displayName = "Cesium"
        cesium.resourcesURI = "https://api.example.org/itwins/repositories/cesium/resources"
        return [cesium]
    }

    private static var sampleResources: [String: [Resource]] {
        func resource(_ id: String, _ name: String, _ type: String, hasGraphics: Bool = false) -> Resource {
            var resource = Resource(id: id)
            (resource.displayName, resource.type) = (name, type)
            resource.graphicsURI = hasGraphics ? "https://api.example.org/graphics/\(id)" : nil
            return resource
        }
        var first = resource("m1", "Deck, north span", "iModel", hasGraphics: true)
        first.properties = ["state": "initialized", "extent": ["low": 1, "high": 2]]
        return [
            "imodels": [
                first, resource("m2", "Deck, south span", "iModel"), resource("m3", "Piers and abutments", "iModel"),
            ],
            "1b9e1f0a-7d4c-4d0b-9a57-3a2b1c0d9e8f": [
                resource("hq100", "Flood of 100 years", "layer"), resource("hqextreme", "Extreme flood", "layer"),
            ],
            "cesium": [resource("terrain", "World terrain", "TERRAIN", hasGraphics: true)],
        ]
    }

    private static var sampleGraphics: [String: [Graphics]] {
        var tiles = Graphics(type: "3DTILES")
        tiles.uri = "https://assets.example.org/m1/tileset.json"
        tiles.provider = "UrlTemplateImageryProvider"
        tiles.authentication = .queryParameter(key: "token", value: Secret("canary-secret"))
        return ["m1": [tiles]]
    }

    private static var sampleExports: [Export] {
        var done = Export(
            id: "a0a0a0a0-1111-4222-8333-b4b4b4b4b4b4",
            request: ExportRequest(outputFormat: .csv),
            status: .completed
        )
        done.request.subClass = "Asset"
        done.outputUrl = "http://127.0.0.1:41873/files/abc"
        done.createdDateTime = Robot.noon.adding(seconds: -1200)
        done.completedDateTime = Robot.noon.adding(seconds: -1080)
        var failed = Export(
            id: "b0a0a0a0-1111-4222-8333-b4b4b4b4b4b4",
            request: ExportRequest(outputFormat: "JsonGZip"),
            status: .failed
        )
        failed.createdDateTime = Robot.noon.adding(seconds: -3700)
        failed.completedDateTime = Robot.noon.adding(seconds: -3600)
        return [done, failed]
    }

    /// What the service answers to an operation; nil for what the sample data does not do.
    public func answer(to operation: ITwinsAPI.Operation) -> Result<Answer, RequestError>? {
        if let failure = failures[operation.id] { return .failure(failure) }
        switch operation {
        case .page(let list, _): return answer(to: list)
        case .iTwins: return .success(.iTwins(Page(iTwins)))
        case .primaryAccount: return .success(.iTwin(iTwins[0], source: iTwins[0].json()))
        case .iTwin(let id):
            guard let iTwin = iTwins.first(where: { $0.id == id }) else { return nil }
            return .success(.iTwin(iTwin, source: iTwin.json()))
        case .account(let id):
            guard find(id)?.iTwinAccountId == Self.accountID else { return nil }
            return .success(.iTwin(iTwins[0], source: iTwins[0].json()))
        case .image(let id): return images[id].map { .success(.image($0)) }
        case .favorites: return .success(.iTwins(Page(favorites.compactMap(find))))
        case .recents: return .success(.iTwins(Page(recents.compactMap(find))))
        case .exports: return .success(.exports(Page(exports)))
        case .export(let id): return exports.first { $0.id == id }.map { .success(.export($0)) }
        case .repositories(let id):
            return .success(.repositories(Page(id.map { repositories[$0] ?? [] } ?? globalRepositories)))
        case .resources(let path, let query):
            return .success(.resources(Page(Array((resources[path.id] ?? []).prefix(query.top ?? 100)))))
        case .resource(let path, let id):
            return resources[path.id]?.first { $0.id == id }.map { .success(.resource($0)) }
        case .graphics(_, let id): return .success(.graphics(Page(graphics[id] ?? [])))
        case .addFavorite, .removeFavorite, .addRecent: return .success(.done)
        default: return nil
        }
    }

    private func find(_ id: String) -> ITwin? { iTwins.first { $0.id == id } }
}
