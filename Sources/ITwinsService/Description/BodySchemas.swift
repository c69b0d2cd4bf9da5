import ITwinsAPI

/// The schemas of what is sent along (contract sections 6 to 10 and 17.20). Members of other names do not count.
enum BodySchemas {
    /// The schemas by name, as they stand among the components.
    static let components: [Schema.Property] = [
        (OperationDeclaration.Body.iTwin, iTwin), (.iTwinChanges, iTwinChanges), (.recent, recent), (.export, export),
        (.repository, repository), (.repositoryChanges, repositoryChanges), (.resource, resource),
    ]
    .map { (name(of: $0), $1) }

    /// What the schema of a body is called among the components.
    static func name(of body: OperationDeclaration.Body) -> String {
        switch body {
        case .none, .image: ""
        case .iTwin: "ITwinDraft"
        case .iTwinChanges: "ITwinChanges"
        case .recent: "RecentDraft"
        case .export: "ExportDraft"
        case .repository: "RepositoryDraft"
        case .repositoryChanges: "RepositoryChanges"
        case .resource: "ResourceDraft"
        }
    }

    /// The `requestBody` of an operation; nil when it takes none.
    static func requestBody(_ target: RouteMatcher.Target) -> JSON? {
        let content: JSON
        switch target.body {
        case .none: return nil
        case .image:
            content = .object(
                JSON.Object(
                    UploadedImage.Kind.allCases.map {
                        .init(name: $0.rawValue, value: ["schema": Schema.text(format: "binary")])
                    }
                )
            )
        default:
            var media: JSON.Object = ["schema": Schema.reference(name(of: target.body))]
            media["example"] = BodyExamples.example(of: target.body)
            let types = MediaTypes.bodyTypes(isPatch: target.declaration.method == .patch)
            content = .object(JSON.Object(types.map { .init(name: $0, value: .object(media)) }))
        }
        return ["required": true, "content": content]
    }

    private static let iTwin: JSON = {
        let properties: [Schema.Property] = ITwinDraft.fields.map { field in
            let isRequired = ITwinDraft.requiredFields.contains(field)
            let schema = schema(of: field)
            return (field.rawValue, isRequired ? schema : Schema.nullable(schema))
        }
        let pairs = ITwinClass.known.map { name in
            var members: [Schema.Property] = pair(name.rawValue, name.subClasses.map(\.rawValue))
            if name == .account { members.append((ITwin.Field.parentId.rawValue, Schema.null)) }
            return alternative(members)
        }
        let required = ITwinDraft.requiredFields.map(\.rawValue)
        return Schema.with(
            Schema.object(properties, required: required, others: true),
            ["anyOf": .array(pairs)]
        )
    }()

    private static let iTwinChanges: JSON = {
        let properties: [Schema.Property] = ITwinChanges.fields.map { field in
            let schema = schema(of: field)
            return (field.rawValue, field.isNullable ? Schema.nullable(schema) : schema)
        }
        let fixed = ITwin.Field.allCases.filter { !ITwinChanges.fields.contains($0) }
        return Schema.with(
            Schema.object(properties, required: [], others: true),
            ["propertyNames": without(fixed.map(\.rawValue))]
        )
    }()

    private static func schema(of field: ITwin.Field) -> JSON {
        switch field.value {
        case .id: Schema.uuid
        // An iTwin can be without such a text, but not have an empty one where it must have one.
        case .text(let length): Schema.text(atLeast: field.isNullable ? nil : 1, atMost: length)
        case .choice(let values): Schema.choice(values)
        case .degrees(let range): Schema.number(range)
        case .timeZone: Schema.text(format: "iana-time-zone")
        case .fileName, .link, .moment: Schema.text()
        }
    }

    /// The second name counts when the first is not there.
    private static let recent = Schema.anyOf([
        Schema.object([("iTwinId", Schema.uuid)], others: true),
        Schema.object([("iTwinId", Schema.null), ("id", Schema.uuid)], required: ["id"], others: true),
    ])

    private static let export = Schema.object(
        [
            ("outputFormat", Schema.choice(ExportFormat.known.map(\.rawValue))),
            ("queryScope", Schema.nullable(Schema.choice(QueryScope.known.map(\.rawValue)))),
            ("subClass", Schema.nullable(Schema.commaList(ITwinSubClass.known.map(\.rawValue)))),
            ("select", Schema.nullable(Schema.commaList(ITwin.Field.allCases.map(\.rawValue)))),
            (
                "filter",
                Schema.with(
                    Schema.nullable(Schema.text()),
                    ["description": "An OData expression over an iTwin's fields"]
                )
            ),
            ("includeInactive", Schema.nullable(Schema.flag)),
        ],
        required: ["outputFormat"],
        others: true
    )

    private static let repository: JSON = {
        let properties: [Schema.Property] = [
            ("class", Schema.choice(RepositoryClass.creatable.map(\.rawValue))),
            ("subClass", Schema.choice(RepositorySubClass.known.map(\.rawValue))),
            ("displayName", Schema.nullable(repositoryText(atMost: Rules.repositoryNameLength))),
            ("uri", repositoryText(atMost: Rules.uriLength)),
            ("authentication", Schema.nullable(AnswerSchemas.authentication(others: true))),
            ("options", Schema.nullable(["type": "object"])),
        ]
        let tiles = RepositorySubClass.urlTemplate
        let pairs = RepositoryClass.creatable.flatMap { name in
            [name.subClasses.filter { $0 != tiles }, name.subClasses.filter { $0 == tiles }].filter { !$0.isEmpty }
                .map { subClasses in
                    let options = ("options", Schema.nullable(options(haveLevels: subClasses == [tiles])))
                    return alternative(pair(name.rawValue, subClasses.map(\.rawValue)) + [options])
                }
        }
        return Schema.with(
            Schema.object(properties, required: ["class", "subClass", "uri"], others: true),
            ["anyOf": .array(pairs)]
        )
    }()

    private static let repositoryChanges = Schema.with(
        Schema.object(
            [
                ("displayName", repositoryText(atMost: Rules.repositoryNameLength)),
                ("uri", repositoryText(atMost: Rules.uriLength)),
                ("authentication", Schema.nullable(AnswerSchemas.authentication(others: true))),
                (
                    "options",
                    Schema.nullable(Schema.anyOf([options(haveLevels: false), options(haveLevels: true)]))
                ),
            ],
            required: [],
            others: true
        ),
        [
            "propertyNames": without(["id", "class", "subClass"]),
            "description": "class and subClass may be sent unchanged.",
        ]
    )

    private static func repositoryText(atMost length: Int) -> JSON { Schema.text(atLeast: 1, atMost: length) }

    private static func options(haveLevels: Bool) -> JSON {
        let level = haveLevels ? Schema.integer(Rules.zoomLevels) : Schema.null
        let levels: [Schema.Property] = [("minimumLevel", level), ("maximumLevel", level)]
        let parameters: JSON = ["type": ["object", "null"], "additionalProperties": Schema.text()]
        return Schema.object(
            levels + [("queryParameters", parameters)],
            required: haveLevels ? levels.map(\.name) : [],
            others: true
        )
    }

    private static let resource = Schema.object(
        [
            ("id", Schema.text(atLeast: 1, atMost: Rules.resourceTextLength)),
            ("displayName", Schema.text(atLeast: 1, atMost: Rules.resourceTextLength)),
            ("type", Schema.nullable(Schema.text(atMost: Rules.resourceTypeLength))),
        ],
        required: ["id", "displayName"],
        others: true
    )

    /// A class with its subclasses.
    private static func pair(_ name: String, _ subClasses: [String]) -> [Schema.Property] {
        [("class", ["const": .string(name)]), ("subClass", ["enum": .array(subClasses.map(JSON.string))])]
    }

    private static func alternative(_ properties: [Schema.Property]) -> JSON {
        ["properties": .object(JSON.Object(properties.map { .init(name: $0.name, value: $0.schema) }))]
    }

    private static func without(_ names: [String]) -> JSON {
        ["not": ["enum": .array(names.map(JSON.string))]]
    }
}
