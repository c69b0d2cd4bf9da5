import Browser
import ITwinsAPI
import ITwinsClient
import Synchronization

/// Where the list of each operation that was loaded last can be continued: after each of the last pages that came.
///
/// The browser may not take all of them: what waits in the queue when somebody stops the list is dropped, and the list
/// continues at the end of the last page that was taken.
final class ListResumption: Sendable {
    private let last = Mutex<[OperationID: (id: RequestID, points: [ListPages.ResumePoint])]>([:])
    /// Each point holds what was read before it. More pages than this hardly ever wait in the queue.
    private static let count = 4

    /// Begins to load a list, and gives where it continues.
    ///
    /// - Parameter link: the `next` of the last page that was taken; nil for the beginning of the list.
    /// - Returns: nil for the beginning of the list, and when no point is known for the link.
    func begin(_ id: RequestID, of list: OperationID, from link: String?) -> ListPages.ResumePoint? {
        last.withLock { last in
            let point = last[list]?.points.last { $0.next == link }
            // What fails before its first page can be continued from where it began.
            last[list] = (id, point.map { [$0] } ?? [])
            return point
        }
    }

    /// Notes where a list continues after a page that came, unless another one of its operation was begun since.
    func note(_ point: ListPages.ResumePoint?, of id: RequestID) {
        last.withLock { last in
            guard let point, let (list, known) = last.first(where: { $0.value.id == id }) else { return }
            last[list] = (id, (known.points + [point]).suffix(Self.count))
        }
    }
}
