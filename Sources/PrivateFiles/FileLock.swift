import Foundation

/// A lock on a file of its own, so that of several programs one at a time reads, changes and writes another file
/// (reliability A14). The system takes it back from a program that ends.
public struct FileLock: Sendable {
    private let descriptor: Int32

    private static let pause = Duration.milliseconds(10)

    /// What came of taking a lock.
    public enum Outcome: Sendable {
        /// It has to be released.
        case taken(FileLock)
        /// Another program holds it; for longer than the limit, which one that was stopped may do.
        case busy
        /// There can be no lock here, as in a folder that cannot be written or on a file system without locks.
        case impossible(FileError)
        /// Nobody waits any longer.
        case cancelled
    }

    /// Waits for the lock, without holding up a thread.
    ///
    /// - Parameter path: of the lock's own file, which is made and stays.
    public static func take(_ path: String, within limit: Duration) async -> Outcome {
        let end = ContinuousClock.now + limit
        do throws(FileError) {
            let lock = try FileLock(opening: path)
            while true {
                let outcome = lock.attempt(path)
                guard case .busy = outcome, ContinuousClock.now < end else { return lock.settled(outcome) }
                guard (try? await Task.sleep(for: pause)) != nil else { return lock.settled(.cancelled) }
            }
        } catch {
            return .impossible(error)
        }
    }

    private init(opening path: String) throws(FileError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error(path) }
    }

    /// Takes the lock unless it is busy.
    private func attempt(_ path: String) -> Outcome {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .taken(self) }
        return errno == EWOULDBLOCK || errno == EINTR ? .busy : .impossible(Self.error(path))
    }

    /// The outcome, once nothing is waited for any more.
    private func settled(_ outcome: Outcome) -> Outcome {
        if case .taken = outcome { return outcome }
        close(descriptor)
        return outcome
    }

    private static func error(_ path: String) -> FileError { FileError(errno, "\(path) can't be locked") }

    /// Lets the next one have it; must be called once.
    public func release() {
        // A program that is just being started has the descriptor too, and with it the lock for a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
