import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct DatabaseTests {
    @Test func `Acknowledged data is there after a restart, with the same token`() async throws {
        let folder = try TemporaryFolder()
        let database = ServiceConfiguration.Database.file(folder.path + "/new/deep/itwins.sqlite")
        let token = try await LocalService.run(database: database) { service in
            let id = try await service.asset("Kept", #""number":"K-1""#)
            #expect(try await service.post("/itwins/favorites/\(id)").status == 204)
            #expect(try await service.post("/itwins/recents/\(id)").status == 204)
            #expect(try await service.post("/itwins/exports", #"{"outputFormat":"Csv"}"#).status == 201)
            let repository =
                #"{"class":"Construction","subClass":"Performance","uri":"u","authentication":{"type":"Basic","username":"a","password":"b"}}"#
            #expect(try await service.post("/itwins/\(id)/repositories", repository).status == 201)
            return service.token
        }
        try await LocalService.run(database: database) { service in
            #expect(service.token == token)
            for list in ["favorites", "recents"] { #expect(try await service.get("/itwins/\(list)").names == ["Kept"]) }
            let id = try #require(try await service.get("/itwins?number=k-1").values("id").first ?? nil)
            let repositories = try await service.get("/itwins/\(id)/repositories").json?["repositories"]?.array
            #expect(repositories?.last?["authentication"] == ["type": "Basic", "username": "a", "password": "b"])
            #expect(try await service.get("/itwins/exports").json?["exports"]?.array?.count == 1)
        }
    }

    @Test func `A file link still works after a restart`() async throws {
        let folder = try TemporaryFolder()
        let database = ServiceConfiguration.Database.file(folder.path + "/itwins.sqlite")
        let query = try await LocalService.run(database: database, sampleData: .standard) { service in
            let url = try await service.get("/itwins/exports").json?["exports"]?.array?.first?["outputUrl"]?.string
            return String(try #require(url).dropFirst("http://127.0.0.1:\(service.port)".count))
        }
        try await LocalService.run(database: database) { service in
            let file = try await service.http.request("GET", query, token: nil)
            #expect(file.status == 200)
        }
    }

    @Test func `The file and the folders created for it are private to the owner`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a/b/itwins.sqlite"
        try await LocalService.run(database: .file(path)) { service in
            _ = try await service.asset("x")
            #expect(try Self.mode(path) == 0o600)
            #expect(try Self.mode(folder.path + "/a/b") == 0o700)
            #expect(try Self.mode(folder.path + "/a") == 0o700)
            #expect(try Self.mode(path + "-journal") == 0o600)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try await LocalService.run(database: .file(path)) { _ in }
        #expect(try Self.mode(path) == 0o600)
    }

    @Test func `Another program's database that is rejected keeps its mode and its bytes`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("foreign.sqlite")
        try await Command.run("sqlite3", [path, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1);"])
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        await #expect(throws: ServiceError.self) { try await LocalService.open(.file(path)) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        let mode = try Self.mode(path)
        #expect(mode == 0o644)
    }

    @Test func `A given token replaces the stored one`() async throws {
        try await LocalService.run(configure: { $0.token = Secret("mine") }) { service in
            let answer = try await service.http.request("GET", "/itwins", token: Secret("mine"))
            #expect(answer.status == 200)
            #expect(service.token == Secret("mine"))
        }
    }

    @Test func `Tokens are random`() async throws {
        let first = try await LocalService.run { $0.token }
        let second = try await LocalService.run { $0.token }
        #expect(first != second)
    }

    @Test func `Seeding twice changes nothing, more is added to less, and on request only a new database is seeded`()
        async throws
    {
        let folder = try TemporaryFolder()
        let database = ServiceConfiguration.Database.file(folder.path + "/itwins.sqlite")
        func names(_ data: ServiceConfiguration.SampleData, onlyIfNew: Bool = false) async throws -> [String] {
            try await LocalService.run(
                database: database,
                sampleData: data,
                configure: { $0.sampleDataOnlyIfNew = onlyIfNew }
            ) { service in
                try await service.get("/itwins?includeInactive=true&$top=1000").names
                    + service.get("/itwins/favorites").names
            }
        }
        #expect(try await names(.none).count == 1)
        #expect(try await names(.standard, onlyIfNew: true).count == 1)
        let standard = try await names(.standard)
        #expect(standard.count > 60)
        try await LocalService.run(database: database) { service in
            let id = try #require(try await service.get("/itwins?number=BR-0042").values("id").first ?? nil)
            #expect(try await service.delete("/itwins/favorites/\(id)").status == 204)
        }
        #expect(try await names(.standard).count == standard.count - 1)
        #expect(try await names(.count(10)).count == standard.count - 1)
        #expect(try await names(.count(500)).count == 500 + 4)
    }

    @Test func `A name already in use doesn't stop seeding`() async throws {
        let folder = try TemporaryFolder()
        let database = ServiceConfiguration.Database.file(folder.path + "/itwins.sqlite")
        try await LocalService.run(database: database) { service in
            let body = #"{"class":"Endeavor","subClass":"Project","displayName":"harbour bridge deck","number":"mine"}"#
            let created = try await service.post("/itwins", body)
            #expect(created.status == 201)
            let parent = #"{"class":"Endeavor","subClass":"Program","displayName":"coastal defence programme"}"#
            #expect(try await service.post("/itwins", parent).status == 201)
        }
        try await LocalService.run(database: database, sampleData: .standard) { service in
            // What would lie below the one left out lies below the account.
            let child = try await service.get("/itwins?number=CD-0110&$select=parentId,iTwinAccountId").json?["iTwins"]
            #expect(child?.array?.first?["parentId"] == child?.array?.first?["iTwinAccountId"])
            let answer = try await service.get("/itwins?displayName=Harbour%20Bridge%20Deck")
            #expect(answer.values("number") == ["mine"])
            #expect(try await service.get("/itwins?number=RB-0421").names.count == 1)
        }
    }

    @Test(.rows(59)) func `Services that start together on an empty folder create one database`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/data/itwins.sqlite"
        for round in 0..<3 {
            try? FileManager.default.removeItem(atPath: folder.path + "/data")
            let tokens = try await withThrowingTaskGroup(of: Secret.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        try await LocalService.run(database: .file(path), sampleData: .standard) { service in
                            _ = try await service.asset("Round \(round) number \(number)")
                            return service.token
                        }
                    }
                }
                return try await group.reduce(into: Set<Secret>()) { $0.insert($1) }
            }
            #expect(tokens.count == 1)
            try await LocalService.run(database: .file(path)) { service in
                let found = try await service.get("/itwins?$search=round%20\(round)")
                #expect(found.names.count == 4)
                #expect(try await service.get("/itwins/recents").names.count == 10)
            }
        }
    }

    @Test(.rows(59)) func `Two services on one file see each other's changes, and all their writes are kept`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path)) { first in
            try await LocalService.run(database: .file(path)) { second in
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<20 {
                        let service = number % 2 == 0 ? first : second
                        group.addTask {
                            try await service.post(
                                "/itwins",
                                #"{"class":"Thing","subClass":"Asset","displayName":"A\#(number / 2)"}"#
                            ).status
                        }
                    }
                    return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                }
                #expect(statuses == [201: 10, 409: 10])
                #expect(try await first.get("/itwins?subClass=Asset").names.count == 10)
                let lists = [
                    try await first.get("/itwins?subClass=Asset").names,
                    try await second.get("/itwins?subClass=Asset").names,
                ]
                #expect(lists[0] == lists[1])
            }
        }
    }

    /// Offsets are those of SQLite's file header: 18 the kind of journal, 60 the schema's number, 68 the program's mark.
    @Test(
        .rows(57, 59),
        arguments: [
            ([60: [0, 0, 0, 99]], "newer version"), ([68: [0, 0, 0, 0]], "another program"),
            ([68: [0, 0, 0, 0], 18: [2, 2]], "another program"),
        ] as [([Int: [UInt8]], String)]
    )
    func `A database of a newer version or another program is rejected and left unchanged`(
        _ patches: [Int: [UInt8]],
        _ reason: String
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path)) { _ in }
        var content = try Data(contentsOf: URL(fileURLWithPath: path))
        for (offset, bytes) in patches {
            content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        try content.write(to: URL(fileURLWithPath: path))
        let error = try await Self.error(opening: path)
        #expect(error.message.contains(path))
        #expect(error.message.contains(reason), "\(error.message)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test(.rows(57)) func `A folder, a pipe and a text file in place of the database are rejected with advice`()
        async throws
    {
        let folder = try TemporaryFolder()
        // The lock of a database lies beside it, and has to go with the folder.
        let inner = folder.path + "/folder"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        #expect(try await Self.error(opening: inner).message.contains("it is a folder"))
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(try await Self.error(opening: pipe).message.contains("isn't a regular file"))
        let text = folder.path + "/text"
        try String(repeating: "This is no database.\n", count: 200).write(
            toFile: text,
            atomically: true,
            encoding: .utf8
        )
        let message = try await Self.error(opening: text).message
        #expect(message.contains("isn't a SQLite database"))
        #expect(message.contains("Move it away"))
        #expect(try String(contentsOfFile: text, encoding: .utf8).hasPrefix("This is no database."))
        let below = try await Self.error(opening: text + "/itwins.sqlite").message
        #expect(below.contains(text + "/itwins.sqlite"))
    }

    @Test func `An empty file becomes a database`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try Data().write(to: URL(fileURLWithPath: path))
        try await LocalService.run(database: .file(path)) { service in
            let answer = try await service.get("/itwins")
            #expect(answer.names.count == 1)
        }
    }

    @Test func `A port in use is named`() async throws {
        try await LocalService.run { service in
            let error = await #expect(throws: ServiceError.self) {
                try await LocalService.run(configure: { $0.port = service.port }) { _ in }
            }
            #expect(error == .portInUse(host: "127.0.0.1", port: service.port))
            #expect(error?.message.contains(String(service.port)) == true)
        }
    }

    @Test func `A stopped service accepts no requests`() async throws {
        let port = try await LocalService.run { $0.port }
        await #expect(throws: (any Error).self) {
            try await RawHTTP(port: port).request("GET", "/itwins", token: nil)
        }
    }

    private static func error(opening path: String) async throws -> ServiceError {
        let error = await #expect(throws: ServiceError.self) {
            try await LocalService.open(.file(path))
        }
        return try #require(error)
    }

    private static func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }
}
