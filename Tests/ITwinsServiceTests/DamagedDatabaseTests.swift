import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

/// Reliability row 57: damage is kept aside with its journal, never deleted, a new database is made, and it is told.
@Suite struct DamagedDatabaseTests {
    /// A database with an iTwin, and a journal beside it when asked for.
    private static func makeDatabase(_ path: String, journal: Data? = nil) async throws -> Data {
        try await LocalService.run(database: .file(path)) { _ = try await $0.asset("Kept") }
        if let journal { try journal.write(to: URL(fileURLWithPath: path + "-journal")) }
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    private static func asides(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.contains(".corrupt-") && !$0.hasSuffix("-journal") }.sorted()
    }

    /// Offsets are those of SQLite's file format: the header is 100 bytes, the mark of the program stands at 68.
    @Test(
        arguments: [
            [0: Array("garbage header!!".utf8)], [16: [0xFF, 0xFF]], [100: Array(repeating: 0xFF, count: 400)],
            [4096: Array(repeating: 0xAA, count: 4096)],
        ] as [[Int: [UInt8]]]
    )
    func `Damage is kept aside as it was, and a new database takes its place`(_ patches: [Int: [UInt8]]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        var content = try await Self.makeDatabase(path)
        for (offset, bytes) in patches { content.replaceSubrange(offset..<(offset + bytes.count), with: bytes) }
        try content.write(to: URL(fileURLWithPath: path))
        let log = try await LocalService.run(database: .file(path)) { service in
            let names = try await service.get("/itwins").names
            #expect(names == ["Sample Infrastructure Group"])
            return service.log.lines
        }
        let aside = try #require(try Self.asides(folder.path).first)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(aside)")) == content)
        let told = log.filter { $0.contains("was damaged") }
        #expect(told.count == 1)
        #expect(told.first?.contains("\(folder.path)/\(aside)") == true)
        #expect(told.first?.contains(".recover") == true)
        // The new one is used from then on.
        let later = try await LocalService.run(database: .file(path)) { $0.log.lines }
        #expect(!later.contains { $0.contains("was damaged") })
        #expect(try Self.asides(folder.path) == [aside])
    }

    @Test func `A journal goes with the file it belongs to`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        var content = try await Self.makeDatabase(path)
        #expect(FileManager.default.fileExists(atPath: path + "-journal"))
        content.replaceSubrange(0..<16, with: Array("garbage header!!".utf8))
        try content.write(to: URL(fileURLWithPath: path))
        try LocalService.open(.file(path))
        let aside = try #require(try Self.asides(folder.path).first)
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(aside)-journal"))
    }

    @Test func `A journal of something else beside a good database does no harm`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        _ = try await Self.makeDatabase(path, journal: Data(repeating: 0x5A, count: 3000))
        try await LocalService.run(database: .file(path)) { service in
            let names = try await service.get("/itwins?subClass=Asset").names
            #expect(names == ["Kept"])
        }
        #expect(try Self.asides(folder.path).isEmpty)
    }

    @Test func `What cannot be told to be this service's is kept aside only in its own place`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/notes.txt"
        let text = Data(String(repeating: "My notes.\n", count: 300).utf8)
        try text.write(to: URL(fileURLWithPath: path))
        #expect(throws: ServiceError.self) { try LocalService.open(.file(path)) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
        try await LocalService.run(database: .file(path), configure: { $0.ownsDatabase = true }) { service in
            let names = try await service.get("/itwins").names
            #expect(names.count == 1)
        }
        let aside = try #require(try Self.asides(folder.path).first)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(aside)")) == text)
    }

    @Test func `Services that find damage at the same moment keep one file aside and share a new one`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        var content = try await Self.makeDatabase(path)
        content.replaceSubrange(0..<16, with: Array("garbage header!!".utf8))
        try content.write(to: URL(fileURLWithPath: path))
        let tokens = try await withThrowingTaskGroup(of: Secret.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await LocalService.run(database: .file(path)) { service in
                        _ = try await service.asset("Number \(number)")
                        return service.token
                    }
                }
            }
            return try await group.reduce(into: Set<Secret>()) { $0.insert($1) }
        }
        #expect(tokens.count == 1)
        #expect(try Self.asides(folder.path).count == 1)
        try await LocalService.run(database: .file(path)) { service in
            let names = try await service.get("/itwins?subClass=Asset").names
            #expect(names.count == 6)
        }
    }

    /// Any byte may be another one: what comes of it is a service that answers, on this database or on a new one beside
    /// the old bytes, or a refusal that leaves the file alone.
    @Test(arguments: 0..<8)
    func `Random damage neither ends the service nor loses a byte`(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let good = try await Self.makeDatabase(path)
        for _ in 0..<6 {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
            }
            var content = good
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let place = Int.random(in: content.indices, using: &generator)
                content[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                content = content.prefix(Int.random(in: 1..<content.count, using: &generator))
            }
            try content.write(to: URL(fileURLWithPath: path))
            do {
                try await LocalService.run(database: .file(path)) { service in
                    let answer = try await service.http.request("GET", "/itwins", token: service.token)
                    #expect(answer.status == 200 || answer.error != nil)
                }
                if let aside = try Self.asides(folder.path).first {
                    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(aside)")) == content)
                }
            } catch is ServiceError {
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
            }
        }
    }
}
