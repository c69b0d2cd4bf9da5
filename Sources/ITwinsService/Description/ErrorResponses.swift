import ITwinsAPI

/// The errors of operations, by status, with every code that each can have. Equal ones stand once among the components.
struct ErrorResponses {
    private var named = JSON.Object()

    /// The responses by name, as they stand among the components.
    var components: JSON { .object(named) }

    /// The statuses of an operation's errors, each with a reference to its response.
    mutating func references(of target: RouteMatcher.Target) -> [(status: String, response: JSON)] {
        Self.errors(of: target).map { status, errors in
            let name = "Error\(status)-\(errors.map(\.code).joined(separator: "-"))"
            if named[name] == nil { named[name] = Self.response(status, errors) }
            return (String(status), ["$ref": .string("#/components/responses/\(name)")])
        }
    }

    /// The errors of an operation by status, in ascending order; of every code one.
    static func errors(of target: RouteMatcher.Target) -> [(status: Int, errors: [APIError])] {
        let all =
            ofEveryOperation + (target.body == .none ? [] : ofBodies(target.body))
            + target.declaration.failures.map(\.error)
        let statuses = Set(all.map(\.status)).sorted()
        return statuses.map { status in
            var codes: Set<String> = []
            return (status, all.filter { $0.status == status && codes.insert($0.code).inserted })
        }
    }

    private static let ofEveryOperation: [APIError] = [
        .invalidRequest("This is not a valid HTTP request, or its path or query is not encoded correctly."),
        .headerNotFound,
        .invalidAuthorizationScheme("Basic"), .unauthorized, .forbidden("This service is not called example.org."),
        .operationNotFound, .methodNotAllowed("PUT", allowed: "GET, HEAD, OPTIONS"), .uriTooLong, .rateLimitExceeded,
        .headersTooLarge, .internalServerError, .databaseBusy,
    ]

    private static func ofBodies(_ body: OperationDeclaration.Body) -> [APIError] {
        let isImage = body == .image
        let common: [APIError] = [
            .requestTimeout, .requestTooLarge(limit: isImage ? Rules.imageBytes : ServiceLimits.bodyBytes),
            .unsupportedMediaType("Exactly one Content-Type is required."),
        ]
        return common + (isImage ? [] : [.invalidRequestBody("The body is empty; a JSON object is required.")])
    }

    private static func response(_ status: Int, _ errors: [APIError]) -> JSON {
        let codes = errors.map(\.code)
        let code: JSON = ["properties": ["error": ["properties": ["code": ["enum": .array(codes.map(JSON.string))]]]]]
        let examples = errors.map { JSON.Object.Member(name: $0.code, value: ["value": $0.json]) }
        return [
            "description": .string(codes.joined(separator: ", ")), "headers": ResponseHeaders.error(status: status),
            "content": [
                MediaTypes.json: [
                    "schema": ["allOf": [Schema.reference("Error"), code]],
                    "examples": .object(JSON.Object(examples)),
                ]
            ],
        ]
    }
}

extension OperationFailure {
    /// The error as the service answers it.
    var error: APIError {
        switch self {
        case .insufficientPermissions: .insufficientPermissions("You may see this but not change it.")
        case .iTwinNotFound: .iTwinNotFound
        case .exportNotFound: .exportNotFound
        case .imageNotFound: .imageNotFound
        case .repositoryNotFound: .repositoryNotFound
        case .resourceNotFound: .resourceNotFound
        case .iTwinExists: .iTwinExists([.number], Self.sample)
        case .repositoryExists: .repositoryExists
        case .resourceExists: .resourceExists
        case .requestTooLarge: .requestTooLarge(limit: Rules.imageBytes)
        case .invalidRequest: .invalidITwinsRequest("Cannot process the request.", [Self.wrongParameter])
        }
    }

    private static let sample: ITwin = {
        var iTwin = ITwin(id: "")
        iTwin.subClass = .asset
        iTwin.number = "PH-7"
        return iTwin
    }()

    private static let wrongParameter = APIError.Detail(
        code: ProblemCode.invalidParameter.rawValue,
        message: "The parameter is repeated.",
        target: "type"
    )
}
