import ITwinsAPI

/// The schemas of what the service answers with (contract sections 3.1 and 5).
enum AnswerSchemas {
    /// The forms of iTwins in answers (contract section 2.5).
    enum Form: String, CaseIterable {
        /// All fields.
        case full = "ITwin"
        /// The six fields that tell an iTwin from others.
        case minimal = "MinimalITwin"
        /// The fields that were asked for.
        case selected = "SelectedITwin"
    }

    /// The schemas by name, as they stand among the components.
    static let components: [Schema.Property] =
        Form.allCases.map { ($0.rawValue, schema(of: $0)) } + [
            ("Links", links(["self", "next", "prev"])), ("ResourceLinks", links(["self", "next"])),
            ("Export", export), ("ExportRequest", exportRequest), ("Image", image), ("Repository", repository),
            ("Authentication", authentication(others: false)), ("Options", options), ("Resource", resource),
            ("Graphics", graphics), ("Error", error),
        ]

    /// The body of a success; nil when there is none.
    static func envelope(_ target: RouteMatcher.Target) -> JSON? {
        let kind = target.answer
        let content: JSON
        switch kind {
        case .none: return nil
        case .iTwins: content = Schema.array(of: item(target))
        case .iTwin: content = item(target)
        case .exports: content = Schema.array(of: Schema.reference("Export"))
        case .export: content = Schema.reference("Export")
        case .image: content = Schema.reference("Image")
        case .repositories: content = Schema.array(of: Schema.reference("Repository"))
        case .repository: content = Schema.reference("Repository")
        case .resources: content = Schema.array(of: Schema.reference("Resource"))
        case .resource: content = Schema.reference("Resource")
        case .graphics: content = Schema.array(of: Schema.reference("Graphics"))
        }
        var members: [Schema.Property] = [(kind.rawValue, content)]
        if kind == .iTwins { members.append(("_links", Schema.reference("Links"))) }
        if kind == .resources { members.append(("_links", Schema.reference("ResourceLinks"))) }
        return Schema.object(members)
    }

    /// The forms that an operation's iTwins can have.
    static func forms(_ target: RouteMatcher.Target) -> [Form] {
        let parameters = target.declaration.parameters.map(\.name)
        if parameters.contains("$select") { return [.selected] }
        if parameters.contains("Prefer") { return [.minimal, .full] }
        switch target.body {
        case .iTwin, .iTwinChanges: return [.full]
        default: return [.minimal]
        }
    }

    private static func item(_ target: RouteMatcher.Target) -> JSON {
        let references = forms(target).map { Schema.reference($0.rawValue) }
        return references.count == 1 ? references[0] : Schema.anyOf(references)
    }

    private static func schema(of form: Form) -> JSON {
        let fields = form == .minimal ? ITwin.Field.minimal : ITwin.Field.allCases
        return Schema.object(fields.map { ($0.rawValue, schema(of: $0)) }, required: form == .selected ? [] : nil)
    }

    private static func schema(of field: ITwin.Field) -> JSON {
        let schema =
            switch field.value {
            case .id: Schema.uuid
            case .text(let length): Schema.text(atMost: length)
            case .choice(let values): Schema.choice(values)
            case .degrees(let range): Schema.number(range)
            case .timeZone, .fileName: Schema.text()
            case .link: Schema.text(format: "uri")
            case .moment: moment
            }
        return field.isNullable ? Schema.nullable(schema) : schema
    }

    private static let moment = Schema.text(format: "date-time")

    private static func links(_ names: [String]) -> JSON {
        let link = Schema.object([("href", Schema.text())])
        return Schema.object(names.map { ($0, link) }, required: ["self"])
    }

    private static let export = Schema.object([
        ("id", Schema.uuid), ("request", Schema.reference("ExportRequest")),
        ("status", Schema.choice(ExportStatus.known.map(\.rawValue))),
        (
            "outputUrl",
            Schema.with(
                Schema.nullable(Schema.text(format: "uri")),
                ["description": "Null until the export is complete, and for an empty result"]
            )
        ),
        ("createdBy", Schema.uuid), ("createdDateTime", moment), ("startedDateTime", Schema.nullable(moment)),
        ("completedDateTime", Schema.nullable(moment)),
    ])

    /// The texts stand as they were sent, in any letter case.
    private static let exportRequest = Schema.object([
        ("queryScope", Schema.text()), ("subClass", Schema.nullable(Schema.text())),
        ("select", Schema.nullable(Schema.text())), ("filter", Schema.nullable(Schema.text())),
        ("includeInactive", Schema.flag), ("outputFormat", Schema.choice(ExportFormat.known.map(\.rawValue))),
    ])

    private static let image = Schema.object([
        ("id", Schema.uuid), ("smallImageName", Schema.text()), ("smallImageUrl", Schema.text(format: "uri")),
        ("largeImageName", Schema.text()), ("largeImageUrl", Schema.text(format: "uri")),
    ])

    private static let repository = Schema.object(
        [
            ("id", Schema.text(atLeast: 1)), ("class", Schema.choice(RepositoryClass.known.map(\.rawValue))),
            ("subClass", Schema.choice(RepositorySubClass.known.map(\.rawValue))),
            ("displayName", Schema.text(atMost: Rules.repositoryNameLength)),
            ("uri", Schema.text(atMost: Rules.uriLength)), ("capabilities", capabilities("resources")),
            ("authentication", Schema.reference("Authentication")), ("options", Schema.reference("Options")),
        ],
        required: ["id", "class", "displayName", "uri"]
    )

    private static func capabilities(_ name: String) -> JSON {
        Schema.object([(name, Schema.object([("uri", Schema.text())]))])
    }

    /// How data is asked for, by `type`.
    ///
    /// - Parameter others: whether further members are taken.
    static func authentication(others: Bool) -> JSON {
        Schema.anyOf(
            RepositoryAuthentication.Kind.allCases.map { kind in
                let members = kind.members.map { ($0, Schema.text(atLeast: 1)) }
                return Schema.object([("type", ["const": .string(kind.rawValue)])] + members, others: others)
            }
        )
    }

    private static let options = Schema.object(
        [
            ("minimumLevel", Schema.integer(Rules.zoomLevels)), ("maximumLevel", Schema.integer(Rules.zoomLevels)),
            ("queryParameters", ["type": "object", "additionalProperties": Schema.text()]),
        ],
        required: []
    )

    private static let resource = Schema.object(
        [
            ("id", Schema.text(atLeast: 1, atMost: Rules.resourceTextLength)),
            ("class", Schema.choice(RepositoryClass.known.map(\.rawValue))),
            ("subClass", Schema.choice(RepositorySubClass.known.map(\.rawValue))),
            ("type", Schema.text(atMost: Rules.resourceTypeLength)),
            ("displayName", Schema.text(atMost: Rules.resourceTextLength)), ("capabilities", capabilities("graphics")),
            ("properties", ["type": "object", "additionalProperties": true]),
        ],
        required: ["id", "class", "displayName"]
    )

    private static let graphics = Schema.object(
        [
            ("type", Schema.choice(GraphicsType.known.map(\.rawValue))), ("uri", Schema.text()),
            ("authentication", Schema.reference("Authentication")),
            (
                "provider",
                Schema.object(
                    [("name", Schema.text()), ("options", ["type": "object", "additionalProperties": true])],
                    required: ["name"]
                )
            ),
        ],
        required: ["type", "uri"]
    )

    private static let error: JSON = {
        let text = Schema.text()
        let detail = Schema.object(
            [("code", text), ("message", text), ("target", text)],
            required: ["code", "message"]
        )
        let error = Schema.object(
            [("code", text), ("message", text), ("target", text), ("details", Schema.array(of: detail))],
            required: ["code", "message"]
        )
        return Schema.object([("error", error)])
    }()
}
