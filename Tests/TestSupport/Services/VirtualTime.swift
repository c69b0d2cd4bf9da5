public import ITwinsAPI
public import ITwinsClient

/// A client's time that passes when the client waits, so that no test waits for it, or by hand alone.
public final class VirtualTime: Sendable {
    /// How time passes.
    public enum Pace: Sendable {
        /// Every wait is over at once, and moves the time on.
        case byWaiting
        /// By `advance` alone.
        case byHand
    }

    private struct State: Sendable {
        var elapsed = Duration.zero
        var waits: [Duration] = []
        var sleeping = 0
    }

    private let pace: Pace
    private let start: Timestamp
    private let chance: @Sendable (ClosedRange<Double>) -> Double
    private let state = Watched(State())

    /// Makes a time.
    ///
    /// - Parameters:
    ///   - start: the time of day; the default is 2025-06-01 12:00 UTC.
    ///   - chance: what is drawn from a range; the default is always its end.
    public init(
        _ pace: Pace = .byWaiting,
        start: Timestamp = Timestamp(secondsSince1970: 1_748_779_200),
        chance: @escaping @Sendable (ClosedRange<Double>) -> Double = \.upperBound
    ) {
        self.pace = pace
        self.start = start
        self.chance = chance
    }

    /// What a client is made with.
    public var clientTime: ClientTime {
        ClientTime(
            now: { self.now },
            elapsed: { self.state.value.elapsed },
            sleep: { try await self.sleep($0) },
            random: chance
        )
    }

    /// The time of day.
    public var now: Timestamp { start.adding(seconds: state.value.elapsed / .seconds(1)) }

    /// How long the client wanted to wait so far, wait by wait.
    public var waits: [Duration] { state.value.waits }

    /// How many wait now.
    public var sleeping: Int { state.value.sleeping }

    /// Lets time pass.
    public func advance(_ time: Duration) {
        state.update { $0.elapsed += time }
    }

    /// Waits until so many wait.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForSleeping(_ count: Int) async throws {
        try await state.wait { $0.sleeping == count }
    }

    private func sleep(_ time: Duration) async throws {
        let end = state.update { state in
            state.waits.append(time)
            let end = state.elapsed + time
            if pace == .byWaiting { state.elapsed = end }
            state.sleeping += 1
            return end
        }
        defer { state.update { $0.sleeping -= 1 } }
        try Task.checkCancellation()
        try await state.wait { $0.elapsed >= end }
    }
}
