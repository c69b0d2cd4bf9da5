import ITwinsAPI

/// The service's description of itself, an OpenAPI 3.1 document. It is written from the tables that the service obeys:
/// operations, parameters, failures, rules and values.
struct OpenAPIDocument {
    /// The ranges of `X-Max-Return`, whose ceiling can be raised.
    let maxReturns: ClosedRange<Int>
    /// Whether the service is an OpenID provider too.
    let hasProvider: Bool

    /// The document.
    var json: JSON {
        var responses = ErrorResponses()
        let paths = paths(&responses)
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Twinscope local iTwins service", "version": "1", "summary": .string(Self.summary),
                "description": .string(Self.description),
            ],
            // Relative to where the document was read: the service has several names.
            "servers": [["url": "/"]],
            "security": .array(
                [["bearer": []]] + (hasProvider ? [["signIn": [.string(Scope.platform.rawValue)]]] : [])
            ),
            "tags": .array(Self.tags.map { ["name": .string($0.name), "description": .string($0.description)] }),
            "paths": paths,
            "components": [
                "securitySchemes": securitySchemes,
                "headers": ResponseHeaders.components(maxReturns: maxReturns),
                "schemas": .object(
                    JSON.Object(
                        (AnswerSchemas.components + BodySchemas.components).map {
                            .init(name: $0.name, value: $0.schema)
                        }
                    )
                ),
                "responses": responses.components,
            ],
        ]
    }

    private var securitySchemes: JSON {
        var schemes: JSON.Object = [
            "bearer": [
                "type": "http", "scheme": "bearer",
                "description": .string(
                    hasProvider
                        ? "A token from the file given with --token-file"
                        : "The token that the service prints when it starts"
                ),
            ]
        ]
        if hasProvider {
            schemes["signIn"] = [
                "type": "openIdConnect",
                "openIdConnectUrl": .string("/\(Authority.Endpoint.discovery.rawValue)"),
                "description": "A token from the service's OpenID provider for one of its sample users",
            ]
        }
        return .object(schemes)
    }

    /// What the service is, in one line.
    static let summary = "Bentley's iTwins API, served from a database on this machine"

    private static let description = """
        The routes of the live API, and the other routes of a republished document as aliases. The first segment of a \
        path matches in any letter case and may be repeated; a trailing slash is ignored. An empty query \
        parameter counts as absent; parameter names and enumeration values match in any letter case. Unknown query \
        parameters and body members are ignored; the character NUL is rejected everywhere.
        """

    /// The tag of the document's own routes.
    static let aliasTag = "Aliases"

    private static let tags: [(name: String, description: String)] =
        OperationDeclaration.groups.map { ($0.title, "Operations of the live API") } + [
            (aliasTag, "Routes of the republished document that the live API does not have")
        ]

    private func paths(_ responses: inout ErrorResponses) -> JSON {
        var paths = JSON.Object()
        for target in RouteMatcher.Target.all {
            var item = paths[target.template]?.object ?? JSON.Object()
            item[target.declaration.method.rawValue.lowercased()] = operation(target, &responses)
            paths[target.template] = .object(item)
        }
        return .object(paths)
    }

    private func operation(_ target: RouteMatcher.Target, _ responses: inout ErrorResponses) -> JSON {
        let declaration = target.declaration
        var operation: JSON.Object = [
            "operationId": .string(target.operationID), "summary": .string(declaration.summary),
            "tags": [.string(Self.tag(of: target))],
        ]
        if declaration.isPreview {
            operation["description"] = "A technology preview of the live API: it may change or be removed at any time."
        }
        let parameters = ParameterSchemas(maxReturns: maxReturns).parameters(of: target)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        operation["requestBody"] = BodySchemas.requestBody(target)
        var answers: JSON.Object = [String(target.success): success(target)]
        for (status, response) in responses.references(of: target) { answers[status] = response }
        operation["responses"] = .object(answers)
        return .object(operation)
    }

    private static func tag(of target: RouteMatcher.Target) -> String {
        guard target.table == .live else { return aliasTag }
        let group = OperationDeclaration.groups.first { $0.operations.contains { $0.id == target.operation } }
        return group?.title ?? ""
    }

    private func success(_ target: RouteMatcher.Target) -> JSON {
        var response: JSON.Object = [
            "description": .string(target.answer == .none ? "Success, without a body" : "Success")
        ]
        response["headers"] = ResponseHeaders.success(target)
        if let schema = AnswerSchemas.envelope(target) {
            response["content"] = .object([MediaTypes.json: ["schema": schema]])
        }
        let links = OperationLinks.links(from: target)
        if !links.isEmpty { response["links"] = .object(links) }
        return .object(response)
    }
}

extension RouteMatcher.Target {
    /// The operation's name in the description, unique there.
    var operationID: String {
        table == .live ? operation.rawValue : "alias-\(operation.rawValue)"
    }
}
