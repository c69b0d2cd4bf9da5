public import Foundation
import Synchronization

/// What tests leave behind: nothing, unless all of it is looked through afterwards, as `scripts/find-secrets` does. It then
/// stays in the folder of temporary files, the logs and the secrets of the tests with it.
public enum Leftovers {
    /// Whether it stays: whoever sets the variable names a folder of its own for temporary files.
    static let areKept = ProcessInfo.processInfo.environment["TWINSCOPE_KEEP_REMAINS"] != nil

    /// Removes a file or folder of a test that has ended.
    public static func remove(_ url: URL) {
        guard !areKept else { return }
        try? FileManager.default.removeItem(at: url)
    }

    /// Tells of a secret that there is in a test, which must turn up in nothing that programs leave.
    public static func note(secret: String) { append(secret, "secrets.noted") }

    /// Keeps a line that was logged.
    static func note(logLine: String) { append(logLine, "tests.log") }

    private static let files = Mutex<[String: FileHandle]>([:])

    private static func append(_ line: String, _ name: String) {
        guard areKept else { return }
        files.withLock { files in
            if files[name] == nil {
                let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(getpid())-\(name)").path
                _ = FileManager.default.createFile(atPath: path, contents: nil)
                files[name] = FileHandle(forWritingAtPath: path)
            }
            try? files[name]?.write(contentsOf: Data((line + "\n").utf8))
        }
    }
}
