import ITwinsAPI

/// What is in the repositories of the sample iTwins.
enum SampleResources {
    /// A resource of the iTwin with a number.
    struct Sample: Sendable {
        let iTwin: String
        let repositoryID: String
        let record: ResourceRecord
    }

    /// All of them.
    static let all: [Sample] =
        models("BR-0042", ["Deck, north span", "Deck, south span", "Piers and abutments"])
        + models("RB-0421", ["Existing condition", "Strengthening"])
        + realityData("BR-0042", ["Drone flight, spring", "Drone flight, autumn", "Laser scan of the bearings"])
        + realityData("RB-0421", ["Survey before the works"])
        + layers("RB-0421", "Flood maps", ["hq100": "Flood of 100 years", "hqextreme": "Extreme flood"])

    private static func models(_ iTwin: String, _ names: [String]) -> [Sample] {
        names.map { name in
            sample(iTwin, "iModels", name, type: "iModel", graphics: "3DTILES") {
                $0.properties = [
                    "state": "initialized", "description": .string(name), "dataCenterLocation": "UK South",
                ]
            }
        }
    }

    private static func realityData(_ iTwin: String, _ names: [String]) -> [Sample] {
        names.enumerated().map { index, name in
            sample(iTwin, "RealityData", name, type: index == 2 ? "OPC" : "Cesium3DTiles", graphics: "3DTILES") {
                $0.properties = [
                    "classification": index == 2 ? "Terrain" : "Model", "sizeKB": .int(184_320 * (index + 1)),
                ]
            }
        }
    }

    private static func layers(_ iTwin: String, _ repository: String, _ names: [String: String]) -> [Sample] {
        names.sorted { $0.key < $1.key }.map { id, name in
            var resource = Resource(id: id)
            resource.class = .geographicInformationSystem
            resource.subClass = .webMapService
            resource.type = "layer"
            resource.displayName = name
            return Sample(
                iTwin: iTwin,
                repositoryID: SampleITwins.id(ofNumber: "\(iTwin) \(repository)"),
                record: ResourceRecord(resource, isManual: true)
            )
        }
    }

    private static func sample(
        _ iTwin: String,
        _ class: RepositoryClass,
        _ name: String,
        type: String,
        graphics: GraphicsType,
        _ change: (inout Resource) -> Void
    ) -> Sample {
        var resource = Resource(id: SampleITwins.id(ofNumber: "\(iTwin) \(`class`) \(name)"))
        resource.class = `class`
        resource.type = type
        resource.displayName = name
        change(&resource)
        var drawing = Graphics(type: graphics)
        drawing.uri = "https://assets.example.org/\(resource.id)/tileset.json"
        return Sample(
            iTwin: iTwin,
            repositoryID: `class`.rawValue.lowercased(),
            record: ResourceRecord(resource, graphics: [drawing], isManual: false)
        )
    }
}
