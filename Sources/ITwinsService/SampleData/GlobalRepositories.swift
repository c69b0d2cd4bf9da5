import ITwinsAPI

/// What is in the repositories that belong to no iTwin: made up like all sample data, but in every database.
enum GlobalRepositories {
    /// A repository and its resources in the order of their names.
    struct Content: Sendable {
        let repository: Repository
        let resources: [ResourceRecord]
    }

    /// Every one of them.
    static let all = [cesium]

    private static let cesium: Content = {
        let name: RepositoryClass = "Cesium"
        var repository = Repository(id: "cesium", class: name)
        repository.displayName = "Cesium"
        repository.uri = "https://api.example.org/cesium"
        return Content(repository: repository, resources: layers.map { $0.record(of: name) })
    }()

    private static let layers = [
        Layer(
            "aerial",
            "Aerial imagery",
            "IMAGERY",
            "Worldwide 2D imagery, 0.3 to 15 m",
            url: "aerial/{z}/{x}/{y}"
        ),
        Layer("bathymetry", "Bathymetry", "TERRAIN", "Depths of the sea floor, 450 m"),
        Layer("buildings", "Buildings of the world", "3DTILES", "Outlines of 350 million buildings, with heights"),
        Layer("night", "Earth at night", "IMAGERY", "Lights of 2016, 500 m", url: "night/{z}/{x}/{y}"),
        Layer(
            "labels",
            "Labels and borders",
            "IMAGERY",
            "Place names for imagery",
            url: "labels/{z}/{x}/{y}"
        ),
        Layer("moon", "Moon terrain", "3DTILES", "Heights and colours of the Moon, 0.5 to 100 m"),
        Layer("roads", "Roads", "IMAGERY", "Roads of the world", url: "roads/{z}/{x}/{y}"),
        Layer("terrain", "World terrain", "TERRAIN", "Heights of the land, 1 to 30 m"),
    ]

    private struct Layer {
        let id: String
        let name: String
        let type: GraphicsType
        let description: String
        let url: String?

        init(_ id: String, _ name: String, _ type: GraphicsType, _ description: String, url: String? = nil) {
            self.id = id
            self.name = name
            self.type = type
            self.description = description
            self.url = url
        }

        func record(of repository: RepositoryClass) -> ResourceRecord {
            var resource = Resource(id: id)
            resource.class = repository
            resource.type = type.rawValue
            resource.displayName = name
            resource.properties = ["description": .string(description), "attribution": "Sample data of this service"]
            var graphics = Graphics(type: type)
            graphics.uri = "https://assets.example.org/cesium/\(url ?? "\(id)/tileset.json")"
            if url != nil {
                graphics.provider = "UrlTemplateImageryProvider"
                graphics.providerOptions = [
                    "bounds": [-180, -90, 180, 90], "tilingScheme": "Geographic",
                    "credit": "Sample data of this service",
                ]
            }
            return ResourceRecord(resource, graphics: [graphics], isManual: false)
        }
    }
}
