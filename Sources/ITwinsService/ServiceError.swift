/// Why the service cannot start, in words for the user who started it.
public enum ServiceError: Error, Hashable, Sendable {
    /// The database cannot be used. Nothing of it was changed.
    case unusableDatabase(path: String, reason: String, remedy: String)
    /// Another program listens on the port.
    case portInUse(host: String, port: Int)
    /// The address cannot be listened on for another reason.
    case cannotListen(host: String, port: Int, reason: String)

    /// What happened, to what, and what one can do, in one or two sentences.
    public var message: String {
        switch self {
        case .unusableDatabase(let path, let reason, let remedy):
            "The database \(path) can't be used: \(reason). \(remedy)"
        case .portInUse(let host, let port):
            "Port \(port) of \(host) is in use by another program. Choose another with --port, or 0 for a free one."
        case .cannotListen(let host, let port, let reason): "Can't listen on \(host) port \(port): \(reason)."
        }
    }
}

extension ServiceError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
