import ITwinsAPI

/// What a new iTwin needs (contract section 6.2).
struct ITwinForm: FormContent {
    /// The iTwin under the cursor, which the new one may lie below; nil for none but the account.
    let selected: (id: String, name: String)?
    /// The caller's account; nil when it is not known.
    let accountName: String?

    var title: String { "New iTwin" }

    func subject(_ values: FormValues) -> String {
        "iTwin “\(values.trimmed("displayName") ?? "")”"
    }

    func fields(_ values: FormValues) -> [Field] {
        let classes = ITwinClass.known.filter { $0 != .account }.map { Field.Choice($0.rawValue) }
        let endeavor = classes.firstIndex { $0.value == ITwinClass.endeavor.rawValue }
        let subClasses = ITwinClass(rawValue: values["class"]).subClasses.map { Field.Choice($0.rawValue) }
        let account = Field.Choice("", label: accountName.map { "\($0) (account)" } ?? "Your account")
        let parents = [account] + (selected.map { [Field.Choice($0.id, label: $0.name)] } ?? [])
        return [
            .choice("class", "Class", classes, selected: endeavor),
            .choice("subClass", "Subclass", subClasses),
            .text("displayName", "Name"),
            .text("number", "Number", placeholder: "its id when empty"),
            .text("type", "Type", placeholder: "such as Bridge"),
            .choice("parentId", "Parent", parents),
            .text("geographicLocation", "Location", placeholder: "in words"),
            .text("latitude", "Latitude", placeholder: "-90 to 90, degrees north"),
            .text("longitude", "Longitude", placeholder: "-180 to 180, degrees east"),
            .text("ianaTimeZone", "Time zone", placeholder: "such as Europe/London"),
            .choice("dataCenterLocation", "Data center", DataCenter.known.map { Field.Choice($0.rawValue) }),
            .choice("status", "Status", ITwinStatus.known.map { Field.Choice($0.rawValue) }),
        ]
    }

    func problem(with id: String, _ values: FormValues) -> String? {
        switch id {
        case "displayName":
            guard let name = values.trimmed(id) else { return "A name is required" }
            return Rules.problem(inLengthOf: name, limit: Rules.textLength)
        case "number", "geographicLocation":
            return Rules.problem(inLengthOf: values.trimmed(id) ?? "", limit: Rules.textLength)
        case "type": return Rules.problem(inLengthOf: values.trimmed(id) ?? "", limit: Rules.typeLength)
        case "latitude": return Self.degreesProblem(values.trimmed(id), Rules.latitudes)
        case "longitude": return Self.degreesProblem(values.trimmed(id), Rules.longitudes)
        case "ianaTimeZone":
            guard let zone = values.trimmed(id), !Rules.isTimeZone(zone) else { return nil }
            return "No IANA time zone: “\(zone)”. Write it as Europe/London"
        default: return nil
        }
    }

    func request(_ values: FormValues) -> FormRequest? {
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
        return .operation(.createITwin(draft))
    }

    func check(_ values: FormValues) -> ITwinsAPI.Operation? {
        var query = ITwinQuery()
        query.subClasses = [ITwinSubClass(rawValue: values["subClass"])]
        query.displayName = values.trimmed("displayName")
        query.includeInactive = true
        query.select = ITwin.Field.row
        return .iTwins(query)
    }

    func refusal(_ detail: APIError.Detail, of error: APIError, _ values: FormValues) -> (field: String, text: String)?
    {
        guard let target = detail.target else { return nil }
        return fields(values).first { $0.id.lowercased() == target.lowercased() }.map { ($0.id, detail.message) }
    }

    private static func degreesProblem(_ text: String?, _ range: ClosedRange<Double>) -> String? {
        guard let text else { return nil }
        guard let degrees = Double(text), range.contains(degrees) else {
            return "A number from \(Int(range.lowerBound)) to \(Int(range.upperBound)), this is “\(text)”"
        }
        return nil
    }
}
