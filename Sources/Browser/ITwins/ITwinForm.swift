import ITwinsAPI
import Screen

/// What an iTwin is made of, new (contract section 6.2) or changed (section 6.4).
struct ITwinForm: EditContent {
    let purpose: Purpose

    enum Purpose: Sendable {
        /// A new one; it may lie below the iTwin under the cursor, or below the account, whose name may not be known.
        case create(below: (id: String, name: String)?, accountName: String?)
        /// Other values in the fields of one that can be changed; the parent is named where it has one.
        case edit(ITwin, parentName: String?)
    }

    private var existing: ITwin? { if case .edit(let iTwin, _) = purpose { iTwin } else { nil } }

    var title: String { existing.map { "Edit “\($0.title)”" } ?? "New iTwin" }
    var editedTitle: String? { existing?.title }

    /// A new one is of nobody yet.
    var isKeptForAnotherUser: Bool { existing == nil }

    func objectName(_ values: FormValues) -> String {
        "iTwin “\(values.trimmed("displayName") ?? "")”"
    }

    /// What is shown of one that exists and cannot be changed.
    var info: [FormInfo] {
        guard case .edit(let iTwin, let parentName) = purpose else { return [] }
        let facts: [(String, String?)] = [
            ("Class", [iTwin.class?.rawValue, iTwin.subClass?.rawValue].compactMap(\.self).joined(separator: " · ")),
            ("Parent", parentName), ("Data center", iTwin.dataCenterLocation?.rawValue),
        ]
        return facts.compactMap { label, text in
            text.flatMap { $0.isEmpty ? nil : FormInfo(label: label, text: $0, role: .dim) }
        }
    }

    var presets: FormValues {
        guard let existing else { return FormValues() }
        var values: [String: String] = [:]
        for field in ITwinChanges.fields { values[field.rawValue] = Self.text(existing[field]) }
        return FormValues(values)
    }

    func fields(_ values: FormValues) -> [Field] {
        let texts: [Field] = [
            .text("displayName", "Name"),
            .text("number", "Number", placeholder: existing == nil ? "default: iTwin ID" : ""),
            .text("type", "Type", placeholder: "e.g. Bridge"),
        ]
        let places: [Field] = [
            .text("geographicLocation", "Location", placeholder: "e.g. London, UK"),
            .text("latitude", "Latitude", placeholder: "-90 to 90, degrees north"),
            .text("longitude", "Longitude", placeholder: "-180 to 180, degrees east"),
            .text("ianaTimeZone", "Time zone", placeholder: "e.g. Europe/London"),
        ]
        let statuses =
            (existing?.status.flatMap { ITwinStatus.known.contains($0) ? nil : [$0] } ?? []) + ITwinStatus.known
        let status = Field.choice("status", "Status", statuses)
        guard case .create(let selected, let accountName) = purpose else { return texts + places + [status] }
        let classes = ITwinClass.known.filter { $0 != .account }
        let endeavor = classes.firstIndex(of: .endeavor)
        let subClasses = ITwinClass(rawValue: values["class"]).subClasses
        let account = Field.Choice("", label: accountName.map { "\($0) (account)" } ?? "Your account")
        let parents = [account] + (selected.map { [Field.Choice($0.id, label: $0.name)] } ?? [])
        return [.choice("class", "Class", classes, selected: endeavor), .choice("subClass", "Subclass", subClasses)]
            + texts + [.choice("parentId", "Parent", parents)] + places + [
                .choice("dataCenterLocation", "Data center", DataCenter.known), status,
            ]
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        // What the service has already it may have by other rules.
        if existing != nil, isUntouched(id, values) { return nil }
        switch id {
        case "displayName":
            guard let name = values.trimmed(id) else { return "A name is required" }
            return Rules.problem(inLengthOf: name, limit: Rules.textLength)
        case "number" where existing != nil && values.trimmed(id) == nil: return "A number is required"
        case "number", "geographicLocation":
            return Rules.problem(inLengthOf: values.trimmed(id) ?? "", limit: Rules.textLength)
        case "type": return Rules.problem(inLengthOf: values.trimmed(id) ?? "", limit: Rules.typeLength)
        case "latitude": return Self.degreesProblem(values.trimmed(id), Rules.latitudes)
        case "longitude": return Self.degreesProblem(values.trimmed(id), Rules.longitudes)
        case "ianaTimeZone":
            guard let zone = values.trimmed(id), !Rules.isTimeZone(zone) else { return nil }
            return "“\(zone)” isn't an IANA time zone, such as Europe/London"
        default: return nil
        }
    }

    func request(_ values: FormValues, of form: FormID) -> FormRequest? {
        guard let existing else { return draft(values).map { .submit(.createITwin($0), of: form) } }
        let changes = changes(values)
        return changes.isEmpty
            ? .nothing(of: existing.title) : .submit(.updateITwin(id: existing.id, changes), of: form)
    }

    func succeed(_ answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .iTwin(let iTwin, let source) = answer else { return [] }
        return existing == nil
            ? InsertITwin(iTwin: iTwin, source: source).apply(to: &browser, at: now)
            : ReplaceITwin(iTwin: iTwin, source: source).apply(to: &browser, at: now)
    }

    func find(in answer: Answer, _ values: FormValues, in browser: inout Browser, at now: Timestamp) -> [Effect]? {
        switch answer {
        case .iTwin(let iTwin, let source):
            let effects = ReplaceITwin(iTwin: iTwin, source: source).apply(to: &browser, at: now)
            return changes(values).areMade(in: iTwin) ? effects : nil
        case .iTwins(let page):
            guard let draft = draft(values), let found = page.items.first(where: draft.matches) else { return nil }
            let insertion = InsertITwin(iTwin: found, source: found.json(ITwinRow.fields))
            let effects = insertion.apply(to: &browser, at: now)
            browser.session.sidePane[found.id].details = SidePaneState.Detail()
            return effects
        default: return nil
        }
    }

    private func draft(_ values: FormValues) -> ITwinDraft? {
        guard let name = values.trimmed("displayName") else { return nil }
        var draft = ITwinDraft(
            class: ITwinClass(rawValue: values["class"]),
            subClass: ITwinSubClass(rawValue: values["subClass"]),
            displayName: name
        )
        draft.number = values.trimmed("number")
        draft.type = values.trimmed("type")
        draft.parentId = values.trimmed("parentId")
        draft.geographicLocation = values.trimmed("geographicLocation")
        draft.latitude = values.trimmed("latitude").flatMap(Double.init)
        draft.longitude = values.trimmed("longitude").flatMap(Double.init)
        draft.ianaTimeZone = values.trimmed("ianaTimeZone")
        draft.dataCenterLocation = DataCenter(rawValue: values["dataCenterLocation"])
        draft.status = ITwinStatus(rawValue: values["status"])
        return draft
    }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? {
        if let existing { return .iTwin(id: existing.id) }
        var query = ITwinQuery()
        query.subClasses = [ITwinSubClass(rawValue: values["subClass"])]
        query.displayName = values.trimmed("displayName")
        query.includeInactive = true
        query.select = ITwinRow.fields
        return .iTwins(query)
    }

    // MARK: Parts

    /// What is to be sent: the fields that say something else than before, null for one that was emptied.
    private func changes(_ values: FormValues) -> ITwinChanges {
        var changes = ITwinChanges()
        for field in ITwinChanges.fields where !isUntouched(field.rawValue, values) {
            let text = values.trimmed(field.rawValue)
            let value: JSON? =
                switch field {
                case .latitude, .longitude: text.flatMap(Double.init).map(JSON.double)
                default: text.map(JSON.string)
                }
            if (value ?? .null) != existing?[field] { changes[field] = value ?? .null }
        }
        return changes
    }

    /// What stands in a field for a value that the service has.
    private static func text(_ value: JSON) -> String {
        guard case .number = value else { return value.string ?? "" }
        return value.double.map { $0 == $0.rounded() && abs($0) < 1000 ? "\(Int($0))" : "\($0)" } ?? value.text
    }

    private static func degreesProblem(_ text: String?, _ range: ClosedRange<Double>) -> String? {
        guard let text else { return nil }
        guard let degrees = Double(text), range.contains(degrees) else {
            return "Must be between \(Int(range.lowerBound)) and \(Int(range.upperBound))"
        }
        return nil
    }
}

extension ITwinDraft {
    /// Whether an iTwin may be what this created: the service compares both without regard to letter case.
    fileprivate func matches(_ iTwin: ITwin) -> Bool {
        guard iTwin.displayName?.lowercased() == displayName.lowercased() else { return false }
        guard let number, !number.isEmpty else { return true }
        return iTwin.number?.lowercased() == number.lowercased()
    }
}

extension ITwinChanges {
    /// Whether an iTwin has all the new values.
    fileprivate func areMade(in iTwin: ITwin) -> Bool {
        Self.fields.allSatisfy { self[$0] == nil || self[$0] == iTwin[$0] }
    }
}
