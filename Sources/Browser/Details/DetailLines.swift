import ITwinsAPI
import Screen

/// The Details tab: what is known of an iTwin, said so that it means something.
extension ITwinTextPane {
    /// The lines of the Details tab of an iTwin.
    func detailLines(_ id: String, width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] {
        guard let iTwin = browser.session.iTwin(id) else { return [] }
        let localTime = iTwin.ianaTimeZone.flatMap { LocalTime(in: $0, at: now) }
        let fields: [(String, String?)] = [
            ("name", iTwin.displayName), ("invisible", CellText.hiddenCharacters(in: iTwin.title)),
            ("number", iTwin.number),
            ("class", [iTwin.class?.rawValue, iTwin.subClass?.rawValue].compactMap(\.self).joined(separator: " · ")),
            ("type", iTwin.type), ("status", iTwin.status?.rawValue), ("location", iTwin.geographicLocation),
            ("position", Self.position(latitude: iTwin.latitude, longitude: iTwin.longitude)),
            ("local time", localTime?.text),
            (
                "time zone",
                localTime == nil ? iTwin.ianaTimeZone.flatMap { $0.isEmpty ? nil : "\($0) (unknown)" } : nil
            ),
            ("data center", iTwin.dataCenterLocation?.rawValue),
            ("parent", iTwin.parentId.map { browser.session.knownName(of: $0) ?? $0 }),
            ("account", accountText(of: iTwin, in: browser)),
        ]
        let images = browser.session.imageFields(of: iTwin)
        let rest: [(String, String?)] = [
            ("created", Self.change(iTwin.createdDateTime, by: iTwin.createdBy, at: now)),
            ("modified", Self.change(iTwin.lastModifiedDateTime, by: iTwin.lastModifiedBy, at: now)), ("id", iTwin.id),
        ]
        let additional = iTwin.additional.members.map { ($0.name, Optional($0.value.string ?? $0.value.text)) }
        let known = TextLine.fields(
            fields.map { ($0.0, $0.1 ?? "") } + images + (rest + additional).map { ($0.0, $0.1 ?? "") },
            width: width
        )
        if browser.session.knowsOnlyRow(of: id) {
            return known + [TextLine(label: "", value: "", role: .dim)]
                + TextLine.lines(browser.text(Self.rowNote), width: width, role: .warn)
        }
        if let failure = browser.session.sidePane[id].details.load.failure, failure.reason != .notInDocumentRoutes {
            return known + [TextLine(label: "", value: "", role: .dim)]
                + TextLine.failure(failure, width: width, in: browser)
        }
        guard browser.session.connection.routes == .document else { return known }
        return known + [TextLine(label: "", value: "", role: .dim)]
            + TextLine.lines("The document routes have no more fields.", width: width, role: .dim)
    }

    /// The account that an iTwin belongs to by name, and whether it is the one that new iTwins go to.
    private func accountText(of iTwin: ITwin, in browser: Browser) -> String? {
        if iTwin.id == browser.session.names.account?.id {
            return "this is your primary account, the default parent of new iTwins"
        }
        return iTwin.iTwinAccountId.map { id in
            (browser.session.knownName(of: id) ?? id)
                + (id == browser.session.names.account?.id ? " (primary account)" : "")
        }
    }

    /// What is said of such an iTwin.
    static var rowNote: KeyedText {
        "You aren't a member of this iTwin; only its list fields are shown.  \(.refresh)  retries"
    }

    /// A moment exactly and as an age, and who it was: `2025-02-03 04:05:06 UTC, 2 y ago, by …`.
    private static func change(_ moment: Timestamp?, by user: String?, at now: Timestamp) -> String? {
        guard let moment else { return nil }
        let age = RelativeTime.text(of: moment, at: now)
        let parts = [moment.readable, age == "now" ? age : "\(age) ago", user.map { "by \($0)" }]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// Degrees with the direction in words' letters: `51.5° N, 0.12° W`; nil when neither is known.
    static func position(latitude: Double?, longitude: Double?) -> String? {
        let parts = [
            latitude.map { "\(degrees($0))° \($0 < 0 ? "S" : "N")" },
            longitude.map { "\(degrees($0))° \($0 < 0 ? "W" : "E")" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// Degrees to a millionth, about ten centimetres.
    private static func degrees(_ value: Double) -> String {
        let rounded = (abs(value) * 1_000_000).rounded() / 1_000_000
        let text = "\(rounded)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
