import ITwinsAPI

/// The repositories of the sample iTwins: every class and subclass, every kind of authentication.
enum SampleRepositories {
    /// The classes that appear by themselves, by the number of the iTwin.
    static let automatic: [String: [RepositoryClass]] = [
        "BR-0042": ["iModels", "RealityData", "Storage", "SensorData"],
        "RB-0421": ["iModels", "RealityData"],
        "RB-0431": ["iModels", "PdfPlansets"],
        "OM-0007": ["RealityData", "Forms"],
        "TK-0118": ["iModels", "SensorData", "IndexedMedia"],
        "ZH-0930": ["iModels", "Storage", "Forms", "PdfPlansets"],
        "ZH-0932": ["iModels"],
        "NL-1180": ["iModels", "Forms"],
        "NL-1190": ["iModels", "RealityData", "PdfPlansets"],
        "DX-0204": ["iModels", "GeospatialFeatures", "Storage"],
        "PH-7": ["SensorData", "Storage"],
        "CD-0001": ["GeospatialFeatures", "RealityData"],
        "CD-0110": ["iModels", "GeospatialFeatures", "SensorData"],
        "KR-0450": ["RealityData", "IndexedMedia"],
        "SG-0660": ["iModels", "RealityData", "GeospatialFeatures", "SensorData", "PdfPlansets"],
        "SF-1933": ["SensorData"],
        "AP-0401": ["iModels", "Storage"],
        "IN-0770": ["iModels", "RealityData", "Forms"],
    ]

    /// Those added by hand, in the order in which they were.
    static let manual: [Sample] = [
        Sample("RB-0421", .geographicInformationSystem, .webMapService, "Flood maps", "https://maps.example.org/wms") {
            $0.authentication = .queryParameter(key: "token", value: Secret("sample-flood-maps-token"))
            $0.options = RepositoryOptions(queryParameters: [.init(name: "format", value: "image/png")])
        },
        Sample(
            "RB-0421",
            .construction,
            "Performance",
            "Site progress",
            "https://construction.example.org/projects/rb-0421"
        ),
        Sample(
            "BR-0042",
            .geographicInformationSystem,
            "ArcGIS",
            "Utilities",
            "https://gis.example.org/arcgis/rest/services/Utilities"
        ) {
            $0.authentication = .header(key: "X-Esri-Authorization", value: Secret("Bearer sample-arcgis-token"))
        },
        Sample(
            "BR-0042",
            .geographicInformationSystem,
            .urlTemplate,
            "Aerial tiles",
            "https://tiles.example.org/{z}/{x}/{y}.png"
        ) {
            $0.options = RepositoryOptions(
                queryParameters: [.init(name: "style", value: "satellite")],
                minimumLevel: 0,
                maximumLevel: 19
            )
        },
        Sample(
            "ZH-0930",
            .geographicInformationSystem,
            "WebMapTileService",
            "Landeskarte",
            "https://wmts.example.org/1.0.0"
        ) {
            $0.authentication = .basic(username: "sample-reader", password: Secret("sample-password"))
        },
        Sample(
            "ZH-0930",
            .geographicInformationSystem,
            "OgcApiFeatures",
            "Gleisplan",
            "https://features.example.org/ogc/gleise"
        ),
        Sample("TK-0118", .subsurface, "EvoWorkspace", "地質ワークスペース", "https://evo.example.org/workspaces/tk-0118") {
            $0.authentication = .oauth2PKCE(
                clientId: "sample-client",
                scopes: "evo.workspace evo.read",
                authorizationEndpoint: "https://ims.example.org/connect/authorize",
                tokenEndpoint: "https://ims.example.org/connect/token",
                redirectUri: "http://localhost:3000/callback"
            )
        },
        Sample(
            "TK-0118",
            .geographicInformationSystem,
            "WebFeatureService",
            "ボーリング柱状図",
            "https://wfs.example.org/boreholes"
        ) {
            $0.options = RepositoryOptions(queryParameters: [
                .init(name: "srsName", value: "EPSG:6677"), .init(name: "outputFormat", value: "application/json"),
            ])
        },
        Sample(
            "DX-0204",
            .construction,
            "Performance",
            "تقدم الأعمال",
            "https://construction.example.org/projects/dx-0204"
        ),
        Sample(
            "CD-0001",
            .geographicInformationSystem,
            .webMapService,
            "Tide gauges",
            "https://tides.example.org/wms?service=WMS"
        ),
        Sample(
            "SG-0660",
            .subsurface,
            "EvoWorkspace",
            "Reclamation boreholes",
            "https://evo.example.org/workspaces/sg-0660"
        ),
    ]

    /// A repository of the iTwin with a number.
    struct Sample: Sendable {
        let iTwin: String
        let repository: Repository

        init(
            _ iTwin: String,
            _ class: RepositoryClass,
            _ subClass: RepositorySubClass,
            _ name: String,
            _ uri: String,
            _ change: (inout Repository) -> Void = { _ in }
        ) {
            self.iTwin = iTwin
            var repository = Repository(id: SampleITwins.id(ofNumber: "\(iTwin) \(name)"), class: `class`)
            repository.subClass = subClass
            repository.displayName = name
            repository.uri = uri
            change(&repository)
            self.repository = repository
        }
    }
}
