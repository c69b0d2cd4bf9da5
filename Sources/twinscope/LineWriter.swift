import Foundation
import Synchronization

/// Writes to a descriptor by a thread of its own, so that nobody who has something to say waits for whoever reads it.
///
/// What there is no room for is dropped and counted; the count stands where the dropped lines would.
final class LineWriter: Sendable {
    private let descriptor: Int32
    private let capacity: Int
    private let state = Mutex(State())
    /// Wakes the thread.
    private let work = DispatchSemaphore(value: 0)

    private struct State {
        var waiting: [UInt8] = []
        /// Lines for which there was no room since `waiting` was taken last.
        var dropped = 0
        var hasThread = false
        /// Whether the thread is writing, or was woken to do so.
        var isBusy = false
        var idleActions: [@Sendable () -> Void] = []
    }

    /// - Parameters:
    ///   - descriptor: where to write; it stays open.
    ///   - capacity: how many bytes wait at most, beside those that are being written.
    init(_ descriptor: Int32, capacity: Int = 64 * 1024) {
        self.descriptor = descriptor
        self.capacity = capacity
    }

    /// Has a text written, whole or not at all.
    func write(_ text: String) {
        let (startsThread, wakes) = state.withLock { state in
            let startsThread = !state.hasThread
            state.hasThread = true
            // A line that comes behind dropped ones would stand before the count of them.
            if state.dropped > 0 || state.waiting.count + text.utf8.count > capacity {
                state.dropped += 1
            } else {
                state.waiting += text.utf8
            }
            defer { state.isBusy = true }
            return (startsThread, !state.isBusy)
        }
        if startsThread {
            let thread = Thread { [self] in
                while true {
                    work.wait()
                    while let bytes = next() { Self.writeAll(bytes, descriptor) }
                }
            }
            thread.name = "writer"
            thread.start()
        }
        if wakes { work.signal() }
    }

    /// Waits until what was written so far was taken, but no longer than a time: nobody may read it at all.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    func flush(atMost limit: Duration = .seconds(1)) async -> Bool {
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        whenIdle { end.yield(true) }
        let timer = Task {
            try? await Task.sleep(for: limit)
            end.yield(false)
        }
        defer { timer.cancel() }
        for await wasTaken in ends { return wasTaken }
        return false
    }

    /// As `flush`, where nothing can be awaited: at the end of the process.
    func flushBlocking(atMost limit: DispatchTimeInterval = .seconds(1)) {
        let idle = DispatchSemaphore(value: 0)
        whenIdle { idle.signal() }
        _ = idle.wait(timeout: .now() + limit)
    }

    private func whenIdle(_ action: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            if state.isBusy { state.idleActions.append(action) }
            return !state.isBusy
        }
        if isIdle { action() }
    }

    /// What is to be written next; nil when there is nothing.
    private func next() -> [UInt8]? {
        let (bytes, actions) = state.withLock { state -> ([UInt8]?, [@Sendable () -> Void]) in
            guard !state.waiting.isEmpty || state.dropped > 0 else {
                state.isBusy = false
                defer { state.idleActions = [] }
                return (nil, state.idleActions)
            }
            var bytes = state.waiting
            if state.dropped > 0 { bytes += Self.note(of: state.dropped).utf8 }
            (state.waiting, state.dropped) = ([], 0)
            return (bytes, [])
        }
        for action in actions { action() }
        return bytes
    }

    private static func note(of count: Int) -> String {
        "\(count) line\(count == 1 ? " was" : "s were") dropped because nothing read standard error\n"
    }

    /// Writes as much as somebody takes; what nobody can take is lost.
    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // Whoever shares the descriptor made it one that does not wait.
                var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&room, 1, -1)
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }
}
