public import ITwinsAPI
public import Screen

extension Browser {
    /// Draws the screen as it is at a moment; nothing changes by drawing.
    public func view(at now: Timestamp) -> Frame {
        var frame = Frame(size: terminal.size)
        let layout = layout
        guard layout.mode != .tooSmall else {
            let needed = ScreenLayout.smallest
            let text: CellText =
                "Twinscope needs \(needed.width)×\(needed.height), this is \(terminal.size.width)×\(terminal.size.height)"
            frame.write(text, at: Point(x: 0, y: 0), width: terminal.size.width)
            return frame
        }
        drawHeader(in: layout, on: &frame, at: now)
        if layout.mode == .full { drawPlaces(in: layout.places, on: &frame) }
        drawPlace(in: layout, on: &frame, at: now)
        drawMessage(in: layout.message, on: &frame, at: now)
        let header = Array(frame.row(0))
        layers.draw(self, in: layout, on: &frame, at: now)
        // What hides the header must not hide where one is: an error in the wrong place is the worst one.
        let labelEnd = labelStart + CellText(session.connection.label).width
        let isCovered = header.prefix(labelEnd) != frame.row(0).prefix(labelEnd)
        var footer = layout.footer
        if isCovered {
            let width = min(CellText(session.connection.label).width, footer.width / 2)
            drawLabel(at: Point(x: footer.maxX - width - 1, y: footer.minY), room: width, on: &frame)
            footer = footer.split(left: footer.width - width - 2).0
        }
        frame.keyHints(layers.hints ?? hints, in: footer)
        return frame
    }

    /// The column where the profile's label begins in the header.
    private var labelStart: Int { layout.mode == .full ? 1 + Self.programName.width + 2 : 1 }

    private static let programName: CellText = "Twinscope"

    private func drawPlace(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        switch place {
        case .dashboard:
            drawRecents(in: layout, on: &frame, at: now)
            drawFavorites(in: layout, on: &frame, at: now)
            drawExports(in: layout, on: &frame, at: now)
            drawCounts(in: layout, on: &frame, at: now)
        case .iTwins:
            drawITwins(in: layout, on: &frame, at: now)
            drawSubject(in: layout, on: &frame, at: now)
        case .favorites:
            drawFavorites(in: layout, on: &frame, at: now)
            drawSubject(in: layout, on: &frame, at: now)
        case .exports:
            drawExports(in: layout, on: &frame, at: now)
            drawExportDetails(in: layout, on: &frame, at: now)
        case .global: drawGlobal(in: layout, on: &frame, at: now)
        case .repository: drawResources(in: layout, on: &frame, at: now)
        }
    }

    // MARK: Header

    private func drawHeader(in layout: ScreenLayout, on frame: inout Frame, at now: Timestamp) {
        let status = reachText(at: now, isShort: layout.mode == .compact)
        let statusWidth = status.text.width
        let width = layout.header.width
        var x = 1
        func put(_ text: CellText, _ role: Role) {
            let room = width - statusWidth - 2 - x
            guard room > 0 else { return }
            frame.write(text, at: Point(x: x, y: 0), width: min(text.width, room), style: Style(role))
            x += min(text.width, room) + 2
        }
        if layout.mode == .full { put(Self.programName, .titleFocused) }
        x += drawLabel(at: Point(x: x, y: 0), room: width - statusWidth - 2 - x, on: &frame) + 2
        if layout.mode == .full {
            put(CellText(session.connection.host ?? (session.reach.isOffline ? "not running" : "starting…")), .dim)
        }
        if session.connection.routes == .document, layout.mode == .full { put("document routes", .warn) }
        put(CellText(breadcrumb.joined(separator: " › ")), .text)
        frame.write(
            status.text,
            at: Point(x: width - statusWidth - 1, y: 0),
            width: statusWidth,
            style: Style(status.role)
        )
    }

    /// Where somebody is, from the outside in.
    private var breadcrumb: [String] {
        guard let id = subjectID else {
            if place.repositoryPath != nil, layout.mode == .full { return ["Global", session.resources.title] }
            guard layout.mode == .compact else { return [session.account?.title].compactMap(\.self) }
            if place.repositoryPath != nil { return [place.facts.title, session.resources.title] }
            return [place == .dashboard ? kind(of: pane).title(in: self) : place.facts.title]
        }
        if place.repositoryPath != nil {
            return [layout.mode == .full ? name(of: id) : place.facts.title, session.resources.title]
        }
        let iTwin = iTwin(id)
        if layout.mode == .compact { return [place.facts.title, iTwin?.title ?? id] }
        let parent = iTwin?.parentId.flatMap { knownName(of: $0) }
        return [parent, iTwin?.title ?? id].compactMap(\.self)
    }

    private func reachText(at now: Timestamp, isShort: Bool) -> ListCell {
        if let oldest = session.requests.oldest, now.seconds(since: oldest) >= Self.spinnerDelay {
            let spinner = Self.spinner(since: oldest, at: now)
            let count = session.requests.count
            return ListCell(
                isShort ? "\(String(spinner))" : "\(String(spinner)) \(count) request\(count == 1 ? "" : "s")",
                .pending
            )
        }
        if case .signedOut(let since, _) = session.signIn.state {
            return ListCell(isShort ? "⚠" : since == nil ? "⚠ not signed in" : "⚠ signed out", .warn)
        }
        if session.reach.isOffline { return ListCell(isShort ? "○" : "○ offline", .error) }
        guard session.reach.isKnown, session.connection.host != nil else {
            return ListCell(isShort ? "○" : session.connection.host == nil ? "○ starting" : "○ connecting", .pending)
        }
        return ListCell(isShort ? "●" : "● online", .ok)
    }

    private func drawPlaces(in rect: Rect, on frame: inout Frame) {
        var x = rect.minX + 1
        let here = navigation.here.outer.first?.place ?? place
        for place in Place.listed {
            let key = place.facts.command.flatMap { terminal.keymap.labels(of: $0).first } ?? ""
            let isHere = place == here
            let text = CellText(isHere ? "[\(key) \(place.facts.title)]" : " \(key) \(place.facts.title) ")
            guard x + text.width <= rect.maxX else { return }
            frame.write(
                text,
                at: Point(x: x, y: rect.minY),
                width: text.width,
                style: Style(isHere ? .titleFocused : .dim)
            )
            x += text.width + 2
        }
    }

    // MARK: Message and footer

    private func drawMessage(in rect: Rect, on frame: inout Frame, at now: Timestamp) {
        // What is being typed comes before what is told.
        guard let toast = notices.toast, pendingKeys.isEmpty, layout.mode == .full || !isTypingFilter else {
            if layout.mode == .compact {
                if pendingKeys.isEmpty, !isTypingFilter, let band = signInBand(at: now, width: rect.width - 2) {
                    return frame.write(
                        band.text,
                        at: Point(x: 1, y: rect.minY),
                        width: rect.width - 2,
                        style: Style(band.role)
                    )
                }
                drawPosition(in: rect, on: &frame, at: now)
                return
            }
            if let hint = messageHint(at: now) {
                frame.write(hint.text, at: Point(x: 1, y: rect.minY), width: rect.width - 2, style: Style(hint.role))
            }
            return
        }
        let age = CellText(Age.text(of: toast.since, at: now))
        let (sign, role): (String, Role) =
            switch toast.kind {
            case .success: ("✓ ", .ok)
            case .information: ("", .text)
            case .failure: ("✗ ", .error)
            }
        // What went wrong is read to its end, over the lines above where one does not do.
        let width = rect.width - age.width - 3
        let lines =
            toast.kind == .failure ? CellText.lines(sign + toast.text, width: width) : [CellText(sign + toast.text)]
        let shown = lines.prefix(layout.mode == .full ? 4 : 2)
        for (offset, line) in shown.enumerated() {
            let y = rect.minY - shown.count + 1 + offset
            if y < rect.minY { frame.fill(Rect(x: 0, y: y, width: rect.width, height: 1)) }
            frame.write(line, at: Point(x: 1, y: y), width: width, style: Style(role))
        }
        frame.write(age, at: Point(x: rect.maxX - age.width - 1, y: rect.minY), width: age.width, style: Style(.dim))
    }

    /// Where one is in the only pane of a small screen, its filter, and at the right what its border would say.
    private func drawPosition(in rect: Rect, on frame: inout Frame, at now: Timestamp) {
        var labels = trailing(of: pane, at: now)
        if let wait = session.requests.nextWait {
            let rest = Self.wholeSeconds(until: wait.until, at: now)
            labels = [BoxLabel(text: CellText("again in \(rest) s"), role: .warn)]
        }
        let words = labels.map(\.text).reduce(CellText("")) { $0.isEmpty ? $1 : $0 + "  " + $1 }
        let style = Style(labels.last?.role ?? .dim)
        frame.write(words, at: Point(x: rect.maxX - words.width - 1, y: rect.minY), width: words.width, style: style)
        let room = rect.width - words.width - 4
        if !pendingKeys.isEmpty {
            let keys = CellText(pendingKeys.map(\.label).joined(separator: " ") + " …")
            return frame.write(keys, at: Point(x: 1, y: rect.minY), width: room, style: Style(.accent))
        }
        var text: CellText = pane.isBesideITwins ? CellText(name(of: navigation.here.tabs.shown)) : ""
        if let list = focusedList {
            let position = list.visibleCount == 0 ? "0" : "\((list.cursor + 1).grouped) of \(list.visibleCount.grouped)"
            text = (text.isEmpty ? "" : text + "  ") + CellText(position)
            if pane == .iTwins, session.iTwins.scope != .member { text = text + "  organization" }
            for label in Self.filterLabel(list) { text = text + "  " + label.text }
        }
        frame.write(text, at: Point(x: 1, y: rect.minY), width: room, style: Style(.dim))
    }

    /// What stands in the line of messages while there is none.
    /// Why a request waits, without the service's own words: they would push the rest from the line.
    private func waitReason(_ wait: Requests.Wait) -> String {
        switch wait.reason {
        case .refused(let error): "The service answered \(error.status)."
        default: Wording.text(RequestError(wait.reason, operation: .getMyITwins, host: session.connection.host))
        }
    }

    private static func wholeSeconds(until moment: Timestamp, at now: Timestamp) -> Int {
        max(0, Int(moment.seconds(since: now).rounded(.up)))
    }

    private func messageHint(at now: Timestamp) -> ListCell? {
        if !pendingKeys.isEmpty {
            return ListCell(CellText(pendingKeys.map(\.label).joined(separator: " ") + " …"), .accent)
        }
        if let band = signInBand(at: now, width: layout.message.width - 2) { return band }
        if let wait = session.requests.nextWait {
            let rest = Self.wholeSeconds(until: wait.until, at: now)
            return ListCell(CellText("\(waitReason(wait)) Trying again in \(rest) s.  esc  stops that"), .warn)
        }
        let hint = kind(of: place.firstPane).hint(in: self)
        if let hint, hint.role == .warn { return hint }
        if session.reach.isOffline {
            return ListCell("Offline: what you see is what was read last.  r  tries now", .warn)
        }
        return hint
    }

    /// What the footer says while no dialog is open.
    private var hints: [KeyHint] {
        if isTypingFilter {
            return [
                KeyHint("enter", "keep", 0), KeyHint("esc", "clear", 1), KeyHint("↓↑", "move", 2),
                KeyHint("^U", "empty", 3),
            ]
        }
        let move = layout.mode == .full ? [KeyHint("j/k", "move", 13)] : []
        return move
            + Command.footer.filter { isHinted($0.command) }.map { command, rank in
                let keys = terminal.keymap.labels(of: command).first ?? ""
                return KeyHint(keys, command.label?(self) ?? command.short, rank)
            }
    }

    private func isHinted(_ command: Command) -> Bool {
        command.availability(in: self).target != nil && (command != .filter || focusedList != nil)
            && (command != .signIn || session.signIn.state.isSignedOut)
    }
}
