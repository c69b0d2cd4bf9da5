import ITwinsAPI

/// The body of `create-repository`, read in the field order of contract section 5.4.
struct RepositoryBody: Sendable {
    let problems: ValidationErrors
    /// The name that was sent; nil when it is the default.
    let displayName: String?
    private let `class`: RepositoryClass?
    private let subClass: RepositorySubClass?
    private let uri: String?
    private let authentication: RepositoryAuthentication?
    private let options: RepositoryOptions?

    init(_ call: Call) {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        let name: RepositoryClass? = reader.requiredValue("class", among: RepositoryClass.creatable)
        let part = Self.subClass(&reader, of: name)
        `class` = name
        subClass = part
        displayName =
            reader.value("displayName") == nil
            ? nil : reader.requiredText("displayName", atMost: Rules.repositoryNameLength)
        uri = reader.requiredText("uri", atMost: Rules.uriLength)
        authentication = RepositoryMembers.authentication(&reader, prefix: "authentication.")
        options = RepositoryMembers.options(&reader, of: part)
        problems = reader.problems
    }

    /// The new repository; nil when a required field is missing.
    func repository(id: String) -> Repository? {
        guard let `class`, let subClass, let uri else { return nil }
        var repository = Repository(id: id, class: `class`)
        repository.subClass = subClass
        repository.displayName = displayName ?? subClass.rawValue
        repository.uri = uri
        repository.authentication = authentication
        repository.options = options
        return repository
    }

    /// A missing subclass is reported as a wrong value (contract section 10.2).
    private static func subClass(_ reader: inout FieldReader, of name: RepositoryClass?) -> RepositorySubClass? {
        let known = name?.subClasses ?? RepositorySubClass.known
        guard reader.value("subClass") != nil else {
            reader.problems.add(
                .invalidValue,
                "subClass",
                "subClass must be one of \(known.map(\.rawValue).joined(separator: ", "))."
            )
            return nil
        }
        return reader.value("subClass", among: known)
    }
}

/// The body of `update-itwin-repository` (contract section 10.4).
enum RepositoryChangesBody {
    /// Puts the new values into a repository; authentication and options are replaced as a whole, null takes them away.
    ///
    /// - Returns: what is wrong with them.
    static func apply(_ call: Call, to entry: inout RepositoryRecord.Entry) -> ValidationErrors {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        let object = call.object
        let repository = entry.repository
        if object["id"] != nil { reader.problems.add(.readOnlyProperty, "id", "id cannot be changed.") }
        // Official clients send back what they read.
        for (name, value) in [("class", repository.class.rawValue), ("subClass", repository.subClass?.rawValue)]
        where object[name].map({ $0.string != value }) ?? false {
            reader.problems.add(.readOnlyProperty, name, "\(name) cannot be changed.")
        }
        if object["displayName"] != nil,
            let name = reader.givenText("displayName", atMost: Rules.repositoryNameLength, missing: .invalidValue)
        {
            entry.rename(to: name)
        }
        if object["uri"] != nil,
            let uri = reader.givenText("uri", atMost: Rules.uriLength, missing: .invalidValue)
        {
            entry.repository.uri = uri
        }
        if object["authentication"] != nil {
            entry.repository.authentication = RepositoryMembers.authentication(&reader, prefix: "")
        }
        if object["options"] != nil {
            entry.repository.options = RepositoryMembers.options(&reader, of: repository.subClass)
        }
        return reader.problems
    }
}
