import Foundation
import Synchronization

/// What waits for the disk or takes long, each piece on a thread of its own.
///
/// The threads that SwiftNIO has for everybody are two on most machines, and who waits for one of them cannot stop waiting.
/// Nothing is handed over to a thread here that sleeps already, so that none can miss being woken.
final class FileWork: Sendable {
    private let gate: RequestGate

    /// Pieces of files on their way, which take no time on a disk that answers.
    static let pieces = FileWork(atOnce: 8)
    /// Whole files that are read through.
    static let checks = FileWork(atOnce: 2)

    /// - Parameter places: how much is done at a time; the rest waits its turn.
    init(atOnce places: Int) {
        gate = RequestGate(places)
    }

    /// Does work on a thread of its own when its turn has come, and waits for its end.
    ///
    /// - Throws: what the work throws, and `CancellationError` as soon as the task is cancelled. Work that has begun by then
    ///   goes on to its end, and keeps its place until then.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let place = try await gate.enter()
        let job = Job(work, place)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { job.begin($0) }
        } onCancel: {
            job.leave()
        }
    }

    /// One piece of work and who waits for it.
    private final class Job<Value: Sendable>: Sendable {
        private enum State {
            case new, left, ended
            case waiting(CheckedContinuation<Value, any Error>)
        }

        private let work: @Sendable () throws -> Value
        private let place: RequestGate.Place
        private let state = Mutex(State.new)

        init(_ work: @escaping @Sendable () throws -> Value, _ place: RequestGate.Place) {
            self.work = work
            self.place = place
        }

        func begin(_ turn: CheckedContinuation<Value, any Error>) {
            let isWanted = state.withLock { state in
                guard case .new = state else { return false }
                state = .waiting(turn)
                return true
            }
            guard isWanted else {
                place.leave()
                return turn.resume(throwing: CancellationError())
            }
            let thread = Thread { [self] in
                let result = Result(catching: work)
                place.leave()
                take(.ended)?.resume(with: result)
            }
            thread.name = "files"
            thread.start()
        }

        /// Nobody waits any more.
        func leave() {
            take(.left)?.resume(throwing: CancellationError())
        }

        private func take(_ next: State) -> CheckedContinuation<Value, any Error>? {
            state.withLock { state in
                defer { state = next }
                guard case .waiting(let turn) = state else { return nil }
                return turn
            }
        }
    }
}
