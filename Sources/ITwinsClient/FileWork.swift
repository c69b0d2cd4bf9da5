import Foundation
import ITwinsAPI
import Synchronization

/// What waits for the disk or takes long, each piece on a thread of its own.
///
/// The threads that SwiftNIO has for everybody are two on most machines, and who waits for one of them cannot stop waiting.
/// Nothing is handed over to a thread here that sleeps already, so that none can miss being woken.
final class FileWork: Sendable {
    private let gate: AsyncSemaphore
    private let stackBytes: Int?

    /// Pieces of files on their way, which take no time on a disk that answers.
    static let pieces = FileWork(atOnce: 8)
    /// Whole files that are read through.
    static let checks = FileWork(atOnce: 2)

    /// - Parameters:
    ///   - places: how much is done at a time; the rest waits its turn.
    ///   - stackBytes: how much memory a thread has for its stack; nil for what the system gives.
    init(atOnce places: Int, stackBytes: Int? = nil) {
        gate = AsyncSemaphore(places)
        self.stackBytes = stackBytes
    }

    /// Why work is not done: the system gives no thread.
    struct ThreadUnavailable: Error, CustomStringConvertible {
        /// The system's error number.
        fileprivate let code: Int32

        var description: String { "no thread can be created: \(String(cString: strerror(code)).lowercased())" }
    }

    /// Does work on a thread of its own when its turn has come, and waits for its end.
    ///
    /// - Parameter isWhole: whether the task waits for the end of work that has begun although it is cancelled, to know what
    ///   became of it; only for what takes no time.
    /// - Throws: what the work throws, `ThreadUnavailable`, and `CancellationError` as soon as the task is cancelled. Work that has begun
    ///   by then goes on to its end, and keeps its place until then.
    func run<Value: Sendable>(isWhole: Bool = false, _ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        let place = try await gate.enter()
        let job = Job(work, place, isWhole: isWhole)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { job.begin($0, stackBytes) }
        } onCancel: {
            job.leave()
        }
    }

    /// One piece of work and who waits for it.
    private final class Job<Value: Sendable>: Sendable {
        private enum State {
            case new, left, ended
            /// Somebody waits, and may leave.
            case waiting(CheckedContinuation<Value, any Error>)
            /// Somebody waits to the end.
            case held(CheckedContinuation<Value, any Error>)
        }

        private let work: @Sendable () throws -> Value
        private let place: AsyncSemaphore.Place
        private let state = Mutex(State.new)

        private let isWhole: Bool

        init(_ work: @escaping @Sendable () throws -> Value, _ place: AsyncSemaphore.Place, isWhole: Bool) {
            self.work = work
            self.place = place
            self.isWhole = isWhole
        }

        func begin(_ turn: CheckedContinuation<Value, any Error>, _ stackBytes: Int?) {
            let isWanted = state.withLock { state in
                guard case .new = state else { return false }
                state = .waiting(turn)
                return true
            }
            guard isWanted else {
                place.leave()
                return turn.resume(throwing: CancellationError())
            }
            do throws(ThreadUnavailable) {
                try DetachedThread.start(stackBytes) { [self] in perform() }
            } catch {
                end(.failure(error))
            }
        }

        private func perform() {
            let isWanted = state.withLock { state in
                guard case .waiting(let turn) = state else { return false }
                if isWhole { state = .held(turn) }
                return true
            }
            // Nobody waits: nothing needs to be done.
            if isWanted { end(Result(catching: work)) } else { place.leave() }
        }

        private func end(_ result: Result<Value, any Error>) {
            place.leave()
            let turn = state.withLock { state -> CheckedContinuation<Value, any Error>? in
                defer { state = .ended }
                switch state {
                case .waiting(let turn), .held(let turn): return turn
                case .new, .left, .ended: return nil
                }
            }
            turn?.resume(with: result)
        }

        /// The task that waits is cancelled.
        func leave() {
            let turn = state.withLock { state -> CheckedContinuation<Value, any Error>? in
                switch state {
                case .new:
                    state = .left
                    return nil
                case .waiting(let turn):
                    state = .left
                    return turn
                case .held, .left, .ended: return nil
                }
            }
            turn?.resume(throwing: CancellationError())
        }
    }
}

/// A thread that ends with what it is made for. Foundation's does not tell when there can be none.
private enum DetachedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    static func start(_ stackBytes: Int?, _ run: @escaping @Sendable () -> Void) throws(FileWork.ThreadUnavailable) {
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { attributes.deallocate() }
        pthread_attr_init(attributes)
        defer { pthread_attr_destroy(attributes) }
        pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
        if let stackBytes { pthread_attr_setstacksize(attributes, stackBytes) }
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            attributes,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            },
            body.toOpaque()
        )
        guard code == 0 else {
            body.release()
            throw FileWork.ThreadUnavailable(code: code)
        }
    }
}
