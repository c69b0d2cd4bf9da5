/// A job that writes iTwins to a file (contract section 5.2).
public struct Export: LenientModel, Hashable, Sendable, Identifiable {
    /// The id, a UUID by convention.
    public var id: String
    /// What was asked for.
    public var request: ExportRequest
    /// How far it is.
    public var status: ExportStatus
    /// Where the file is, good for 60 minutes; nil until completed, and for an empty result.
    public var outputUrl: String?
    /// The id of the user who made it.
    public var createdBy: String?
    /// When it was asked for.
    public var createdDateTime: Timestamp?
    /// When work on it began.
    public var startedDateTime: Timestamp?
    /// When it ended.
    public var completedDateTime: Timestamp?
    /// Members that are no field of this type, and fields whose value has another type than the contract's, as they
    /// came.
    public var additional: JSON.Object = JSON.Object()

    /// Makes an export of its required fields.
    public init(id: String, request: ExportRequest, status: ExportStatus) {
        self.id = id
        self.request = request
        self.status = status
    }

    /// Reads an export leniently: id and status are needed, everything unknown or of another type is kept in
    /// `additional`.
    ///
    /// - Returns: nil when the value is no object or lacks its id or status.
    public init?(_ json: JSON) {
        guard case .object(let object) = json, let id = object["id"]?.string, !id.isEmpty,
            let status = object["status"]?.string
        else { return nil }
        let request = object["request"].flatMap(ExportRequest.init)
        self.init(id: id, request: request ?? ExportRequest(outputFormat: ""), status: ExportStatus(rawValue: status))
        read(object, besides: "id", "status")
    }

    mutating func read(_ member: JSON.Object.Member) -> Bool {
        let value = member.value
        return switch member.name {
        case "request": ExportRequest(value) != nil
        case "outputUrl": Self.set(&outputUrl, value.string)
        case "createdBy": Self.set(&createdBy, value.string)
        case "createdDateTime": Self.set(&createdDateTime, value.string.flatMap(Timestamp.init))
        case "startedDateTime": Self.set(&startedDateTime, value.string.flatMap(Timestamp.init))
        case "completedDateTime": Self.set(&completedDateTime, value.string.flatMap(Timestamp.init))
        default: false
        }
    }

    /// The export as the service sends it, null where there is no value.
    public var json: JSON {
        [
            "id": .string(id), "request": request.json, "status": .string(status.rawValue),
            "outputUrl": .optional(outputUrl),
            "createdBy": .optional(createdBy), "createdDateTime": .optional(createdDateTime?.description),
            "startedDateTime": .optional(startedDateTime?.description),
            "completedDateTime": .optional(completedDateTime?.description),
        ]
    }
}

/// What an export was asked to hold (contract section 8.1); the texts stand as they were sent.
public struct ExportRequest: Hashable, Sendable {
    /// Which iTwins are looked at; the default is those of the caller.
    public var queryScope: QueryScope
    /// A comma list of subclasses; nil for all.
    public var subClass: String?
    /// A comma list of fields; nil for the six minimal ones.
    public var select: String?
    /// An OData expression; nil for none.
    public var filter: String?
    /// Whether inactive iTwins are in it.
    public var includeInactive: Bool
    /// The file's format.
    public var outputFormat: ExportFormat

    /// Makes a request for everything in a format.
    public init(outputFormat: ExportFormat) {
        self.outputFormat = outputFormat
        queryScope = .member
        includeInactive = false
    }

    /// Reads a request leniently; nil when the value is no object.
    public init?(_ json: JSON) {
        guard case .object(let object) = json else { return nil }
        self.init(outputFormat: ExportFormat(rawValue: object["outputFormat"]?.string ?? ""))
        queryScope = object["queryScope"]?.string.map(QueryScope.init(rawValue:)) ?? .member
        subClass = object["subClass"]?.string
        select = object["select"]?.string
        filter = object["filter"]?.string
        includeInactive = object["includeInactive"]?.bool ?? false
    }

    /// All six members, null where there is no value.
    public var json: JSON {
        [
            "queryScope": .string(queryScope.rawValue), "subClass": .optional(subClass), "select": .optional(select),
            "filter": .optional(filter), "includeInactive": .bool(includeInactive),
            "outputFormat": .string(outputFormat.rawValue),
        ]
    }
}

/// What is sent to create an export (contract section 8.1). Members that are empty are not sent.
public struct ExportDraft: Hashable, Sendable {
    /// The file's format; required.
    public var outputFormat: ExportFormat
    /// Subclasses to export; empty for all.
    public var subClasses: [ITwinSubClass] = []
    /// The columns, in their order; empty for the six minimal ones.
    public var select: [ITwin.Field] = []
    /// Whether inactive iTwins are in it.
    public var includeInactive = false
    /// An OData expression; nil for none.
    public var filter: String?
    /// Which iTwins are looked at; those of the caller are the default and not sent.
    public var queryScope = QueryScope.member

    /// Makes a draft of everything active in a format.
    public init(outputFormat: ExportFormat) {
        self.outputFormat = outputFormat
    }

    /// The body of the request.
    public var json: JSON {
        var body: JSON.Object = ["outputFormat": .string(outputFormat.rawValue)]
        if queryScope != .member { body["queryScope"] = .string(queryScope.rawValue) }
        if !subClasses.isEmpty { body["subClass"] = .string(subClasses.map(\.rawValue).joined(separator: ",")) }
        if !select.isEmpty { body["select"] = .string(select.map(\.rawValue).joined(separator: ",")) }
        if let filter, !filter.isEmpty { body["filter"] = .string(filter) }
        if includeInactive { body["includeInactive"] = true }
        return .object(body)
    }
}
