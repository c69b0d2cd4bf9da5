import Synchronization

/// Lets a number of tasks through at a time, the others in the order in which they came.
public final class AsyncSemaphore: Sendable {
    private struct State {
        var free: Int
        var nextTicket = 0
        var waiting: [(ticket: Int, turn: CheckedContinuation<Void, any Error>)] = []
        /// What is thrown in the place of waiting.
        var closed: (any Error)?
    }

    private let state: Mutex<State>

    /// Makes a semaphore with places for so many tasks, one at least.
    public init(_ places: Int) {
        state = Mutex(State(free: max(1, places)))
    }

    /// A place of one's own, to be left once.
    public struct Place: Sendable {
        fileprivate let semaphore: AsyncSemaphore

        /// Lets the next one through.
        public func leave() { semaphore.leave() }
    }

    /// Does work when its turn has come.
    ///
    /// - Throws: what `enter` throws, and what the work throws.
    public func run<Value>(_ work: () async throws -> Value) async throws -> Value {
        let place = try await enter()
        defer { place.leave() }
        return try await work()
    }

    /// Waits for a place.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first, and the error of `close`.
    public func enter() async throws -> Place {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.free > 0 {
                        state.free -= 1
                        return .success(())
                    }
                    if let error = state.closed { return .failure(error) }
                    state.waiting.append((ticket, turn))
                    return nil
                }
                if let result { turn.resume(with: result) }
            }
        } onCancel: {
            let turn = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).turn }
            }
            turn?.resume(throwing: CancellationError())
        }
        return Place(semaphore: self)
    }

    /// Lets nobody wait any more: those who do get an error, and so does everybody who would have to.
    public func close(throwing error: any Error) {
        let waiting = state.withLock { state in
            state.closed = error
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in waiting { waiting.turn.resume(throwing: error) }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().turn
        }
        next?.resume()
    }
}
