import Browser
import Synchronization

/// Writes what is to be remembered, one write after another, the newest state last.
final class StateWriter: Sendable {
    private let state: Mutex<StateFile?>
    private let queue: EventQueue
    private let last = Mutex<Task<Void, Never>?>(nil)
    /// What was told already: it is the same at every write.
    private let told = Mutex<String?>(nil)

    init(_ state: StateFile?, _ queue: EventQueue) {
        self.state = Mutex(state)
        self.queue = queue
    }

    /// Begins to write; a failure becomes a notice, for browsing goes on without.
    @Sendable func save(_ remembered: Remembered) {
        guard let state = state.withLock({ $0 }) else { return }
        last.withLock { last in
            last = Task { [previous = last] in
                await previous?.value
                do {
                    try await state.write(remembered)
                } catch {
                    tell(
                        "The state file can't be written: \((error as? Failure)?.message ?? "\(error)")."
                    )
                }
            }
        }
    }

    /// Keeps what is to be remembered from now on with another service.
    func use(_ state: StateFile?) { self.state.withLock { $0 = state } }

    private func tell(_ text: String) {
        let isNew = told.withLock { told in
            defer { told = text }
            return told != text
        }
        if isNew { queue.post(.notice(text)) }
    }

    /// Waits for the writes begun so far.
    func finish() async {
        await last.withLock { $0 }?.value
    }
}
