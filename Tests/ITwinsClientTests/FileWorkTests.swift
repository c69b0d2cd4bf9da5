import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

/// What waits for the disk waits for nothing else.
@Suite(.timeLimit(.minutes(1)), .serialized) struct FileWorkTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    @Test func `Uploads and downloads continue while every shared thread is busy`() async throws {
        let folder = try TemporaryFolder()
        let image = folder.file("image")
        try Data(Self.png + [UInt8](repeating: 1, count: 200_000)).write(to: URL(fileURLWithPath: image))
        try await ScriptedServer.run { request, _ in
            request.method == "PUT"
                ? .json(#"{"image":{"id":"i"}}"#, status: 201) : .http(status: 200, body: Array("id\n1\n".utf8))
        } _: { server in
            try await ITwinsClient.run(server.baseURL) { client in
                try await SharedThreads.withAllBusy {
                    let path = folder.file("a.csv")
                    let link = "http://127.0.0.1:\(server.port)/files/a.csv"
                    let isUploaded = await ends(within: .seconds(20)) {
                        await client.failure(of: .uploadImage(iTwinID: "1", path: image)) == nil
                    }
                    let isDownloaded = await ends(within: .seconds(20)) {
                        await client.downloadFailure(link, .csv, to: path) == nil
                    }
                    #expect(isUploaded)
                    #expect(isDownloaded)
                }
            }
        }
    }

    @Test func `Waiting for a turn or for hanging work ends when it is cancelled`() async throws {
        let files = FileWork(atOnce: 1)
        let hanging = DispatchSemaphore(value: 0)
        let begun = Watched(0)
        let first = Task {
            try await files.run {
                begun.update { $0 += 1 }
                hanging.wait()
                return 1
            }
        }
        try await begun.wait { $0 == 1 }
        let second = Task { try await files.run { begun.update { $0 += 1 } } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        // The place is taken as long as the work goes on.
        let third = Task { try await files.run { begun.update { $0 += 1 } } }
        #expect(begun.value == 1)
        hanging.signal()
        try await third.value
        #expect(begun.value == 2)
    }

    @Test func `A part is released as soon as its download ends, even if it is still referenced`() throws {
        let folder = try TemporaryFolder()
        let part = try PartFile(at: folder.file("a.csv"), replacing: false)
        #expect(throws: DownloadFailure.self) { try PartFile(at: folder.file("a.csv"), replacing: false) }
        part.end()
        let next = try PartFile(at: folder.file("a.csv"), replacing: false)
        #expect(throws: CancellationError.self) { try part.whileInUse {} }
        // What is still done with it keeps it.
        try next.whileInUse {
            next.end()
            #expect(throws: DownloadFailure.self) { try PartFile(at: folder.file("a.csv"), replacing: false) }
        }
        _ = try PartFile(at: folder.file("a.csv"), replacing: false)
    }

    @Test func `A part opened for a cancelled caller leaves nothing behind`() throws {
        let folder = try TemporaryFolder()
        do { _ = try PartFile(at: folder.file("a.csv"), replacing: false) }
        #expect(folder.names == [])
        // What another download has by now stays.
        var ended: PartFile? = try PartFile(at: folder.file("a.csv"), replacing: false)
        ended?.end()
        let next = try PartFile(at: folder.file("a.csv"), replacing: false)
        ended = nil
        #expect(folder.names == ["a.csv.part"])
        next.end()
    }

    @Test func `Work without a thread fails and takes no place`() async throws {
        // More than any machine can address.
        let files = FileWork(atOnce: 1, stackBytes: 1 << 47)
        for _ in 0..<2 {
            let isOver = await ends(within: .seconds(5)) {
                do {
                    try await files.run {}
                    return false
                } catch {
                    return "\(error)" == "no thread can be created: resource temporarily unavailable"
                }
            }
            #expect(isOver)
        }
    }

    @Test(.rows(31, soak: "2,000 downloads")) func `An interrupted download can be resumed at once`()
        async throws
    {
        let folder = try TemporaryFolder()
        let head = ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: 100\nETag: \"a\"\n\n")
        try await ScriptedServer.run(ScriptedAnswer(head, .bytes(Array("id\n".utf8)), .close)) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let link = "http://127.0.0.1:\(server.port)/files/a.csv"
                for _ in 0..<Soak.count(usually: 40, soak: 2000) {
                    let failure = await client.downloadFailure(link, .csv, to: folder.file("a.csv"))
                    #expect(failure?.obstacle == nil, "\(String(describing: failure))")
                }
            }
        }
    }

    @Test func `Verifying files doesn't block uploads`() async throws {
        let folder = try TemporaryFolder()
        let image = folder.file("image")
        try Data(Self.png + [UInt8](repeating: 1, count: 200_000)).write(to: URL(fileURLWithPath: image))
        let row = Array("12345,Bridge number one,67890,1.5,2.5,3.5,active\n".utf8)
        let rows = 40_000
        let head = "HTTP/1.1 200 OK\nContent-Length: \(row.count * rows)\n\n"
        let block = Array(repeating: row, count: 1000).flatMap(\.self)
        try await ScriptedServer.run { request, _ in
            request.method == "PUT"
                ? .json(#"{"image":{"id":"i"}}"#, status: 201)
                : ScriptedAnswer(ScriptedAnswer.raw(head), .bytes(block, times: rows / 1000))
        } _: { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let complete = Watched(0)
                let ended = Watched<[Duration]>([])
                let start = ContinuousClock.now
                let downloads = (0..<2).map { number in
                    Task {
                        let file = try await client.download(
                            "http://127.0.0.1:\(server.port)/files/\(number).csv",
                            format: .csv,
                            to: folder.file("\(number).csv")
                        ) { received, total in
                            if received == total { complete.update { $0 += 1 } }
                        }
                        ended.update { $0.append(start.duration(to: .now)) }
                        return file.rows
                    }
                }
                // Both have come, and are read through now.
                try await complete.wait { $0 == 2 }
                let begin = start.duration(to: .now)
                #expect(await client.failure(of: .uploadImage(iTwinID: "1", path: image)) == nil)
                let uploaded = start.duration(to: .now)
                let checked = ended.value
                for download in downloads { #expect(try await download.value == rows - 1) }
                print("an upload beside two checks: \(uploaded - begin), the checks: \(ended.value.map { $0 - begin })")
                #expect(checked.isEmpty)
            }
        }
    }
}
