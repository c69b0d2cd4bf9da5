import Foundation
import TestSupport
import Testing

/// The browser on another machine, as `ssh` starts it there: by a server of the test's own that has no port. Only root's
/// gives terminals away, and without PAM the server lets nobody in whose password is locked.
@Suite(
    .rows(54),
    .timeLimit(.minutes(1)),
    .enabled("root has an SSH server") {
        let isThere = """
            test $(id -u) = 0 && test -x /usr/sbin/sshd && test -d /run/sshd && \
            case $(getent shadow root) in 'root:!'*) false;; esac
            """
        return (try? await Command.run("sh", ["-c", isThere]).status) == 0
    }
)
struct RemoteTerminalTests {
    private let folder: TemporaryFolder
    /// The words for `ssh` that reach the server.
    private let server: [String]
    /// What the server runs.
    private let line: String

    init() async throws {
        folder = try TemporaryFolder()
        for name in ["host", "user"] {
            let made = try await Command.run(
                "ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-f", folder.file(name)]
            )
            try #require(made.status == 0, "\(made.errors)")
        }
        let settings = """
            HostKey \(folder.file("host"))
            AuthorizedKeysFile \(folder.file("user.pub"))
            StrictModes no
            UsePAM no
            """
        try Data(settings.utf8).write(to: URL(fileURLWithPath: folder.file("settings")))
        let options = [
            "IdentitiesOnly=yes", "IdentityFile=\(folder.file("user"))", "UserKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=no", "LogLevel=ERROR",
            "ProxyCommand=/usr/sbin/sshd -i -f \(folder.file("settings"))",
        ]
        server = ["-F", "/dev/null"] + options.flatMap { ["-o", $0] } + ["localhost"]
        line = "HOME='\(folder.path)' LANG=C.UTF-8 exec '\(Command.twinscope)' --local"
    }

    @Test func `Over ssh -t the browser draws, follows the size, takes keys and restores the terminal`() async throws {
        let terminal = try PseudoTerminal("ssh", ["-t"] + server + [line])
        defer { terminal.end() }
        let modes = terminal.lineModes
        try await terminal.wait(for: "BR-0042")
        terminal.resize(140, 40)
        try await terminal.wait(for: "a wider screen") { $0.text.split(separator: "\n").contains { $0.count > 130 } }
        try await terminal.type("2")
        try await terminal.wait(for: "SF-1934")
        try await terminal.type("qq")
        #expect(try await terminal.waitForEnd() == 0)
        #expect(terminal.lineModes == modes)
        #expect(terminal.emulator.modes == EmulatedScreen.Modes())
    }

    @Test func `Over ssh -T the browser is refused in one line and leaves nothing behind`() async throws {
        let refused = try await Command.run("ssh", ["-T"] + server + [line])
        #expect(refused.status == 2)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("needs a terminal"))
        #expect(refused.errors.count { $0 == "\n" } == 1)
        #expect(!folder.names.contains(".local"))
    }
}
