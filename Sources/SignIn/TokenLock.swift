import ITwinsAPI
import PrivateFiles

/// Whether nobody else changes the tokens of a key now.
enum TokenLock: Sendable {
    case taken(FileLock)
    /// Another program holds the lock for longer than the limit.
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

extension SignInError {
    /// Why tokens cannot be kept.
    init(_ error: FileError) {
        self.init(.storage, error.description.oneLine(1000))
    }
}
