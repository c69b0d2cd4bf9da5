import ITwinsAPI
import Synchronization

/// Lets equal questions that are under way at a time share one answer.
///
/// A question is not shared across a change: what is asked after something was created must not be answered by what was
/// asked before.
final class RequestCoalescer: Sendable {
    typealias Outcome = Result<Answer, RequestError>
    typealias Notice = @Sendable (RequestProgress) -> Void

    private struct Question: Hashable {
        let operation: ITwinsAPI.Operation
        let changes: Int
    }

    private struct Waiting {
        let turn: CheckedContinuation<Outcome, Never>
        let notice: Notice?
    }

    private struct Flight {
        let question: Question
        var task: Task<Void, Never>?
        var waiting: [Int: Waiting]
        var latest: RequestProgress?
    }

    private struct State {
        var lastNumber = 0
        var changes = 0
        var flights: [Int: Flight] = [:]
        /// The flight that those join who ask the same now.
        var joinable: [Question: Int] = [:]
    }

    private let state = Mutex(State())

    /// Something is being changed or was changed: what is asked from now on is asked anew.
    func changed() {
        state.withLock { $0.changes += 1 }
    }

    /// The answer to a question, asked unless that is under way.
    ///
    /// Cancelling the task leaves the others their answer; the last one that waits stops the question itself.
    ///
    /// - Parameters:
    ///   - cancelled: what a cancelled task gets.
    ///   - ask: asks; it is told whom to tell how far it is.
    func answer(
        to operation: ITwinsAPI.Operation,
        cancelled: RequestError,
        notice: Notice?,
        _ ask: @escaping @Sendable (@escaping Notice) async -> Outcome
    ) async -> Outcome {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { turn in
                let waiting = Waiting(turn: turn, notice: notice)
                let (isCancelled, latest): (Bool, RequestProgress?) = state.withLock { state in
                    if Task.isCancelled { return (true, nil) }
                    let question = Question(operation: operation, changes: state.changes)
                    if let flight = state.joinable[question] {
                        state.flights[flight]?.waiting[number] = waiting
                        return (false, state.flights[flight]?.latest)
                    }
                    let task = Task {
                        let outcome = await ask { self.tell(number, $0) }
                        self.end(number, with: outcome)
                    }
                    state.flights[number] = Flight(question: question, task: task, waiting: [number: waiting])
                    state.joinable[question] = number
                    return (false, nil)
                }
                if isCancelled { turn.resume(returning: .failure(cancelled)) }
                if let latest { notice?(latest) }
            }
        } onCancel: {
            leave(number)?.resume(returning: .failure(cancelled))
        }
    }

    /// - Returns: whoever need not wait any more.
    private func leave(_ number: Int) -> CheckedContinuation<Outcome, Never>? {
        state.withLock { state in
            guard let (key, flight) = state.flights.first(where: { $0.value.waiting[number] != nil }) else {
                return nil
            }
            guard flight.waiting.count == 1 else {
                return state.flights[key]?.waiting.removeValue(forKey: number)?.turn
            }
            // The last one waits until the request has ended, so that nothing of it goes on unseen.
            if state.joinable[flight.question] == key { state.joinable[flight.question] = nil }
            flight.task?.cancel()
            return nil
        }
    }

    private func tell(_ flight: Int, _ progress: RequestProgress) {
        let notices = state.withLock { state in
            state.flights[flight]?.latest = progress
            return state.flights[flight]?.waiting.values.compactMap(\.notice) ?? []
        }
        for notice in notices { notice(progress) }
    }

    private func end(_ number: Int, with outcome: Outcome) {
        let waiting = state.withLock { state in
            guard let flight = state.flights.removeValue(forKey: number) else { return [Waiting]() }
            if state.joinable[flight.question] == number { state.joinable[flight.question] = nil }
            return Array(flight.waiting.values)
        }
        for waiting in waiting { waiting.turn.resume(returning: outcome) }
    }
}
