import ITwinsAPI
import Screen

extension Browser {
    func drawSubject(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        guard let rect = layout.rect(of: .subject) else { return }
        let isFocused = pane == .subject
        var inside = rect
        if layout.mode == .full {
            let state = subject.tab == .repositories ? subject.list.state : nil
            let filter = state.map(Self.filterLabel) ?? []
            inside = frame.tabbedBox(
                rect,
                tabs: Tab.allCases.map(tabTitle),
                selected: subject.tab.rawValue,
                trailing: filter + (subjectStatus?.trailing(at: now) ?? []),
                focused: isFocused
            )
        }
        guard subjectID != nil else { return }
        let lines = subjectStatus?.lines(at: now, width: inside.width - 2) ?? []
        guard lines.isEmpty else { return frame.lines(lines, in: inside.inset(dx: 1, dy: 0)) }
        switch subject.tab {
        case .repositories: drawRepositories(in: inside, layout: layout, isFocused: isFocused, on: &frame)
        case .exports:
            let list = connection.routes == .live ? exports.list : subject.exportList
            drawExportRows(list, in: inside, isFocused: isFocused, hasTitles: layout.mode == .full, on: &frame, at: now)
        case .details, .json: drawText(in: inside, on: &frame)
        }
    }

    private func tabTitle(_ tab: Tab) -> CellText {
        switch tab {
        case .repositories:
            let count = subjectID.flatMap { subject.repositories[$0] }.flatMap {
                $0.load.loadedAt == nil ? nil : $0.value.count
            }
            return CellText(count.map { "Repositories \($0.grouped)" } ?? "Repositories")
        case .exports:
            if connection.routes == .live {
                return exports.load.loadedAt == nil ? "My exports" : CellText("My exports \(exports.list.source.count)")
            }
            let count = subjectID.flatMap { subject.exports[$0] }.flatMap {
                $0.load.loadedAt == nil ? nil : $0.value.count
            }
            return CellText(count.map { "Exports \($0)" } ?? "Exports")
        case .details: return "Details"
        case .json: return "JSON"
        }
    }

    /// How the present tab stands with the service.
    var subjectStatus: ListStatus? {
        guard let id = subjectID else { return nil }
        let load = subject.load(of: subject.tab, for: id) ?? LoadState()
        switch subject.tab {
        case .repositories:
            return ListStatus(
                load: load,
                state: subject.list.state,
                count: subject.list.source.count,
                emptyText: "Nothing here yet.  n  adds a repository.",
                notInRoutesText: "Not in the document routes."
            )
        case .exports where connection.routes == .live: return exportsStatus(of: exports)
        case .exports:
            return ListStatus(
                load: load,
                state: subject.exportList.state,
                count: subject.exportList.source.count,
                emptyText: "No exports of this iTwin in the last 4 hours.",
                notInRoutesText: ""
            )
        case .details, .json:
            // A text is never an empty list once there is anything to show.
            let isKnown = subject.details[id]?.iTwin != nil || connection.routes == .document && iTwin(id) != nil
            var state = subject.list.state
            state.visibleCount = isKnown ? 1 : 0
            return ListStatus(
                load: load,
                state: state,
                count: isKnown ? 1 : 0,
                emptyText: "",
                notInRoutesText: "Not in the document routes."
            )
        }
    }

    // MARK: Repositories

    private func drawRepositories(in rect: Rect, layout: ScreenLayout, isFocused: Bool, on frame: inout Frame) {
        let (upper, lower) = rect.split(bottom: layout.previewHeight)
        let columns = [
            Column("Name", width: 12, isFlexible: true), Column("Class", width: 26, isFlexible: true, rank: 1),
        ]
        frame.rows(of: subject.list, in: upper, isFocused: isFocused, columns: columns, hasTitles: layout.mode == .full)
        { index, column in
            let repository = subject.list.source.elements[index]
            return column == 0
                ? ListCell(name: repository.title)
                : ListCell(CellText(repository.classText), repository.isAutomatic ? .dim : .text)
        }
        if lower.height > 1 { drawPreview(in: lower.inset(dx: 1, dy: 0), on: &frame) }
    }

    /// More of the selected repository, below the list.
    private func drawPreview(in rect: Rect, on frame: inout Frame) {
        guard let index = subject.list.selectedIndex else { return }
        let repository = subject.list.source.elements[index]
        frame.write(
            CellText(repository.title),
            at: Point(x: rect.minX, y: rect.minY),
            width: rect.width,
            style: Style(.title)
        )
        let lines = TextLine.fields(repository.fields, width: rect.width)
        draw(lines, in: Rect(x: rect.minX, y: rect.minY + 1, width: rect.width, height: rect.height - 1), on: &frame)
    }

    // MARK: Texts

    /// The lines of what is read in the right pane: details, JSON or an export.
    func textLines(width: Int) -> [TextLine] {
        if place == .exports { return exportLines(width: width) }
        guard let id = subjectID else { return [] }
        switch subject.tab {
        case .details: return detailLines(id, width: width)
        case .json:
            guard let document = subject.details[id]?.document else {
                let note = "What the list knows of it; one iTwin alone is not in the document routes."
                return TextLine.lines(note, width: width, role: .dim)
                    + TextLine.code(iTwin(id)?.json(ITwin.Field.row).prettyText ?? "", width: width)
            }
            return TextLine.code(document, width: width)
        case .repositories, .exports: return []
        }
    }

    private func detailLines(_ id: String, width: Int) -> [TextLine] {
        guard let iTwin = iTwin(id) else { return [] }
        let position = iTwin.latitude.flatMap { latitude in iTwin.longitude.map { "\(latitude), \($0)" } }
        let fields: [(String, String?)] = [
            ("name", iTwin.displayName), ("hidden in it", CellText.hiddenCharacters(in: iTwin.title)),
            ("number", iTwin.number),
            ("class", [iTwin.class?.rawValue, iTwin.subClass?.rawValue].compactMap(\.self).joined(separator: " · ")),
            ("type", iTwin.type), ("status", iTwin.status?.rawValue), ("location", iTwin.geographicLocation),
            ("position", position),
            ("time zone", iTwin.ianaTimeZone), ("data center", iTwin.dataCenterLocation?.rawValue),
            ("parent", iTwin.parentId.map { self.iTwin($0)?.title ?? $0 }),
            ("account", iTwin.iTwinAccountId.map { self.iTwin($0)?.title ?? $0 }), ("image", iTwin.imageName),
            ("created", Self.change(iTwin.createdDateTime, by: iTwin.createdBy)),
            ("changed", Self.change(iTwin.lastModifiedDateTime, by: iTwin.lastModifiedBy)), ("id", iTwin.id),
        ]
        let additional = iTwin.additional.members.map { ($0.name, Optional($0.value.string ?? $0.value.text)) }
        let known = TextLine.fields((fields + additional).map { ($0.0, $0.1 ?? "") }, width: width)
        guard connection.routes == .document else { return known }
        return known + [TextLine(label: "", value: "", role: .dim)]
            + TextLine.lines("More is not in the document routes.", width: width, role: .dim)
    }

    private static func change(_ moment: Timestamp?, by user: String?) -> String? {
        moment.map { $0.readable + (user.map { " by \($0)" } ?? "") }
    }

    /// Draws the text of the right pane from the line it is scrolled to.
    func drawText(in rect: Rect, on frame: inout Frame) {
        let inside = rect.inset(dx: 1, dy: 0)
        let lines = textLines(width: inside.width)
        let first = min(subject.scroll, max(lines.count - inside.height, 0))
        draw(Array(lines.dropFirst(first)), in: inside, on: &frame)
        if layout.mode == .full {
            frame.scrollbar(
                on: Rect(x: rect.minX - 1, y: rect.minY - 1, width: rect.width + 2, height: rect.height + 2),
                first: first,
                visible: inside.height,
                count: lines.count,
                focused: pane == .subject || pane == .exportDetails
            )
        }
    }

    private func draw(_ lines: [TextLine], in rect: Rect, on frame: inout Frame) {
        for (offset, line) in lines.prefix(max(rect.height, 0)).enumerated() {
            let y = rect.minY + offset
            let labelWidth = line.label.width
            if labelWidth > 0 {
                frame.write(line.label, at: Point(x: rect.minX, y: y), width: labelWidth, style: Style(.dim))
            }
            let x = rect.minX + (labelWidth > 0 ? labelWidth + 2 : 0)
            frame.write(line.value, at: Point(x: x, y: y), width: max(rect.maxX - x, 0), style: Style(line.role))
        }
    }
}

extension Repository {
    /// Class and subclass in one column.
    var classText: String {
        guard let subClass else { return "\(`class`.rawValue)  auto" }
        let short = `class` == .geographicInformationSystem ? "GIS" : `class`.rawValue
        return "\(short) · \(subClass.rawValue)"
    }

    /// What is to be known of it, secrets masked.
    var fields: [(label: String, value: String)] {
        var fields: [(String, String)] = [("hidden", CellText.hiddenCharacters(in: title) ?? ""), ("uri", uri ?? "")]
        if let authentication {
            let secret = authentication.kind.secretMembers
            let members = authentication.members.map {
                "\($0.name) = \(secret.contains($0.name) ? Secret($0.value).description : $0.value)"
            }
            fields.append(("auth", ([authentication.kind.label] + members).joined(separator: "  ")))
        }
        if let options {
            var texts = options.queryParameters.map { "\($0.name) = \($0.value)" }
            if let minimum = options.minimumLevel, let maximum = options.maximumLevel {
                texts.append("zoom \(minimum) to \(maximum)")
            }
            fields.append(("options", texts.joined(separator: "  ")))
        }
        fields.append(("class", `class`.rawValue + (subClass.map { " · \($0.rawValue)" } ?? ", added by the service")))
        fields.append(("id", id))
        return fields + additional.members.map { ($0.name, $0.value.string ?? $0.value.text) }
    }
}
