import ServiceLifecycle
import Synchronization

/// Lets a number of requests be worked on at a time; more wait, in the order in which they came (reliability S14). Those that
/// wait when the service stops are not begun any more (S15).
final class RequestSlots: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        var isStopping = false
        var waiting: [(id: Int, turn: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    /// The service stops before it was the turn of a request, of which nothing was done.
    struct Stopping: Error {}

    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// Performs something as soon as it is its turn.
    ///
    /// - Throws: `Stopping`; `CancellationError` when the task is cancelled while it waits; what is performed throws.
    func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await take()
        defer { release() }
        return try await body()
    }

    private func take() async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await wait(id)
            } onCancel: {
                giveUp(id, CancellationError())
            }
        } onGracefulShutdown: {
            // Called with a lock held that telling whether the service stops takes too: so it is noted here.
            self.state.withLock { $0.isStopping = true }
            self.giveUp(id, Stopping())
        }
    }

    private func wait(_ id: Int) async throws {
        try await withCheckedThrowingContinuation { turn in
            let result: Result<Void, any Error>? = state.withLock { state in
                if Task.isCancelled { return .failure(CancellationError()) }
                guard state.free == 0 else {
                    state.free -= 1
                    return .success(())
                }
                if state.isStopping { return .failure(Stopping()) }
                state.waiting.append((id, turn))
                return nil
            }
            if let result { turn.resume(with: result) }
        }
    }

    private func giveUp(_ id: Int, _ error: any Error) {
        let turn = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).turn }
        }
        turn?.resume(throwing: error)
    }

    private func release() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().turn
        }
        next?.resume()
    }
}
