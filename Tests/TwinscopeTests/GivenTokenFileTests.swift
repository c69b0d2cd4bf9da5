import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@testable import twinscope

/// What a token file may say (contract section 17.18).
struct GivenTokenFileTests {
    private func read(_ text: String, permissions: Int = 0o600) throws -> [SampleUser: Secret] {
        let folder = try TemporaryFolder()
        let path = folder.file("tokens")
        #expect(
            FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: permissions]
            )
        )
        return try TokenFile.tokens(path: path)
    }

    @Test func `Users and tokens are read, comments and empty lines are skipped`() throws {
        let tokens = try read("# the team's\n\nmember abc\r\n  owner\tdef  \nadministrator ghi\n")
        #expect(tokens == [.member: Secret("abc"), .owner: Secret("def"), .administrator: Secret("ghi")])
    }

    @Test(arguments: [
        ("member", "line 1"), ("member canary x", "line 1"), ("\nnobody canary", "line 2"),
        ("canary member", "line 1"), ("member canary\nmember other", "line 2"),
        ("member canary\nowner canary", "line 2"), ("member can\u{e4}ry", "line 1"),
    ])
    func `An invalid line is named without its token`(_ text: String, _ line: String) {
        let failure = #expect(throws: Failure.self) { try read(text) }
        #expect(failure?.status == 2)
        #expect(failure?.message.contains(line) == true)
        #expect(failure?.message.contains("canary") == false)
    }

    @Test func `A token file that others can read is rejected with the command that fixes it`() {
        let failure = #expect(throws: Failure.self) { try read("member canary", permissions: 0o644) }
        #expect(failure?.message.contains("chmod 600") == true)
    }

    @Test(.timeLimit(.minutes(1)))
    func `A pipe is read to its end, whatever its permissions`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("pipe")
        #expect(mkfifo(path, 0o644) == 0)
        let writer = try RunningCommand(
            "/bin/sh",
            ["-c", "{ echo member abc; sleep 0.1; echo owner def; } > \"$0\"", path]
        )
        defer { writer.removeOutput() }
        #expect(try TokenFile.tokens(path: path) == [.member: Secret("abc"), .owner: Secret("def")])
        #expect(try await writer.waitUntilExit() == 0)
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func `The superuser can read another user's private token file`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("tokens")
        try Data("member abc".utf8).write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, 0o600) == 0)
        #expect(chown(path, 65_534, 65_534) == 0)
        #expect(try TokenFile.tokens(path: path) == [.member: Secret("abc")])
    }

    @Test func `A folder and an oversized token file are reported`() throws {
        let folder = try TemporaryFolder()
        let failure = #expect(throws: Failure.self) { try TokenFile.tokens(path: folder.path) }
        #expect(failure?.message.contains("can't be read") == true)
        let large = #expect(throws: Failure.self) { try read(String(repeating: "#", count: 65_537)) }
        #expect(large?.message.contains("isn't a small UTF-8 text file") == true)
    }

    @Test func `A missing token file is named`() {
        let failure = #expect(throws: Failure.self) { try TokenFile.tokens(path: "/nonexistent/tokens") }
        #expect(failure?.message.contains("/nonexistent/tokens") == true)
    }
}
