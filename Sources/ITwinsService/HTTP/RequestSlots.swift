import ITwinsAPI
import ServiceLifecycle

/// Lets a number of requests be worked on at a time; more wait, in the order in which they came (reliability S14). Those that
/// wait when the service stops are not begun any more (S15).
struct RequestSlots: Sendable {
    private let slots: AsyncSemaphore

    /// The service stops before it was the turn of a request, of which nothing was done.
    struct Stopping: Error {}

    init(_ count: Int) {
        slots = AsyncSemaphore(count)
    }

    /// Performs something as soon as it is its turn.
    ///
    /// - Throws: `Stopping`; `CancellationError` when the task is cancelled while it waits; what is performed throws.
    func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        let slot = try await withGracefulShutdownHandler {
            try await slots.enter()
        } onGracefulShutdown: {
            // Called with a lock held that telling whether the service stops takes too: so the slots know it.
            slots.close(throwing: Stopping())
        }
        defer { slot.leave() }
        return try await body()
    }
}
