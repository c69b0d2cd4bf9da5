public import Logging
import Synchronization

/// Keeps everything that is logged, metadata included, for tests that read it.
public final class CapturedLog: Sendable {
    private let messages = Mutex<[String]>([])
    private let level: Logger.Level

    /// Makes an empty log.
    ///
    /// - Parameter level: of the lines that are kept, and of those above it.
    public init(level: Logger.Level = .trace) {
        self.level = level
    }

    /// The lines so far: level, message and metadata sorted by key.
    public var lines: [String] { messages.withLock { $0 } }

    /// A logger that writes here.
    public var logger: Logger {
        Logger(label: "test") { [level] _ in Handler(log: self, logLevel: level) }
    }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            let line = "\(event.level) \(event.message)\(pairs)"
            Leftovers.note(logLine: line)
            log.messages.withLock { $0.append(line) }
        }
    }
}
