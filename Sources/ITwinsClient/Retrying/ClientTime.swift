import Foundation
public import ITwinsAPI

/// Time and chance as the waits between tries need them; tests have their own.
public struct ClientTime: Sendable {
    /// The time of day.
    public var now: @Sendable () -> Timestamp
    /// Time since any moment, which goes on evenly whatever happens to the time of day.
    public var elapsed: @Sendable () -> Duration
    /// Waits; throws `CancellationError` when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number drawn from a range.
    public var random: @Sendable (ClosedRange<Double>) -> Double

    /// Makes a time of its parts.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        elapsed: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable (ClosedRange<Double>) -> Double
    ) {
        self.now = now
        self.elapsed = elapsed
        self.sleep = sleep
        self.random = random
    }

    /// The machine's.
    public static let system: ClientTime = {
        let start = ContinuousClock.now
        return ClientTime(
            now: { Timestamp(secondsSince1970: Date().timeIntervalSince1970) },
            elapsed: { start.duration(to: .now) },
            sleep: { try await Task.sleep(for: $0) },
            random: { Double.random(in: $0) }
        )
    }()
}
