import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// Where tokens are kept (reliability A11 to A13, rows 15 to 17).
@Suite struct TokenStoreTests {
    private static let now = Timestamp(secondsSince1970: 1_750_000_000)

    static func tokens(_ name: String = "access") -> Tokens {
        Tokens(
            access: Secret(name),
            refresh: Secret("refresh-of-\(name)"),
            expires: now.adding(seconds: 3600),
            lifetime: 3600,
            skew: 1.5,
            scopes: ["itwin-platform"],
            subject: "ada@example.org"
        )
    }

    static func key(
        issuer: String = "https://ims.example.org",
        client: String = "native",
        api: String = "https://api.example.org",
        scopes: [String] = ["itwin-platform"]
    ) throws -> TokenKey {
        let registration = try Registration(
            authority: Authority(issuer),
            clientID: client,
            scopes: scopes,
            grant: .user(redirects: RedirectURI.standard)
        )
        return TokenKey(registration, apiOrigin: api)
    }

    private func store(_ folder: TemporaryFolder, _ environment: [String: String] = [:]) -> TokenStore {
        var store = TokenStore(folder: folder.path + "/tokens", environment: environment)
        // Starting a program takes long while others keep all processors busy.
        store.keyringLimit = .seconds(60)
        return store
    }

    @Test func `Tokens are read back unchanged from a file that only the owner can read`() async throws {
        let folder = try TemporaryFolder()
        let key = try Self.key()
        let entry = TokenStore.Entry(tokens: Self.tokens(), storage: .file)
        try await store(folder).keep(entry, key)
        #expect(try await store(folder).entry(key) == entry)
        let place = try #require(store(folder).place(of: key, .file))
        let attributes = try FileManager.default.attributesOfItem(atPath: place)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let around = try FileManager.default.attributesOfItem(atPath: folder.path + "/tokens")
        #expect(around[.posixPermissions] as? Int == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/tokens").count == 1)
        try await store(folder).remove(key)
        #expect(try await store(folder).entry(key) == nil)
        try await store(folder).remove(key)
    }

    @Test func `Tokens of another authority, application, service or scope are not found`() async throws {
        let folder = try TemporaryFolder()
        let store = store(folder)
        try await store.keep(TokenStore.Entry(tokens: Self.tokens(), storage: .file), try Self.key())
        for other in try [
            Self.key(issuer: "https://qa.example.org"), Self.key(client: "other"), Self.key(api: "http://127.0.0.1:1"),
            Self.key(scopes: ["itwin-platform", "email"]),
        ] {
            #expect(try await store.entry(other) == nil)
        }
        #expect(try await store.entry(try Self.key(issuer: "https://ims.example.org/")) != nil)
    }

    @Test(.rows(15))
    func `A token file that others can read is rejected with the command that fixes it, and left unchanged`()
        async throws
    {
        let folder = try TemporaryFolder()
        let key = try Self.key()
        let store = store(folder)
        try await store.keep(TokenStore.Entry(tokens: Self.tokens(), storage: .file), key)
        let path = try #require(store.place(of: key, .file))
        for permissions in [0o644, 0o640, 0o604, 0o620] {
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
            let error = await #expect(throws: SignInError.self) { try await store.entry(key) }
            #expect(error?.kind == .storage)
            #expect(error?.message.contains("chmod 600 '\(path)'") == true)
            #expect(error?.message.contains("access") == false)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try await store.entry(key) != nil)
    }

    @Test(
        .rows(15),
        arguments: [
            Data(), Data("{".utf8), Data([0xFF, 0xFE, 0, 1]), Data(repeating: 0x20, count: 1_048_576), Data("[]".utf8),
            Data(
                #"{"storage":"file","issuer":"https://ims.example.org","clientId":"native","apiOrigin":"https://api.example.org","tokens":{"access":"a b"}}"#
                    .utf8
            ),
            Data(#"{"storage":"moon"}"#.utf8),
        ]
    )
    func `An unreadable token file means not signed in, and is set aside`(_ content: Data) async throws {
        let folder = try TemporaryFolder()
        let key = try Self.key()
        let store = store(folder)
        try await store.keep(TokenStore.Entry(tokens: Self.tokens(), storage: .file), key)
        let path = try #require(store.place(of: key, .file))
        try content.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try await store.entry(key) == nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".unusable")) == content)
    }

    @Test(.rows(15), .enabled(if: geteuid() == 0, "only root gives files away"), arguments: [false, true])
    func `Another user's token file is rejected, and so is a link to one`(_ isLink: Bool) async throws {
        let folder = try TemporaryFolder()
        let key = try Self.key()
        let store = store(folder)
        try await store.keep(TokenStore.Entry(tokens: Self.tokens(), storage: .file), key)
        let path = try #require(store.place(of: key, .file))
        let foreign = isLink ? path + ".elsewhere" : path
        if isLink {
            #expect(rename(path, foreign) == 0)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: foreign)
            // One's own is followed.
            #expect(try await store.entry(key) != nil)
        }
        #expect(chown(foreign, 65_534, 65_534) == 0)
        let error = await #expect(throws: SignInError.self) { try await store.entry(key) }
        #expect(error?.kind == .storage)
        #expect(error?.message == "The tokens in \(path) can't be used: it belongs to another user. Move it away")
    }

    @Test(.rows(15), .enabled("somebody else than root can run the tests") { await OtherProcess.canBeNobody() })
    func `A token file that its owner may not read is reported with the command that fixes it`() async throws {
        let folder = try TemporaryFolder()
        let key = try Self.key()
        let store = store(folder)
        try await store.keep(TokenStore.Entry(tokens: Self.tokens(), storage: .file), key)
        let path = try #require(store.place(of: key, .file))
        #expect(chmod(path, 0) == 0)
        // Root reads everything: somebody else looks.
        for name in [folder.path, folder.path + "/tokens", path] where geteuid() == 0 {
            #expect(chown(name, 65_534, 65_534) == 0)
        }
        let reader = try OtherProcess.start(.read, in: folder.path + "/tokens", asNobody: geteuid() == 0)
        defer { reader.removeOutput() }
        #expect(try await reader.waitUntilExit() == 0, "\(reader.errors)")
        let message = "The tokens in \(path) can't be read: Permission denied. To fix it, run: chmod 600 '\(path)'"
        #expect(reader.output.contains(message), "\(reader.output)")
    }

    @Test func `A read-only folder is reported, and nothing is half-written`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/tokens"
        try Data().write(to: URL(fileURLWithPath: file))
        let key = try Self.key()
        let error = await #expect(throws: SignInError.self) {
            try await store(folder).keep(TokenStore.Entry(tokens: Self.tokens(), storage: .file), key)
        }
        #expect(error?.kind == .storage)
        #expect(error?.message.contains(file) == true)
    }

    // MARK: The keyring

    /// A folder with a `secret-tool` that does what a line of the shell says, and the environment that finds it.
    private func keyring(_ folder: TemporaryFolder, _ line: String) throws -> [String: String] {
        let script = folder.path + "/secret-tool"
        try "#!/bin/sh\n\(line)\n".write(toFile: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
        return ["PATH": "\(folder.path):/usr/bin:/bin", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"]
    }

    /// A keyring that keeps each secret in a file.
    private static let good = """
        d="$(dirname "$0")/ring"; mkdir -p "$d"; for n; do e=$n; done
        echo "$*" >> "$(dirname "$0")/calls"
        case $1 in
        store) cat > "$d/$e" ;;
        lookup) cat "$d/$e" 2>/dev/null || exit 1 ;;
        clear) rm -f "$d/$e" ;;
        search) exit 0 ;;
        esac
        """

    @Test func `If a keyring is available tokens go there through standard input, and none into the file`()
        async throws
    {
        let folder = try TemporaryFolder()
        let store = store(folder, try keyring(folder, Self.good))
        #expect(try await store.storageForNew() == .keyring)
        let key = try Self.key()
        let entry = TokenStore.Entry(tokens: Self.tokens("canary"), storage: .keyring)
        try await store.keep(entry, key)
        #expect(try await store.entry(key) == entry)
        let path = try #require(store.place(of: key, .file))
        #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("canary"))
        #expect(try !String(contentsOfFile: folder.path + "/calls", encoding: .utf8).contains("canary"))
        try await store.remove(key)
        #expect(try await store.entry(key) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/ring").isEmpty)
    }

    @Test(.rows(17)) func `Without a bus, without the tool or with a refusing keyring a file is used`() async throws {
        let folder = try TemporaryFolder()
        var environment = try keyring(folder, "exit 1")
        #expect(try await store(folder, environment).storageForNew() == .file)
        environment["DBUS_SESSION_BUS_ADDRESS"] = nil
        #expect(try await store(folder, environment).storageForNew() == .file)
        environment = ["PATH": "/nowhere", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"]
        #expect(try await store(folder, environment).storageForNew() == .file)
        #expect(try await TokenStore(folder: nil, environment: [:]).storageForNew() == .memory)
    }

    @Test(.rows(17))
    func `A hanging keyring times out; its tokens are reported as an error and not searched for elsewhere`()
        async throws
    {
        let folder = try TemporaryFolder()
        let good = store(folder, try keyring(folder, Self.good))
        let key = try Self.key()
        try await good.keep(TokenStore.Entry(tokens: Self.tokens(), storage: .keyring), key)
        var hanging = store(folder, try keyring(folder, "exec sleep 1000"))
        hanging.keyringLimit = .milliseconds(100)
        #expect(TokenStore(folder: nil, environment: [:]).keyringLimit == .seconds(3))
        #expect(try await hanging.storageForNew() == .file)
        let error = await #expect(throws: SignInError.self) { try await hanging.entry(key) }
        #expect(error?.kind == .storage)
        #expect(error?.message.contains("3 seconds") == true)
    }
}
