import Foundation

/// Standard error, for messages that are lost when nobody can take them, and that nobody waits for.
enum StandardError {
    private static let writer: LineWriter = {
        // What a command says last is said before it ends.
        atexit { StandardError.writer.flushBlocking() }
        return LineWriter(STDERR_FILENO)
    }()

    /// Writes a line.
    static func write(_ line: String) { writer.write(line + "\n") }

    /// Writes a part of a line.
    static func writePart(_ text: String) { writer.write(text) }

    /// Waits until what was written has been taken, so that what goes to standard output comes behind it; but not for long.
    static func flush() async { await writer.flush() }
}
