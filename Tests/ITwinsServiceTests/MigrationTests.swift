import Foundation
import GRDB
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

@Suite struct MigrationTests {
    private static let clock = TestClock()

    /// A database as an earlier version left it: with an iTwin, and an export whose file of some size is one value.
    private static func makeDatabase(_ path: String, version: Int, file: [UInt8]) throws {
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

    @Test func `Files of exports from before they were kept in pieces can be fetched`() async throws {
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

    @Test func `A database brought from the first version to the newest is as a new one`() throws {
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
