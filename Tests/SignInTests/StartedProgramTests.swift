import Foundation
import TestSupport
import Testing

@testable import SignIn

/// Programs that are started: commands, the keyring's tool, browsers (reliability A8, A10, A20, row 17).
@Suite(.timeLimit(.minutes(1))) struct StartedProgramTests {
    private static let environment = ["PATH": "/usr/bin:/bin"]

    /// Whether a process is there and no zombie.
    private func isRunning(_ process: Int32) -> Bool {
        guard let status = FileHandle(forReadingAtPath: "/proc/\(process)/stat")?.readDataToEndOfFile() else {
            return false
        }
        return String(decoding: status, as: UTF8.self).split(separator: " ").dropFirst(2).first.map { $0 != "Z" }
            ?? false
    }

    /// The processes whose numbers a program writes into a file, one a line, as soon as all are there.
    private func processes(_ file: String, count: Int) async throws -> [Int32] {
        while true {
            try Task.checkCancellation()
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            let numbers = text.split(separator: "\n").compactMap { Int32($0) }
            if numbers.count == count, text.hasSuffix("\n") { return numbers }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `A command that takes too long is killed with all its children`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/processes"
        let line = "trap '' TERM; echo $$ >> '\(file)'; sleep 1000 & echo $! >> '\(file)'; wait; sleep 1000"
        let command = ShellCommand(line: line, environment: Self.environment)
        let isOver = Watched(false)
        let run = Task { await command.run { try await isOver.wait { $0 } } }
        let numbers = try await processes(file, count: 2)
        isOver.update { $0 = true }
        guard case .tookTooLong = await run.value else {
            Issue.record("it ended")
            return
        }
        while numbers.contains(where: isRunning) { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func `A command times out even if a child keeps its output open`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/processes"
        let line = "setsid sh -c 'echo $$ > \"\(file)\"; exec sleep 1000' & sleep 1000"
        let isOver = Watched(false)
        let run = Task {
            await ShellCommand(line: line, environment: Self.environment).run { try await isOver.wait { $0 } }
        }
        let left = try await processes(file, count: 1)
        isOver.update { $0 = true }
        guard case .tookTooLong = await run.value else {
            Issue.record("it ended")
            return
        }
        for process in left { kill(process, SIGKILL) }
    }

    @Test func `A command receives its own variables and none of the program's`() async throws {
        let command = ShellCommand(
            line: "env",
            environment: Self.environment.merging(["TWINSCOPE_ACCESS_TOKEN": "canary", "EDITOR": "ed"]) { $1 }
        )
        guard case .output(let text) = await command.run(within: .seconds(60)) else {
            Issue.record("it failed")
            return
        }
        #expect(text.contains("EDITOR=ed\n"))
        #expect(!text.contains("canary"))
    }

    @Test func `A program that ends without reading its input does no harm`() async throws {
        for _ in 0..<20 {
            let command = ShellCommand("false", [], environment: Self.environment)
            guard case .failed = await command.run(input: String(repeating: "x", count: 60_000), within: .seconds(60))
            else {
                Issue.record("it did not fail")
                return
            }
        }
        let cat = ShellCommand("cat", [], environment: Self.environment)
        guard case .output(let text) = await cat.run(input: "line\nend", within: .seconds(60)) else {
            Issue.record("it failed")
            return
        }
        #expect(text == "line\nend")
    }

    @Test func `A web browser is started without standard streams or terminal and keeps running`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/browser"
        let script = """
            #!/bin/sh
            head -c 1000000 /dev/zero
            streams=$(for n in 0 1 2; do readlink "/proc/$$/fd/$n"; done)
            echo "$streams" > '\(folder.path)/streams'
            cut -d ' ' -f 6,7 "/proc/$$/stat" >> '\(folder.path)/streams'
            echo $$ > '\(folder.path)/processes'
            exec sleep 1000
            """
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file)
        let outcome = await ShellCommand(file, [], environment: Self.environment).start()
        guard case .tookTooLong = outcome else {
            Issue.record("it ended")
            return
        }
        let process = try await processes(folder.path + "/processes", count: 1)[0]
        #expect(isRunning(process))
        let lines = try String(contentsOfFile: folder.path + "/streams", encoding: .utf8).split(separator: "\n")
        #expect(lines == ["/dev/null", "/dev/null", "/dev/null", "\(process) 0"])
        kill(process, SIGKILL)
    }
}
