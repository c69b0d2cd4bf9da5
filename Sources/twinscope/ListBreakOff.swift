import Browser
import ITwinsClient
import Synchronization

/// Where the list that was loaded last broke off, to go on there.
final class ListBreakOff: Sendable {
    private let last = Mutex<(id: RequestID, place: ITwinPages.Place?)?>(nil)

    /// Begins to load a list, and gives where it goes on.
    ///
    /// - Parameter link: of the page that it is to go on with; nil for its beginning.
    /// - Returns: nil for its beginning, and when the list that broke off last was another.
    func begin(_ id: RequestID, from link: String?) -> ITwinPages.Place? {
        last.withLock { last in
            let place = link.flatMap { link in last?.place.flatMap { $0.next == link ? $0 : nil } }
            // What fails before its first page can be gone on with where it began.
            last = (id, place)
            return place
        }
    }

    /// Notes where a list broke off, unless another one was begun since.
    func note(_ place: ITwinPages.Place?, of id: RequestID) {
        last.withLock { last in
            if let place, last?.id == id { last = (id, place) }
        }
    }
}
