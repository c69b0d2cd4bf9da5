import Foundation

/// A lock on a file of its own, so that of several programs one at a time fetches new tokens (reliability A14). The system
/// takes it back from a program that ends.
struct FileLock: Sendable {
    private let descriptor: Int32

    private static let pause = Duration.milliseconds(10)

    /// Waits for the lock, without holding up a thread.
    ///
    /// - Returns: nil when another program holds it for longer than the limit, or when there can be no lock here.
    static func take(_ path: String, within limit: Duration) async -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        let end = ContinuousClock.now + limit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let goesOn = errno == EWOULDBLOCK || errno == EINTR
            guard goesOn, ContinuousClock.now < end, (try? await Task.sleep(for: pause)) != nil else {
                close(descriptor)
                return nil
            }
        }
        return FileLock(descriptor: descriptor)
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Lets the next one have it; must be called once.
    func release() {
        // A program that is just being started has the descriptor too, and with it the lock for a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
