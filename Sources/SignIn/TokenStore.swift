import Crypto
import Foundation
import ITwinsAPI
import PrivateFiles

/// Where tokens are kept.
public enum TokenStorage: String, Sendable, CaseIterable {
    /// The desktop's keyring.
    case keyring
    /// A file that only its owner may read.
    case file
    /// Nowhere but in this process.
    case memory
}

/// Whose tokens they are: those of another authority, application, API or scope are never mixed up with them (reliability
/// A11, A23).
public struct TokenKey: Hashable, Sendable {
    let issuer: String
    let clientID: String
    let apiOrigin: String
    let scopes: [String]

    /// - Parameter apiOrigin: scheme, host and port of the API that the tokens are sent to.
    public init(_ registration: Registration, apiOrigin: String) {
        issuer = registration.authority.issuer
        clientID = registration.clientID
        self.apiOrigin = apiOrigin
        scopes = registration.scopes.sorted()
    }

    /// A name for files and keyring entries that tells nothing.
    var name: String {
        let parts = [issuer, clientID, apiOrigin] + scopes
        // Lengths keep two keys apart whose parts run together the same way.
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return SHA256.hash(data: Data(text.utf8)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
    }
}

/// Keeps tokens from run to run, one entry for each key. What kind of storage holds them is recorded when a user signs in
/// and does not change silently later (reliability A12).
public struct TokenStore: Sendable {
    private let folder: String?
    private var keyring: Keyring
    /// How long another program is waited for that changes the tokens.
    var lockLimit = Duration.seconds(10)
    /// How long one call of the keyring may take.
    var keyringLimit: Duration {
        get { keyring.limit }
        set { keyring.limit = newValue }
    }

    /// - Parameters:
    ///   - folder: for files, made with 0700; nil when there is none, and then only memory is left.
    ///   - environment: tells where the desktop's keyring is.
    public init(folder: String?, environment: [String: String]) {
        self.folder = folder
        keyring = Keyring(environment: environment)
    }

    /// What is found under a key.
    struct Entry: Hashable, Sendable {
        var tokens: Tokens
        var storage: TokenStorage
    }

    /// Where the tokens of a key lie, for a user; nil when they lie in memory.
    public func place(of key: TokenKey, _ storage: TokenStorage) -> String? {
        switch storage {
        case .keyring: "the desktop's keyring"
        case .file: path(of: key)
        case .memory: nil
        }
    }

    /// A lock that one program at a time holds while it changes the tokens of a key.
    ///
    /// - Throws: `SignInError.Kind.storage` when there can be none, `cancelled` when nobody waits any longer.
    func lock(_ key: TokenKey) async throws(SignInError) -> TokenLock {
        guard let folder, let path = path(of: key) else { return .notNeeded }
        do throws(FileError) {
            try PrivateFile.makeFolder(folder)
        } catch {
            throw SignInError(error)
        }
        switch await FileLock.take(path + ".lock", within: lockLimit) {
        case .taken(let lock): return .taken(lock)
        case .busy: return .busy
        case .impossible(let error): throw SignInError(error)
        case .cancelled: throw SignInError(.cancelled, "Waiting for another Twinscope was cancelled")
        }
    }

    /// A lock that is held while tokens are put in the place of others, or removed: for so short that who signs out need not
    /// wait for who fetches new ones.
    private func changeLock(_ key: TokenKey) async throws(SignInError) -> TokenLock {
        guard let path = path(of: key) else { return .notNeeded }
        switch await FileLock.take(path + ".change.lock", within: Self.changeLimit) {
        case .taken(let lock): return .taken(lock)
        case .busy:
            throw SignInError(
                .storage,
                "Another Twinscope has locked \(path) for too long. Close it and try again"
            )
        case .impossible(let error): throw SignInError(error)
        case .cancelled: throw SignInError(.cancelled, "Waiting for another Twinscope was cancelled")
        }
    }

    /// Two calls of a keyring fit in.
    private static let changeLimit = Duration.seconds(10)

    /// The tokens of a key; nil when nobody is signed in with it. A file that makes no sense is kept aside.
    ///
    /// - Throws: `SignInError.Kind.storage` for a file that others can read or that cannot be read, and for a keyring that
    ///   does not give what it was given.
    func entry(_ key: TokenKey) async throws(SignInError) -> Entry? {
        guard let path = path(of: key) else { return nil }
        let bytes: [UInt8]?
        let file = PrivateFile(path: path)
        do throws(PrivateFile.Problem) {
            bytes = try file.read()
        } catch {
            let what = file.explanation(of: error)
            switch error {
            case .open, .foreign: throw SignInError(.storage, "The tokens in \(path) can't be used: \(what)")
            case .unreadable: throw SignInError(.storage, "The tokens in \(path) can't be read: \(what)")
            case .noFile, .tooLarge:
                file.setAside()
                return nil
            }
        }
        guard let bytes else { return nil }
        guard let object = (try? JSON.parse(bytes))?.object,
            let storage = object["storage"]?.string.flatMap(TokenStorage.init(rawValue:)), storage != .memory
        else {
            file.setAside()
            return nil
        }
        guard object["issuer"]?.string == key.issuer, object["clientId"]?.string == key.clientID,
            object["apiOrigin"]?.string == key.apiOrigin
        else { return nil }
        if storage == .keyring {
            guard let kept = try await keyring.secret(key.name), let inner = (try? JSON.parse(kept.revealed))?.object,
                let tokens = Tokens(inner)
            else { return nil }
            return Entry(tokens: tokens, storage: .keyring)
        }
        guard let tokens = object["tokens"]?.object.flatMap(Tokens.init) else {
            file.setAside()
            return nil
        }
        return Entry(tokens: tokens, storage: storage)
    }

    /// The storage that tokens of a new sign-in go to: the keyring where one answers, else a file.
    ///
    /// - Throws: `SignInError.Kind.cancelled`.
    func storageForNew() async throws(SignInError) -> TokenStorage {
        guard folder != nil else { return .memory }
        return try await keyring.answers() ? .keyring : .file
    }

    /// Keeps tokens of a new sign-in.
    ///
    /// - Returns: them, with where they are.
    /// - Throws: as `keep`.
    func keepNew(_ tokens: Tokens, _ key: TokenKey) async throws(SignInError) -> Entry {
        var entry = Entry(tokens: tokens, storage: try await storageForNew())
        let lock: TokenLock
        do throws(FileError) {
            if let folder { try PrivateFile.makeFolder(folder) }
        } catch {
            throw SignInError(error)
        }
        lock = try await changeLock(key)
        defer { lock.release() }
        do throws(SignInError) {
            try await keep(entry, key)
        } catch {
            // A keyring that is locked answers, but takes nothing in.
            guard entry.storage == .keyring, error.kind != .cancelled else { throw error }
            entry.storage = .file
            try await keep(entry, key)
        }
        return entry
    }

    /// What came of putting new tokens in the place of those they were fetched with.
    enum Replacement: Sendable {
        case kept
        /// Somebody has put others there meanwhile, which stay.
        case others(Entry)
        /// Somebody has signed out meanwhile.
        case gone
    }

    /// Puts new tokens in the place of those they were fetched with, and of no others.
    ///
    /// - Throws: as `keep`.
    func replace(_ old: [Tokens], with new: Entry, _ key: TokenKey) async throws(SignInError) -> Replacement {
        guard new.storage != .memory else { return .kept }
        let lock = try await changeLock(key)
        defer { lock.release() }
        guard let found = try await entry(key) else { return .gone }
        guard old.contains(where: { $0.access == found.tokens.access && $0.refresh == found.tokens.refresh }) else {
            return .others(found)
        }
        try await keep(new, key)
        return .kept
    }

    /// Keeps tokens; returns only when they are on the disk or in the keyring.
    ///
    /// - Throws: `SignInError.Kind.storage` with the reason.
    func keep(_ entry: Entry, _ key: TokenKey) async throws(SignInError) {
        guard entry.storage != .memory, let folder, let path = path(of: key) else { return }
        var object: JSON.Object = [
            "storage": .string(entry.storage.rawValue), "issuer": .string(key.issuer),
            "clientId": .string(key.clientID),
            "apiOrigin": .string(key.apiOrigin), "scopes": .array(key.scopes.map(JSON.string)),
        ]
        let tokens = JSON.object(entry.tokens.json)
        if entry.storage == .keyring {
            let label = "Twinscope: \(key.clientID) at \(key.issuer)"
            try await keyring.keep(Secret(tokens.text), as: key.name, label: label)
        } else {
            object["tokens"] = tokens
        }
        do throws(FileError) {
            try PrivateFile.makeFolder(folder)
            try PrivateFile(path: path).replace(with: Array(JSON.object(object).prettyText.utf8))
        } catch {
            throw SignInError(error)
        }
    }

    /// Removes the tokens of a key from wherever they lie: what tells where that is goes last, so that it can be tried again.
    ///
    /// - Parameter tokens: those that are meant, when others stay; nil for any.
    /// - Throws: `SignInError.Kind.storage` with the reason.
    func remove(_ key: TokenKey, only tokens: Tokens? = nil) async throws(SignInError) {
        guard let path = path(of: key) else { return }
        // Who signs out is not kept from it by another program that was stopped, nor by a folder without locks.
        let lock = try? await changeLock(key)
        defer { lock?.release() }
        if let tokens, try await entry(key)?.tokens.access != tokens.access { return }
        let bytes = (try? PrivateFile(path: path).read()) ?? nil
        let storage = bytes.flatMap { try? JSON.parse($0) }?["storage"]?.string.flatMap(TokenStorage.init(rawValue:))
        switch storage {
        case .keyring: try await keyring.remove(key.name)
        case .file, .memory: break
        // What tells where they are is gone or cannot be read; that a keyring does not answer is no news then.
        case nil: try? await keyring.remove(key.name)
        }
        do throws(FileError) {
            try PrivateFile(path: path).remove()
        } catch {
            throw SignInError(error)
        }
    }

    private func path(of key: TokenKey) -> String? { folder.map { "\($0)/\(key.name).json" } }
}

extension Tokens {
    fileprivate var json: JSON.Object {
        var object: JSON.Object = [
            "access": .string(access.revealed), "expires": .string(expires.description), "lifetime": .double(lifetime),
            "skew": .double(skew), "scopes": .array(scopes.map(JSON.string)),
        ]
        if let refresh { object["refresh"] = .string(refresh.revealed) }
        if let subject { object["subject"] = .string(subject) }
        if let userID { object["sub"] = .string(userID) }
        if !session.isEmpty { object["session"] = .string(session) }
        return object
    }

    fileprivate init?(_ object: JSON.Object) {
        guard let access = object["access"]?.string, Tokens.canBeSent(access),
            let expires = object["expires"]?.string.flatMap(Timestamp.init),
            case .number(let lifetime)? = object["lifetime"], let seconds = lifetime.double, seconds > 0,
            case .number(let skew)? = object["skew"], let ahead = skew.double
        else { return nil }
        self.init(
            access: Secret(access),
            refresh: object["refresh"]?.string.map(Secret.init),
            expires: expires,
            lifetime: seconds,
            skew: ahead,
            scopes: object["scopes"]?.array?.compactMap(\.string) ?? [],
            subject: object["subject"]?.string?.oneLine(100),
            userID: object["sub"]?.string,
            session: object["session"]?.string ?? ""
        )
    }
}
