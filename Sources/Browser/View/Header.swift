import ITwinsAPI
import Screen

/// The first line: the program, the profile, where somebody is, and whether the service can be reached.
extension Canvas {
    private static let programName: CellText = "Twinscope"

    /// The column behind the profile's label.
    var labelEnd: Int {
        (isCompact ? 1 : 1 + Self.programName.width + 2) + CellText(browser.session.connection.label).width
    }

    mutating func drawHeader() {
        let status = reachability
        let end = layout.header.width - status.text.width - 2
        var x = 1
        for (text, role) in headerParts where x < end {
            let width = min(text.width, end - x)
            frame.write(text, in: Rect(x: x, y: 0, width: width, height: 1), role)
            x += width + 2
        }
        frame.write(status.text, endOf: layout.header.inset(dx: 1, dy: 0), status.role)
    }

    private var headerParts: [(text: CellText, role: Role)] {
        let connection = browser.session.connection
        let label = (CellText(connection.label), connection.role)
        let path = (CellText(breadcrumb.joined(separator: " › ")), Role.text)
        guard !isCompact else { return [label, path] }
        let host = connection.host ?? (browser.session.requests.reach.isOffline ? "not running" : "starting…")
        let routes: [(CellText, Role)] = connection.routes == .document ? [("document routes", .warn)] : []
        return [(Self.programName, .titleFocused), label, (CellText(host), .dim)] + routes + [path]
    }

    /// Where somebody is, from the outside in.
    private var breadcrumb: [String] {
        let (session, place) = (browser.session, browser.place)
        let isInRepository = place.repositoryPath != nil
        guard let id = browser.selectedITwinID else {
            if isInRepository { return [isCompact ? place.facts.title : "Global", session.resources.title] }
            return isCompact
                ? [browser.kind(of: browser.pane).title(in: browser)]
                : [session.names.account?.title].compactMap(\.self)
        }
        if isInRepository {
            return [isCompact ? place.facts.title : browser.session.name(of: id), session.resources.title]
        }
        let iTwin = browser.session.iTwin(id)
        let outer = isCompact ? place.facts.title : iTwin?.parentId.flatMap { browser.session.knownName(of: $0) }
        return [outer, iTwin?.title ?? id].compactMap(\.self)
    }

    private var reachability: ListCell {
        let session = browser.session
        if let oldest = session.requests.oldest, now.seconds(since: oldest) >= Spinner.delay {
            let spinner = String(Spinner.character(since: oldest, at: now))
            let count = session.requests.count
            return ListCell(
                isCompact ? CellText(spinner) : "\(spinner) \(count) request\(count == 1 ? "" : "s")",
                .pending
            )
        }
        if case .signedOut(let since, _) = session.signIn.state {
            return ListCell(isCompact ? "⚠" : since == nil ? "⚠ not signed in" : "⚠ signed out", .warn)
        }
        if session.requests.reach.isOffline { return ListCell(isCompact ? "○" : "○ offline", .error) }
        guard session.requests.reach.isKnown, session.connection.host != nil else {
            return ListCell(isCompact ? "○" : session.connection.host == nil ? "○ starting" : "○ connecting", .pending)
        }
        return ListCell(isCompact ? "●" : "● online", .ok)
    }
}

/// The second line: the places.
extension Canvas {
    mutating func drawListOfPlaces() {
        guard !isCompact else { return }
        let here = outermostPlace
        var x = layout.places.minX + 1
        for place in Place.listed {
            let key = place.facts.command.flatMap { browser.terminal.keymap.labels(of: $0).first } ?? ""
            let isHere = place == here
            let text = CellText(isHere ? "[\(key) \(place.facts.title)]" : " \(key) \(place.facts.title) ")
            guard x + text.width <= layout.places.maxX else { return }
            let rect = Rect(x: x, y: layout.places.minY, width: text.width, height: 1)
            frame.write(text, in: rect, isHere ? .titleFocused : .dim)
            x += text.width + 2
        }
    }

    /// The place from which one went into the present one.
    private var outermostPlace: Place { browser.navigation.here.outer.first?.place ?? browser.place }
}
