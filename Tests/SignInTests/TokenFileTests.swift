import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Files with tokens that something is wrong with (reliability A13, A18, rows 15 to 17).
@Suite(.timeLimit(.minutes(1))) struct TokenFileTests {
    /// Where the tokens of a signed-in harness lie.
    private func place(_ harness: SignInHarness, _ environment: [String: String] = [:]) async throws -> String {
        let source = try harness.source(environment: environment)
        try await harness.signIn(source)
        let key = TokenKey(try harness.registration(), apiOrigin: "https://api.example.org")
        return try #require(TokenStore(folder: harness.folder, environment: [:]).place(of: key, .file))
    }

    @Test(.rows(16)) func `Files left by a killed program are never read, and signing out removes them`() async throws {
        try await SignInHarness.run { harness in
            let place = try await place(harness)
            let half = place + ".4711.1.new"
            try Data(#"{"storage":"file","tokens":{"access":"canary"#.utf8).write(to: URL(fileURLWithPath: half))
            try Data("canary".utf8).write(to: URL(fileURLWithPath: place + ".unusable"))
            let source = try harness.source()
            #expect(try await source.token().revealed.hasPrefix("access-"))
            #expect(try await source.signOut() == nil)
            let left = try FileManager.default.contentsOfDirectory(atPath: harness.folder)
            #expect(left.allSatisfy { $0.hasSuffix(".lock") }, "\(left)")
        }
    }

    @Test func `Signing out removes unreadable tokens and says that they weren't revoked`() async throws {
        for what in 0..<2 {
            try await SignInHarness.run { harness in
                let place = try await place(harness)
                if what == 0 {
                    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place)
                } else {
                    try FileManager.default.removeItem(atPath: place)
                    try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: place)
                }
                let source = try harness.source()
                let error = await #expect(throws: SignInError.self) { try await source.token() }
                #expect(error?.kind == .storage)
                guard case .notRevoked? = try await source.signOut() else {
                    Issue.record("it was revoked")
                    return
                }
                #expect(!FileManager.default.fileExists(atPath: place))
                #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: place)) == nil)
                let after = await #expect(throws: SignInError.self) { try await source.token() }
                #expect(after?.kind == .signedOut)
            }
        }
    }

    @Test(.rows(15)) func `A pipe, folder or socket in place of a file is set aside and blocks nothing`()
        async throws
    {
        for what in 0..<3 {
            try await SignInHarness.run { harness in
                let place = try await place(harness)
                try FileManager.default.removeItem(atPath: place)
                switch what {
                case 0: #expect(mkfifo(place, 0o600) == 0)
                case 1: #expect(mkdir(place, 0o700) == 0)
                default: #expect(mknod(place, S_IFSOCK | 0o600, 0) == 0)
                }
                let source = try harness.source()
                let error = await #expect(throws: SignInError.self) { try await source.token() }
                #expect(error?.kind == .signedOut)
                try await harness.signIn(source)
                #expect(try await harness.source().token() == source.token())
            }
        }
    }

    @Test func `A missing folder is created for the owner only, with its parents`() async throws {
        try await SignInHarness.run { harness in
            let folder = harness.folder + "/state/twinscope/tokens"
            let source = try harness.source(store: TokenStore(folder: folder, environment: [:]))
            try await harness.signIn(source)
            for path in [folder, harness.folder + "/state"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o700)
            }
        }
    }

    @Test func `Without a folder tokens are kept in memory, renewed there, and not shared`() async throws {
        try await SignInHarness.run { harness in
            let source = try harness.source(store: TokenStore(folder: nil, environment: [:]))
            try await harness.signIn(source)
            #expect(try await source.status().storage == .memory)
            #expect(try await source.status().place == nil)
            let old = try await source.token()
            #expect(try await source.renewed(insteadOf: old) != old)
            #expect(try FileManager.default.contentsOfDirectory(atPath: harness.folder).isEmpty)
            #expect(try await source.signOut() == nil)
            await #expect(throws: SignInError.self) { try await source.token() }
        }
    }

    // MARK: The keyring

    @Test(.rows(17)) func `A keyring that responds but stores nothing is replaced by a file, at sign-in only`()
        async throws
    {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            try tool.answer("[ \"$1\" = store ] && exit 1")
            let source = try harness.source(environment: tool.environment)
            try await harness.signIn(source)
            #expect(try await source.status().storage == .file)
            // It works again: the tokens stay where they are.
            try tool.answer(":")
            let old = try await source.token()
            _ = try await source.renewed(insteadOf: old)
            #expect(try await source.status().storage == .file)
            #expect(try tool.secrets.isEmpty)
        }
    }

    @Test(.rows(17))
    func `A locked keyring is an error, not a sign-out; one that no longer has the tokens is a sign-out`()
        async throws
    {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            try await harness.signIn(harness.source(environment: tool.environment))
            #expect(try tool.secrets.count == 1)
            // The real tool ends with 1 and lists what is locked all the same.
            try tool.answer("[ \"$1\" = lookup ] && exit 1")
            let source = try harness.source(environment: tool.environment)
            let locked = await #expect(throws: SignInError.self) { try await source.token() }
            #expect(locked?.kind == .storage)
            #expect(locked?.message.contains("Unlock it") == true)
            try tool.answer(":")
            #expect(try await source.token().revealed.hasPrefix("access-"))
            for name in try FileManager.default.contentsOfDirectory(atPath: tool.folder + "/ring") {
                try FileManager.default.removeItem(atPath: "\(tool.folder)/ring/\(name)")
            }
            let gone = await #expect(throws: SignInError.self) {
                try await harness.source(environment: tool.environment).token()
            }
            #expect(gone?.kind == .signedOut)
        }
    }

    @Test func `Signing out clears the keyring, and a failure is reported`() async throws {
        try await SignInHarness.run { harness in
            let tool = try FakeKeyring(in: harness.folder + "/bin")
            let source = try harness.source(environment: tool.environment)
            try await harness.signIn(source)
            #expect(try await source.signOut() == nil)
            #expect(try tool.secrets.isEmpty)
            try await harness.signIn(source)
            try tool.answer("[ \"$1\" = clear ] && exit 1")
            let error = await #expect(throws: SignInError.self) { try await source.signOut() }
            #expect(error?.kind == .storage)
            #expect(harness.authority.state.value.revoked.count == 2)
        }
    }
}
