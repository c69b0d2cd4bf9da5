import Foundation

/// A lock beside the state file, so that of several browsers one at a time reads, changes and writes it. The system takes
/// it back from a process that ends.
struct StateLock: Sendable {
    private let descriptor: Int32?

    private static let pause = Duration.milliseconds(10)
    private static let longestWait = Duration.seconds(2)

    /// Waits for the lock, without holding up a thread. On a file system without locks one goes on without.
    ///
    /// - Parameter path: of the state file.
    /// - Throws: `Failure` when another process holds it for more than 2 s, which one that was stopped may do.
    init(_ path: String) async throws {
        let name = path + ".lock"
        let descriptor = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        // What forbids this file forbids the state file too, and is told when that is written.
        guard descriptor >= 0 else {
            self.descriptor = nil
            return
        }
        self.descriptor = descriptor
        let end = ContinuousClock.now + Self.longestWait
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            do {
                guard ContinuousClock.now < end else {
                    throw Failure.failed("another program holds \(name). End it, or go on with it if it was stopped")
                }
                try await Task.sleep(for: Self.pause)
            } catch {
                close(descriptor)
                throw error
            }
        }
    }

    /// Lets the next one have it; must be called once.
    func release() {
        guard let descriptor else { return }
        // A process that is just being started has the descriptor too, and with it the lock for a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
