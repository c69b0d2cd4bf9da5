import Foundation
import GRDB
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// The files behind the links of exports.
@Suite struct ExportFilesTests {
    /// Runs a service with a completed export.
    private static func run(
        _ format: ExportFormat,
        iTwins: Int = 300,
        select: String = "displayName,number,latitude,createdDateTime",
        _ body: @escaping @Sendable (LocalService, _ link: String) async throws -> Void
    ) async throws {
        let clock = TestClock()
        try await LocalService.run(sampleData: .count(iTwins), clock: clock) { service in
            let request = #"{"outputFormat":"\#(format.rawValue)","select":"\#(select)","includeInactive":true}"#
            let created = try await service.post("/itwins/exports", request)
            #expect(created.status == 201, "\(created.json?.text ?? "")")
            clock.advance(seconds: 5)
            let id = try #require(created.json?["export"]?["id"]?.string)
            let export = try await service.get("/itwins/exports/\(id)").json?["export"]
            let link = try #require(export?["outputUrl"]?.string)
            try await body(service, String(link.dropFirst("http://127.0.0.1:\(service.port)".count)))
        }
    }

    @Test(arguments: [
        (ExportFormat.csv, "text/csv", Array("displayName".utf8)), (.csvGZip, "application/gzip", [0x1F, 0x8B]),
        (.jsonGZip, "application/gzip", [0x1F, 0x8B]), (.jsonZipArchive, "application/zip", Array("PK\u{3}\u{4}".utf8)),
    ])
    func `Each format has its extension, media type and first bytes, and HEAD returns the same headers`(
        _ format: ExportFormat,
        _ type: String,
        _ beginning: [UInt8]
    ) async throws {
        try await Self.run(format) { service, link in
            #expect(link.split(separator: "?")[0].hasSuffix(format.fileExtension))
            let file = try await service.http.request("GET", link, token: nil)
            #expect(file.status == 200)
            #expect(file["Content-Type"]?.hasPrefix(type) == true)
            #expect(file["Content-Length"] == String(file.body.count))
            #expect(file["Accept-Ranges"] == "bytes")
            #expect(file["Transfer-Encoding"] == nil)
            #expect(file["ETag"]?.hasPrefix("\"") == true)
            #expect(file["X-Content-Type-Options"] == "nosniff")
            #expect(file.body.starts(with: beginning))
            let head = try await service.http.request("HEAD", link, token: nil, headers: ["Range: bytes=5-"])
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            for name in ["Content-Type", "Content-Length", "Accept-Ranges", "ETag", "Content-Disposition"] {
                #expect(head[name] == file[name], "\(name)")
            }
            let other = link.replacing(format.fileExtension + "?", with: ".txt?")
            #expect(try await service.http.request("GET", other, token: nil).status == 404)
        }
    }

    /// The file is made in a fraction of a second; a service that makes it in one piece answers one request meanwhile, which
    /// came before.
    @Test func `While an export's file is written, other readers and writers are not blocked`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("itwins.sqlite")
        try await LocalService.run(database: .file(path), sampleData: .count(20_000)) { service in
            let made = Watched(false)
            let counts = try await withThrowingTaskGroup(of: (reads: Int, writes: Int).self) { group in
                group.addTask {
                    let answer = try await service.post("/itwins/exports", #"{"outputFormat":"JsonGZip"}"#)
                    #expect(answer.status == 201)
                    made.update { $0 = true }
                    return (0, 0)
                }
                group.addTask {
                    var reads = 0
                    while !made.value {
                        let answer = try await service.get("/itwins?$top=1")
                        #expect(answer.status == 200)
                        if !made.value { reads += 1 }
                    }
                    return (reads, 0)
                }
                group.addTask {
                    var configuration = Configuration()
                    configuration.busyMode = .timeout(30)
                    let queue = try DatabaseQueue(path: path, configuration: configuration)
                    var writes = 0
                    while !made.value {
                        try await queue.write { db in
                            try db.execute(sql: "UPDATE setting SET value = value WHERE name = 'token'")
                        }
                        if !made.value { writes += 1 }
                        // The service waits for the lock in steps: a program that never rests would keep it out.
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    try queue.close()
                    return (0, writes)
                }
                return try await group.reduce((0, 0)) { ($0.0 + $1.reads, $0.1 + $1.writes) }
            }
            #expect(counts.0 > 3)
            #expect(counts.1 > 3)
        }
    }

    /// The clock goes on by 70 seconds whenever somebody looks at it, as when a piece is kept and when the file is made.
    @Test func `An export whose file takes minutes to write doesn't fail`() async throws {
        let clock = TestClock()
        try await LocalService.run(sampleData: .count(20)) {
            $0.now = {
                clock.advance(seconds: 70)
                return clock.now
            }
        } _: { service in
            let fields = ITwin.Field.allCases.map(\.rawValue).joined(separator: ",")
            let body = #"{"outputFormat":"Csv","select":"\#(fields)","includeInactive":true}"#
            let before = clock.now
            let created = try await service.post("/itwins/exports", body)
            #expect(created.status == 201, "\(created.json?.text ?? "")")
            // In more time than a job is waited for that makes no progress.
            #expect(clock.now > before.adding(seconds: 200))
            let id = try #require(created.json?["export"]?["id"]?.string)
            let export = try await service.get("/itwins/exports/\(id)").json?["export"]
            #expect(export?["status"]?.string == "Completed")
            #expect(export?["outputUrl"]?.string != nil)
        }
    }

    @Test func `Every range of a file stored in pieces matches the whole file`() async throws {
        try await Self.run(.csv, iTwins: 3000, select: "id,displayName,number,type,status,createdDateTime") {
            service,
            link in
            let whole = try await service.http.request("GET", link, token: nil).body
            #expect(whole.count > 4 * 65_536)
            #expect(String(decoding: whole, as: UTF8.self).split(separator: "\r\n").count == 3001)
            var generator = SeededGenerator(seed: 5)
            var firsts = [0, 1, whole.count - 1]
            for border in [65_536, 2 * 65_536, 3 * 65_536] { firsts += [border - 1, border, border + 1] }
            firsts += (0..<10).map { _ in Int.random(in: 0..<whole.count, using: &generator) }
            for first in firsts {
                let rest = try await service.http.request("GET", link, token: nil, headers: ["Range: bytes=\(first)-"])
                #expect(rest.status == 206)
                #expect(rest["Content-Range"] == "bytes \(first)-\(whole.count - 1)/\(whole.count)")
                #expect(rest["Content-Length"] == String(whole.count - first))
                #expect(rest.body == Array(whole[first...]), "from \(first)")
            }
        }
    }

    @Test func `A single range with a first byte is supported, all others return the whole file or 416`() async throws {
        try await Self.run(.csv) { service, link in
            let whole = try await service.http.request("GET", link, token: nil).body
            let size = whole.count
            func answer(_ range: String) async throws -> RawAnswer {
                try await service.http.request("GET", link, token: nil, headers: ["Range: \(range)"])
            }
            for (range, part) in [
                ("bytes=0-", 0..<size), ("bytes=5-5", 5..<6), ("bytes=5-9", 5..<10), ("Bytes=5-\(size)", 5..<size),
                ("bytes=\(size - 1)-99999999999999999999", (size - 1)..<size),
            ] {
                let answer = try await answer(range)
                #expect(answer.status == 206, "\(range)")
                #expect(answer.body == Array(whole[part]), "\(range)")
            }
            for range in [
                "bytes=-5", "bytes=9-5", "bytes=0-1,4-5", "items=0-", "bytes=", "bytes=a-", "bytes=+1-", "bytes=1",
            ] {
                let answer = try await answer(range)
                #expect(answer.status == 200, "\(range)")
                #expect(answer.body == whole, "\(range)")
            }
            for range in ["bytes=\(size)-", "bytes=\(size)-\(size)", "bytes=99999999999999999999-"] {
                let answer = try await answer(range)
                #expect(answer.status == 416, "\(range)")
                #expect(answer["Content-Range"] == "bytes */\(size)")
                #expect(answer.error?.code == "RangeNotSatisfiable")
            }
        }
    }

    @Test func `A conditional range is returned for the same file only`() async throws {
        try await Self.run(.csvGZip) { service, link in
            let whole = try await service.http.request("GET", link, token: nil)
            let tag = try #require(whole["ETag"])
            for (condition, status) in [
                (tag, 206), ("\"other\"", 200), ("W/\(tag)", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
            ] {
                let headers = ["Range: bytes=7-", "If-Range: \(condition)"]
                let answer = try await service.http.request("GET", link, token: nil, headers: headers)
                #expect(answer.status == status, "\(condition)")
                #expect(answer.body == (status == 206 ? Array(whole.body[7...]) : whole.body), "\(condition)")
            }
        }
    }
}
