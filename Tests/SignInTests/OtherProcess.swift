import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import SignIn

/// A process of its own that keeps or reads tokens: the tests' own program, in which `TokenCrashTests` does that alone.
enum OtherProcess: String {
    /// Keeps tokens again and again, each time others, and says which once they are kept, until it is killed.
    case keep
    /// Reads tokens once, and says what came of it.
    case read

    private static let task = "TWINSCOPE_TESTS_TASK"
    private static let folder = "TWINSCOPE_TESTS_FOLDER"

    /// What this process is to do, if it is such a one.
    static let mine = ProcessInfo.processInfo.environment[task].flatMap(OtherProcess.init)

    private static let words = [
        CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter", "TokenCrashTests",
    ]
    private static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]

    /// Whether such a process can be somebody else than root: the tests' program may lie where only root can go.
    static func canBeNobody() async -> Bool {
        guard geteuid() == 0 else { return true }
        let reader = try? start(.read, in: "/nonexistent", asNobody: true)
        defer { reader?.removeOutput() }
        return (try? await reader?.waitUntilExit()) == 0
    }

    /// Starts one.
    static func start(_ task: OtherProcess, in folder: String, asNobody: Bool = false) throws -> RunningCommand {
        var environment = ProcessInfo.processInfo.environment
        environment[Self.task] = task.rawValue
        environment[Self.folder] = folder
        let line = (asNobody ? nobody : []) + words
        return try RunningCommand(line[0], Array(line.dropFirst()), environment: environment)
    }

    /// The tokens of a number, which fill several pages of the disk.
    static func tokens(_ number: Int) -> Tokens {
        TokenStoreTests.tokens("canary-\(number)-" + String(repeating: "x", count: 20_000))
    }

    /// The number of tokens that are whole; nil for any others.
    static func number(of tokens: Tokens) -> Int? {
        let parts = tokens.access.revealed.split(separator: "-")
        guard parts.count == 3, let number = Int(parts[1]), tokens == self.tokens(number) else { return nil }
        return number
    }

    /// Does what this process is there for.
    func perform() async throws {
        let store = TokenStore(folder: ProcessInfo.processInfo.environment[Self.folder], environment: [:])
        let key = try TokenStoreTests.key()
        switch self {
        case .keep:
            var number = try await store.entry(key).flatMap { Self.number(of: $0.tokens) } ?? 0
            while true {
                number += 1
                try await store.keep(TokenStore.Entry(tokens: Self.tokens(number), storage: .file), key)
                Self.say("\(number)")
            }
        case .read:
            do throws(SignInError) {
                Self.say(try await store.entry(key) == nil ? "no tokens" : "tokens")
            } catch {
                Self.say(error.message)
            }
        }
    }

    private static func say(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data("\n\(text)\n".utf8))
    }
}
