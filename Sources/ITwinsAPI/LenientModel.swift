/// A model that is read leniently: what is no field of it, and what has another type than the contract's, is kept as it came.
protocol LenientModel {
    /// What was kept.
    var additional: JSON.Object { get set }

    /// Takes a member into its field.
    ///
    /// - Returns: false when there is no such field, or the value has another type.
    mutating func read(_ member: JSON.Object.Member) -> Bool
}

extension LenientModel {
    /// Takes the members of an object.
    ///
    /// - Parameter names: those that were read before.
    mutating func read(_ object: JSON.Object, besides names: String...) {
        for member in object.members where !names.contains(member.name) {
            if !read(member), !member.value.isNull { additional[member.name] = member.value }
        }
    }

    /// Sets a field.
    ///
    /// - Returns: whether there is a value.
    static func set<Value>(_ field: inout Value?, _ value: Value?) -> Bool {
        field = value
        return value != nil
    }
}

/// A model of which an id alone is needed.
protocol IdentifiedModel: LenientModel {
    /// Makes one that is known by its id alone.
    init(id: String)
}

extension IdentifiedModel {
    /// Reads an object.
    ///
    /// - Returns: nil when the value is no object or has no id.
    init?(withID json: JSON) {
        guard case .object(let object) = json, let id = object["id"]?.string, !id.isEmpty else { return nil }
        self.init(id: id)
        read(object, besides: "id")
    }
}
