import ITwinsAPI

/// Makes schemas of JSON Schema 2020-12, as OpenAPI 3.1 has them.
enum Schema {
    /// A member of an object.
    typealias Property = (name: String, schema: JSON)

    /// A text with its length in characters.
    static func text(atLeast least: Int? = nil, atMost most: Int? = nil, format: String? = nil) -> JSON {
        var object: JSON.Object = ["type": "string"]
        object["minLength"] = least.map(JSON.int)
        object["maxLength"] = most.map(JSON.int)
        object["format"] = format.map(JSON.string)
        return .object(object)
    }

    /// A UUID in any letter case.
    static let uuid = text(format: "uuid")

    /// One of some texts.
    static func choice(_ values: [String]) -> JSON {
        ["type": "string", "enum": .array(values.map(JSON.string))]
    }

    /// Some of some texts, separated by commas; blanks around one do not count.
    static func commaList(_ values: [String]) -> JSON {
        let one = " *(\(values.joined(separator: "|")))? *"
        return ["type": "string", "pattern": .string("^\(one)(,\(one))*$")]
    }

    /// A whole number in a range.
    static func integer(_ range: ClosedRange<Int>) -> JSON {
        ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
    }

    /// A number in a range.
    static func number(_ range: ClosedRange<Double>) -> JSON {
        ["type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
    }

    /// `true` or `false`.
    static let flag: JSON = ["type": "boolean"]

    /// Null.
    static let null: JSON = ["type": "null"]

    /// What a schema takes, or null.
    static func nullable(_ schema: JSON) -> JSON {
        guard var object = schema.object, object["format"] == nil, let type = object["type"]?.string else {
            return anyOf([schema, null])
        }
        object["type"] = [.string(type), "null"]
        object["enum"] = object["enum"]?.array.map { .array($0 + [.null]) }
        return .object(object)
    }

    /// What one of some schemas takes.
    static func anyOf(_ schemas: [JSON]) -> JSON { ["anyOf": .array(schemas)] }

    /// An array.
    static func array(of items: JSON) -> JSON { ["type": "array", "items": items] }

    /// An object.
    ///
    /// - Parameters:
    ///   - required: the names of the members that must be there; nil for all.
    ///   - others: whether members of other names are taken.
    static func object(_ properties: [Property], required: [String]? = nil, others: Bool = false) -> JSON {
        var object: JSON.Object = ["type": "object"]
        object["properties"] = .object(JSON.Object(properties.map { .init(name: $0.name, value: $0.schema) }))
        let required = required ?? properties.map(\.name)
        if !required.isEmpty { object["required"] = .array(required.map(JSON.string)) }
        object["additionalProperties"] = .bool(others)
        return .object(object)
    }

    /// A schema with further members, such as a description.
    static func with(_ schema: JSON, _ members: KeyValuePairs<String, JSON>) -> JSON {
        guard var object = schema.object else { return schema }
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    /// A schema that stands among the components.
    static func reference(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/\(name)")] }
}
