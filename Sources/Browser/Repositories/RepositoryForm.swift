import ITwinsAPI
import Screen

/// What a repository is made of, new (contract section 10.2) or changed (section 10.4).
struct RepositoryForm: EditContent {
    let iTwinID: String
    let iTwinName: String
    /// The names of the repositories that the iTwin has, as far as they are known.
    let siblingNames: [String]
    /// The one that is changed; nil for a new one.
    var existing: Repository?

    var title: String { existing.map { "Edit “\($0.title)”" } ?? "New repository in \(iTwinName)" }
    var editedTitle: String? { existing?.title }

    /// What is shown of one that exists and cannot be changed.
    var info: [FormInfo] {
        guard let existing else { return [] }
        return [
            FormInfo(label: "In", text: iTwinName, role: .dim, isExtra: true),
            FormInfo(label: "Class", text: existing.class.rawValue, role: .dim),
            FormInfo(label: "Subclass", text: existing.subClass?.rawValue ?? "", role: .dim),
        ]
    }

    var presets: FormValues {
        guard let existing else { return FormValues() }
        var values = [
            "class": existing.class.rawValue, "subClass": existing.subClass?.rawValue ?? "",
            "displayName": existing.displayName ?? "", "uri": existing.uri ?? "",
            "authentication.type": existing.authentication?.kind.rawValue
                ?? (unreadable("authentication") ? Self.asItIs : ""),
        ]
        if let authentication = existing.authentication {
            for member in authentication.members where !authentication.kind.secretMembers.contains(member.name) {
                values["authentication.\(member.name)"] = member.value
            }
        }
        if let options = existing.options {
            values["minimumlevel"] = options.minimumLevel.map(String.init)
            values["maximumlevel"] = options.maximumLevel.map(String.init)
            for (index, parameter) in options.queryParameters.enumerated() {
                values[Self.parameterID(index)] = "\(parameter.name) = \(parameter.value)"
            }
        }
        return FormValues(values)
    }

    /// How many query parameters a form takes.
    private var parameterLimit: Int { max(20, (existing?.options?.queryParameters.count ?? 0) + 1) }

    func objectName(_ values: FormValues) -> String {
        "Repository “\(values.trimmed("displayName") ?? "")”"
    }

    func fields(_ values: FormValues) -> [Field] {
        var fields = classFields(values)
        fields += [.text("displayName", "Name"), .text("uri", "URI", placeholder: "https://…")]
        fields += authenticationFields(values)
        if takesLevels(values) {
            fields.append(.text("minimumlevel", "Smallest zoom", placeholder: "0 to 24"))
            fields.append(.text("maximumlevel", "Largest zoom", placeholder: "0 to 24"))
        }
        return fields
            + (0..<parameterCount(values)).map {
                Field.text(Self.parameterID($0), $0 == 0 ? "Options" : "", placeholder: "name = value")
            }
    }

    private func classFields(_ values: FormValues) -> [Field] {
        guard existing == nil else { return [] }
        let subClasses = RepositoryClass(rawValue: values["class"]).subClasses
        let field = Field.choice("subClass", "Subclass", subClasses, selected: subClasses.count == 1 ? 0 : nil)
        return [.choice("class", "Class", RepositoryClass.creatable)] + (subClasses.isEmpty ? [] : [field])
    }

    private func authenticationFields(_ values: FormValues) -> [Field] {
        let unknown = Field.Choice(Self.asItIs, label: "Unchanged (unknown type)")
        let kinds = (unreadable("authentication") ? [unknown] : []) + [Field.Choice("", label: "None")]
        let known = RepositoryAuthentication.Kind.allCases.map { Field.Choice($0.rawValue, label: $0.label) }
        let kind = RepositoryAuthentication.Kind(rawValue: values["authentication.type"])
        return [.choice("authentication.type", "Authentication", kinds + known)]
            + (kind?.members ?? []).map { member in
                Field.text(
                    "authentication.\(member)",
                    Self.label(of: member),
                    placeholder: keepsSecret(member, values) ? "leave empty to keep" : "",
                    isSecret: kind?.secretMembers.contains(member) == true,
                    isIndented: true
                )
            }
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        // What the service has already it may have by other rules.
        if existing != nil, isUntouched(id, values), values.trimmed(id) != nil { return nil }
        switch id {
        case "subClass": return values[id].isEmpty ? "A subclass is required" : nil
        case "displayName":
            guard let name = values.trimmed(id) else { return "A name is required" }
            return Rules.problem(inLengthOf: name, limit: Rules.repositoryNameLength)
        case "uri": return Rules.problem(inURI: values[id])
        case "minimumlevel", "maximumlevel": return levelProblem(id, values)
        case _ where id.hasPrefix("authentication.") && id != "authentication.type":
            let member = String(id.dropFirst("authentication.".count))
            return values[id].isEmpty && !keepsSecret(member, values) ? "Required for this authentication type" : nil
        case _ where id.hasPrefix("options."): return Self.parameterProblem(values[id])
        default: return nil
        }
    }

    func updated(in browser: Browser) -> RepositoryForm { RepositoryForm(of: iTwinID, changing: existing, in: browser) }

    func request(_ values: FormValues, of form: FormID) -> FormRequest? {
        guard let name = values.trimmed("displayName"), let uri = values.trimmed("uri") else { return nil }
        if let existing {
            let changes = changes(name: name, uri: uri, values)
            return changes.isEmpty
                ? .nothing(of: existing.title)
                : .submit(.updateRepository(iTwinID: iTwinID, id: existing.id, changes), of: form)
        }
        var draft = RepositoryDraft(
            class: RepositoryClass(rawValue: values["class"]),
            subClass: RepositorySubClass(rawValue: values["subClass"]),
            displayName: name,
            uri: uri
        )
        draft.authentication = authentication(values)
        draft.options = options(values)
        return .submit(.createRepository(iTwinID: iTwinID, draft), of: form)
    }

    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .repository(let repository) = answer else { return [] }
        if existing == nil {
            browser.session.insertAndSelect(repository, in: iTwinID)
        } else {
            browser.session.replace(repository, in: iTwinID)
        }
        return browser.session.send(LoadRepositories(iTwinID: iTwinID), at: now)
    }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? { .repositories(iTwinID: iTwinID) }

    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? {
        guard case .repositories(let page) = answer, let name = values.trimmed("displayName"),
            let uri = values.trimmed("uri")
        else { return nil }
        browser.session.sidePane[iTwinID].repositories.set(page.items, at: now)
        if let existing {
            let changes = changes(name: name, uri: uri, values)
            return page.items.contains { $0.id == existing.id && changes.areMade(in: $0) } ? [] : nil
        }
        guard let found = page.items.first(where: { $0.displayName == name && $0.uri == uri }) else { return nil }
        browser.session.insertAndSelect(found, in: iTwinID)
        return []
    }

    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> FieldRefusal? {
        // The conflict names no target: a sibling of that name tells that it is the name, else it is class, subclass
        // and URI.
        if error.code == "iTwinRepositoryExists", detail.target == nil {
            let name = values.trimmed("displayName") ?? ""
            return siblingNames.contains { $0.lowercased() == name.lowercased() }
                ? ("displayName", "“\(name)” already exists in this iTwin")
                : ("uri", "This class, subclass and URI already exist in this iTwin")
        }
        guard let target = detail.target?.lowercased() else { return nil }
        if target == "options" { return (Self.parameterID(0), detail.message) }
        // Changing names the members without what they are members of (contract section 10.4).
        let names = [target, "authentication.\(target)"]
        return fields(values).first { names.contains($0.id.lowercased()) }.map { ($0.id, detail.message) }
    }

    // MARK: Parts

    /// The choice that leaves an authentication that is not known here as it is.
    private static let asItIs = "as it is"

    /// Whether the service has something of a member that could not be read.
    private func unreadable(_ member: String) -> Bool { existing?.additional[member] != nil }

    /// Whether a secret that is left empty stays what it is.
    private func keepsSecret(_ member: String, _ values: FormValues) -> Bool {
        guard let kind = existing?.authentication?.kind else { return false }
        return kind.rawValue == values["authentication.type"] && kind.secretMembers.contains(member)
    }

    private func authentication(_ values: FormValues) -> RepositoryAuthentication? {
        guard let kind = RepositoryAuthentication.Kind(rawValue: values["authentication.type"]) else { return nil }
        let kept = existing?.authentication.map {
            Dictionary(uniqueKeysWithValues: $0.members.map { ($0.name, $0.value) })
        }
        let members = kind.members.map { member in
            // A blank at the end of what was pasted is none of the key; a password may well have one.
            let raw = values["authentication.\(member)"]
            let typed = member == "password" ? raw : raw.trimmingBlanks
            return (member, typed.isEmpty && keepsSecret(member, values) ? kept?[member] ?? "" : typed)
        }
        return RepositoryAuthentication(kind: kind, members: Dictionary(uniqueKeysWithValues: members))
    }

    private func options(_ values: FormValues) -> RepositoryOptions? {
        let parameters = (0..<parameterCount(values)).compactMap { Self.parameter(values[Self.parameterID($0)]) }
        let levels =
            takesLevels(values)
            ? (Int(values.trimmed("minimumlevel") ?? ""), Int(values.trimmed("maximumlevel") ?? "")) : (nil, nil)
        guard !parameters.isEmpty || levels.0 != nil else { return nil }
        return RepositoryOptions(queryParameters: parameters, minimumLevel: levels.0, maximumLevel: levels.1)
    }

    /// What is to be sent: what was touched and says something else than before.
    private func changes(name: String, uri: String, _ values: FormValues) -> RepositoryChanges {
        var changes = RepositoryChanges()
        if !isUntouched("displayName", values), name != existing?.displayName { changes.displayName = name }
        if !isUntouched("uri", values), uri != existing?.uri { changes.uri = uri }
        let fields = Set(fields(values).map(\.id)).union(presets.names)
        func isTouched(_ prefixes: String...) -> Bool {
            fields.contains { id in prefixes.contains { id.hasPrefix($0) } && !isUntouched(id, values) }
        }
        let authentication = authentication(values)
        if isTouched("authentication."), authentication != existing?.authentication || unreadable("authentication") {
            changes.authentication = authentication.map(Change.set) ?? .clear
        }
        let options = options(values)
        if isTouched("options.", "minimumlevel", "maximumlevel"),
            options != existing?.options || unreadable("options")
        {
            changes.options = options.map(Change.set) ?? .clear
        }
        return changes
    }

    private func takesLevels(_ values: FormValues) -> Bool {
        RepositorySubClass(rawValue: values["subClass"]) == .urlTemplate
    }

    private func levelProblem(_ id: String, _ values: FormValues) -> String? {
        let hasOptions = (0..<parameterCount(values)).contains { values.trimmed(Self.parameterID($0)) != nil }
        let both = [values.trimmed("minimumlevel"), values.trimmed("maximumlevel")]
        guard let text = values.trimmed(id) else {
            return hasOptions || both.contains { $0 != nil }
                ? "Both zoom levels are required if there are options" : nil
        }
        guard let level = Int(text), Rules.zoomLevels.contains(level) else {
            return "Must be a whole number from 0 to 24"
        }
        if id == "maximumlevel", let minimum = both[0].flatMap({ Int($0) }), minimum > level {
            return "Must be at least the smallest zoom, \(minimum)"
        }
        return nil
    }

    /// One line more than is filled in, so that there is always a free one. A line that is emptied hides none below it.
    private func parameterCount(_ values: FormValues) -> Int {
        let last = (0..<parameterLimit).last { values.trimmed(Self.parameterID($0)) != nil }
        return min((last ?? -1) + 2, parameterLimit)
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
        text.trimmingBlanks.isEmpty || parameter(text) != nil ? nil : "Use the form name = value"
    }

    private static func label(of member: String) -> String {
        switch member {
        case "key": "Key"
        case "value": "Value"
        case "username": "User"
        case "password": "Password"
        case "clientId": "Client ID"
        case "scopes": "Scopes"
        case "authorizationEndpoint": "Authorize URL"
        case "tokenEndpoint": "Token URL"
        default: "Redirect URI"
        }
    }
}

extension RepositoryAuthentication.Kind {
    /// What a user calls it.
    var label: String {
        switch self {
        case .header: "Header"
        case .queryParameter: "Query parameter"
        case .basic: "Basic (user and password)"
        case .oauth2PKCE: "OAuth 2 with PKCE"
        }
    }
}

extension RepositoryChanges {
    /// Whether a repository has all the new values.
    fileprivate func areMade(in repository: Repository) -> Bool {
        (displayName == nil || displayName == repository.displayName) && (uri == nil || uri == repository.uri)
            && authentication.isMade(in: repository.authentication) && options.isMade(in: repository.options)
    }
}

extension Change {
    fileprivate func isMade(in value: Value?) -> Bool {
        switch self {
        case .keep: true
        case .clear: value == nil
        case .set(let new): value == new
        }
    }
}

extension RepositoryForm {
    /// The dialog of a repository of an iTwin, with what is known of the others by now.
    init(of id: String, changing existing: Repository? = nil, in browser: Browser) {
        let siblings = browser.session.sidePane[id].repositories.value.filter { $0.id != existing?.id }
        self.init(
            iTwinID: id,
            iTwinName: browser.session.name(of: id),
            siblingNames: siblings.compactMap(\.displayName),
            existing: existing
        )
    }
}
