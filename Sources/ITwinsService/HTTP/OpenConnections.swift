import NIOCore
import Synchronization

/// The connections of a service. When there are as many as it takes, those that have been without a request for a moment
/// make room: connections that send nothing keep nobody out for long (reliability S14 and row 68).
final class OpenConnections: Sendable {
    private struct State {
        var count = 0
        /// Those without a request under way.
        var idle: [ObjectIdentifier: (since: NIODeadline, channel: any Channel)] = [:]
        var willMakeRoom = false
    }

    private let limit: Int
    /// How long a connection may be without a request when there is no room. A new one needs a moment until its request
    /// is read.
    private let patience: TimeAmount
    private let state = Mutex(State())

    init(_ limits: ServiceLimits) {
        limit = limits.connections
        patience = .milliseconds(Int64(limits.crowdedSeconds * 1000))
    }

    /// A connection was opened, which has no request yet.
    func open(_ channel: any Channel) {
        state.withLock { $0.count += 1 }
        rest(channel)
    }

    /// A connection has got a request.
    func use(_ channel: any Channel) {
        state.withLock { $0.idle[ObjectIdentifier(channel)] = nil }
    }

    /// All requests of a connection are answered.
    func rest(_ channel: any Channel) {
        let isFull = state.withLock { state in
            state.idle[ObjectIdentifier(channel)] = (.now(), channel)
            guard state.count >= limit, !state.willMakeRoom else { return false }
            state.willMakeRoom = true
            return true
        }
        if isFull { channel.eventLoop.scheduleTask(in: patience) { self.makeRoom() } }
    }

    /// A connection was closed.
    func close(_ channel: any Channel) {
        state.withLock { state in
            state.count -= 1
            state.idle[ObjectIdentifier(channel)] = nil
        }
    }

    private func makeRoom() {
        let (ended, next) = state.withLock { state -> ([any Channel], (any Channel)?) in
            let end = NIODeadline.now() - patience
            let ended = state.count < limit ? [:] : state.idle.filter { $0.value.since <= end }
            for key in ended.keys { state.idle[key] = nil }
            // Others may be too young by now; those that come later see to it themselves.
            let next = state.count < limit || !ended.isEmpty ? nil : state.idle.values.first?.channel
            state.willMakeRoom = next != nil
            return (ended.values.map(\.channel), next)
        }
        for channel in ended { channel.close(promise: nil) }
        next?.eventLoop.scheduleTask(in: patience) { self.makeRoom() }
    }
}
