import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

@testable import twinscope

/// What a token file may say (contract section 17.18).
struct TokenFileTests {
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

    @Test func `Users and tokens are read, remarks and empty lines are not`() throws {
        let tokens = try read("# the team's\n\nmember abc\r\n  owner\tdef  \nadministrator ghi\n")
        #expect(tokens == [.member: Secret("abc"), .owner: Secret("def"), .administrator: Secret("ghi")])
    }

    @Test(arguments: [
        ("member", "line 1"), ("member canary x", "line 1"), ("\nnobody canary", "line 2"),
        ("canary member", "line 1"), ("member canary\nmember other", "line 2"),
        ("member canary\nowner canary", "line 2"), ("member can\u{e4}ry", "line 1"),
    ])
    func `A line that is wrong is named, and no token told`(_ text: String, _ line: String) {
        let failure = #expect(throws: Failure.self) { try read(text) }
        #expect(failure?.status == 2)
        #expect(failure?.message.contains(line) == true)
        #expect(failure?.message.contains("canary") == false)
    }

    @Test func `A file that others can read is refused with what mends it`() {
        let failure = #expect(throws: Failure.self) { try read("member canary", permissions: 0o644) }
        #expect(failure?.message.contains("chmod 600") == true)
    }

    @Test func `A file that is not there is named`() {
        let failure = #expect(throws: Failure.self) { try TokenFile.tokens(path: "/nonexistent/tokens") }
        #expect(failure?.message.contains("/nonexistent/tokens") == true)
    }
}
