import Synchronization

/// A value that a test can wait for instead of sleeping.
public final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var nextID = 0
        var waiting: [Waiting] = []
    }

    private struct Waiting {
        let id: Int
        let isMet: @Sendable (Value) -> Bool
        let turn: CheckedContinuation<Value, any Error>
    }

    private let state: Mutex<State>

    /// Makes a value.
    public init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// The value now.
    public var value: Value { state.withLock { $0.value } }

    /// Changes the value, and lets those go on who waited for what it is now.
    @discardableResult
    public func update<Result: Sendable>(_ change: @Sendable (inout Value) -> Result) -> Result {
        let (result, value, met) = state.withLock { state in
            let result = change(&state.value)
            let value = state.value
            let met = state.waiting.filter { $0.isMet(value) }
            state.waiting.removeAll { waiting in met.contains { $0.id == waiting.id } }
            return (result, value, met)
        }
        for waiting in met { waiting.turn.resume(returning: value) }
        return result
    }

    /// Waits until the value meets a condition, and gives it.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func wait(until isMet: @escaping @Sendable (Value) -> Bool) async throws -> Value {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                let result: Result<Value, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if isMet(state.value) { return .success(state.value) }
                    state.waiting.append(Waiting(id: id, isMet: isMet, turn: turn))
                    return nil
                }
                if let result { turn.resume(with: result) }
            }
        } onCancel: {
            let turn = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).turn }
            }
            turn?.resume(throwing: CancellationError())
        }
    }
}
