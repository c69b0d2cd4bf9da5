/// A text of an enumeration that the service may extend: unknown values stay as they came (contract sections 2.6 and
/// 4).
///
/// Known values are spelled as on the wire; two texts that differ in letter case are different values.
public protocol OpenText: RawRepresentable, Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral
where RawValue == String, StringLiteralType == String {
    /// The values that the contract names, in its order.
    static var known: [Self] { get }

    /// Makes a value of any text.
    init(rawValue: String)
}

extension OpenText {
    /// The text on the wire.
    public var description: String { rawValue }

    /// Makes a value of a literal.
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// True when the contract names this value.
    public var isKnown: Bool { Self.known.contains(self) }

    /// The known value that a text spells, letter case aside; nil for every other text.
    public static func known(_ text: String) -> Self? {
        known.first { $0.rawValue.lowercased() == text.lowercased() }
    }
}

/// What kind of thing an iTwin is: `Account`, `Thing` or `Endeavor` (contract section 4).
public struct ITwinClass: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An organization's account, root of a tree of iTwins.
    public static let account: Self = "Account"
    /// Something that exists, such as an asset.
    public static let thing: Self = "Thing"
    /// Something that is undertaken, such as a project.
    public static let endeavor: Self = "Endeavor"
    /// All three.
    public static let known: [Self] = [.account, .thing, .endeavor]

    /// The subclasses that pair with this class, in the contract's order; empty for an unknown class.
    public var subClasses: [ITwinSubClass] {
        switch self {
        case .account: [.account]
        case .thing: [.asset, .portfolio]
        case .endeavor: [.project, .program, .workPackage]
        default: []
        }
    }
}

/// The finer kind of an iTwin, such as `Project` (contract section 4).
public struct ITwinSubClass: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The only subclass of class Account.
    public static let account: Self = "Account"
    /// A group of assets.
    public static let portfolio: Self = "Portfolio"
    /// A thing in operation.
    public static let asset: Self = "Asset"
    /// A group of projects.
    public static let program: Self = "Program"
    /// A project.
    public static let project: Self = "Project"
    /// A part of a project.
    public static let workPackage: Self = "WorkPackage"
    /// All six, in the contract's order.
    public static let known: [Self] = [.account, .portfolio, .asset, .program, .project, .workPackage]
}

/// Whether an iTwin is worked with (contract section 4).
public struct ITwinStatus: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The default.
    public static let active: Self = "Active"
    /// Hidden from lists unless asked for.
    public static let inactive: Self = "Inactive"
    /// On trial.
    public static let trial: Self = "Trial"
    /// All three.
    public static let known: [Self] = [.active, .inactive, .trial]
}

/// Where an iTwin's data is kept (contract section 4).
public struct DataCenter: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The default.
    public static let eastUS: Self = "East US"
    /// All nine, in the contract's order.
    public static let known: [Self] = [
        .eastUS, "North Europe", "West Europe", "Southeast Asia", "Australia East", "UK South", "Canada Central",
        "Central India", "Japan East",
    ]
}

/// What a repository holds (contract section 4).
public struct RepositoryClass: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Maps and other geographic services; added by hand.
    public static let geographicInformationSystem: Self = "GeographicInformationSystem"
    /// Construction data; added by hand.
    public static let construction: Self = "Construction"
    /// Subsurface data; added by hand.
    public static let subsurface: Self = "Subsurface"
    /// Curated content that every iTwin has.
    public static let cesiumCuratedContent: Self = "CesiumCuratedContent"
    /// The classes that appear by themselves when an iTwin holds such data.
    public static let automatic: [Self] = [
        "iModels", "RealityData", "Storage", "Forms", "GeospatialFeatures", .cesiumCuratedContent, "SensorData",
        "PdfPlansets",
        "IndexedMedia",
    ]
    /// The classes of repositories that are added by hand, in the contract's order.
    public static let creatable: [Self] = [.geographicInformationSystem, .construction, .subsurface]
    /// The classes of global repositories, which belong to no iTwin.
    public static let global: [Self] = ["Cesium", "Google"]
    /// Every class the contract names.
    public static let known: [Self] = automatic + creatable + global

    /// The subclasses that belong to this class; empty for automatic and unknown classes.
    public var subClasses: [RepositorySubClass] {
        switch self {
        case .geographicInformationSystem:
            [.webMapService, "WebMapTileService", "WebFeatureService", "ArcGIS", .urlTemplate, "OgcApiFeatures"]
        case .construction: ["Performance"]
        case .subsurface: ["EvoWorkspace"]
        default: []
        }
    }

    /// True when the class's repositories list resources.
    public var hasResources: Bool {
        [
            "iModels", "RealityData", "GeospatialFeatures", .cesiumCuratedContent, "PdfPlansets",
            .geographicInformationSystem,
            "Cesium", "Google",
        ].contains(self)
    }
}

/// The finer kind of a repository, such as `WebMapService` (contract section 4).
public struct RepositorySubClass: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An OGC Web Map Service.
    public static let webMapService: Self = "WebMapService"
    /// Tiles under a templated URI; its options have zoom levels.
    public static let urlTemplate: Self = "UrlTemplate"
    /// Every subclass, class by class.
    public static let known: [Self] = RepositoryClass.creatable.flatMap(\.subClasses)
}

/// The file format of an export (contract section 4).
public struct ExportFormat: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// An array of JSON objects in one gzip member.
    public static let jsonGZip: Self = "JsonGZip"
    /// An array of JSON objects as the one entry of a zip archive.
    public static let jsonZipArchive: Self = "JsonZipArchive"
    /// Comma separated values in one gzip member.
    public static let csvGZip: Self = "CsvGZip"
    /// Comma separated values, RFC 4180.
    public static let csv: Self = "Csv"
    /// All four, in the contract's order.
    public static let known: [Self] = [.jsonGZip, .jsonZipArchive, .csvGZip, .csv]

    /// How the name of a file of this format ends, with its dot; empty for an unknown format.
    public var fileExtension: String {
        switch self {
        case .jsonGZip: ".json.gz"
        case .jsonZipArchive: ".zip"
        case .csvGZip: ".csv.gz"
        case .csv: ".csv"
        default: ""
        }
    }
}

/// How far an export is (contract section 4).
public struct ExportStatus: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Waiting to be worked on.
    public static let queued: Self = "Queued"
    /// Being worked on.
    public static let inProgress: Self = "InProgress"
    /// Done; the file can be fetched unless the result was empty.
    public static let completed: Self = "Completed"
    /// Ended without a result.
    public static let failed: Self = "Failed"
    /// All four.
    public static let known: [Self] = [.queued, .inProgress, .completed, .failed]

    /// True while the job may still change by itself.
    public var isRunning: Bool { self == .queued || self == .inProgress }
}

/// Which iTwins a query looks at (contract sections 2.2 and 4).
public struct QueryScope: OpenText {
    /// The text on the wire.
    public let rawValue: String
    /// Makes a value of any text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Those the caller is a member of; the default.
    public static let member: Self = "MemberOfiTwin"
    /// All of the caller's organization, for its administrators.
    public static let organizationAdmin: Self = "OrganizationAdmin"
    /// Both.
    public static let known: [Self] = [.member, .organizationAdmin]
}
