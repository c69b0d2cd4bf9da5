import ITwinsAPI

/// What a new export needs (contract section 8.1).
struct ExportForm: FormContent {
    /// The iTwin whose tree is exported; nil for everything of the caller, as in the live routes.
    let iTwin: (id: String, name: String)?
    /// What the service still takes.
    let quota: FormInfo?
    /// The exports that are there already, so that a new one is told from them.
    let knownIDs: Set<String>
    /// When the dialog was opened: older ones are not what it made, even when the list was not known then.
    let openedAt: Timestamp
    let keymap: Keymap
    /// Whose iTwins the list shows, which is what the dialog begins with.
    let scope: QueryScope

    /// How much the clock of the service may be behind, in seconds.
    private static let skew = 60.0

    var title: String { iTwin.map { "New export of \($0.name)" } ?? "New export of your iTwins" }
    var verb: FormVerb { FormVerb(button: "Create", doing: "Creating", done: "requested") }
    var hint: FormInfo? { quota }

    func objectName(_ values: FormValues) -> String { "Export of \(Self.draft(values).request.summary)" }

    func fields(_ values: FormValues) -> [Field] {
        let formats = ExportFormat.known.map { Field.Choice($0.rawValue, label: $0.label) }
        let subClasses = ITwinSubClass.known.map { Field.Choice($0.rawValue) }
        let columns = ITwin.Field.allCases.map { Field.Choice($0.rawValue) }
        let minimal = ITwin.Field.minimal.compactMap { ITwin.Field.allCases.firstIndex(of: $0) }
        return [
            .choice("outputFormat", "Format", formats, selected: ExportFormat.known.firstIndex(of: .csv)),
            .several("subClass", "Classes", subClasses, none: "All"),
            .several("select", "Columns", columns, chosen: minimal, none: "none"),
            .choice(
                "includeInactive",
                "Inactive",
                [.init("false", label: "Exclude"), .init("true", label: "Include")]
            ),
            .text("filter", "Filter", placeholder: "OData, e.g. type eq 'Bridge'"),
            .choice(
                "queryScope",
                "Scope",
                [
                    .init(QueryScope.member.rawValue, label: "iTwins you are a member of"),
                    .init(QueryScope.organizationAdmin.rawValue, label: "All in the organization"),
                ],
                selected: scope == .member ? 0 : 1
            ),
        ]
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        id == "select" && values[id].isEmpty
            ? keymap.text("Select at least one column with \(.choose, in: .form)") : nil
    }

    func request(_ values: FormValues, of form: FormID) -> FormRequest? {
        .submit(.createExport(iTwinID: iTwin?.id, Self.draft(values)), of: form)
    }

    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        if browser.focusedExport == nil {
            browser.show(.success, browser.text("\(objectName(values)) \(verb.done)  \(.exports)  shows it"), at: now)
        }
        if case .export(let export) = answer { browser.session.insertAndSelect(export, of: iTwin?.id, at: now) }
        return []
    }

    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? {
        guard case .exports(let page) = answer, let found = match(in: page.items, Self.draft(values)) else {
            return nil
        }
        browser.session.insertAndSelect(found, of: iTwin?.id, at: now)
        return []
    }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? { .exports(iTwinID: iTwin?.id) }

    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> FieldRefusal? {
        // Targets are named as query parameters although the members of the body have no dollar sign.
        switch detail.target {
        case "$select": ("select", detail.message)
        case "$filter", "filter": ("filter", detail.message)
        case "queryScope", "X-iTwin-Query-Scope": ("queryScope", detail.message)
        case "subClass", "outputFormat", "includeInactive": detail.target.map { ($0, detail.message) }
        default: nil
        }
    }

    /// The export that this may have made, among those that are there now.
    private func match(in exports: [Export], _ draft: ExportDraft) -> Export? {
        exports.first { export in
            let isOld = export.createdDateTime.map { $0 < openedAt.adding(seconds: -Self.skew) } ?? false
            return !isOld && !knownIDs.contains(export.id) && export.request == draft.request
        }
    }

    private static func draft(_ values: FormValues) -> ExportDraft {
        var draft = ExportDraft(outputFormat: ExportFormat(rawValue: values["outputFormat"]))
        draft.subClasses = list(values["subClass"]).map(ITwinSubClass.init(rawValue:))
        let columns = list(values["select"]).compactMap(ITwin.Field.init(rawValue:))
        // The service exports these six by itself, and is faster when it is not asked for them.
        draft.select = columns == ITwin.Field.minimal ? [] : columns
        draft.includeInactive = values["includeInactive"] == "true"
        draft.filter = values.trimmed("filter")
        draft.queryScope = QueryScope(rawValue: values["queryScope"])
        return draft
    }

    private static func list(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}

extension ExportFormat {
    /// What a user calls it.
    var label: String {
        switch self {
        case .csv: "CSV (\(fileExtension))"
        case .csvGZip: "CSV, gzip (\(fileExtension))"
        case .jsonGZip: "JSON, gzip (\(fileExtension))"
        case .jsonZipArchive: "JSON, zip archive (\(fileExtension))"
        default: rawValue
        }
    }
}

extension ExportDraft {
    /// The request as the service shows it.
    var request: ExportRequest {
        var request = ExportRequest(outputFormat: outputFormat)
        request.subClass = subClasses.isEmpty ? nil : subClasses.map(\.rawValue).joined(separator: ",")
        request.select = select.isEmpty ? nil : select.map(\.rawValue).joined(separator: ",")
        request.includeInactive = includeInactive
        request.filter = filter
        request.queryScope = queryScope
        return request
    }
}

extension ExportForm {
    /// The dialog of a new export as of now.
    init(of iTwinID: String?, in browser: Browser, at now: Timestamp) {
        let session = browser.session
        self.init(
            iTwin: iTwinID.map { ($0, session.name(of: $0)) },
            quota: session.exportQuota(at: now)?.hint(at: now),
            knownIDs: Set(session.listedExports.source.elements.map(\.id)),
            openedAt: now,
            keymap: browser.terminal.keymap,
            scope: session.iTwins.scope
        )
    }
}
