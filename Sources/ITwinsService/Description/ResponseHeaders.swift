import HTTPTypes
import ITwinsAPI

/// The headers of answers (contract sections 2.3 and 17.20).
enum ResponseHeaders {
    /// The headers by name, as they stand among the components.
    static func components(maxReturns: ClosedRange<Int>) -> JSON {
        [
            "x-correlation-id": header("The request's ID in the service's log", Schema.uuid),
            "X-Max-Return": header("The limit that was applied", Schema.integer(maxReturns)),
            "WWW-Authenticate": header("How to sign in", ["type": "string", "const": "Bearer"]),
            "Allow": header("The methods that the path supports", Schema.text(atLeast: 1)),
            "Retry-After": header("Seconds to wait", Schema.integer(0...Int(Int32.max))),
        ]
    }

    /// Those of a success.
    static func success(_ target: RouteMatcher.Target) -> JSON {
        let hasCap = target.declaration.parameters.contains { $0.name == HTTPField.Name.maxReturn.rawName }
        return references(hasCap ? ["X-Max-Return"] : [])
    }

    /// Those of an error.
    static func error(status: Int) -> JSON {
        switch status {
        case 401: references(["WWW-Authenticate"])
        case 405: references(["Allow"])
        case 429, 503: references(["Retry-After"])
        default: references([])
        }
    }

    private static func references(_ names: [String]) -> JSON {
        .object(
            JSON.Object(
                (["x-correlation-id"] + names).map {
                    .init(name: $0, value: ["$ref": .string("#/components/headers/\($0)")])
                }
            )
        )
    }

    private static func header(_ description: String, _ schema: JSON) -> JSON {
        ["description": .string(description), "required": true, "schema": schema]
    }
}
