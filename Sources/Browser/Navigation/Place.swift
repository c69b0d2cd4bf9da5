import ITwinsAPI

/// One of the program's screens, with what it is about.
enum Place: Hashable, Sendable {
    case dashboard
    case iTwins
    case favorites
    case exports
    case requests
    case global
    /// What is in a repository; one gets there through its list alone.
    case repository(RepositoryPath)

    /// The places of the line of places, in its order.
    static let listed: [Place] = [.dashboard, .iTwins, .favorites, .exports, .requests, .global]

    /// What a place consists of: a class, as it is asked for many times with every key.
    final class Facts: Sendable {
        /// The name in the line of places.
        let title: String
        /// The command that goes there; nil where none does.
        let command: Command?
        /// Its panes in the order of Tab. The first one is the list that it is about, or the first of several.
        let panes: [PaneID]
        /// The lists that it shows or needs, in the order in which they are loaded.
        let loaded: [PaneID]
        /// Draws what is there besides its panes.
        let drawRest: (@Sendable (inout Canvas) -> Void)?

        init(
            title: String,
            command: Command?,
            panes: [PaneID],
            loaded: [PaneID],
            drawRest: (@Sendable (inout Canvas) -> Void)? = nil
        ) {
            (self.title, self.command, self.panes, self.loaded) = (title, command, panes, loaded)
            self.drawRest = drawRest
        }
    }

    /// The only switch over places.
    var facts: Facts {
        switch self {
        case .dashboard: Self.dashboardFacts
        case .iTwins: Self.iTwinsFacts
        case .favorites: Self.favoritesFacts
        case .exports: Self.exportsFacts
        case .requests: Self.requestsFacts
        case .global: Self.globalFacts
        case .repository: Self.repositoryFacts
        }
    }

    private static let dashboardFacts = Facts(
        title: "Dashboard",
        command: .dashboard,
        panes: [.recents, .favorites, .exports],
        loaded: [.recents, .favorites, .exports, .iTwins],
        drawRest: { $0.drawCounts() }
    )
    private static let iTwinsFacts = Facts(
        title: "iTwins",
        command: .iTwins,
        panes: [.iTwins, .sideList, .details],
        loaded: [.iTwins, .favorites]
    )
    private static let favoritesFacts = Facts(
        title: "Favorites",
        command: .favorites,
        panes: [.favorites, .sideList, .details],
        loaded: [.favorites]
    )
    private static let exportsFacts = Facts(
        title: "Exports",
        command: .exports,
        panes: [.exports, .exportDetails],
        loaded: [.exports]
    )
    private static let requestsFacts = Facts(
        title: "Requests",
        command: .requests,
        panes: [.requests, .requestDetails],
        loaded: []
    )
    private static let globalFacts = Facts(
        title: "Global",
        command: .global,
        panes: [.globalRepositories, .globalDetails],
        loaded: [.globalRepositories]
    )
    private static let repositoryFacts = Facts(
        title: "Repository",
        command: nil,
        panes: [.resources, .resourceDetails],
        loaded: [.resources]
    )

    /// The list that the place is about, or the first of several.
    var firstPane: PaneID { facts.panes[0] }

    /// The repository that it is about; nil where it is about none.
    var repositoryPath: RepositoryPath? { if case .repository(let path) = self { path } else { nil } }

    /// Whether what the selected iTwin holds is beside the list.
    var hasITwinTabs: Bool { self == .iTwins || self == .favorites }
}

/// A part of a place that can have the focus. What it is, `Browser.kind(of:)` tells.
enum PaneID: CaseIterable, Hashable, Sendable {
    case recents, favorites, exports, iTwins, exportDetails, globalRepositories, globalDetails, requests, requestDetails
    /// What is in a repository, and the text about the resource under the cursor.
    case resources, resourceDetails
    /// The lists beside a list of iTwins: what the selected one holds.
    case sideList
    /// The texts about the selected iTwin, where there is room for three panes beside those lists, else in their place.
    case details

    /// True for a pane that is about the iTwin selected in the list.
    var isSidePane: Bool { self == .sideList || self == .details }
}

/// A tab beside a list of iTwins.
enum Tab: Int, CaseIterable, Hashable, Sendable {
    case repositories, exports, details, json

    /// The tabs that are lists.
    static let lists: [Tab] = [.repositories, .exports]
    /// The tabs that are texts.
    static let texts: [Tab] = [.details, .json]
}
