import ITwinsAPI
import Screen

/// Keys: who gets them, and what actions do.
extension Browser {
    mutating func handle(_ key: Key, at now: Timestamp) -> [Effect] {
        if let effects = interrupt(key, at: now) { return effects }
        if !layers.isEmpty { return handleInLayer(key, at: now) }
        if isTypingFilter { return typeFilter(key, at: now) }
        return resolve(key, at: now)
    }

    mutating func paste(_ text: String, at now: Timestamp) -> [Effect] {
        if !layers.isEmpty {
            layers.paste(text, at: now)
        } else if isTypingFilter {
            // Outside a line of text a paste is nobody's: its letters must not run actions.
            tellList(.insertFilter(text))
        }
        return []
    }

    /// `^C` is as Esc; twice within a second it ends the program, `^Z` and `^L` work everywhere.
    private mutating func interrupt(_ key: Key, at now: Timestamp) -> [Effect]? {
        if key == Key(.character("z"), .control) { return [.suspend] }
        if key == Key(.character("l"), .control) { return [.redraw] }
        guard key == Key(.character("c"), .control) else {
            interruptedAt = nil
            return nil
        }
        if let interruptedAt, now.seconds(since: interruptedAt) <= 1 { return [.quit(status: 130)] }
        interruptedAt = now
        return nil
    }

    private mutating func resolve(_ key: Key, at now: Timestamp) -> [Effect] {
        if !pendingKeys.isEmpty, key.code == .escape || key == Key(.character("c"), .control) {
            pendingKeys = []
            return []
        }
        let keys = pendingKeys + [key]
        switch terminal.keymap.resolve(keys) {
        case .action(let action):
            pendingKeys = []
            return perform(action, at: now)
        case .pending:
            pendingKeys = keys
            return []
        case .none:
            let wasPending = !pendingKeys.isEmpty
            pendingKeys = []
            return wasPending ? resolve(key, at: now) : []
        }
    }

    // MARK: Filter

    var isTypingFilter: Bool { focusedList?.filterField != nil }

    private mutating func typeFilter(_ key: Key, at now: Timestamp) -> [Effect] {
        leaveAwaited()
        switch key.code {
        case .escape: clearFilter()
        case .character("c") where key.modifiers == .control: clearFilter()
        case .enter:
            tellList(.endFilter)
            navigation.filterOrigin = nil
        case .tab:
            tellList(.endFilter)
            navigation.filterOrigin = nil
            return resolve(key, at: now)
        case .down: tellList(.move(1))
        case .up: tellList(.move(-1))
        case .pageDown: tellList(.page(1, half: false))
        case .pageUp: tellList(.page(-1, half: false))
        case .backspace where focusedList?.filterField?.text.isEmpty == true: clearFilter()
        default: tellList(.typeFilter(key))
        }
        return []
    }

    /// Empties the filter that is typed, and goes back to the text from which it was begun.
    private mutating func clearFilter() {
        tellList(.clearFilter)
        if let before = navigation.filterOrigin, panes.contains(before) { focus(before) }
        navigation.filterOrigin = nil
    }

    // MARK: Actions

    /// True when an action does something here and now; help and footer show only those as possible.
    func isAvailable(_ action: ActionID) -> Bool {
        if refusal(of: action) != nil { return false }
        return switch action {
        case .signIn: session.connection.canSignIn
        case .create: createTarget != nil
        case .edit: if case .none = editTarget { false } else { true }
        case .delete: deleteTarget.target != nil
        case .uploadImage: imageHindrance(removing: false) == nil
        case .removeImage: imageHindrance(removing: true) == nil
        case .export: exportTarget != nil
        case .toggleScope: place == .iTwins && session.connection.routes == .live
        case .download: focusedExport != nil
        case .toggleFavorite: focusedITwinID != nil && isSupported(.addFavorite(id: ""))
        case .toggleInactive: [.dashboard, .iTwins, .favorites].contains(place)
        case .sort: sortableList(of: pane) != nil
        case .nextTab, .previousTab: place.hasITwinTabs || place.repositoryPath != nil
        case .reveal: place == .global || place.repositoryPath != nil || shownTabs.contains(.repositories)
        case .open: kind(of: pane).canOpen(in: self)
        case .nextPane, .previousPane: panes.count > 1
        case .moveBorderLeft, .moveBorderRight: layout.mode == .full && place != .dashboard
        default: true
        }
    }

    mutating func perform(_ action: ActionID, at now: Timestamp) -> [Effect] {
        let seen = notices.toast
        if action != .help { toastSeen(at: now) }
        guard isAvailable(action) else { return explain(action, at: now) }
        switch action {
        case .moveDown: return move(by: 1)
        case .moveUp: return move(by: -1)
        case .moveFirst: return move(toFirst: true)
        case .moveLast: return move(toFirst: false)
        case .moveHalfPageDown: return movePage(1, half: true)
        case .moveHalfPageUp: return movePage(-1, half: true)
        case .movePageDown: return movePage(1, half: false)
        case .movePageUp: return movePage(-1, half: false)
        case .open: return kind(of: pane).open(in: &self, at: now)
        case .back: return goOut(at: now)
        case .nextPane: return focusPane(step: 1)
        case .previousPane: return focusPane(step: -1)
        case .nextTab: return selectTab(step: 1, at: now)
        case .previousTab: return selectTab(step: -1, at: now)
        case .moveBorderLeft: return moveBorder(by: -2)
        case .moveBorderRight: return moveBorder(by: 2)
        case .dashboard: return go(to: .dashboard, at: now)
        case .iTwins: return go(to: .iTwins, at: now)
        case .favorites: return go(to: .favorites, at: now)
        case .exports: return go(to: .exports, at: now)
        case .global: return go(to: .global, at: now)
        case .historyBack: return travel(at: now) { $0.back(from: $1) }
        case .historyForward: return travel(at: now) { $0.forward(from: $1) }
        case .filter: return beginFilter()
        case .create: return beginCreate(at: now)
        case .edit: return beginEdit(at: now)
        case .delete: return beginDelete(at: now)
        case .uploadImage: return beginUpload(at: now)
        case .removeImage: return beginRemovingImage(at: now)
        case .export: return beginExport(at: now)
        case .download: return beginDownload(at: now)
        case .toggleFavorite: return toggleFavorite(at: now)
        case .toggleInactive: return toggleInactive(at: now)
        case .toggleScope: return toggleScope(at: now)
        case .reveal:
            navigation.revealsSecrets.toggle()
            let text =
                navigation.revealsSecrets
                ? "Secrets are shown until you go elsewhere.  .  masks them" : "Secrets are masked"
            show(.information, text, at: now)
            return []
        case .refresh: return refresh(at: now).map(\.askedByPerson)
        case .signIn: return beginSignIn(at: now)
        case .cancel: return cancel(at: now, seen: seen)
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return leavePlace(at: now)
        default: return openLayer(of: action, at: now)
        }
    }

    /// Says why an action does nothing here; what only goes further in needs no word.
    private mutating func explain(_ action: ActionID, at now: Timestamp) -> [Effect] {
        if let why = refusal(of: action) {
            // What there is to fix is read to its end.
            show(session.connection.readOnlyCause == nil ? .information : .failure, why, at: now)
            return []
        }
        switch action {
        case .signIn: show(.information, "Nobody signs in to \(session.connection.label).", at: now)
        case .open, .nextPane, .previousPane: break
        case .edit:
            if case .none(let why) = editTarget { show(.information, why, at: now) }
        case .delete: show(.information, deleteTarget.why, at: now)
        case .uploadImage, .removeImage:
            if let why = imageHindrance(removing: action == .removeImage) { show(.information, why, at: now) }
        case .export:
            show(.information, "In the document routes an export is of one iTwin: put the cursor on it.", at: now)
        case .toggleFavorite where focusedITwinID != nil:
            show(.information, "Favorites are not in the document routes.", at: now)
        default:
            let title = Action.all.first { $0.id == action }?.title ?? action.rawValue
            show(.information, "“\(title)” does nothing here.", at: now)
        }
        return []
    }

    /// Begins to filter the list that has the focus; from a text, the list beside it.
    private mutating func beginFilter() -> [Effect] {
        navigation.filterOrigin = focusedList == nil ? pane : nil
        if focusedList == nil { focus(panes[0]) }
        tellList(.beginFilter)
        return []
    }

    private mutating func toastSeen(at now: Timestamp) {
        if notices.toast?.kind != .failure { notices.endToast(at: now) }
    }

    mutating func refresh(at now: Timestamp) -> [Effect] {
        session.favorites.forgetRemoved()
        session.exports.forgetUnknownSizes()
        session.names.forgetUnknown()
        return refreshVisible(olderThan: -1, at: now)
    }

    private mutating func openLayer(of action: ActionID, at now: Timestamp) -> [Effect] {
        guard let kind = Action.all.first(where: { $0.id == action })?.opens, let layer = kind.init(self) else {
            return explain(action, at: now)
        }
        layers.push(layer)
        return kind.reads
    }

    /// Esc does the first of these that applies: the filter, a request in flight, a message, nothing. Chords and
    /// dialogs came before.
    ///
    /// - Parameter seen: the message before the key, which alone it takes away: a notice below it is not read yet.
    private mutating func cancel(at now: Timestamp, seen: Notices.Toast?) -> [Effect] {
        if let list = focusedList, !list.filter.text.isEmpty {
            tellList(.clearFilter)
            return []
        }
        if let effects = cancelRequest(at: now) { return effects }
        if notices.toast == seen { notices.endToast(at: now) }
        return []
    }
}
