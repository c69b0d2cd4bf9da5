import Foundation
import ITwinsAPI
import ITwinsClient
import TestSupport
import Testing

/// Downloads from servers that do what they should not, and to places where no file can be (reliability row 31).
@Suite(.timeLimit(.minutes(1)), .rows(31)) struct DownloadFaultTests {
    private static let text = "id,name\r\n" + (0..<500).map { "\($0),Bridge \($0)\r\n" }.joined()

    /// Runs a part of a test with a server that gives answers one after another, the last one for ever.
    private func withServer(
        _ answers: ScriptedAnswer...,
        limits: ClientLimits = ClientLimits(),
        _ body: (ITwinsClient, ScriptedServer, TemporaryFolder) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try await ScriptedServer.run(script: { _, number in answers[min(number, answers.count - 1)] }) { server in
            try await ITwinsClient.run(server.baseURL, limits: limits) { client in
                try await body(client, server, folder)
            }
        }
    }

    private static func link(_ server: ScriptedServer) -> String { "http://127.0.0.1:\(server.port)/files/a.csv?sig=1" }

    /// An answer with the whole file; with a part of it and the end of the connection when `sent` says so.
    private static func whole(tag: String? = "\"a\"", sent: Int? = nil, ending: ScriptedAnswer.Step = .close)
        -> ScriptedAnswer
    {
        let head = "HTTP/1.1 200 OK\nContent-Length: \(text.utf8.count)\n\(tag.map { "ETag: \($0)\n" } ?? "")\n"
        let body = Array(text.utf8.prefix(sent ?? .max))
        return sent == nil
            ? ScriptedAnswer(ScriptedAnswer.raw(head), .bytes(body))
            : ScriptedAnswer(ScriptedAnswer.raw(head), .bytes(body), ending)
    }

    private static func part(_ range: String, tag: String = "\"a\"", _ body: some Sequence<UInt8>) -> ScriptedAnswer {
        .http(status: 206, headers: ["ETag: \(tag)", "Content-Range: bytes \(range)"], body: Array(body))
    }

    // MARK: Not whole

    @Test(arguments: [ScriptedAnswer.Step.close, .reset], ["Content-Length: 7000\n", "Transfer-Encoding: chunked\n"])
    func `A truncated download stays a part, however its length was announced`(
        _ ending: ScriptedAnswer.Step,
        _ length: String
    )
        async throws
    {
        let body = String(repeating: "x", count: 0x1000)
        let chunk = length.contains("chunked") ? "1000\r\n\(body)\r\n" : body
        let head = ScriptedAnswer.raw("HTTP/1.1 200 OK\n\(length)\n")
        // The pause lets the client read what came before a reset, which drops what is under way.
        let answer = ScriptedAnswer(head, .bytes(Array(chunk.utf8)), .drip([0x31], pause: .milliseconds(100)), ending)
        try await withServer(answer) { client, server, folder in
            let path = folder.file("a.csv")
            let failure = await client.downloadFailure(Self.link(server), .csv, to: path)
            #expect(failure?.isInterrupted == true, "\(String(describing: failure))")
            #expect(folder.names == ["a.csv.part", "a.csv.part.tag"])
            #expect(folder.content(of: path + ".part").starts(with: body.utf8))
        }
    }

    @Test(arguments: [
        "Content-Length: 10\nContent-Length: 12\n", "Content-Length: -5\n", "Content-Length: x\n", "",
        "Transfer-Encoding: gzip, chunked\nContent-Encoding: br\n", "Content-Encoding: gzip\nContent-Length: 12\n",
    ])
    func `An impossible or missing length and a content encoding are rejected`(_ headers: String) async throws {
        let answer = ScriptedAnswer(
            ScriptedAnswer.raw("HTTP/1.1 200 OK\n\(headers)\n"),
            ScriptedAnswer.raw("id\n1\n2\n3\n"),
            .close
        )
        try await withServer(answer) { client, server, folder in
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            #expect(failure?.reason != nil, "\(String(describing: failure))")
            #expect(!folder.names.contains("a.csv"))
        }
    }

    @Test func `A chunked response that ends properly is complete`() async throws {
        let body = "5\r\nid\r\n1\r\n2\r\n\r\n\r\n0\r\n\r\n"
        let answer = ScriptedAnswer(
            ScriptedAnswer.raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"),
            .bytes(Array(body.utf8))
        )
        try await withServer(answer) { client, server, folder in
            let progress = Watched<[Progress]>([])
            let file = try await client.download(Self.link(server), format: .csv, to: folder.file("a.csv")) {
                received,
                total in
                progress.update { $0.append(Progress(received: received, total: total)) }
            }
            #expect(file.rows == 1)
            #expect(progress.value.first == Progress(received: 0, total: nil))
            #expect(progress.value.last == Progress(received: 7, total: 7))
        }
    }

    @Test func `A compressed file may be sent with content encoding`() async throws {
        let bytes = Compressed.gzip(Array("id\n1\n".utf8))
        try await withServer(.http(status: 200, headers: ["Content-Encoding: gzip"], body: bytes)) {
            client,
            server,
            folder in
            let path = folder.file("a.csv.gz")
            let file = try await client.download(Self.link(server), format: .csvGZip, to: path) { _, _ in }
            #expect(file.rows == 1)
            #expect(folder.content(of: path) == bytes)
        }
    }

    @Test(arguments: [true, false])
    func `A complete but damaged download is kept beside its place, and the next attempt starts over`(_ replaces: Bool)
        async throws
    {
        let damaged = ScriptedAnswer.http(status: 200, body: Array("a,b\n1\n".utf8))
        try await withServer(damaged, Self.whole()) { client, server, folder in
            let path = folder.file("a.csv")
            if replaces { try folder.write("good", to: "a.csv") }
            func download() async -> DownloadFailure? {
                do throws(DownloadFailure) {
                    _ = try await client.download(Self.link(server), format: .csv, to: path, replacing: replaces) {
                        _,
                        _ in
                    }
                    return nil
                } catch {
                    return error
                }
            }
            let kept = "The received data is kept as \(path).part."
            #expect(await download() == .damaged("Row 1 has 1 field for 2 columns. \(kept)"))
            #expect(folder.names == (replaces ? ["a.csv"] : []) + ["a.csv.part", "a.csv.part.tag"])
            if replaces { #expect(folder.content(of: path) == Array("good".utf8)) }
            #expect(await download() == nil)
            #expect(server.requests.last?["Range"] == nil)
            #expect(folder.names == ["a.csv"])
        }
    }

    // MARK: Going on

    /// Gets the first 1000 bytes of a file, and then what another answer makes of it.
    private func resume(
        _ second: ScriptedAnswer...,
        check: (DownloadFailure?, [RecordedRequest], TemporaryFolder) throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let answers = [Self.whole(sent: 1000)] + second
        try await ScriptedServer.run(script: { _, number in answers[min(number, answers.count - 1)] }) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                let path = folder.file("a.csv")
                #expect(await client.downloadFailure(Self.link(server), .csv, to: path)?.isInterrupted == true)
                #expect(folder.content(of: path + ".part").count == 1000)
                let failure = await client.downloadFailure(Self.link(server) + "2", .csv, to: path)
                try check(failure, server.requests, folder)
            }
        }
    }

    @Test func `The rest is requested on condition that the file is unchanged`() async throws {
        let size = Self.text.utf8.count
        try await resume(Self.part("1000-\(size - 1)/\(size)", Self.text.utf8.dropFirst(1000))) {
            failure,
            requests,
            folder in
            #expect(failure == nil)
            #expect(requests.last?["Range"] == "bytes=1000-")
            #expect(requests.last?["If-Range"] == "\"a\"")
            #expect(folder.content(of: folder.file("a.csv")) == Array(Self.text.utf8))
        }
    }

    @Test func `A server that returns the whole file is accepted`() async throws {
        try await resume(Self.whole(tag: "\"b\"")) { failure, requests, folder in
            #expect(failure == nil)
            #expect(requests.count == 2)
            #expect(folder.content(of: folder.file("a.csv")) == Array(Self.text.utf8))
        }
    }

    @Test(arguments: [
        part("900-7999/8000", text.utf8), part("1000-7999/8000", text.utf8),
        part("1000-\(text.utf8.count - 1)/*", text.utf8),
        part("1000-\(text.utf8.count - 1)/\(text.utf8.count)", tag: "\"b\"", text.utf8.dropFirst(1000)),
        .http(status: 416, headers: ["Content-Range: bytes */500"]),
    ])
    func `A part that doesn't match is discarded and the whole file downloaded`(_ misfit: ScriptedAnswer) async throws {
        try await resume(misfit, Self.whole()) { failure, requests, folder in
            #expect(failure == nil)
            #expect(requests.count == 3)
            #expect(requests.last?["Range"] == nil)
            #expect(folder.content(of: folder.file("a.csv")) == Array(Self.text.utf8))
        }
    }

    @Test func `An unrequested range is rejected`() async throws {
        try await withServer(Self.part("0-3/4", "id\n1".utf8)) { client, server, folder in
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            guard case .unexpectedAnswer? = failure?.reason else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test(arguments: [nil, "W/\"a\"", "a", "\"\""])
    func `Without a strong ETag nothing is resumed`(_ tag: String?) async throws {
        try await withServer(Self.whole(tag: tag, sent: 1000), Self.whole()) { client, server, folder in
            let path = folder.file("a.csv")
            #expect(await client.downloadFailure(Self.link(server), .csv, to: path)?.isInterrupted == true)
            #expect(folder.names == ["a.csv.part", "a.csv.part.tag"])
            #expect(await client.downloadFailure(Self.link(server), .csv, to: path) == nil)
            #expect(server.requests.last?["Range"] == nil)
        }
    }

    @Test(arguments: [
        nil, "", "x", "my own notes\n", "twinscope download\n\"a\"\n-1\nx\n",
        "twinscope download\n\"a\"\n99999999999999999999\nx\n",
    ])
    func `A part without the program's note is treated as the user's own file`(_ note: String?) async throws {
        try await withServer(Self.whole()) { client, server, folder in
            try folder.write("0123", to: "a.csv.part")
            let source = Self.link(server).prefix { $0 != "?" }
            try note.map { try folder.write($0.replacing("SOURCE", with: source), to: "a.csv.part.tag") }
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            guard case .unwritable(let text) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(text.contains("wasn't created by this program"))
            #expect(folder.content(of: folder.file("a.csv.part")) == Array("0123".utf8))
            #expect(folder.names == ["a.csv.part"] + (note == nil ? [] : ["a.csv.part.tag"]))
        }
    }

    @Test(arguments: ["\"a\"\n9000\nelsewhere\n", "\"a\r\nX: y\"\n5\nSOURCE\n", "\n0\nSOURCE\n"])
    func `A part of another file, or without a strong ETag, starts over`(_ note: String) async throws {
        try await withServer(Self.whole()) { client, server, folder in
            try folder.write("0123", to: "a.csv.part")
            let source = Self.link(server).prefix { $0 != "?" }
            try folder.write("twinscope download\n" + note.replacing("SOURCE", with: source), to: "a.csv.part.tag")
            #expect(await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv")) == nil)
            #expect(server.requests.first?["Range"] == nil)
            #expect(folder.names == ["a.csv"])
        }
    }

    @Test func `A user's own file beside a part stays`() async throws {
        try await withServer(Self.whole()) { client, server, folder in
            try folder.write("my own notes", to: "a.csv.part.tag")
            #expect(await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv")) == nil)
            #expect(folder.content(of: folder.file("a.csv.part.tag")) == Array("my own notes".utf8))
        }
    }

    // MARK: Redirects and links

    @Test func `Five redirects are followed without passing on private headers`() async throws {
        let answers = Array(repeating: ScriptedAnswer.http(status: 307, headers: ["Location: /other/a.csv"]), count: 5)
        let folder = try TemporaryFolder()
        try await ScriptedServer.run(script: { _, number in number < answers.count ? answers[number] : Self.whole() }) {
            server in
            try await ITwinsClient.run(server.baseURL, token: "secret") { client in
                #expect(await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv")) == nil)
            }
            #expect(server.requests.count == 6)
            for request in server.requests {
                let names = Set(request.headers.map { $0.name.lowercased() })
                #expect(names == ["host", "accept", "accept-encoding", "user-agent"])
            }
            #expect(server.requests.last?.target == "/other/a.csv")
        }
    }

    @Test(arguments: [
        (302, "/files/a.csv", 6), (302, "http://10.255.255.1/a", 1), (307, "http://localhost.example.org/a", 1),
        (301, "ftp://127.0.0.1/a", 1), (308, "", 1), (303, "/a", 1), (304, "/a", 1), (300, "/a", 1),
        (302, "http://u:p@127.0.0.1/a", 1),
    ])
    func `Redirects to other hosts, of other kinds or in a loop are rejected`(
        _ status: Int,
        _ location: String,
        _ count: Int
    )
        async throws
    {
        try await withServer(.http(status: status, headers: ["Location: \(location)"])) { client, server, folder in
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            guard case .redirected = failure?.reason else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(server.requests.count == count)
            #expect(folder.names == [])
        }
    }

    @Test(arguments: [
        "http://example.org/a.csv", "ftp://127.0.0.1/a", "file:///etc/passwd", "a.csv", "", "https://u:p@x.org/",
    ])
    func `Links other than https, and http on this machine, are not requested`(_ link: String) async throws {
        let folder = try TemporaryFolder()
        try await ITwinsClient.run("https://example.org/itwins") { client in
            guard case .unexpectedAnswer? = await client.downloadFailure(link, .csv, to: folder.file("a.csv"))?.reason
            else {
                Issue.record("not refused")
                return
            }
        }
        #expect(folder.names == [])
    }

    // MARK: Limits

    @Test(arguments: [
        ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: 5001\n\n"), .untilClosed),
        ScriptedAnswer(
            ScriptedAnswer.raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"),
            .bytes(Array("5\r\nid\r\n1\r\n".utf8), times: .max)
        ),
    ])
    func `A file over the size limit is not downloaded further`(_ answer: ScriptedAnswer) async throws {
        var limits = ClientLimits()
        limits.file = 5000
        try await withServer(answer, limits: limits) { client, server, folder in
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            #expect(failure?.reason == .tooLarge(limit: 5000))
            #expect(folder.names == [])
            try await server.waitUntilAllClosed()
        }
    }

    @Test func `A download that doesn't fit on the disk is not started`() async throws {
        var limits = ClientLimits()
        limits.file = .max
        let size = Int.max / 2
        let answer = ScriptedAnswer(ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: \(size)\n\n"), .untilClosed)
        try await withServer(answer, limits: limits) { client, server, folder in
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            #expect(failure?.obstacle?.contains("needs \(size) bytes, but only") == true)
            #expect(folder.names == [])
        }
    }

    @Test func `Silence ends a download after the idle limit, and slowness doesn't after the total limit`() async throws
    {
        // A machine that is busy may keep a byte back for a second or two.
        var limits = ClientLimits()
        limits.total = .seconds(3)
        limits.idle = .seconds(5)
        let bytes = Array("id\n1\n2\n3\n4\n5\n6\n7\n8\n9\n".utf8)
        let head = ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: \(bytes.count)\n\n")
        let answer = ScriptedAnswer(head, .drip(bytes, pause: .milliseconds(170)))
        try await withServer(answer, limits: limits) { client, server, folder in
            #expect(await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv")) == nil)
        }
        try await withServer(ScriptedAnswer(head, .bytes([0x69]), .untilClosed), limits: limits) {
            client,
            server,
            folder in
            let failure = await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv"))
            #expect(failure?.reason == .timedOut(seconds: 5))
            #expect(folder.names == ["a.csv.part", "a.csv.part.tag"])
        }
    }

    @Test func `Progress is reported about ten times a second`() async throws {
        let bytes = Array("id\n".utf8) + [UInt8](repeating: 0x0A, count: 300)
        let head = ScriptedAnswer.raw("HTTP/1.1 200 OK\nContent-Length: \(bytes.count)\n\n")
        try await withServer(ScriptedAnswer(head, .drip(bytes, pause: .milliseconds(3)))) { client, server, folder in
            let told = Watched<[Int]>([])
            let start = ContinuousClock.now
            _ = try await client.download(Self.link(server), format: .csv, to: folder.file("a.csv")) { received, _ in
                told.update { $0.append(received) }
            }
            let most = Int(start.duration(to: .now) / .milliseconds(100)) + 2
            #expect((3...most).contains(told.value.count), "\(told.value.count) times")
            #expect(told.value == told.value.sorted())
        }
    }

    // MARK: Cancelling and sharing

    @Test func `Cancelling closes the connection and keeps the received part`() async throws {
        // The rest comes so slowly that it never ends and that progress is told again, however late the first is read.
        let answer = ScriptedAnswer(
            Self.whole(sent: 1000).steps[0],
            .bytes(Array(Self.text.utf8.prefix(1000))),
            .drip(Array(Self.text.utf8.dropFirst(1000)), pause: .milliseconds(120))
        )
        try await withServer(answer) { client, server, folder in
            let came = Watched(0)
            let path = folder.file("a.csv")
            let link = Self.link(server)
            let task = Task { () -> DownloadFailure? in
                do throws(DownloadFailure) {
                    _ = try await client.download(link, format: .csv, to: path) { received, _ in
                        came.update { $0 = received }
                    }
                    return nil
                } catch {
                    return error
                }
            }
            try await server.waitForRequests(1)
            try await came.wait { $0 >= 1000 }
            task.cancel()
            #expect(await task.value?.reason == .cancelled)
            try await server.waitUntilAllClosed()
            #expect(folder.names == ["a.csv.part", "a.csv.part.tag"])
            let kept = folder.content(of: path + ".part")
            #expect(kept.count >= came.value)
            #expect(kept == Array(Self.text.utf8.prefix(kept.count)))
        }
    }

    @Test(arguments: [false, true])
    func `Cancelling after the file is in place counts as success`(_ replaces: Bool) async throws {
        try await withServer(Self.whole()) { client, server, folder in
            let link = Self.link(server)
            for round in 0..<10 {
                let path = folder.file("\(round).csv")
                if replaces { try folder.write("", to: "\(round).csv") }
                let task = Task { await client.downloadFailure(link, .csv, to: path, replacing: replaces) }
                let seen = Task.detached {
                    var status = stat()
                    while stat(path, &status) != 0 || status.st_size == 0, !Task.isCancelled { await Task.yield() }
                    task.cancel()
                }
                #expect(await task.value == nil)
                seen.cancel()
                #expect(folder.content(of: path) == Array(Self.text.utf8))
            }
        }
    }

    @Test func `Two downloads to one path don't interfere`() async throws {
        try await ScriptedServer.run(Self.whole()) { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await ITwinsClient.run(proxy.baseURL) { client in
                    let folder = try TemporaryFolder()
                    let path = folder.file("a.csv")
                    let link = "http://127.0.0.1:\(proxy.port)/files/a.csv"
                    let first = Task { await client.downloadFailure(link, .csv, to: path) }
                    try await proxy.waitForRequests(1)
                    let second = await client.downloadFailure(link, .csv, to: path, replacing: true)
                    #expect(second?.obstacle?.contains("in progress") == true, "\(String(describing: second))")
                    try await proxy.set(.pass)
                    #expect(await first.value == nil)
                    #expect(folder.content(of: path) == Array(Self.text.utf8))
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `A file that replaces a part during the download is never called complete`(_ replaces: Bool) async throws {
        try await withServer(Self.whole()) { client, server, folder in
            let path = folder.file("a.csv")
            if replaces { try folder.write("good", to: "a.csv") }
            try folder.write("id\nforeign\n", to: "foreign")
            var failure: DownloadFailure?
            do throws(DownloadFailure) {
                _ = try await client.download(Self.link(server), format: .csv, to: path, replacing: replaces) {
                    received,
                    _ in
                    if received == 0 { rename(folder.file("foreign"), path + ".part") }
                }
            } catch {
                failure = error
            }
            #expect(
                failure?.obstacle?.contains("a.csv.part was changed by another program") == true,
                "\(String(describing: failure))"
            )
            #expect(folder.content(of: path) == (replaces ? Array("good".utf8) : []))
            #expect(folder.content(of: path + ".part") == Array("id\nforeign\n".utf8))
        }
    }

    // MARK: Places

    @Test func `Invalid paths are reported with advice before any request`() async throws {
        try await withServer(Self.whole()) { client, server, folder in
            try folder.write("x", to: "file")
            try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("link"),
                withDestinationPath: folder.file("file")
            )
            try FileManager.default.createSymbolicLink(
                atPath: folder.file("b.csv.part"),
                withDestinationPath: folder.file("file")
            )
            try FileManager.default.createDirectory(
                atPath: folder.file("c.csv.part"),
                withIntermediateDirectories: false
            )
            #expect(mkfifo(folder.file("d.csv.part"), 0o600) == 0)
            let before = folder.names
            for (path, text) in [
                (folder.file("it's new/a.csv"), "mkdir -p '\(folder.file("it'\\''s new"))'"),
                (folder.file("file/a.csv"), "isn't a folder"), (folder.file("folder"), "is a folder"),
                (folder.file("folder/"), "Add the name of the file"), (folder.file("."), "is a folder"),
                (folder.file("link"), "is a symbolic link"), (folder.file("b.csv"), "b.csv.part is a symbolic link"),
                (folder.file("c.csv"), "c.csv.part"), (folder.file("d.csv"), "isn't a regular file"),
                (folder.file(String(repeating: "x", count: 252)), "too long"), ("a.csv", "isn't an absolute path"),
                ("", "isn't an absolute path"),
                ("/proc/a.csv", "/proc/a.csv"),
            ] {
                let failure = await client.downloadFailure(Self.link(server), .csv, to: path, replacing: true)
                #expect(failure?.obstacle?.contains(text) == true, "\(path): \(String(describing: failure))")
            }
            #expect(server.requests.isEmpty)
            #expect(folder.names == before)
            #expect(folder.content(of: folder.file("file")) == Array("x".utf8))
        }
    }

    @Test func `A part with a second hard link is not written to`() async throws {
        try await withServer(Self.whole()) { client, server, folder in
            try folder.write("precious", to: "other")
            #expect(linkat(AT_FDCWD, folder.file("other"), AT_FDCWD, folder.file("a.csv.part"), 0) == 0)
            #expect(await client.downloadFailure(Self.link(server), .csv, to: folder.file("a.csv")) == nil)
            #expect(folder.content(of: folder.file("other")) == Array("precious".utf8))
            #expect(folder.content(of: folder.file("a.csv")) == Array(Self.text.utf8))
        }
    }
}
