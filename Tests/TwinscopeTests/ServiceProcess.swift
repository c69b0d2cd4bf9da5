import Foundation
import Synchronization
import TestSupport

/// `twinscope serve` as a process of its own.
final class ServiceProcess: Sendable {
    let baseURL: String
    let token: String
    let processID: Int32
    private let process: Mutex<Process>
    private let log: URL

    /// Starts it and waits for its two lines.
    init(arguments: [String]) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Command.twinscope)
        process.arguments = ["serve"] + arguments
        let output = Pipe()
        log = FileManager.default.temporaryDirectory.appendingPathComponent("twinscope-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var lines = Data()
        while lines.count(where: { $0 == 0x0A }) < 2 {
            let part = output.fileHandleForReading.availableData
            guard !part.isEmpty else {
                let reason = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                throw TerminalSession.Timeout(description: "the service ended: \(reason)")
            }
            lines += part
        }
        let words = String(decoding: lines, as: UTF8.self).split(separator: "\n").map(String.init)
        baseURL = words[0]
        token = words[1]
        processID = process.processIdentifier
        self.process = Mutex(process)
    }

    /// The paths of the requests so far, as they were asked for.
    var requestedPaths: [String] {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/ (?:GET|POST|DELETE) (/\S*) /#).map { String($0.1) }
        }
    }

    /// Ends it as a crash would.
    func kill() {
        process.withLock { process in
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Ends it as a person would, and returns its exit status.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        process.withLock { process in
            if process.isRunning { Foundation.kill(process.processIdentifier, signal) }
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    /// Ends it and removes its log.
    func end() {
        stop()
        try? FileManager.default.removeItem(at: log)
    }
}
