import Foundation
import GRDB
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// What happens to a database that a disk, a crash or another program damaged: it is kept, and a new one is begun
/// (reliability row 57 and D5).
@Suite(.rows(57)) struct DamagedDatabaseTests {
    /// A database with the standard sample data, as bytes.
    private static func sample() async throws -> Data {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path), sampleData: .standard) { _ in }
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// The same with a schema that cannot be read.
    private static func damagedSample() async throws -> Data {
        let content = try await sample()
        return content.prefix(100) + [UInt8](repeating: 0xFF, count: 400) + content.dropFirst(500)
    }

    /// A database with an iTwin of a name and its journal, as a crash in the middle of a large write leaves them.
    private static func halfWritten(_ name: String, foreign: Bool = false) async throws -> (file: Data, journal: Data) {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path), sampleData: .standard) { _ = try await $0.asset(name) }
        var configuration = Configuration()
        // With room for few pages SQLite writes what is not committed into the file.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = 4") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let files = try await queue.writeWithoutTransaction { db in
            if foreign { try db.execute(sql: "PRAGMA application_id = 7") }
            try db.execute(sql: "BEGIN IMMEDIATE")
            try db.execute(sql: "UPDATE iTwin SET displayName = displayName || printf('%.2000c', 'x')")
            let files = (
                file: try Data(contentsOf: URL(fileURLWithPath: path)),
                journal: try Data(contentsOf: URL(fileURLWithPath: path + "-journal"))
            )
            try db.execute(sql: "ROLLBACK")
            return files
        }
        try queue.close()
        return files
    }

    /// The files in a folder but for the lock of those that start.
    private static func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".lock") }.sorted()
    }

    /// The bytes of the one database that was kept aside; nil when there is none.
    private static func kept(_ folder: String, suffix: String = "") throws -> Data? {
        let names = try files(folder).filter { $0.contains(".corrupt-") && $0.hasSuffix("-journal") == !suffix.isEmpty }
        #expect(names.count <= 1)
        return try names.first.map { try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)) }
    }

    private static func write(_ file: Data, journal: Data? = nil, to path: String) throws {
        try file.write(to: URL(fileURLWithPath: path))
        try journal?.write(to: URL(fileURLWithPath: path + "-journal"))
    }

    /// Offsets are those of SQLite's file format: the header, the schema, the middle of the file, its end.
    @Test(
        arguments: [
            [0: Array("garbage header!!".utf8)], [0: [UInt8](repeating: 0, count: 100)],
            [100: [UInt8](repeating: 0xFF, count: 400)], [0: [UInt8](repeating: 0xAA, count: 60)],
            [8 * 4096: [UInt8](repeating: 0xFF, count: 4096)],
        ] as [[Int: [UInt8]]]
    )
    func `A damaged database is kept, a new one is created, and that is reported once`(_ patches: [Int: [UInt8]])
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let content = patches.reduce(into: try await Self.sample()) { content, patch in
            content.replaceSubrange(patch.key..<(patch.key + patch.value.count), with: patch.value)
        }
        try Self.write(content, to: path)
        let clock = TestClock()
        try await LocalService.run(database: .file(path), clock: clock) { service in
            let kept = path + ".corrupt-2025-06-01T120000"
            let told = service.log.lines.filter { $0.contains("damaged") }
            #expect(told.count == 1)
            #expect(told.first?.contains("The database \(path) was damaged. It was kept as \(kept)") == true)
            #expect(told.first?.contains("(sqlite3 '\(kept)' .dump | sed") == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == content)
            #expect(try await service.get("/itwins").names.count == 1)
            _ = try await service.asset("New")
        }
        try await LocalService.run(database: .file(path), clock: clock) { service in
            #expect(!service.log.lines.contains { $0.contains("damaged") })
            let names = try await service.get("/itwins").names
            #expect(names.contains("New"))
        }
        #expect(try Self.kept(folder.path) == content)
    }

    @Test func `The command in the message recovers the readable data`() async throws {
        let folder = try TemporaryFolder()
        // A quote in the path must not end the shell's word.
        let home = folder.path + "/Ada's"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
        let path = home + "/itwins.sqlite"
        let names = try await LocalService.run(database: .file(path), sampleData: .standard) { service in
            _ = try await service.asset("Saved")
            return try await service.get("/itwins?$top=1000").names
        }
        // The last page of the file, which is an index or a row of a table that few need.
        var content = try Data(contentsOf: URL(fileURLWithPath: path))
        content.replaceSubrange(content.count - 4096..<content.count, with: [UInt8](repeating: 0xFF, count: 4096))
        try Self.write(content, to: path)
        let told = try await LocalService.run(database: .file(path)) { service in
            service.log.lines.first { $0.contains("To recover readable data: ") }
        }
        let command = try #require(
            told?.split(separator: "readable data: ").last?.split(separator: ", then serve").first
        )
        let line = "cd \"$0\" && \(command)"
        let recovery = try await Command.run("/bin/sh", ["-c", line, home])
        #expect(recovery.status == 0)
        #expect(recovery.output.hasPrefix("iTwins\n"))
        let recovered = home + "/recovered.sqlite"
        try await LocalService.run(database: .file(recovered)) { service in
            #expect(!service.log.lines.contains { $0.contains("damaged") })
            let found = try await service.get("/itwins?$top=1000").names
            #expect(Set(found).isSubset(of: names))
            #expect(found.count > names.count / 2)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: recovered)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test(arguments: ["token", "linkKey", "signingKey", "clientSecret"])
    func `A missing key is created again, and everything else stays`(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path)) { _ = try await $0.asset("Kept") }
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "DELETE FROM setting WHERE name = ?", arguments: [name]) }
        try queue.close()
        try await LocalService.run(database: .file(path)) { service in
            #expect(!service.log.lines.contains { $0.contains("damaged") })
            let names = try await service.get("/itwins?$top=10").names
            #expect(names.contains("Kept"))
        }
    }

    /// How many iTwins, repositories and exports a file has; its indices are not asked.
    private static func counts(_ path: String) throws -> [Int] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { db in
            try ["iTwin", "repository", "export"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0) NOT INDEXED") ?? 0
            }
        }
    }

    /// A service on damaged bytes either puts them aside as they are, says so and goes on with a new database, or goes on with
    /// all rows that were in them, or refuses what has become another program's.
    @Test(arguments: 0..<60)
    func `Flipped or truncated bytes anywhere neither stop the service nor lose data`(_ seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        var content = try await Self.sample()
        try Self.write(content, to: path)
        let counts = try Self.counts(path)
        #expect(counts.allSatisfy { $0 > 0 })
        if seed % 6 == 5 { content.removeLast(.random(in: 1..<content.count, using: &generator)) }
        let isInHeader = seed % 3 == 0
        for _ in 0..<Int.random(in: 1...100, using: &generator) {
            let limit = isInHeader ? min(200, content.count) : content.count
            content[.random(in: 0..<limit, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        try Self.write(content, to: path)
        do {
            try await LocalService.run(database: .file(path)) { service in
                for list in ["?$top=1000", "/favorites", "/recents", "/exports", "/repositories"] {
                    let answer = try await service.get("/itwins\(list)", "Prefer: return=representation")
                    #expect(answer.status == 200, "\(list): \(service.log.lines.suffix(2))")
                }
                for id in try await service.get("/itwins?$top=1000").values("id").compactMap(\.self) {
                    for part in ["", "/repositories", "/image"] {
                        let answer = try await service.get("/itwins/\(id)\(part)")
                        #expect([200, 404].contains(answer.status), "\(part): \(service.log.lines.suffix(2))")
                    }
                }
                let isNew = try Self.kept(folder.path) != nil
                #expect(service.log.lines.contains { $0.contains("was damaged") } == isNew)
                _ = try await service.asset("New \(UUID().uuidString)")
            }
            if let kept = try Self.kept(folder.path) {
                #expect(kept == content)
                #expect(try Self.counts(path) == [2, 0, 0])
            } else {
                #expect(try Self.counts(path) == [counts[0] + 1, counts[1], counts[2]])
            }
        } catch let error as ServiceError {
            // A mark that is another one is another program's.
            #expect(error.message.contains("another program") || error.message.contains("newer version"), "\(error)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
            #expect(try Self.files(folder.path).allSatisfy { $0.hasPrefix("itwins.sqlite") })
            #expect(try Self.kept(folder.path) == nil)
        }
    }

    @Test func `A write interrupted by a crash is rolled back, and nothing is set aside`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let (file, journal) = try await Self.halfWritten("Before")
        #expect(file.range(of: Data(String(repeating: "x", count: 1000).utf8)) != nil)
        try Self.write(file, journal: journal, to: path)
        try await LocalService.run(database: .file(path)) { service in
            let names = try await service.get("/itwins?$top=1000&$search=Before").names
            #expect(names == ["Before"])
            #expect(!service.log.lines.contains { $0.contains("damaged") })
        }
        #expect(try Self.kept(folder.path) == nil)
        #expect(try Self.kept(folder.path, suffix: "-journal") == nil)
    }

    @Test func `With another database's journal both files are kept`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let mine = try await Self.halfWritten("Mine").file
        let journal = try await Self.halfWritten("Theirs").journal
        try Self.write(mine, journal: journal, to: path)
        try await LocalService.run(database: .file(path)) { service in
            _ = try await service.asset("New")
            #expect(service.log.lines.contains { $0.contains("It was kept as \(path).corrupt-") })
        }
        #expect(try Self.kept(folder.path) == mine)
        #expect(try Self.kept(folder.path, suffix: "-journal") == journal)
    }

    @Test func `A half-written database without its journal is kept, or read as it is`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let (file, _) = try await Self.halfWritten("Before")
        try Self.write(file, to: path)
        try await LocalService.run(database: .file(path)) { service in
            let answer = try await service.get("/itwins")
            #expect(answer.status == 200)
        }
        if let kept = try Self.kept(folder.path) { #expect(kept == file) }
    }

    @Test func `An empty file with a journal is kept together with it`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let (_, journal) = try await Self.halfWritten("Before")
        try Self.write(Data(), journal: journal, to: path)
        try await LocalService.run(database: .file(path)) { _ = try await $0.asset("New") }
        #expect(try Self.kept(folder.path) == Data())
        #expect(try Self.kept(folder.path, suffix: "-journal") == journal)
    }

    @Test func `Another program's half-written database is left unchanged`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let (file, journal) = try await Self.halfWritten("Theirs", foreign: true)
        try Self.write(file, journal: journal, to: path)
        let error = await #expect(throws: ServiceError.self) { try await LocalService.open(.file(path)) }
        #expect(error?.message.contains("another program") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == file)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + "-journal")) == journal)
        #expect(try Self.files(folder.path) == ["itwins.sqlite", "itwins.sqlite-journal"])
    }

    @Test func `Services that start together on a damaged database share one new one`() async throws {
        let content = try await Self.damagedSample()
        for _ in 0..<3 {
            let folder = try TemporaryFolder()
            let path = folder.path + "/itwins.sqlite"
            try Self.write(content, to: path)
            let tokens = try await withThrowingTaskGroup(of: Secret.self) { group in
                for number in 0..<4 {
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
            try await LocalService.run(database: .file(path)) { service in
                let found = try await service.get("/itwins?$search=number")
                #expect(found.names.count == 4)
            }
            #expect(try Self.kept(folder.path) == content)
        }
    }

    @Test func `A damaged database that can't be moved safely is rejected and left unchanged`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let content = try await Self.damagedSample()
        try Self.write(content, to: path)
        // Where the lock of those that start should be is something else.
        try FileManager.default.createDirectory(atPath: path + ".lock", withIntermediateDirectories: false)
        let error = await #expect(throws: ServiceError.self) { try await LocalService.open(.file(path)) }
        #expect(error?.message.contains("damaged") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        #expect(try Self.files(folder.path) == ["itwins.sqlite"])
    }

    @Test func `Behind a symbolic link the damaged file itself is kept, and the link leads to the new one`()
        async throws
    {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/real", withIntermediateDirectories: false)
        let (link, path) = (folder.path + "/itwins.sqlite", folder.path + "/real/data.sqlite")
        let (file, journal) = try await Self.halfWritten("Before")
        let damaged = Data(repeating: 0xAA, count: 60) + file.dropFirst(60)
        try Self.write(damaged, journal: journal.prefix(20), to: path)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try await LocalService.run(database: .file(link)) { _ = try await $0.asset("New") }
        try await LocalService.run(database: .file(path)) { service in
            let found = try await service.get("/itwins?$search=new")
            #expect(found.names == ["New"])
        }
        #expect(try Self.kept(folder.path + "/real") == damaged)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    }
}
