import Foundation

/// A lock beside a database, which whoever opens it holds until it is open: of several programs that start at the same
/// moment one at a time makes the file, undoes what a crash left or keeps a damaged one aside. The system takes it back
/// from a process that ends.
struct StartLock {
    private let descriptor: Int32?

    /// Whether it is held. It is not where it cannot be made, as in a folder that cannot be written: then a damaged
    /// database is refused and never moved.
    var isHeld: Bool { descriptor != nil }

    private static let pause = Duration.milliseconds(10)

    /// Waits for the lock.
    ///
    /// - Throws: `ServiceError.unusableDatabase` when another program holds it for longer than the patience lasts.
    init(_ file: DatabaseFile, _ patience: Patience) throws(ServiceError) {
        let path = file.target + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            self.descriptor = nil
            return
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                close(descriptor)
                self.descriptor = nil
                return
            }
            guard patience.lasts else {
                close(descriptor)
                throw file.unusable(
                    "another program that starts keeps it locked",
                    remedy: "End that program, or name another file with --database."
                )
            }
            usleep(useconds_t(Self.pause / .microseconds(1)))
        }
        self.descriptor = descriptor
    }

    /// Lets the next one have it; must be called once.
    func release() {
        guard let descriptor else { return }
        // A process that is just being started has the descriptor too, and with it the lock for a moment longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}

/// A span of time that starts now.
struct Patience {
    private let end: ContinuousClock.Instant

    init(seconds: Int) {
        end = .now.advanced(by: .seconds(seconds))
    }

    /// Whether it is not over yet.
    var lasts: Bool { ContinuousClock.now < end }
}
