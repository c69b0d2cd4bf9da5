import Foundation

/// A lock on a file of its own, so that of several programs one at a time changes the tokens (reliability A14). The system
/// takes it back from a program that ends.
struct FileLock: Sendable {
    private let descriptor: Int32

    private static let pause = Duration.milliseconds(10)

    /// What came of taking a lock.
    enum Taking: Sendable {
        case taken(FileLock)
        /// Another program holds it for longer than the limit.
        case busy
        /// There is nothing that others could change.
        case notNeeded

        /// Whether nobody else changes the tokens now.
        var isTaken: Bool {
            if case .busy = self { false } else { true }
        }

        /// Lets the next one have it; must be called once.
        func release() {
            if case .taken(let lock) = self { lock.release() }
        }
    }

    /// Waits for the lock, without holding up a thread.
    ///
    /// - Throws: `SignInError.Kind.storage` when there can be no lock here, `cancelled` when nobody waits any longer.
    static func take(_ path: String, within limit: Duration) async throws(SignInError) -> Taking {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let end = ContinuousClock.now + limit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let failure = failure(path)
                close(descriptor)
                throw failure
            }
            guard ContinuousClock.now < end else {
                close(descriptor)
                return .busy
            }
            guard (try? await Task.sleep(for: pause)) != nil else {
                close(descriptor)
                throw SignInError(.cancelled, "Waiting for another Twinscope was cancelled")
            }
        }
        return .taken(FileLock(descriptor: descriptor))
    }

    private static func failure(_ path: String) -> SignInError {
        SignInError(.storage, "\(path) cannot be locked: \(String(cString: strerror(errno)))")
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    private func release() {
        // A program that is just being started has the descriptor too, and with it the lock for a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
