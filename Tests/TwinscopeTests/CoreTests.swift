import Foundation
import TestSupport
import Testing

/// A crash leaves no file with what was in memory: there are tokens in it (reliability A20).
struct CoreTests {
    /// Lets a service crash where core files may be written, and returns what the shell says of it.
    private func crash(_ variables: [String: String]) async throws -> String {
        let folder = try TemporaryFolder()
        let script = """
            cd "$1" && ulimit -c "$(ulimit -H -c)" && mkfifo lines
            "$0" serve --database :memory: > lines &
            read -r address < lines
            kill -SEGV $!
            wait $!
            rm -f core*
            """
        // In a debug build Swift's own look at the crash takes half a minute.
        let quick = variables.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        let environment = ProcessInfo.processInfo.environment.merging(quick) { $1 }
        return try await Command.run(
            "bash",
            ["-c", script, Command.twinscope, folder.path],
            environment: environment
        ).errors
    }

    /// Whether the system writes core files at all, wherever to.
    private static func areWritten() async -> Bool {
        guard let folder = try? TemporaryFolder() else { return false }
        let script = "cd \"$0\" && ulimit -c \"$(ulimit -H -c)\" && bash -c 'kill -SEGV $$'; rm -f core*"
        return (try? await Command.run("bash", ["-c", script, folder.path]).errors.contains("core dumped")) == true
    }

    @Test(.enabled("the system writes core files") { await areWritten() })
    func `A crash leaves a core file only if core files are enabled`() async throws {
        let asked = try await crash(["TWINSCOPE_CORE": "1"])
        #expect(asked.contains("core dumped"))
        let usual = try await crash([:])
        #expect(usual.contains("Segmentation fault"))
        #expect(!usual.contains("core dumped"))
    }

    @Test func `A command run by the program has the program's resource limits`() async throws {
        let home = try TemporaryFolder()
        let folder = home.file(".config/twinscope")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let profile = "{api-url: http://127.0.0.1:9/itwins, access-token-command: \"bash -c 'ulimit -c'\"}"
        try Data("profiles:\n  mine: \(profile)\n".utf8).write(to: URL(fileURLWithPath: folder + "/config.yaml"))
        let environment = ["HOME": home.path, "PATH": "/usr/bin:/bin"]
        let script = "ulimit -S -c 3; exec \"$0\" auth token --profile mine"
        let result = try await Command.run("bash", ["-c", script, Command.twinscope], environment: environment)
        #expect(result.output == "3\n", "\(result.errors)")
    }
}
