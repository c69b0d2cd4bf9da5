import Synchronization

/// Lets a number of requests through at a time, the others in the order in which they came (reliability H16).
///
/// The HTTP library has such a queue too, but waiting in it counts as connecting and ends after the connect limit.
final class RequestGate: Sendable {
    private struct State {
        var free: Int
        var nextTicket = 0
        var waiting: [(ticket: Int, turn: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    init(_ places: Int) {
        state = Mutex(State(free: max(1, places)))
    }

    /// A place of one's own, to be left once.
    struct Place: Sendable {
        fileprivate let gate: RequestGate

        /// Lets the next one through.
        func leave() { gate.leave() }
    }

    /// Does work when its turn has come.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits, and what the work throws.
    func run<Value>(_ work: () async throws -> Value) async throws -> Value {
        let place = try await enter()
        defer { place.leave() }
        return try await work()
    }

    /// Waits for a place.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func enter() async throws -> Place {
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
        return Place(gate: self)
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
