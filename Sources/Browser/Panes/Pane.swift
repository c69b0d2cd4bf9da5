import ITwinsAPI
import Screen

/// What a part of a place is: one type for each, beside what it shows. It keeps nothing: what it shows is in the session, so
/// that a pane is added by its type, its id and its row in `Browser.kind(of:)`.
protocol Pane: Sendable {
    /// The same as a list; nil for a text.
    var asList: (any ListPane)? { get }

    /// What fills it; nil where there is nothing to fill it with.
    func request(in browser: Browser) -> (any LoadRequest)?
    /// What is to be said of it as a whole; nil while it is about nothing.
    func status(in browser: Browser) -> ListStatus?
    /// What stands at the right of its border.
    func trailing(_ status: ListStatus, in browser: Browser, at now: Timestamp) -> [BoxLabel]
    /// What it is called where the place alone does not tell; the same as the place by default.
    func title(in browser: Browser) -> String
    /// What the border says before the filter, where the box is so wide; what it is called by default.
    func heading(width: Int, in browser: Browser) -> [BoxLabel]
    /// What is said in the line of messages while nothing else is: something to know of the list, or what is wrong with it.
    func hint(in browser: Browser) -> ListCell?
    /// The moments whose ages it shows in an area.
    func moments(in area: Rect, of browser: Browser, at now: Timestamp) -> [Timestamp?]
    /// Whether a clock is on the screen, which changes with every minute.
    func showsClock(in browser: Browser) -> Bool
    /// Draws it: a text by its lines, a list by its rows.
    func draw(in area: PaneArea, on canvas: inout Canvas)
    /// The lines of a text.
    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine]

    /// The iTwin that the focus is on; nil where it is on none.
    func iTwinID(in browser: Browser) -> String?
    /// The export under the cursor.
    func export(in browser: Browser) -> Export?
    /// Whether there is something to open.
    func canOpen(in browser: Browser) -> Bool
    func open(in browser: inout Browser, at now: Timestamp) -> [Effect]
    /// What is created here; nil where nothing is.
    func createTarget(in browser: Browser) -> CreateTarget?
    func editTarget(in browser: Browser) -> Availability<EditTarget>
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget>
}

extension Pane {
    var asList: (any ListPane)? { nil }

    func title(in browser: Browser) -> String { browser.place.facts.title }
    func heading(width: Int, in browser: Browser) -> [BoxLabel] {
        [BoxLabel(text: CellText(title(in: browser)), role: nil)]
    }
    func status(in browser: Browser) -> ListStatus? { nil }
    func trailing(_ status: ListStatus, in browser: Browser, at now: Timestamp) -> [BoxLabel] {
        status.trailing(at: now)
    }
    func moments(in area: Rect, of browser: Browser, at now: Timestamp) -> [Timestamp?] { [] }
    func hint(in browser: Browser) -> ListCell? { nil }
    func showsClock(in browser: Browser) -> Bool { false }
    func lines(width: Int, in browser: Browser, at now: Timestamp) -> [TextLine] { [] }

    func iTwinID(in browser: Browser) -> String? { nil }
    func export(in browser: Browser) -> Export? { nil }
    func canOpen(in browser: Browser) -> Bool { false }
    func open(in browser: inout Browser, at now: Timestamp) -> [Effect] { [] }
    func createTarget(in browser: Browser) -> CreateTarget? { nil }
    func editTarget(in browser: Browser) -> Availability<EditTarget> { .impossible("There is nothing to edit here.") }
    func deleteTarget(in browser: Browser) -> Availability<DeleteTarget> {
        .impossible("There is nothing to delete here.")
    }
}

/// A pane that is a list. It declares where the session has the list.
protocol ListPane: Pane {
    associatedtype Element: Listed
    /// Through stored properties alone, so that the list is changed in place.
    var list: WritableKeyPath<Session, ItemList<Element>> { get }
    // Declared here so that they are compiled for each list: what is compiled for all of them copies the session to read it.
    /// What the list is to the sort.
    func sortable(in browser: Browser) -> SortableList
    func state(in browser: Browser) -> ListState
    func selectedID(in browser: Browser) -> String?
    func position(in browser: Browser) -> ListPosition
    func perform(_ command: ListCommand, in browser: inout Browser)
    /// Shows the list as it stood.
    func restore(_ position: ListPosition, in browser: inout Browser)
    /// Sorts the list by what is remembered.
    func applySort(in browser: inout Browser)
    /// Tells the list how many of its rows are on the screen.
    func fit(_ rows: Int, in browser: inout Browser)
    /// Whether its rows are only some of those that there are.
    func isPartial(in browser: Browser) -> Bool
    /// What a small screen says of the list besides its position.
    func positionNote(in browser: Browser) -> CellText?
    /// Draws what belongs below its rows, where there is room.
    func drawBelow(in rect: Rect, on canvas: inout Canvas)
}

extension ListPane {
    var asList: (any ListPane)? { self }
    func isPartial(in browser: Browser) -> Bool { false }
    func positionNote(in browser: Browser) -> CellText? { nil }
    func drawBelow(in rect: Rect, on canvas: inout Canvas) {}
    func state(in browser: Browser) -> ListState { browser.session[keyPath: list].state }
    func selectedID(in browser: Browser) -> String? { browser.session[keyPath: list].selectedID }
    func position(in browser: Browser) -> ListPosition { browser.session[keyPath: list].position }
    func perform(_ command: ListCommand, in browser: inout Browser) { browser.session[keyPath: list].perform(command) }
    func fit(_ rows: Int, in browser: inout Browser) { browser.session[keyPath: list].fit(rows) }
    func sortable(in browser: Browser) -> SortableList { browser.session[keyPath: list].source.columns.sortable }
    func canOpen(in browser: Browser) -> Bool { selectedID(in: browser) != nil }

    func moments(in area: Rect, of browser: Browser, at now: Timestamp) -> [Timestamp?] {
        browser.session[keyPath: list].shownMoments(in: area, ListFacts(browser, at: now))
    }

    func restore(_ position: ListPosition, in browser: inout Browser) {
        let sortable = sortable(in: browser)
        if browser.session.sortOrder(of: sortable) != position.sort {
            browser.session.memory.sorts[sortable.id] = position.sort
            browser.applySorts()
        }
        browser.session[keyPath: list].restore(position)
    }

    func applySort(in browser: inout Browser) {
        browser.session[keyPath: list].setSort(browser.session.sortOrder(of: sortable(in: browser)))
    }

    /// How the list stands, with what is said while it is empty, and where the routes do not have it.
    func status(empty: KeyedText, notInRoutes: String, in browser: Browser) -> ListStatus {
        ListStatus(
            load: browser.loadStatus(of: request(in: browser)),
            state: browser.session[keyPath: list].state,
            count: browser.session[keyPath: list].source.count,
            emptyText: empty,
            notInRoutesText: notInRoutes,
            keymap: browser.terminal.keymap
        )
    }
}

extension Browser {
    /// The only switch over panes.
    func kind(of pane: PaneID) -> any Pane {
        switch pane {
        case .recents: RecentITwinsPane()
        case .favorites: FavoriteITwinsPane()
        case .exports: MyExportsPane()
        case .iTwins: AllITwinsPane()
        case .globalRepositories: GlobalRepositoriesPane()
        case .resources: ResourceListPane()
        case .exportDetails: ExportTextPane()
        case .requests: RequestsPane()
        case .requestDetails: RequestTextPane()
        case .globalDetails: GlobalRepositoryTextPane()
        case .resourceDetails: ResourceTextPane()
        case .sideList: kind(of: navigation.here.tabs.list)
        case .details: kind(of: navigation.here.tabs.text)
        }
    }

    /// The only switch over tabs.
    func kind(of tab: Tab) -> any TabPane {
        switch tab {
        case .repositories: RepositoriesPane()
        case .exports: session.connection.routes == .live ? MyExportsPane() : ITwinExportsPane()
        case .details: ITwinTextPane(isJSON: false)
        case .json: ITwinTextPane(isJSON: true)
        }
    }

    /// The list that has the focus; nil where a text has it.
    var focusedList: ListState? { kind(of: pane).asList?.state(in: self) }

    /// Gives a command to the list that has the focus.
    mutating func tellList(_ command: ListCommand) { kind(of: pane).asList?.perform(command, in: &self) }

    /// The iTwin that the focus is on: a row of a list, or the one that the right pane is about.
    var focusedITwinID: String? { kind(of: pane).iTwinID(in: self) }

    /// The export under the cursor of the pane that has the focus; nil when it shows none.
    var focusedExport: Export? { kind(of: pane).export(in: self) }

    /// Sorts the lists by what is remembered.
    mutating func applySorts() {
        let panes = PaneID.allCases.map(kind(of:)) + Tab.allCases.map(kind(of:))
        for pane in panes { pane.asList?.applySort(in: &self) }
    }
}
