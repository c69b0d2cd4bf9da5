import ITwinsAPI

/// What a new repository needs (contract section 10.2).
struct RepositoryForm: FormContent {
    let iTwinID: String
    let iTwinName: String
    /// The names of the repositories that the iTwin has, as far as they are known.
    let siblingNames: [String]

    /// How many query parameters a form takes.
    private static let parameterLimit = 20

    var title: String { "New repository in \(iTwinName)" }

    func subject(_ values: FormValues) -> String {
        "Repository “\(values.trimmed("displayName") ?? "")”"
    }

    func fields(_ values: FormValues) -> [Field] {
        var fields = [
            Field.choice("class", "Class", RepositoryClass.creatable.map { Field.Choice($0.rawValue) })
        ]
        let subClasses = RepositoryClass(rawValue: values["class"]).subClasses
        if !subClasses.isEmpty {
            fields.append(
                .choice(
                    "subClass",
                    "Subclass",
                    subClasses.map { Field.Choice($0.rawValue) },
                    selected: subClasses.count == 1 ? 0 : nil,
                    placeholder: "choose with space"
                )
            )
        }
        fields.append(.text("displayName", "Name"))
        fields.append(.text("uri", "URI", placeholder: "https://…"))
        let kinds =
            [Field.Choice("", label: "None")]
            + RepositoryAuthentication.Kind.allCases.map { Field.Choice($0.rawValue, label: $0.label) }
        fields.append(.choice("authentication.type", "Authentication", kinds))
        if let kind = RepositoryAuthentication.Kind(rawValue: values["authentication.type"]) {
            for member in kind.members {
                fields.append(
                    .text(
                        "authentication.\(member)",
                        Self.label(of: member),
                        isSecret: kind.secretMembers.contains(member),
                        isIndented: true
                    )
                )
            }
        }
        if takesLevels(values) {
            fields.append(.text("minimumlevel", "Smallest zoom", placeholder: "0 to 24"))
            fields.append(.text("maximumlevel", "Largest zoom", placeholder: "0 to 24"))
        }
        for index in 0..<parameterCount(values) {
            fields.append(.text(Self.parameterID(index), index == 0 ? "Options" : "", placeholder: "name = value"))
        }
        return fields
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        switch id {
        case "subClass": return values[id].isEmpty ? "A subclass is required" : nil
        case "displayName":
            guard let name = values.trimmed(id) else { return "A name is required" }
            return Rules.problem(inLengthOf: name, limit: Rules.repositoryNameLength)
        case "uri": return Rules.problem(inURI: values[id])
        case "minimumlevel", "maximumlevel": return levelProblem(id, values)
        case _ where id.hasPrefix("authentication.") && id != "authentication.type":
            return values[id].isEmpty ? "Required for this kind of authentication" : nil
        case _ where id.hasPrefix("options."): return Self.parameterProblem(values[id])
        default: return nil
        }
    }

    func request(_ values: FormValues) -> FormRequest? {
        guard let name = values.trimmed("displayName"), let uri = values.trimmed("uri") else { return nil }
        var draft = RepositoryDraft(
            class: RepositoryClass(rawValue: values["class"]),
            subClass: RepositorySubClass(rawValue: values["subClass"]),
            displayName: name,
            uri: uri
        )
        if let kind = RepositoryAuthentication.Kind(rawValue: values["authentication.type"]) {
            let members = kind.members.map { ($0, values["authentication.\($0)"]) }
            draft.authentication = RepositoryAuthentication(
                kind: kind,
                members: Dictionary(uniqueKeysWithValues: members)
            )
        }
        let parameters = (0..<parameterCount(values)).compactMap { Self.parameter(values[Self.parameterID($0)]) }
        let levels =
            takesLevels(values)
            ? (Int(values.trimmed("minimumlevel") ?? ""), Int(values.trimmed("maximumlevel") ?? "")) : (nil, nil)
        if !parameters.isEmpty || levels.0 != nil {
            draft.options = RepositoryOptions(
                queryParameters: parameters,
                minimumLevel: levels.0,
                maximumLevel: levels.1
            )
        }
        return .operation(.createRepository(iTwinID: iTwinID, draft))
    }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? {
        .repositories(iTwinID: iTwinID)
    }

    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> (field: String, text: String)?
    {
        // The conflict names no target: a sibling of that name tells that it is the name, else it is class, subclass
        // and URI.
        if error.code == "iTwinRepositoryExists", detail.target == nil {
            let name = values.trimmed("displayName") ?? ""
            return siblingNames.contains { $0.lowercased() == name.lowercased() }
                ? ("displayName", "“\(name)” exists already here")
                : ("uri", "This class, subclass and URI exist already here")
        }
        guard let target = detail.target else { return nil }
        if target == "options" { return (Self.parameterID(0), detail.message) }
        return fields(values).first { $0.id.lowercased() == target.lowercased() }.map { ($0.id, detail.message) }
    }

    // MARK: Parts

    private func takesLevels(_ values: FormValues) -> Bool {
        RepositorySubClass(rawValue: values["subClass"]) == .urlTemplate
    }

    private func levelProblem(_ id: String, _ values: FormValues) -> String? {
        let hasOptions = (0..<parameterCount(values)).contains { values.trimmed(Self.parameterID($0)) != nil }
        let both = [values.trimmed("minimumlevel"), values.trimmed("maximumlevel")]
        guard let text = values.trimmed(id) else {
            return hasOptions || both.contains { $0 != nil }
                ? "Both zoom levels are needed when there are options" : nil
        }
        guard let level = Int(text), Rules.zoomLevels.contains(level) else {
            return "A whole number from 0 to 24, this is “\(text)”"
        }
        if id == "maximumlevel", let minimum = both[0].flatMap({ Int($0) }), minimum > level {
            return "The largest zoom is below the smallest, \(minimum)"
        }
        return nil
    }

    /// One line more than is filled in, so that there is always a free one. A line that is emptied hides none below it.
    private func parameterCount(_ values: FormValues) -> Int {
        let last = (0..<Self.parameterLimit).last { values.trimmed(Self.parameterID($0)) != nil }
        return min((last ?? -1) + 2, Self.parameterLimit)
    }

    private static func parameterID(_ index: Int) -> String { "options.\(index)" }

    private static func parameter(_ text: String) -> RepositoryOptions.Parameter? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = String(text[..<equals]).trimmingBlanks
        return name.isEmpty
            ? nil
            : RepositoryOptions.Parameter(name: name, value: String(text[text.index(after: equals)...]).trimmingBlanks)
    }

    private static func parameterProblem(_ text: String) -> String? {
        text.trimmingBlanks.isEmpty || parameter(text) != nil ? nil : "Write name = value"
    }

    private static func label(of member: String) -> String {
        switch member {
        case "key": "Key"
        case "value": "Value"
        case "username": "User"
        case "password": "Password"
        case "clientId": "Client id"
        case "scopes": "Scopes"
        case "authorizationEndpoint": "Authorize URL"
        case "tokenEndpoint": "Token URL"
        default: "Redirect URI"
        }
    }
}

extension RepositoryAuthentication.Kind {
    /// What a person calls it.
    var label: String {
        switch self {
        case .header: "Header"
        case .queryParameter: "Query parameter"
        case .basic: "Basic (user and password)"
        case .oauth2PKCE: "OAuth 2 with PKCE"
        }
    }
}
