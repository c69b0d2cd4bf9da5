import ITwinsAPI
import Screen

/// Global repositories, and what is in a repository.
extension Browser {
    func drawGlobal(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let title = [BoxLabel(text: "Global repositories", role: nil)] + Self.filterLabel(session.global.list.state)
        draw(session.global.list, of: .globalRepositories, title: title, in: layout, on: &frame, at: now)
        drawTextBox(
            of: .globalDetails,
            title: [BoxLabel(text: "Repository", role: nil)],
            in: layout,
            on: &frame,
            at: now
        )
    }

    func drawResources(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let pane = session.resources
        draw(pane.list, of: .resources, title: resourcesTitle(pane), in: layout, on: &frame, at: now)
        guard layout.mode == .full, let rect = layout.rect(of: .resourceDetails) else {
            return drawTextBox(of: .resourceDetails, title: [], in: layout, on: &frame, at: now)
        }
        let inside = frame.tabbedBox(
            rect,
            tabs: ["Resource", "JSON"],
            selected: pane.showsJSON ? 1 : 0,
            trailing: resourceTrailing(at: now),
            focused: self.pane == .resourceDetails
        )
        drawText(in: inside, on: &frame, at: now)
    }

    private func drawTextBox(
        of textPane: PaneID,
        title: [BoxLabel],
        in layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        guard let rect = layout.rect(of: textPane) else { return }
        let inside = box(layout, rect, title: title, trailing: [], isFocused: pane == textPane, on: &frame)
        drawText(in: inside, on: &frame, at: now)
    }

    private func resourcesTitle(_ pane: ResourcesPane) -> [BoxLabel] {
        let isRoomy = layout.rect(of: .resources)?.width ?? 0 >= 60
        var title = [BoxLabel(text: CellText(isRoomy ? "Resources of \(pane.title)" : "Resources"), role: nil)]
        let count = pane.list.source.count
        if pane.load.loadedAt == nil || pane.canResume {
            if count > 0 { title.append(BoxLabel(text: CellText("\(count.grouped) loaded"), role: .pending)) }
        } else if count > 0 {
            title.append(BoxLabel(text: CellText(Self.countText(pane.list.state.visibleCount, of: count)), role: .dim))
        }
        return title + Self.filterLabel(pane.list.state)
    }

    /// What stands at the right of the border of the list of resources.
    func resourcesTrailing(_ status: ListStatus, at now: Timestamp) -> [BoxLabel] {
        let pane = session.resources
        if pane.canResume, !status.load.isLoading { return [BoxLabel(text: "more is missing", role: .warn)] }
        if pane.isCut, pane.load.failure == nil { return [BoxLabel(text: "there are more", role: .warn)] }
        return status.trailing(at: now)
    }

    private func resourceTrailing(at now: Timestamp) -> [BoxLabel] {
        guard resourceID != nil else { return [] }
        let load = loadStatus(of: loadRequest(of: .resourceDetails))
        let state = session.global.list.state
        return ListStatus(load: load, state: state, count: 1, emptyText: "", notInRoutesText: "").trailing(at: now)
    }

    // MARK: Texts

    /// What is to be known of the global repository under the cursor.
    func globalLines(width: Int) -> [TextLine] {
        guard let repository = session.global.list.selectedElement() else { return [] }
        let fields = repository.fields(revealed: navigation.revealsSecrets)
        return TextLine.fields([("name", repository.title)] + fields, width: width)
    }

    /// What is to be known of the resource under the cursor, and how it can be drawn.
    func resourceLines(width: Int, at now: Timestamp) -> [TextLine] {
        let pane = session.resources
        guard let path = pane.path, let row = pane.list.selectedElement() else { return [] }
        let detail = pane.details[row.id] ?? ResourcesPane.Detail()
        let load = loadStatus(of: LoadResource(path: path, id: row.id))
        let resource = detail.resource ?? row
        if pane.showsJSON { return resourceCode(resource, detail, width: width) }
        let known = TextLine.fields(resource.fields(revealed: navigation.revealsSecrets), width: width)
        var lines = known + [TextLine(label: "", value: "", role: .dim)]
        if let failure = detail.load.failure {
            lines += TextLine.lines("✗ \(Wording.text(failure))  r  tries again", width: width, role: .error)
        } else if let text = Self.loadingText(load, at: now) {
            lines += TextLine.lines(text, width: width, role: .dim)
        }
        return lines
            + graphicsLines(
                resource,
                detail,
                loadStatus(of: LoadGraphics(path: path, id: row.id)),
                width: width,
                at: now
            )
    }

    private func graphicsLines(
        _ resource: Resource,
        _ detail: ResourcesPane.Detail,
        _ load: LoadStatus,
        width: Int,
        at now: Timestamp
    ) -> [TextLine] {
        let title = TextLine(label: "", value: "Graphics", role: .title)
        let isMissing = load.failure?.apiError?.status == 404
        if resource.graphicsURI == nil || isMissing || load.loadedAt != nil && detail.graphics.isEmpty {
            // Before all of it is known its row alone says nothing.
            guard detail.load.loadedAt != nil else { return [] }
            return [title] + TextLine.lines("No graphics: there is nothing to draw it by.", width: width, role: .dim)
        }
        if let failure = load.failure {
            return [title]
                + TextLine.lines("✗ \(Wording.text(failure))  r  tries again", width: width, role: .error)
        }
        if let text = Self.loadingText(load, at: now), detail.graphics.isEmpty {
            return [title] + TextLine.lines(text, width: width, role: .dim)
        }
        return detail.graphics.isEmpty
            ? []
            : [title]
                + detail.graphics.flatMap {
                    TextLine.fields($0.fields(revealed: navigation.revealsSecrets), width: width)
                }
    }

    private func resourceCode(_ resource: Resource, _ detail: ResourcesPane.Detail, width: Int) -> [TextLine] {
        let lines = TextLine.code(resource.json.prettyText(limit: Self.documentLimit), width: width)
        guard !detail.graphics.isEmpty else { return lines }
        let graphics = JSON.array(detail.graphics.map { navigation.revealsSecrets ? $0.json : $0.maskedJSON })
        let title = [TextLine(label: "", value: "", role: .dim), TextLine(label: "", value: "Graphics", role: .title)]
        return lines + title + TextLine.code(graphics.prettyText(limit: Self.documentLimit), width: width)
    }

    /// Longer documents are cut: they are laid out for every frame.
    private static let documentLimit = 65_536

    private static func loadingText(_ load: LoadStatus, at now: Timestamp) -> String? {
        guard let since = load.since, load.loadedAt == nil, now.seconds(since: since) >= spinnerDelay else {
            return nil
        }
        return "\(spinner(since: since, at: now)) loading… \(seconds(now.seconds(since: since)))"
    }
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
