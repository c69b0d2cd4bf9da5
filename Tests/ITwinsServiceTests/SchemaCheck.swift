import ITwinsAPI

/// Compares values with the schemas of an OpenAPI document, by the keywords that the service's description uses.
struct SchemaCheck {
    let document: JSON

    /// What a `$ref` leads to; nil when it leads nowhere.
    func target(of reference: String) -> JSON? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(Optional(document)) { $0?[String($1)] }
    }

    /// A value with its `$ref` followed.
    func resolved(_ json: JSON?) -> JSON? {
        guard let reference = json?["$ref"]?.string else { return json }
        return target(of: reference)
    }

    /// What is wrong with a value, each with the place in it; empty when nothing is.
    func problems(of value: JSON, by schema: JSON?, at place: String = "") -> [String] {
        guard let schema = resolved(schema)?.object else { return ["\(place): no schema"] }
        return schema.members.flatMap { member in
            problems(of: value, by: member, of: schema, at: place)
        }
    }

    private func problems(
        of value: JSON,
        by keyword: JSON.Object.Member,
        of schema: JSON.Object,
        at place: String
    ) -> [String] {
        let rule = keyword.value
        func fails(_ fails: Bool) -> [String] {
            fails ? ["\(place): \(value.text) against \(keyword.name) \(rule.text)"] : []
        }
        switch keyword.name {
        case "type":
            return fails(!(rule.array ?? [rule]).contains { isOfType(value, $0.string) })
        case "enum": return fails(rule.array?.contains(value) != true)
        case "const": return fails(value != rule)
        case "anyOf": return fails(rule.array?.contains { problems(of: value, by: $0).isEmpty } != true)
        case "allOf": return (rule.array ?? []).flatMap { problems(of: value, by: $0, at: place) }
        case "required":
            return fails(
                value.object.map { object in rule.array?.contains { object[$0.string ?? ""] == nil } == true } ?? false
            )
        case "minLength": return fails((value.string?.unicodeScalars.count ?? .max) < rule.int ?? 0)
        case "maxLength": return fails((value.string?.unicodeScalars.count ?? 0) > rule.int ?? 0)
        case "minimum": return fails((value.double ?? .infinity) < rule.double ?? 0)
        case "maximum": return fails((value.double ?? -.infinity) > rule.double ?? 0)
        case "items":
            return (value.array ?? []).enumerated().flatMap { problems(of: $1, by: rule, at: "\(place)/\($0)") }
        case "properties":
            return (value.object?.members ?? []).flatMap { member in
                rule[member.name].map { problems(of: member.value, by: $0, at: "\(place)/\(member.name)") } ?? []
            }
        case "additionalProperties":
            let others = (value.object?.members ?? []).filter { schema["properties"]?[$0.name] == nil }
            if let allows = rule.bool { return fails(!allows && !others.isEmpty) }
            return others.flatMap { problems(of: $0.value, by: rule, at: "\(place)/\($0.name)") }
        case "format", "description", "examples", "default": return []
        default: return ["\(place): the keyword \(keyword.name) is not checked"]
        }
    }

    private func isOfType(_ value: JSON, _ type: String?) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "boolean": value.bool != nil
        case "null": value.isNull
        case "number": value.double != nil
        case "integer": value.double.map { $0 == $0.rounded() } ?? false
        default: false
        }
    }
}
