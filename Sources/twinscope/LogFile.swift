import Foundation
import ITwinsAPI
import Logging
import Screen
import Synchronization

/// The program's log: a file, rotated once it is large, never the screen.
final class LogFile: Sendable {
    private let state: Mutex<State>
    private let path: String?
    private static let limit = 1_048_576

    private struct State {
        var descriptor: Int32
        var size: Int
    }

    /// Opens the log in a folder that exists; what is logged goes nowhere when there is no path or it cannot be opened.
    init(path: String?) {
        var descriptor: Int32 = -1
        if let path { descriptor = Self.open(path) }
        self.path = path
        let size = descriptor >= 0 ? Int(lseek(descriptor, 0, SEEK_END)) : 0
        state = Mutex(State(descriptor: descriptor, size: max(size, 0)))
    }

    /// A descriptor for what libraries write to standard error while the screen is in use.
    var errorDescriptor: Int32 {
        let descriptor = state.withLock { $0.descriptor }
        return descriptor >= 0 ? dup(descriptor) : Foundation.open("/dev/null", O_WRONLY | O_CLOEXEC)
    }

    /// Appends a line.
    func append(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            if state.size + bytes.count > Self.limit { rotate(&state) }
            _ = bytes.withUnsafeBytes { write(state.descriptor, $0.baseAddress, $0.count) }
            state.size += bytes.count
        }
    }

    private func rotate(_ state: inout State) {
        guard let path else { return }
        rename(path, path + ".1")
        let fresh = Self.open(path)
        guard fresh >= 0 else { return }
        close(state.descriptor)
        state = State(descriptor: fresh, size: 0)
    }

    /// Opens the file; a pipe without a reader is refused, for waiting for one would keep the program from starting.
    private static func open(_ path: String) -> Int32 {
        Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    }
}

/// Writes what is logged as lines: time, level, message and metadata, nothing of which can move a cursor or break the
/// line (reliability T9).
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    let append: @Sendable (String) -> Void

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        append(CellText("\(Clock.now.description) \(event.level) \(event.message)\(details)").string)
    }
}
