import ITwinsAPI

/// What a new resource of a geographic information system needs (contract section 10.7).
struct ResourceForm: FormContent {
    let path: RepositoryPath
    let iTwinID: String
    let repositoryName: String
    /// The resources that are there, as far as they are known.
    let known: [Resource]

    var title: String { "New resource in \(repositoryName)" }

    func objectName(_ values: FormValues) -> String { "Resource “\(values.trimmed("displayName") ?? "")”" }

    func fields(_ values: FormValues) -> [Field] {
        [
            .text("id", "ID", placeholder: "the layer's ID in the map service"), .text("displayName", "Name"),
            .text("type", "Type", placeholder: "e.g. layer"),
        ]
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        let text = values.trimmed(id)
        switch id {
        case "id", "displayName":
            guard let text else { return id == "id" ? "An ID is required" : "A name is required" }
            return Rules.problem(inLengthOf: text, limit: Rules.resourceTextLength)
        default: return Rules.problem(inLengthOf: text ?? "", limit: Rules.resourceTypeLength)
        }
    }

    func updated(in browser: Browser) -> ResourceForm { ResourceForm(of: path, in: browser) ?? self }

    func request(_ values: FormValues, of form: FormID) -> FormRequest? {
        guard let id = values.trimmed("id"), let name = values.trimmed("displayName") else { return nil }
        let draft = ResourceDraft(id: id, displayName: name, type: values.trimmed("type"))
        return .submit(.createResource(iTwinID: iTwinID, repositoryID: path.id, draft), of: form)
    }

    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if case .resource(let resource) = answer { browser.session.insertAndSelect(resource, in: path, at: now) }
        return []
    }

    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? {
        guard case .resource = answer else { return nil }
        return succeed(answer, values, in: &browser, at: now)
    }

    func isDone(by error: RequestError) -> Bool? {
        error.apiError?.code == "iTwinRepositoryResourceNotFound" ? false : nil
    }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? { .resource(path, id: values.trimmed("id") ?? "") }

    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> FieldRefusal? {
        // The conflict names no target: another one of that id tells that it is the id, else it is the name.
        if error.code == "iTwinRepositoryResourceExists", detail.target == nil {
            let id = values.trimmed("id") ?? ""
            let name = values.trimmed("displayName") ?? ""
            if known.contains(where: { $0.id == id }) { return ("id", "“\(id)” already exists in this repository") }
            let isName = known.contains { $0.displayName?.lowercased() == name.lowercased() }
            return isName ? ("displayName", "“\(name)” already exists in this repository") : ("id", detail.message)
        }
        guard let target = detail.target?.lowercased() else { return nil }
        return fields(values).first { $0.id.lowercased() == target }.map { ($0.id, detail.message) }
    }
}

extension ResourceForm {
    /// The dialog of a new resource, with what is known of the others by now; nil for another repository than the one gone
    /// into.
    init?(of path: RepositoryPath, in browser: Browser) {
        let pane = browser.session.resources
        guard pane.path == path, let iTwinID = path.iTwinID else { return nil }
        self.init(path: path, iTwinID: iTwinID, repositoryName: pane.title, known: pane.list.source.elements)
    }
}
