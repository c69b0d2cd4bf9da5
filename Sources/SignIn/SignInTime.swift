import Foundation
public import ITwinsAPI

/// The time of day and waits, as signing in needs them; tests have their own.
public struct SignInTime: Sendable {
    /// The time of day.
    public var now: @Sendable () -> Timestamp
    /// Waits; throws `CancellationError` when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// Makes a time of its parts.
    public init(now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's.
    public static let system = SignInTime(
        now: { Timestamp(secondsSince1970: Date().timeIntervalSince1970) },
        sleep: { try await Task.sleep(for: $0) }
    )
}
