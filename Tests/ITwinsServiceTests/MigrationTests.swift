import Foundation
import GRDB
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

@Suite struct MigrationTests {
    private static let clock = TestClock()

    /// A database as an earlier version left it: with an iTwin, and, when there is a file, with an export that has it as one
    /// value and one that has none.
    private static func makeDatabase(_ path: String, version: Int, file: [UInt8]? = nil) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            db.addTextFunctions()
            try Migrations.run(db, after: 0, upTo: version)
            for name in ["token", "linkKey"] {
                try db.execute(sql: "INSERT INTO setting (name, value) VALUES (?, ?)", arguments: [name, "0123abcd"])
            }
            let id = SampleITwins.accountID
            try db.execute(
                sql: """
                    INSERT INTO iTwin (id, class, subClass, number, numberFold, displayName, displayNameFold,
                        dataCenterLocation, status, iTwinAccountId, createdDateTime, lastModifiedDateTime)
                    VALUES (?, 'Account', 'Account', 'A', 'a', 'An account', 'an account', 'East US', 'Active', ?, 0, 0)
                    """,
                arguments: [id, id]
            )
            guard let file else { return }
            let times = [-60.0, -59, -50].map { clock.now.adding(seconds: $0).ticks }
            let request = ExportRequest(outputFormat: .csv).json.text
            for (id, file) in [("with", Data(file)), ("without", nil)] as [(String, Data?)] {
                try db.execute(
                    sql: "INSERT INTO export VALUES (NULL, ?, ?, NULL, ?, ?, ?, ?, 0, ?)",
                    arguments: [id, SampleITwins.userID, request, times[0], times[1], times[2], file]
                )
            }
        }
        try queue.close()
    }

    @Test func `Export files from before files were stored in pieces can be downloaded`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        let content = (0..<200_000).map { UInt8($0 % 251) }
        try Self.makeDatabase(path, version: 1, file: content)
        for _ in 1...2 {
            try await LocalService.run(database: .file(path), clock: Self.clock) { service in
                #expect(service.token == Secret("0123abcd"))
                let exports = try await service.get("/itwins/exports").json?["exports"]?.array ?? []
                let links = Dictionary(uniqueKeysWithValues: exports.map { ($0["id"]?.string, $0["outputUrl"]) })
                #expect(links["without"] == .null)
                let link = try #require(links["with"]??.string).dropFirst("http://127.0.0.1:\(service.port)".count)
                #expect(try await service.http.request("GET", String(link), token: nil).body == content)
                let headers = ["Range: bytes=150000-"]
                let rest = try await service.http.request("GET", String(link), token: nil, headers: headers)
                #expect(rest.body == Array(content[150_000...]))
                #expect(try await service.get("/itwins").names.count == 1)
            }
        }
    }

    @Test(arguments: ["displayName", "number"])
    func `Names and numbers in a database without sort keys get them, and so do those that change later`(field: String)
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try Self.makeDatabase(path, version: 5)
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            for name in ["zebra", "Éclair", "eagle"] {
                try db.execute(
                    sql: """
                        INSERT INTO iTwin (id, class, subClass, number, numberFold, displayName, displayNameFold,
                            dataCenterLocation, status, iTwinAccountId, createdDateTime, lastModifiedDateTime)
                        VALUES (?1, 'Thing', 'Asset', ?2, ?2, ?2, ?2, 'East US', 'Active', ?3, 0, 0)
                        """,
                    arguments: [UUID().uuidString.lowercased(), name, SampleITwins.accountID]
                )
            }
        }
        try queue.close()
        try await LocalService.run(database: .file(path)) { service in
            let sorted = "/itwins?subClass=Asset&$orderby=\(field)"
            #expect(try await service.get(sorted).names == ["eagle", "Éclair", "zebra"])
            _ = try await service.asset("ebb", #""number":"ebb""#)
            let id = try #require(try await service.get("/itwins?displayName=zebra").values("id").first ?? nil)
            #expect(try await service.patch("/itwins/\(id)", #"{"displayName":"ant","number":"ant"}"#).status == 200)
            #expect(try await service.get(sorted).names == ["ant", "eagle", "ebb", "Éclair"])
            #expect(try await service.get(sorted + "%20desc").names == ["Éclair", "ebb", "eagle", "ant"])
        }
    }

    @Test(arguments: ["displayNameKey", "numberKey"], ["", " DESC"])
    func `A list sorted by name or number reads only the rows it shows, through an index`(
        _ key: String,
        _ direction: String
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/itwins.sqlite"
        try await LocalService.run(database: .file(path), sampleData: .standard) { _ in }
        let queue = try DatabaseQueue(path: path)
        let plan = try await queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    EXPLAIN QUERY PLAN SELECT displayName, number FROM iTwin WHERE status <> 'Inactive' AND isAdministrators
                    ORDER BY \(key)\(direction), id LIMIT 100 OFFSET 0
                    """
            ).map { $0["detail"] as String }
        }
        try queue.close()
        #expect(plan.first?.contains(key == "numberKey" ? "iTwinByNumberKey" : "iTwinByNameKey") == true, "\(plan)")
        #expect(!plan.contains("USE TEMP B-TREE FOR ORDER BY"))
    }

    @Test func `A database migrated from the first version equals a new one`() throws {
        func schema(_ versions: [Int]) throws -> [String] {
            let queue = try DatabaseQueue()
            return try queue.write { db in
                db.addTextFunctions()
                for (before, version) in zip([0] + versions, versions) {
                    try Migrations.run(db, after: before, upTo: version)
                }
                let sql = "SELECT name || ': ' || sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
                return try String.fetchAll(db, sql: sql)
            }
        }
        #expect(try schema(Array(1...Migrations.newestVersion)) == schema([Migrations.newestVersion]))
    }
}
