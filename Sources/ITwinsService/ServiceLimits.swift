import Foundation

/// How much of everything the service takes (reliability S7 and S14).
public struct ServiceLimits: Sendable, Hashable {
    /// Connections at a time, idle ones included; beyond it the one that has kept the service waiting the longest is closed.
    /// The default is 1024, or half of the files that the process may open.
    public var connections = min(1024, max(8, ServiceLimits.files / 2))
    /// Connections at a time that do not read their answer; beyond it the one that has not read for the longest is closed.
    public var stalledConnections = 64
    /// Requests that are worked on at a time; more wait.
    public var requests = 32
    /// Seconds after which a connection without a request under way, one that takes longer to send a request and one that
    /// does not read its answer are closed.
    public var idleSeconds = 30.0
    /// Seconds that a new connection has for the head of its first request.
    public var headSeconds = 10.0
    /// Seconds within which a body has to arrive.
    public var bodySeconds = 10.0

    /// The limits of a service that people use.
    public init() {}

    /// How many files and connections the process may have open.
    private static var files: Int {
        var limit = rlimit()
        // Linux' headers have the name in a type of its own.
        #if canImport(Glibc)
            let name = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let name = RLIMIT_NOFILE
        #endif
        guard getrlimit(name, &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }

    /// Seconds that requests in flight have to finish when the service stops (reliability S15).
    static let stopSeconds = 5
    /// Bytes of a path with its query.
    static let targetBytes = 8 * 1024
    /// Bytes of all headers together.
    static let headerBytes = 16 * 1024
    /// Bytes of a JSON body.
    static let bodyBytes = 1024 * 1024
    /// Bytes of a form.
    static let formBytes = 64 * 1024
    /// Bytes of a body that are taken in before a 413 is sent, so that the sender reads it (contract section 17.20).
    static let takenInBytes = 16 * 1024 * 1024
    /// Seconds that a list with a filter, a search or an order may take (reliability S10).
    static let querySeconds = 5
    /// Seconds that an export with a filter may take, its file included.
    static let exportFilterSeconds = 30
    /// Objects and arrays that may stand inside each other in a body.
    static let bodyDepth = 32
}
