import Foundation
import TestSupport
import Testing

@testable import twinscope

/// The log does not grow without an end, and nothing that stands in its place keeps the program from starting.
struct LogFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("twinscope.log") }

    init() throws { folder = try TemporaryFolder() }

    private func lines(_ path: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    /// Writes numbered lines of about a hundred bytes.
    private func write(_ numbers: Range<Int>, to log: LogFile) {
        for number in numbers { log.append("\(number) \(String(repeating: ".", count: 100))") }
    }

    private func numbers(_ path: String) throws -> [Int] {
        try lines(path).compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    }

    @Test func `At 1 MiB the log is rotated, and the previous rotated log is deleted`() throws {
        let log = LogFile(path: path)
        write(0..<25_000, to: log)
        #expect(folder.names == ["twinscope.log", "twinscope.log.1"])
        let (old, new) = (try numbers(path + ".1"), try numbers(path))
        for file in [path, path + ".1"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(try #require(attributes[.size] as? Int) <= 1_048_576)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        // Nothing between the two is lost, and what is older than both is gone.
        let first = try #require(old.first)
        #expect(first > 0)
        #expect(old + new == Array(first..<25_000))
    }

    @Test func `The log of an earlier run counts towards its size and is kept`() throws {
        write(0..<9000, to: LogFile(path: path))
        write(9000..<12_000, to: LogFile(path: path))
        #expect(try numbers(path + ".1") + numbers(path) == Array(0..<12_000))
    }

    @Test(.timeLimit(.minutes(1)))
    func `A pipe in place of the log receives nothing and blocks nothing`() {
        mkfifo(path, 0o600)
        let log = LogFile(path: path)
        log.append("a line")
        #expect(log.errorDescriptor >= 0)
    }
}
