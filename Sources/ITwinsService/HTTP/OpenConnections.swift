import NIOCore
import Synchronization

/// The connections of a service. A new one is always taken: when there are as many as may be, the one that has kept the
/// service waiting the longest makes room, so that strangers who send nothing, send slowly or read nothing keep nobody out
/// (reliability S14 and row 68).
final class OpenConnections: Sendable {
    private struct Connection {
        let channel: any Channel
        /// Since when nothing but the other side is waited for: the first request, the next one, or the rest of one.
        var since = NIODeadline.now()
        /// True while a request is under way that a token or the signature of a link allows.
        var isTrusted = false
        /// Since when it does not read its answer; nil when it does.
        var stalledSince: NIODeadline?
    }

    private let limit: Int
    private let stalledLimit: Int
    private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

    init(_ limits: ServiceLimits) {
        limit = limits.connections
        stalledLimit = limits.stalledConnections
    }

    /// A connection was opened, which has no request yet.
    func open(_ channel: any Channel) {
        let victim = connections.withLock { connections -> (any Channel)? in
            connections[ObjectIdentifier(channel)] = Connection(channel: channel)
            guard connections.count > limit else { return nil }
            let strangers = connections.filter { !$0.value.isTrusted }
            // The new one itself goes only when all others have a request under way that is allowed.
            let others = strangers.filter { $0.key != ObjectIdentifier(channel) }
            return Self.remove(
                (others.isEmpty ? strangers : others).min { $0.value.since < $1.value.since },
                &connections
            )
        }
        victim?.close(promise: nil)
    }

    /// A connection begins to send a request.
    func begin(_ channel: any Channel) {
        change(channel) {
            $0.since = .now()
            $0.isTrusted = false
        }
    }

    /// The request of a connection has a token or a signature that is right.
    func trust(_ channel: any Channel) {
        change(channel) { $0.isTrusted = true }
    }

    /// All requests of a connection are answered.
    func rest(_ channel: any Channel) {
        change(channel) {
            $0.since = .now()
            $0.isTrusted = false
        }
    }

    /// A connection takes no more of its answer. Answers that nobody reads are memory: when there are too many, the one that
    /// has not been read for the longest is given up.
    func stall(_ channel: any Channel) {
        let victim = connections.withLock { connections -> (any Channel)? in
            connections[ObjectIdentifier(channel)]?.stalledSince = .now()
            let stalled = connections.compactMap { key, connection in
                connection.stalledSince.map { (key: key, value: connection, since: $0) }
            }
            guard stalled.count > stalledLimit else { return nil }
            let strangers = stalled.filter { !$0.value.isTrusted }
            let oldest = (strangers.isEmpty ? stalled : strangers).min { $0.since < $1.since }
            return Self.remove(oldest.map { (key: $0.key, value: $0.value) }, &connections)
        }
        victim?.close(promise: nil)
    }

    /// A connection reads its answer again.
    func flow(_ channel: any Channel) {
        change(channel) { $0.stalledSince = nil }
    }

    /// A connection was closed.
    func close(_ channel: any Channel) {
        connections.withLock { $0[ObjectIdentifier(channel)] = nil }
    }

    private func change(_ channel: any Channel, _ change: (inout Connection) -> Void) {
        connections.withLock { connections in
            // One that makes room is not known any more.
            guard var connection = connections.removeValue(forKey: ObjectIdentifier(channel)) else { return }
            change(&connection)
            connections[ObjectIdentifier(channel)] = connection
        }
    }

    private static func remove(
        _ entry: (key: ObjectIdentifier, value: Connection)?,
        _ connections: inout [ObjectIdentifier: Connection]
    ) -> (any Channel)? {
        guard let entry else { return nil }
        connections[entry.key] = nil
        return entry.value.channel
    }
}
