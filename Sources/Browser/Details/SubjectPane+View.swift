import ITwinsAPI
import Screen

extension Browser {
    func drawSubject(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        draw(navigation.here.tabs.list, of: .subject, in: layout, on: &frame, at: now)
        draw(navigation.here.tabs.text, of: .details, in: layout, on: &frame, at: now)
    }

    private func draw(
        _ tab: Tab,
        of besidePane: PaneID,
        in layout: ScreenLayout,
        on frame: inout Frame,
        at now: Timestamp
    ) {
        guard let rect = layout.rect(of: besidePane) else { return }
        let isFocused = pane == besidePane
        var inside = rect
        if layout.mode == .full {
            let trailing = trailing(of: tab, at: now)
            let shown = layout.tabs(of: besidePane)
            let (titles, selected) = titles(of: shown, present: tab, width: rect.width, trailing: trailing)
            inside = frame.tabbedBox(
                rect,
                tabs: titles,
                selected: selected,
                trailing: trailing,
                focused: isFocused
            )
        }
        guard subjectID != nil else { return }
        let lines = kind(of: tab).status(in: self)?.lines(at: now, width: inside.width - 2) ?? []
        guard lines.isEmpty else { return frame.lines(lines, in: inside.inset(dx: 1, dy: 0)) }
        if Tab.texts.contains(tab) { return drawText(in: inside, on: &frame, at: now) }
        drawRows(of: .subject, in: inside, layout, on: &frame, at: now)
    }

    /// How old what is shown is, and the filter, which stays longest.
    private func trailing(of tab: Tab, at now: Timestamp) -> [BoxLabel] {
        let status = kind(of: tab).status(in: self)?.trailing(at: now) ?? []
        return Tab.lists.contains(tab)
            ? sorted(status, of: .subject) + (kind(of: tab).state(in: self).map(Self.filterLabel) ?? []) : status
    }

    /// The titles of the tabs and which is the present one: in full, else with short words, else without numbers, so that
    /// every tab is seen; else that one alone. An age and the sort may be missing for them, what is wrong and the filter may
    /// not.
    private func titles(of tabs: [Tab], present: Tab, width: Int, trailing: [BoxLabel]) -> (
        titles: [CellText], selected: Int
    ) {
        let needed = trailing.filter { $0.role != .dim }.reduce(0) { $0 + $1.text.width + 2 }
        let repositories = subjectID.map { session.subject[$0].repositories }
        let repositoryCount = repositories.flatMap { $0.load.loadedAt == nil ? nil : $0.value.count }
        let (exports, exportCount) = exportsTab
        func titles(_ repositories: String, _ exports: String, counts: Bool) -> [CellText] {
            func numbered(_ title: String, _ count: Int?) -> CellText {
                CellText(counts ? count.map { "\(title) \($0.grouped)" } ?? title : title)
            }
            return tabs.map { tab in
                switch tab {
                case .repositories: numbered(repositories, repositoryCount)
                case .exports: numbered(exports, exportCount)
                case .details, .json: CellText(name(of: tab))
                }
            }
        }
        let variants = [
            titles("Repositories", exports, counts: true), titles("Repos", exports, counts: true),
            titles("Repos", exports, counts: false), titles("Repos", "Exports", counts: false),
        ]
        func fitting(_ needed: Int) -> [CellText]? {
            variants.first { titles in titles.reduce(3) { $0 + $1.width + 3 } + needed <= width }
        }
        let sortWidth =
            Tab.lists.contains(present)
            ? sortLabel(of: .subject).map { CellText($0).width } ?? 0 : 0
        let fittingTitles = fitting(needed + (sortWidth > 0 ? sortWidth + 2 : 0)) ?? fitting(needed)
        return fittingTitles.map { ($0, tabs.firstIndex(of: present) ?? 0) } ?? ([CellText(name(of: present))], 0)
    }

    /// The name of a tab.
    func name(of tab: Tab) -> String {
        switch tab {
        case .repositories: "Repositories"
        case .exports: exportsTab.title
        case .details: "Details"
        case .json: "JSON"
        }
    }

    /// What the tab of exports is called, and how many there are; nil while that is not known.
    private var exportsTab: (title: String, count: Int?) {
        guard session.connection.routes == .document else {
            return ("My exports", session.exports.load.loadedAt == nil ? nil : session.exports.list.source.count)
        }
        let cached = subjectID.map { session.subject[$0].exports }
        return ("Exports", cached.flatMap { $0.load.loadedAt == nil ? nil : $0.value.count })
    }

    // MARK: Texts

    /// The lines of what is read beside a list.
    func textLines(width: Int, at now: Timestamp) -> [TextLine] {
        place.facts.panes.last.map { kind(of: $0).lines(width: width, in: self, at: now) } ?? []
    }

    /// Keeps a text from being scrolled beyond its end.
    mutating func fitText(at now: Timestamp) {
        guard navigation.here.scroll > 0 else { return }
        let inside = layout.inside(layout.textPane)
        let lines = textLines(width: max(inside.width - 2, 1), at: now).count
        navigation.here.scroll = min(navigation.here.scroll, max(lines - inside.height, 0))
    }

    /// Draws the text that is read from the line it is scrolled to.
    func drawText(in rect: Rect, on frame: inout Frame, at now: Timestamp) {
        let inside = rect.inset(dx: 1, dy: 0)
        let lines = textLines(width: inside.width, at: now)
        let first = min(navigation.here.scroll, max(lines.count - inside.height, 0))
        draw(lines.dropFirst(first), in: inside, on: &frame)
        if layout.mode == .full {
            frame.scrollbar(
                on: Rect(x: rect.minX - 1, y: rect.minY - 1, width: rect.width + 2, height: rect.height + 2),
                first: first,
                visible: inside.height,
                count: lines.count,
                focused: pane == place.facts.panes.last
            )
        }
    }

    func draw(_ lines: some Collection<TextLine>, in rect: Rect, on frame: inout Frame) {
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

    /// What is to be known of it; secrets are masked unless they are revealed.
    func fields(revealed: Bool) -> [(label: String, value: String)] {
        var fields: [(String, String)] = [
            ("invisible", CellText.hiddenCharacters(in: title) ?? ""), ("uri", uri ?? ""),
        ]
        if let authentication { fields.append(("auth", authentication.text(revealed: revealed))) }
        if let options {
            var texts = options.queryParameters.map { "\($0.name) = \($0.value)" }
            if let minimum = options.minimumLevel, let maximum = options.maximumLevel {
                texts.append("zoom \(minimum) to \(maximum)")
            }
            fields.append(("options", texts.joined(separator: "  ")))
        }
        fields.append(("class", `class`.rawValue + (subClass.map { " · \($0.rawValue)" } ?? ", added by the service")))
        fields.append(("id", id))
        return fields
            + additional.members.map { member in
                // One of a kind that is not known here may have its secret in any member.
                let value = member.name == "authentication" && !revealed ? member.value.masked : member.value
                return (member.name, value.string ?? value.text)
            }
    }
}

extension RepositoryAuthentication {
    /// Kind and members in one line; secrets are masked unless they are revealed.
    func text(revealed: Bool) -> String {
        let members = members.map { member in
            let isHidden = !revealed && kind.secretMembers.contains(member.name)
            return "\(member.name) = \(isHidden ? Secret(member.value).description : member.value)"
        }
        return ([kind.label] + members).joined(separator: "  ")
    }
}

extension JSON {
    /// The same with every text masked but that of `type`.
    var masked: JSON {
        switch self {
        case .object(let object):
            .object(
                JSON.Object(
                    object.members.map { .init(name: $0.name, value: $0.name == "type" ? $0.value : $0.value.masked) }
                )
            )
        case .array(let values): .array(values.map(\.masked))
        case .null, .bool: self
        default: .string(Secret("").description)
        }
    }
}
