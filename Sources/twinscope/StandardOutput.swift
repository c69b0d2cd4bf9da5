import Foundation

/// Standard output, for what others wait for.
enum StandardOutput {
    /// Writes a text, without holding up anything else while nobody takes it.
    ///
    /// - Throws: `Failure` when it cannot be written.
    static func write(_ text: String) async throws {
        let (codes, end) = AsyncStream.makeStream(of: Int32.self)
        Thread.detachNewThread {
            end.yield(writeAll(Array(text.utf8)))
            end.finish()
        }
        for await code in codes where code != 0 {
            throw Failure.failed("Standard output can't be written: \(String(cString: strerror(code)))")
        }
    }

    /// - Returns: the system's reason for not writing all; 0 when it is written.
    private static func writeAll(_ bytes: [UInt8]) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var room = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = poll(&room, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}
