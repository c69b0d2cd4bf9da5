import ITwinsAPI
import Screen

/// What is to be known of the resource under the cursor, or its JSON.
struct ResourceTextPane: Pane {
    func request(in browser: Browser) -> (any LoadRequest)? {
        guard let path = browser.place.repositoryPath, let id = browser.resourceID else { return nil }
        return LoadResource(path: path, id: id)
    }

    /// What is to be known of the resource under the cursor, and how it can be drawn.
    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        let pane = browser.session.resources
        guard let path = pane.path, let row = pane.list.selectedElement else { return [] }
        let detail = pane.details[row.id] ?? ResourcesState.Detail()
        let load = browser.loadStatus(of: LoadResource(path: path, id: row.id))
        let resource = detail.resource ?? row
        let revealsSecrets = browser.navigation.revealsSecrets
        if pane.showsJSON { return code(resource, detail, revealsSecrets, width: width) }
        let known = TextLine.fields(resource.fields(revealed: revealsSecrets), width: width)
        var lines = known + [TextLine(label: "", value: "", role: .dim)]
        if let failure = detail.load.failure {
            lines += TextLine.failure(failure, width: width, in: browser)
        } else if let text = Self.loadingText(load, at: now) {
            lines += TextLine.lines(text, width: width, role: .dim)
        }
        return lines
            + graphicsLines(
                resource,
                detail,
                browser.loadStatus(of: LoadGraphics(path: path, id: row.id)),
                width: width,
                in: browser,
                at: now
            )
    }

    private func graphicsLines(
        _ resource: Resource,
        _ detail: ResourcesState.Detail,
        _ load: LoadStatus,
        width: Int,
        in browser: Browser,
        at now: Timestamp
    ) -> [TextLine] {
        let title = TextLine(label: "", value: "Graphics", role: .title)
        let isMissing = load.failure?.apiError?.status == 404
        if resource.graphicsURI == nil || isMissing || load.loadedAt != nil && detail.graphics.isEmpty {
            // Before all of it is known its row alone says nothing.
            guard detail.load.loadedAt != nil else { return [] }
            return [title] + TextLine.lines("No graphics available.", width: width, role: .dim)
        }
        if let failure = load.failure {
            return [title]
                + TextLine.failure(failure, width: width, in: browser)
        }
        if let text = Self.loadingText(load, at: now), detail.graphics.isEmpty {
            return [title] + TextLine.lines(text, width: width, role: .dim)
        }
        return detail.graphics.isEmpty
            ? []
            : [title]
                + detail.graphics.flatMap {
                    TextLine.fields($0.fields(revealed: browser.navigation.revealsSecrets), width: width)
                }
    }

    private func code(
        _ resource: Resource,
        _ detail: ResourcesState.Detail,
        _ revealsSecrets: Bool,
        width: Int
    ) -> [TextLine] {
        let lines = TextLine.code(resource.json.prettyText(limit: Self.documentLimit), width: width)
        guard !detail.graphics.isEmpty else { return lines }
        let graphics = JSON.array(detail.graphics.map { revealsSecrets ? $0.json : $0.maskedJSON })
        let title = [TextLine(label: "", value: "", role: .dim), TextLine(label: "", value: "Graphics", role: .title)]
        return lines + title + TextLine.code(graphics.prettyText(limit: Self.documentLimit), width: width)
    }

    /// Longer documents are cut: they are laid out for every frame.
    private static let documentLimit = 65_536

    private static func loadingText(_ load: LoadStatus, at now: Timestamp) -> String? {
        guard let since = load.since, load.loadedAt == nil, now.seconds(since: since) >= Spinner.delay else {
            return nil
        }
        return "\(Spinner.character(since: since, at: now)) loading… \(now.seconds(since: since).secondsText)"
    }

    func createTarget(in browser: Browser) -> CreateTarget? { .resource(in: browser) }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .ofResource }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> { .resource(in: browser) }
}

extension Resource {
    /// What is to be known of it; what may be a secret is masked unless it is revealed.
    func fields(revealed: Bool) -> [(label: String, value: String)] {
        let classText = [`class`?.rawValue, subClass?.rawValue].compactMap(\.self).joined(separator: " · ")
        let fields: [(String, String)] = [
            ("name", title), ("invisible", CellText.hiddenCharacters(in: title) ?? ""), ("type", type ?? ""),
            ("class", classText), ("id", id),
        ]
        let members = (properties?.object?.members ?? []) + additional.members
        return fields
            + members.map { member in
                let value = member.name == "authentication" && !revealed ? member.value.masked : member.value
                return (member.name, value.string ?? value.text)
            }
    }
}

extension Graphics {
    /// What is to be known of it; secrets are masked unless they are revealed.
    func fields(revealed: Bool) -> [(label: String, value: String)] {
        var fields: [(String, String)] = [("type", type.rawValue), ("uri", uri ?? ""), ("provider", provider ?? "")]
        if let providerOptions { fields.append(("options", providerOptions.text)) }
        if let authentication { fields.append(("auth", authentication.text(revealed: revealed))) }
        return fields
            + additional.members.map { member in
                let value = member.name == "authentication" && !revealed ? member.value.masked : member.value
                return (member.name, value.string ?? value.text)
            }
    }

    /// The graphics with every secret masked.
    var maskedJSON: JSON {
        guard var object = json.object, let authentication = object["authentication"] else { return json }
        object["authentication"] = authentication.masked
        return .object(object)
    }
}

extension CreateTarget? {
    /// A resource of the repository that is gone into, where it takes some.
    static func resource(in browser: Browser) -> Self {
        browser.session.resources.takesResources ? browser.place.repositoryPath.map { .resource($0) } : nil
    }
}

extension Availability<EditTarget> {
    /// That of a resource.
    static var ofResource: Self { .impossible("Resources can't be edited. Delete this one and create it again.") }
}

extension Availability<DeleteTarget> {
    /// That of the resource under the cursor.
    static func resource(in browser: Browser) -> Self {
        let pane = browser.session.resources
        guard let path = browser.place.repositoryPath, let resource = pane.list.selectedElement else {
            return .impossible("There is nothing to delete here.")
        }
        return pane.takesResources
            ? .possible(.resource(resource, path))
            : .impossible("“\(resource.title)” wasn't added manually and can't be deleted.")
    }
}
