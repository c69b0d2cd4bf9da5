import NIOCore
import Synchronization

/// A body that knows whether it was taken to be sent, which happens once there is a connection and the head is on its
/// way.
///
/// Before that nothing can have been created, so that a failure leaves no doubt about it (reliability H3).
struct SentBody: AsyncSequence, Sendable {
    let content: Content
    let mark: Mark

    /// What is sent.
    enum Content: Sendable {
        case bytes([UInt8])
        /// A file, read piece by piece, and who is told how many of its bytes were taken.
        case file(UploadFile, progress: @Sendable (Int) -> Void)

        /// How many bytes there are.
        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(let file, _): file.count
            }
        }
    }

    /// Whether a body was taken.
    final class Mark: Sendable {
        private let isSet = Atomic(false)

        /// True from the moment on when the first byte of the body may have left.
        var wasSent: Bool { isSet.load(ordering: .acquiring) }

        fileprivate func set() { isSet.store(true, ordering: .releasing) }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(content: content, mark: mark)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let content: Content
        fileprivate let mark: Mark
        private var position = 0
        private var reportedAt: ContinuousClock.Instant?

        private static let piece = 64 * 1024
        private static let reportInterval = Duration.milliseconds(100)

        fileprivate init(content: Content, mark: Mark) {
            self.content = content
            self.mark = mark
        }

        /// The next piece; throws `Damage` when the file has become shorter.
        mutating func next() async throws -> ByteBuffer? {
            if case .file(let file, let progress) = content { report(to: progress, of: file) }
            guard position < content.count else { return nil }
            switch content {
            case .bytes(let bytes):
                position = bytes.count
                mark.set()
                return ByteBuffer(bytes: bytes)
            case .file(let file, _):
                let range = position..<Swift.min(position + Self.piece, file.count)
                let bytes = try await FileWork.pieces.run {
                    try FileBytes(descriptor: file.descriptor).bytes(range)
                }
                position = range.upperBound
                mark.set()
                return ByteBuffer(bytes: bytes)
            }
        }

        /// What was handed over before is on its way once more is wanted.
        private mutating func report(to progress: (Int) -> Void, of file: UploadFile) {
            let now = ContinuousClock.now
            if position < file.count, let last = reportedAt, last.duration(to: now) < Self.reportInterval { return }
            reportedAt = now
            progress(position)
        }
    }
}
