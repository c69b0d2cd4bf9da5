import NIOCore
import Synchronization

/// A body that knows whether it was taken to be sent, which happens once there is a connection and the head is on its
/// way.
///
/// Before that nothing can have been created, so that a failure leaves no doubt about it (reliability H3).
struct SentBody: AsyncSequence, Sendable {
    let bytes: [UInt8]
    let mark: Mark

    /// Whether a body was taken.
    final class Mark: Sendable {
        private let isSet = Atomic(false)

        /// True from the moment on when the first byte of the body may have left.
        var wasSent: Bool { isSet.load(ordering: .acquiring) }

        fileprivate func set() { isSet.store(true, ordering: .releasing) }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(bytes: bytes, mark: mark)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var bytes: [UInt8]?
        fileprivate let mark: Mark

        mutating func next() async -> ByteBuffer? {
            guard let bytes else { return nil }
            self.bytes = nil
            mark.set()
            return ByteBuffer(bytes: bytes)
        }
    }
}
