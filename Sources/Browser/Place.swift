import ITwinsAPI

/// One of the program's screens.
public enum Place: String, CaseIterable, Sendable, Hashable {
    case dashboard
    case iTwins
    case favorites
    case exports
    case global
    /// What is in a repository; one gets there through its list alone.
    case repository

    /// The places of the line of places, in its order.
    static let listed: [Place] = [.dashboard, .iTwins, .favorites, .exports, .global]

    /// The name in the line of places.
    var title: String {
        switch self {
        case .dashboard: "Dashboard"
        case .iTwins: "iTwins"
        case .favorites: "Favorites"
        case .exports: "Exports"
        case .global: "Global"
        case .repository: "Repository"
        }
    }

    /// The action that goes there; nil where none does.
    var action: ActionID? {
        switch self {
        case .dashboard: .dashboard
        case .iTwins: .iTwins
        case .favorites: .favorites
        case .exports: .exports
        case .global: .global
        case .repository: nil
        }
    }

    /// The list that the place is about, or the first of several.
    var firstPane: Pane {
        switch self {
        case .dashboard: .recents
        case .iTwins: .iTwins
        case .favorites: .favorites
        case .exports: .exports
        case .global: .globalRepositories
        case .repository: .resources
        }
    }

    /// Whether what the selected iTwin holds is beside the list.
    var hasSubject: Bool { self == .iTwins || self == .favorites }
}

/// A part of a place that can have the focus.
enum Pane: Hashable, Sendable {
    case recents, favorites, exports, iTwins, exportDetails, globalRepositories, globalDetails
    /// What is in a repository, and the text about the resource under the cursor.
    case resources, resourceDetails
    /// The lists beside a list of iTwins: what the selected one holds.
    case subject
    /// The texts about the selected iTwin, where there is room for three panes beside those lists, else in their place.
    case details
}

/// A tab beside a list of iTwins.
enum Tab: Int, CaseIterable, Hashable, Sendable {
    case repositories, exports, details, json

    /// The tabs that are lists.
    static let lists: [Tab] = [.repositories, .exports]
    /// The tabs that are texts.
    static let texts: [Tab] = [.details, .json]
}

/// Where somebody was, so that `H` and `L` go there again.
struct Location: Hashable, Sendable {
    var place: Place
    var pane: Pane
    var iTwinID: String?
    /// The repository that is gone into.
    var repository: RepositoryPath?
}

/// The locations visited, like a web browser's.
struct History: Hashable, Sendable {
    private var past: [Location] = []
    private var future: [Location] = []

    static let capacity = 100

    /// Notes that a location is left for a new one.
    mutating func leave(_ location: Location) {
        future = []
        guard past.last != location else { return }
        past.append(location)
        if past.count > Self.capacity { past.removeFirst() }
    }

    /// Lets go of the locations that are about an iTwin.
    mutating func forget(_ iTwinID: String) {
        past.removeAll { $0.iTwinID == iTwinID }
        future.removeAll { $0.iTwinID == iTwinID }
    }

    /// The location before; the present one becomes the next.
    mutating func back(from location: Location) -> Location? {
        guard let previous = past.popLast() else { return nil }
        future.append(location)
        return previous
    }

    /// The location that `back` left.
    mutating func forward(from location: Location) -> Location? {
        guard let next = future.popLast() else { return nil }
        past.append(location)
        return next
    }
}
