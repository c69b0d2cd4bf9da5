import ITwinsAPI

/// Asking.
extension Browser {
    /// Asks for something, unless the routes do not have it; an older question of the same purpose is stopped.
    ///
    /// - Returns: the request's id, and what must be done.
    mutating func ask(_ purpose: Requests.Purpose, _ operation: ITwinsAPI.Operation, at now: Timestamp) -> (
        RequestID, [Effect]
    ) {
        let (id, replaced) = requests.begin(purpose, at: now)
        return (id, (replaced.map { [Effect.cancel($0)] } ?? []) + [.perform(id, operation)])
    }

    /// True when the routes in use have an operation; what they lack is shown as such and sends nothing.
    func exists(_ operation: ITwinsAPI.Operation) -> Bool { operation.exists(in: connection.routes) }

    /// Stops requests that nobody waits for any more.
    mutating func stop(where condition: (Requests.Purpose) -> Bool) -> [Effect] {
        requests.ids(where: condition).map { id in
            _ = requests.end(id)
            return .cancel(id)
        }
    }

    /// What the main list asks for: all iTwins, inactive ones too, with the fields that rows, filter and bars need.
    private var listQuery: ITwinQuery {
        var query = ITwinQuery()
        query.includeInactive = true
        query.select = ITwin.Field.row
        query.maxReturn = connection.maxReturn
        query.scope = iTwins.scope == .member ? nil : iTwins.scope
        return query
    }

    /// Loads the main list, or goes on where its last page failed.
    mutating func loadITwins(at now: Timestamp, resuming: Bool = false) -> [Effect] {
        let link = resuming ? iTwins.resumeLink : nil
        let (id, replaced) = requests.begin(.iTwins, at: now)
        iTwins.incoming = link == nil && iTwins.list.source.count > 0 ? ITwinTable() : nil
        iTwins.nextLink = link
        if link == nil { iTwins.unreadable = 0 }
        iTwins.load.begin(id, at: now)
        return (replaced.map { [Effect.cancel($0)] } ?? []) + [.load(id, listQuery, from: link)]
    }

    mutating func loadFavorites(at now: Timestamp) -> [Effect] {
        let operation = Operation.favorites(includeInactive: true)
        guard exists(operation) else {
            favorites.load.fail(RequestError(.notInDocumentRoutes, operation: operation.id))
            return []
        }
        let (id, effects) = ask(.favorites, operation, at: now)
        favorites.load.begin(id, at: now)
        return effects
    }

    mutating func loadRecents(at now: Timestamp) -> [Effect] {
        let (id, effects) = ask(.recents, .recents(includeInactive: true), at: now)
        recents.load.begin(id, at: now)
        return effects
    }

    mutating func loadExports(at now: Timestamp) -> [Effect] {
        let operation = Operation.exports(iTwinID: nil)
        guard exists(operation) else {
            exports.load.fail(RequestError(.notInDocumentRoutes, operation: operation.id))
            return []
        }
        let (id, effects) = ask(.exports, operation, at: now)
        exports.load.begin(id, at: now)
        return effects
    }

    mutating func loadAccount(at now: Timestamp) -> [Effect] {
        guard exists(.primaryAccount), !requests.contains(.account) else { return [] }
        return ask(.account, .primaryAccount, at: now).1
    }

    /// Loads what is shown of the iTwin beside the list, unless it is fresh or on its way.
    mutating func loadSubject(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        subject.movedAt = nil
        return loadTab(olderThan: seconds, at: now) + loadNames(at: now) + loadImage(at: now)
    }

    private mutating func loadTab(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        guard let id = subjectID else { return [] }
        return shownTabs.flatMap { load($0, of: id, olderThan: seconds, at: now) }
    }

    private mutating func load(_ tab: Tab, of id: String, olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        switch tab {
        case .exports where connection.routes == .live:
            return exports.load.isStale(after: seconds, at: now) ? loadExports(at: now) : []
        case .repositories:
            guard subject.repositories[id]?.load.isStale(after: seconds, at: now) ?? true else { return [] }
            return reloadRepositories(of: id, at: now)
        case .exports:
            guard subject.exports[id]?.load.isStale(after: seconds, at: now) ?? true else { return [] }
            let (request, effects) = ask(.iTwinExports(iTwinID: id), .exports(iTwinID: id), at: now)
            subject.change(exportsOf: id) { $0.load.begin(request, at: now) }
            return effects
        case .details, .json: return loadDetails(of: id, olderThan: seconds, at: now)
        }
    }

    /// Loads all fields of an iTwin, unless they are fresh or on their way.
    mutating func loadDetails(of id: String, olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        guard subject.details[id]?.load.isStale(after: seconds, at: now) ?? true else { return [] }
        guard exists(.iTwin(id: id)) else {
            subject.change(detailsOf: id) { $0.load.fail(RequestError(.notInDocumentRoutes, operation: .getITwin)) }
            return []
        }
        let (request, effects) = ask(.details(iTwinID: id), .iTwin(id: id), at: now)
        subject.change(detailsOf: id) { $0.load.begin(request, at: now) }
        return effects
    }

    /// Takes over that another iTwin is the one beside the list: what was asked for the old one is stopped, and the new
    /// one waits until the cursor rests.
    mutating func subjectChanged(at now: Timestamp) -> [Effect] {
        let id = subjectID
        let effects = stopSubjectRequests(except: id)
        subject.show(id)
        revealsSecrets = false
        subject.movedAt = id == nil ? nil : now
        fitLists()
        return effects
    }

    /// Stops what was asked for other iTwins than the one beside the list.
    private mutating func stopSubjectRequests(except id: String?) -> [Effect] {
        for request in requests.ids(where: { $0.subjectID != nil && $0.subjectID != id }) {
            switch requests.purpose(of: request) {
            case .repositories(let id): subject.change(repositoriesOf: id) { $0.load.stop() }
            case .iTwinExports(let id): subject.change(exportsOf: id) { $0.load.stop() }
            case .details(let id): subject.change(detailsOf: id) { $0.load.stop() }
            case .image(let id): subject.change(imageOf: id) { $0.load.stop() }
            default: break
            }
        }
        return stop { $0.subjectID != nil && $0.subjectID != id }
    }

    /// Asks for everything on the screen that is older than a number of seconds.
    mutating func refreshVisible(olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        switch place {
        case .dashboard:
            if recents.load.isStale(after: seconds, at: now) { effects += loadRecents(at: now) }
            if favorites.load.isStale(after: seconds, at: now) { effects += loadFavorites(at: now) }
            if exports.load.isStale(after: seconds, at: now) { effects += loadExports(at: now) }
            if iTwins.load.isStale(after: iTwins.freshness(seconds), at: now) {
                effects += loadITwins(at: now, resuming: iTwins.resumeLink != nil)
            }
            if account == nil { effects += loadAccount(at: now) }
        case .iTwins:
            if iTwins.load.isStale(after: iTwins.freshness(seconds), at: now) {
                effects += loadITwins(at: now, resuming: iTwins.resumeLink != nil)
            }
            if favorites.load.isStale(after: seconds, at: now) { effects += loadFavorites(at: now) }
            effects += loadSubject(olderThan: seconds, at: now)
        case .favorites:
            if favorites.load.isStale(after: seconds, at: now) { effects += loadFavorites(at: now) }
            effects += loadSubject(olderThan: seconds, at: now)
        case .exports:
            if exports.load.isStale(after: seconds, at: now) { effects += loadExports(at: now) }
        case .global:
            if global.load.isStale(after: seconds, at: now) { effects += loadGlobalRepositories(at: now) }
        case .repository:
            if resources?.load.isStale(after: seconds, at: now) ?? false { effects += loadResources(at: now) }
            effects += loadResource(olderThan: seconds, at: now)
        }
        return effects
    }
}

extension Requests.Purpose {
    /// The iTwin that the right pane asks about.
    var subjectID: String? {
        switch self {
        case .repositories(let id), .iTwinExports(let id), .details(let id), .image(let id), .measureImage(let id): id
        default: nil
        }
    }

    /// True for what fills a pane.
    var isLoad: Bool {
        switch self {
        case .iTwins, .favorites, .recents, .exports, .repositories, .iTwinExports, .details, .image, .edit,
            .globalRepositories, .resources, .resource, .graphics:
            true
        default: false
        }
    }

    /// True for a change outside dialogs.
    var isWrite: Bool {
        switch self {
        case .setFavorite, .addRecent: true
        default: false
        }
    }
}

/// Answers.
extension Browser {
    mutating func received(_ page: Page<ITwin>, of id: RequestID, at now: Timestamp) -> [Effect] {
        guard requests.purpose(of: id) == .iTwins else { return [] }
        iTwins.received(page)
        settleAwaited(at: now)
        return reach.answered() ? refreshVisible(olderThan: 30, at: now) : []
    }

    mutating func answered(_ result: Result<Answer, RequestError>, to id: RequestID, at now: Timestamp) -> [Effect] {
        guard let request = requests.end(id) else { return [] }
        var effects: [Effect] = []
        switch result {
        case .success(let answer):
            if reach.answered() { effects += refreshVisible(olderThan: 30, at: now) }
            return effects + succeeded(answer, for: request.purpose, at: now)
        case .failure(let error):
            if error.isOffline {
                reach.failed(at: now)
            } else if error.apiError != nil {
                if reach.answered() { effects += refreshVisible(olderThan: 30, at: now) }
            } else if reach.isOffline {
                reach.failed(at: now)
            }
            noteTokenFailure(error, of: request.purpose, at: now)
            return effects + failed(error, for: request.purpose, at: now)
        }
    }

    private mutating func succeeded(_ answer: Answer, for purpose: Requests.Purpose, at now: Timestamp) -> [Effect] {
        switch (purpose, answer) {
        case (.iTwins, _):
            iTwins.finish()
            iTwins.load.succeed(at: now)
            settleAwaited(at: now)
            noteUnreadable(iTwins.unreadable, of: "iTwins", at: now)
            return subject.movedAt == nil ? loadNames(at: now) : []
        case (.favorites, .iTwins(let page)):
            favorites.replace(page.items)
            favorites.load.succeed(at: now)
            noteUnreadable(page.unreadable, of: "favorites", at: now)
        case (.recents, .iTwins(let page)):
            recents.replace(page.items, opened: remembered.opened)
            recents.load.succeed(at: now)
            noteUnreadable(page.unreadable, of: "recents", at: now)
        case (.exports, .exports(let page)):
            let running = Set(exports.running.map(\.id))
            exports.replace(page.items, at: now)
            exports.load.succeed(at: now)
            noteUnreadable(page.unreadable, of: "exports", at: now)
            return announceEnds(of: running, in: page.items, at: now) + measureExports(at: now)
        case (.pollExport, .export(let export)):
            let hasEnded = exports.update(export, at: now)
            return (hasEnded ? announceEnd(of: export, at: now) : []) + measureExports(at: now)
        case (.account, .iTwin(let iTwin, _)): account = iTwin
        case (.repositories(let id), .repositories(let page)):
            take(page.items, of: id, at: now)
            noteUnreadable(page.unreadable, of: "repositories", at: now)
            updateDeleteDialog()
        case (.iTwinExports(let id), .exports(let page)):
            let running = Set(subject.exports[id]?.value.filter(\.status.isRunning).map(\.id) ?? [])
            subject.change(exportsOf: id) {
                $0.value = page.items
                $0.load.succeed(at: now)
                $0.polling.schedule(isRunning: page.items.contains(where: \.status.isRunning), at: now)
                $0.polling.later()
            }
            noteUnreadable(page.unreadable, of: "exports", at: now)
            return announceEnds(of: running, in: page.items, at: now)
        case (.details(let id), .iTwin(let iTwin, let source)):
            subject.change(detailsOf: id) {
                $0.iTwin = iTwin
                $0.source = source
                $0.load.succeed(at: now)
            }
            updateDeleteDialog()
            return loadNames(at: now) + loadImage(at: now)
        case (.image(let id), .image(let image)): return received(image, of: id, at: now)
        case (.name(let id), .iTwin(let iTwin, _)): names.settle(id, iTwin.title)
        case (.setFavorite, _): return reloadFavorites(at: now)
        case (.addRecent, _): return loadRecents(at: now)
        case (.globalRepositories, .repositories(let page)):
            global.list.replace(global.list.source.with(page.items))
            global.load.succeed(at: now)
            noteUnreadable(page.unreadable, of: "repositories", at: now)
        case (.resources(let path), .resources(let page)): return received(page, of: path, at: now)
        case (.resource(let path, let id), .resource(let resource)):
            guard resources?.path == path else { break }
            resources?.change(id) {
                $0.resource = resource
                $0.load.succeed(at: now)
            }
            // Its row may not have said that there are graphics.
            return resourceID == id ? loadResource(olderThan: SubjectPane.freshness, at: now) : []
        case (.graphics(let path, let id), .graphics(let page)):
            guard resources?.path == path else { break }
            resources?.change(id) {
                $0.graphics = page.items
                $0.graphicsLoad.succeed(at: now)
            }
            noteUnreadable(page.unreadable, of: "graphics", at: now)
        case (.content(let path), .resources(let page)):
            contents[path] = .found(!page.items.isEmpty || page.unreadable > 0)
            updateDeleteDialog()
        case (.edit, .iTwin(let iTwin, let source)): editable(iTwin, source: source, at: now)
        case (.submit, _): return submitted(answer, at: now)
        case (.check, _): return checked(answer, at: now)
        default: break
        }
        return []
    }

    private mutating func failed(_ error: RequestError, for purpose: Requests.Purpose, at now: Timestamp) -> [Effect] {
        switch purpose {
        case .iTwins: return listFailed(error, at: now)
        case .favorites: favorites.load.fail(error)
        case .recents: recents.load.fail(error)
        case .exports: exports.load.fail(error)
        case .pollExport:
            // The next time is set already; one that is gone is not asked about for ever.
            if error.apiError?.status == 404 { return loadExports(at: now) }
        case .repositories(let id):
            subject.change(repositoriesOf: id) { $0.load.fail(error) }
            updateDeleteDialog()
        case .iTwinExports(let id):
            subject.change(exportsOf: id) {
                $0.load.fail(error)
                $0.polling.schedule(isRunning: $0.value.contains(where: \.status.isRunning), at: now)
                $0.polling.later()
            }
        case .details(let id):
            subject.change(detailsOf: id) { $0.load.fail(error) }
            updateDeleteDialog()
        case .image(let id): subject.change(imageOf: id) { $0.load.fail(error) }
        case .name(let id): names.settle(id, nil)
        case .submit: return formFailed(error, isCheck: false, at: now)
        case .check: return formFailed(error, isCheck: true, at: now)
        case .edit(let id):
            show(.failure, "“\(name(of: id))” was not read, so it cannot be edited. \(Wording.text(error))", at: now)
        case .setFavorite(let id):
            show(.failure, "“\(name(of: id))” was not changed. \(Wording.text(error))", at: now)
            favorites.undo(id)
            return reloadFavorites(at: now)
        case .addRecent(let id):
            show(.failure, "“\(name(of: id))” was not added to the recents. \(Wording.text(error))", at: now)
            return loadRecents(at: now)
        case .globalRepositories, .resources, .resource, .graphics, .content: resourcesFailed(error, for: purpose)
        case .account, .probe, .measureExport, .measureImage, .download: break
        }
        return []
    }

    /// Takes over that the list was not read. Only administrators of an organization see all of it: others go back to
    /// what is theirs.
    private mutating func listFailed(_ error: RequestError, at now: Timestamp) -> [Effect] {
        let isRefused = iTwins.scope != .member && error.apiError?.status == 403
        iTwins.breakOff()
        guard isRefused else {
            iTwins.load.fail(error)
            return []
        }
        let why = "Only an administrator sees all of the organization; these are yours. \(Wording.text(error))"
        show(.failure, why, at: now)
        iTwins.load.stop()
        let rowsAreMine = iTwins.loadedScope == .member && iTwins.list.source.count > 0
        iTwins.scope = .member
        return rowsAreMine ? [] : loadITwins(at: now)
    }

    /// Reads the favorites again once every change of them is answered: before that the service has not all of them.
    private mutating func reloadFavorites(at now: Timestamp) -> [Effect] {
        let isChanging = requests.newest { if case .setFavorite = $0 { true } else { false } } != nil
        return isChanging ? [] : loadFavorites(at: now)
    }

    /// Takes over that somebody stopped a request: what is known stays, and `r` asks again.
    mutating func stopped(_ purpose: Requests.Purpose, at now: Timestamp) -> [Effect] {
        switch purpose {
        case .iTwins:
            iTwins.breakOff()
            iTwins.load.fail(RequestError(.cancelled, operation: .getMyITwins))
        case .favorites: favorites.load.fail(RequestError(.cancelled, operation: .getMyFavoriteITwins))
        case .recents: recents.load.fail(RequestError(.cancelled, operation: .getMyRecentlyUsedITwins))
        case .exports: exports.load.fail(RequestError(.cancelled, operation: .getMyExports))
        case .repositories(let id):
            subject.change(repositoriesOf: id) {
                $0.load.fail(RequestError(.cancelled, operation: .getRepositoriesByITwinID))
            }
        case .iTwinExports(let id):
            subject.change(exportsOf: id) {
                $0.load.fail(RequestError(.cancelled, operation: .getMyExports))
                $0.polling.later()
                $0.polling.schedule(isRunning: $0.value.contains(where: \.status.isRunning), at: now)
            }
        case .details(let id):
            subject.change(detailsOf: id) { $0.load.fail(RequestError(.cancelled, operation: .getITwin)) }
        case .image(let id):
            subject.change(imageOf: id) { $0.load.fail(RequestError(.cancelled, operation: .getITwinImage)) }
        // A change may have been made all the same: the list tells.
        case .setFavorite:
            favorites.forgetRemoved()
            return reloadFavorites(at: now)
        case .addRecent: return loadRecents(at: now)
        case .download(let exportID):
            exports.downloads[exportID] = nil
            show(.information, "Download stopped.  w  goes on where it stopped", at: now)
        case .globalRepositories, .resources, .resource, .graphics:
            resourcesFailed(RequestError(.cancelled, operation: .getRepositoryResources), for: purpose)
        case .content, .edit, .pollExport, .account, .name, .submit, .check, .measureExport, .measureImage, .probe:
            break
        }
        return []
    }

    mutating func noteUnreadable(_ count: Int, of what: String, at now: Timestamp) {
        guard count > 0 else { return }
        show(.failure, "\(count) of the \(what) could not be read and \(count == 1 ? "is" : "are") not shown.", at: now)
    }

    /// Puts the cursor on the iTwin that was opened elsewhere, once the list has it. One that the whole list does not have
    /// stays beside it until the cursor moves.
    mutating func settleAwaited(at now: Timestamp) {
        guard place == .iTwins, let id = awaitedID else { return }
        guard let row = iTwins.list.source[id: id] else {
            guard iTwins.isComplete, !iTwins.load.isLoading else { return }
            return show(.information, "“\(name(of: id))” is shown beside the list, which does not have it.", at: now)
        }
        if row.status == .inactive { showInactive(true) }
        if !iTwins.list.select(id) {
            iTwins.list.setFilter("")
            iTwins.list.select(id)
        }
        awaitedID = nil
    }

    mutating func showInactive(_ shows: Bool) {
        iTwins.list.setShowsInactive(shows)
        favorites.list.setShowsInactive(shows)
        recents.list.setShowsInactive(shows)
    }

    func name(of id: String) -> String { knownName(of: id) ?? id }
}
