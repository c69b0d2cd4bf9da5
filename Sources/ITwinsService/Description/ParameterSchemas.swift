import HTTPTypes
import ITwinsAPI

/// The parameters of operations in the description.
struct ParameterSchemas {
    let maxReturns: ClosedRange<Int>

    /// Those of the path, then those of the query and the headers.
    func parameters(of target: RouteMatcher.Target) -> [JSON] {
        OperationDeclaration.names(in: target.template).map { Self.pathParameter($0, target) }
            + target.declaration.parameters.map(parameter)
    }

    private static func pathParameter(_ name: String, _ target: RouteMatcher.Target) -> JSON {
        var parameter: JSON.Object = [
            "name": .string(name), "in": "path", "required": true,
            "description": .string(PathExamples.description(of: name, target)),
        ]
        // What is longer than an id can be is an unknown one.
        let isText = name == "resourceId" || name == "repositoryId"
        parameter["schema"] = isText ? Schema.text(atLeast: 1) : Schema.uuid
        parameter["example"] = .string(PathExamples.example(of: name, target))
        return .object(parameter)
    }

    private func parameter(_ declared: OperationParameter) -> JSON {
        var parameter: JSON.Object = [
            "name": .string(declared.name), "in": .string(declared.place.rawValue), "required": false,
            "description": .string(declared.summary), "schema": schema(of: declared),
        ]
        parameter["example"] = Self.examples[declared.name].map(JSON.string)
        return .object(parameter)
    }

    private func schema(of declared: OperationParameter) -> JSON {
        switch declared.value {
        case .text, .expression: Schema.text()
        case .integer(let range, let standard):
            Schema.with(
                Self.orEmpty(
                    Schema.integer(declared.name == HTTPField.Name.maxReturn.rawName ? maxReturns : range)
                ),
                ["default": .int(standard)]
            )
        case .flag: Schema.with(Self.orEmpty(Schema.flag), ["default": false])
        case .choice(let values): Schema.choice(values + [""])
        case .preference(let values): Schema.with(Schema.text(), ["examples": .array(values.map(JSON.string))])
        case .list(let values): Schema.commaList(values)
        }
    }

    /// An empty parameter counts as absent (contract section 17.13).
    private static func orEmpty(_ schema: JSON) -> JSON { Schema.anyOf([schema, ["const": ""]]) }

    private static let examples = [
        "$filter": "status eq 'Active' and contains(displayName,'bridge')", "$orderby": "displayName asc",
        "$select": "id,displayName",
    ]
}

/// What stands for the names in braces in the standard sample data.
enum PathExamples {
    /// What a name means, for people.
    static func description(of name: String, _ target: RouteMatcher.Target) -> String {
        switch name {
        case "repositoryId": "The repository: a UUID, or the lowercase class of an automatic repository"
        case "resourceId": "The resource ID, any text"
        default: isExport(target) ? "The export" : "The iTwin"
        }
    }

    /// An id that exists, of something that no example of another operation needs when the operation deletes it.
    static func example(of name: String, _ target: RouteMatcher.Target) -> String {
        let isGlobal = !target.template.contains("{iTwinId}")
        switch name {
        case "repositoryId":
            if isGlobal { return "cesium" }
            let repository = target.operation == .deleteRepository ? "Site progress" : "Flood maps"
            return SampleITwins.id(ofNumber: "RB-0421 \(repository)")
        case "resourceId":
            if isGlobal { return "terrain" }
            return target.operation == .deleteRepositoryResource ? "hqextreme" : "hq100"
        default:
            if isExport(target) { return SampleITwins.id(ofNumber: "export \(ExportFormat.csv)") }
            return SampleITwins.id(ofNumber: target.operation == .deleteITwin ? "KE-0045" : "RB-0421")
        }
    }

    private static func isExport(_ target: RouteMatcher.Target) -> Bool { target.operation == .getExport }
}
