import Foundation
import TestSupport
import Testing

@testable import SignIn

/// Programs that are killed while they keep tokens (reliability A13, row 16).
@Suite(.timeLimit(.minutes(10))) struct TokenCrashTests {
    @Test(.rows(16, soak: "500 kills"))
    func `kill -9 while tokens are stored leaves the old or the new ones, complete, and nothing else is used`()
        async throws
    {
        if let task = OtherProcess.mine { return try await task.perform() }
        let rounds = Soak.count(usually: 30, soak: 500)
        let folder = try TemporaryFolder()
        let place = folder.path + "/tokens"
        let key = try TokenStoreTests.key()
        let store = TokenStore(folder: place, environment: [:])
        let path = try #require(store.place(of: key, .file))
        var generator = SeededGenerator(seed: 16)
        var last = 0
        for _ in 0..<rounds {
            let process = try OtherProcess.start(.keep, in: place)
            defer { process.removeOutput() }
            while Self.acknowledged(process) == nil {
                #expect(process.isRunning, "\(process.errors)")
                try await Task.sleep(for: .milliseconds(1))
            }
            try await Task.sleep(for: .microseconds(.random(in: 0..<8000, using: &generator)))
            process.send(SIGKILL)
            #expect(try await process.waitUntilExit() == 128 + SIGKILL)
            let entry = try #require(try await store.entry(key))
            let number = try #require(OtherProcess.number(of: entry.tokens))
            let acknowledged = try #require(Self.acknowledged(process))
            #expect((acknowledged...(acknowledged + 1)).contains(number))
            #expect(number > last)
            last = number
            for file in try FileManager.default.contentsOfDirectory(atPath: place) {
                #expect("\(place)/\(file)" == path || file.hasSuffix(".new"), "\(file)")
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(place)/\(file)")
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
        // Of the killed ones that were just writing nothing stays.
        try await store.remove(key)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).allSatisfy { $0.hasSuffix(".lock") })
    }

    /// The last tokens that it said were kept.
    private static func acknowledged(_ process: RunningCommand) -> Int? {
        // A line that is not complete has no meaning.
        let lines = process.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return lines.reversed().lazy.compactMap { Int($0) }.first
    }
}
