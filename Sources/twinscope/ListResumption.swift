import Browser
import ITwinsClient
import Synchronization

/// Where the list that was loaded last can be continued: after each of the last pages that came.
///
/// The browser may not take all of them: what waits in the queue when somebody stops the list is dropped, and the list
/// continues at the end of the last page that was taken.
final class ListResumption: Sendable {
    private let last = Mutex<(id: RequestID, points: [ITwinPages.ResumePoint])?>(nil)
    /// Each point holds what was read before it. More pages than this hardly ever wait in the queue.
    private static let count = 4

    /// Begins to load a list, and gives where it continues.
    ///
    /// - Parameter link: the `next` of the last page that was taken; nil for the beginning of the list.
    /// - Returns: nil for the beginning of the list, and when no point is known for the link.
    func begin(_ id: RequestID, from link: String?) -> ITwinPages.ResumePoint? {
        last.withLock { last in
            let point = last?.points.last { $0.next == link }
            // What fails before its first page can be continued from where it began.
            last = (id, point.map { [$0] } ?? [])
            return point
        }
    }

    /// Notes where a list continues after a page that came, unless another list was begun since.
    func note(_ point: ITwinPages.ResumePoint?, of id: RequestID) {
        last.withLock { last in
            guard let point, let points = last?.points, last?.id == id else { return }
            last = (id, (points + [point]).suffix(Self.count))
        }
    }
}
