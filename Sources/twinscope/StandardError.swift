import Foundation

/// Standard error, for messages that are lost when nobody can take them: `FileHandle` would end the program instead.
enum StandardError {
    /// Writes a line.
    static func write(_ line: String) { writePart(line + "\n") }

    /// Writes a part of a line.
    static func writePart(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
