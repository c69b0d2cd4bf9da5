import Foundation
import ITwinsAPI
import ITwinsClient
import ITwinsService
import TestSupport
import Testing

/// Downloads from a server that does what it should.
@Suite(.timeLimit(.minutes(1))) struct DownloadTests {
    /// Runs a service with some iTwins and a completed export, reached through a proxy.
    private func withExport(
        _ format: ExportFormat,
        iTwins: Int = 1000,
        select: [ITwin.Field] = [.id, .displayName, .number, .latitude],
        _ body: @escaping @Sendable (ITwinsClient, FaultProxy, _ link: String) async throws -> Void
    ) async throws {
        try await LocalService.run(sampleData: .count(iTwins), configure: { $0.exportSeconds = 0 }) { service in
            try await FaultProxy.run(to: service.port) { proxy in
                try await ITwinsClient.run(proxy.baseURL, token: service.token.revealed) { client in
                    var draft = ExportDraft(outputFormat: format)
                    draft.select = select
                    draft.includeInactive = true
                    guard case .export(let export) = try await client.perform(.createExport(iTwinID: nil, draft)) else {
                        Issue.record("no export")
                        return
                    }
                    try await body(client, proxy, try #require(export.outputUrl))
                }
            }
        }
    }

    @Test(arguments: ExportFormat.known)
    func `Every export format downloads completely, is verified, and leaves no other file`(_ format: ExportFormat)
        async throws
    {
        try await withExport(format) { client, proxy, link in
            let folder = try TemporaryFolder()
            let progress = Watched<[Progress]>([])
            let path = folder.file("exported\(format.fileExtension)")
            let file = try await client.download(link, format: format, to: path) { received, total in
                progress.update { $0.append(Progress(received: received, total: total)) }
            }
            #expect(file.rows == 1000)
            #expect(file.columns == ["id", "displayName", "number", "latitude"])
            #expect(file.path == path)
            #expect(folder.names == ["exported\(format.fileExtension)"])
            #expect(folder.content(of: path).count == file.bytes)
            #expect(progress.value.first == Progress(received: 0, total: file.bytes))
            #expect(progress.value.last == Progress(received: file.bytes, total: file.bytes))
            let request = try #require(proxy.requests.last)
            #expect(request.method == "GET")
            #expect(
                Set(request.headers.map { $0.name.lowercased() }) == [
                    "host", "accept", "accept-encoding", "user-agent",
                ]
            )
        }
    }

    @Test(.rows(31), arguments: [FaultProxy.Ending.close, .reset])
    func `A download that was cut off resumes where it stopped, with a fresh link too`(_ ending: FaultProxy.Ending)
        async throws
    {
        try await withExport(.csv) { client, proxy, link in
            let folder = try TemporaryFolder()
            let path = folder.file("a.csv")
            try await proxy.set(.cut(after: 30_000, ending))
            #expect(await client.downloadFailure(link, .csv, to: path)?.isInterrupted == true)
            let part = folder.content(of: path + ".part")
            #expect((1..<30_000).contains(part.count))
            #expect(!FileManager.default.fileExists(atPath: path))
            try await proxy.set(.pass)
            guard case .exports(let exports) = try await client.perform(.exports(iTwinID: nil)) else {
                Issue.record("no exports")
                return
            }
            let fresh = try #require(exports.items.first?.outputUrl)
            let progress = Watched<[Progress]>([])
            let file = try await client.download(fresh, format: .csv, to: path) { received, total in
                progress.update { $0.append(Progress(received: received, total: total)) }
            }
            #expect(file.rows == 1000)
            #expect(progress.value.first == Progress(received: part.count, total: file.bytes))
            let request = try #require(proxy.requests.last)
            #expect(request["Range"] == "bytes=\(part.count)-")
            #expect(request["If-Range"]?.hasPrefix("\"") == true)
            let content = folder.content(of: path)
            #expect(content.starts(with: part))
            let whole = folder.file("b.csv")
            _ = try await client.download(fresh, format: .csv, to: whole) { _, _ in }
            #expect(content == folder.content(of: whole))
            #expect(folder.names == ["a.csv", "b.csv"])
        }
    }

    @Test(.rows(31), arguments: 1...3)
    func `Under random faults a file arrives complete or not at all`(_ seed: Int) async throws {
        let faults: [FaultProxy.Mode] = [
            .reset, .dropAnswer, .cut(after: 300, .reset), .cut(after: 20_000, .close), .cut(after: 30_000, .reset),
            .delay(.milliseconds(5)),
        ]
        try await withExport(.csvGZip) { client, proxy, link in
            let folder = try TemporaryFolder()
            let whole = folder.file("whole")
            _ = try await client.download(link, format: .csvGZip, to: whole) { _, _ in }
            let path = folder.file("a.csv.gz")
            var generator = SeededGenerator(seed: UInt64(seed))
            var tries = 0
            repeat {
                #expect(!FileManager.default.fileExists(atPath: path))
                // The last of many tries meets no fault.
                try await proxy.set(tries < 30 ? faults.randomElement(using: &generator) ?? .pass : .pass)
                tries += 1
            } while await client.downloadFailure(link, .csvGZip, to: path) != nil
            #expect(folder.content(of: path) == folder.content(of: whole))
            #expect(folder.names == ["a.csv.gz", "whole"])
        }
    }

    @Test func `A part that is already complete is only verified`() async throws {
        try await withExport(.csv) { client, proxy, link in
            let folder = try TemporaryFolder()
            let path = folder.file("a.csv")
            let file = try await client.download(link, format: .csv, to: path) { _, _ in }
            let content = folder.content(of: path)
            let tag = try #require(link.split(separator: "/").last?.split(separator: ".").first)
            let source = link.prefix { $0 != "?" }
            try FileManager.default.moveItem(atPath: path, toPath: path + ".part")
            try folder.write("twinscope download\n\"\(tag)\"\n\(file.bytes)\n\(source)\n", to: "a.csv.part.tag")
            let again = try await client.download(link, format: .csv, to: path) { _, _ in }
            #expect(again == file)
            #expect(proxy.requests.last?["Range"] == "bytes=\(file.bytes - 1)-")
            #expect(folder.content(of: path) == content)
        }
    }

    @Test func `An expired link is reported in the service's words, and no empty part stays`() async throws {
        try await withExport(.csv) { client, _, link in
            let folder = try TemporaryFolder()
            let path = folder.file("a.csv")
            guard case .request(let error)? = await client.downloadFailure(link + "0", .csv, to: path) else {
                Issue.record("not refused")
                return
            }
            #expect(error.apiError?.status == 404)
            #expect(error.apiError?.message.contains("a new link") == true)
            #expect(folder.names == [])
        }
    }

    @Test func `An existing file is kept without a request, or replaced on request`() async throws {
        try await withExport(.csv) { client, proxy, link in
            let folder = try TemporaryFolder()
            try folder.write("mine", to: "a.csv")
            let path = folder.file("a.csv")
            let before = proxy.requests.count
            #expect(await client.downloadFailure(link, .csv, to: path) == .exists(path: path))
            #expect(proxy.requests.count == before)
            #expect(folder.content(of: path) == Array("mine".utf8))
            #expect(folder.names == ["a.csv"])
            let file = try await client.download(link, format: .csv, to: path, replacing: true) { _, _ in }
            #expect(file.rows == 1000)
            #expect(folder.names == ["a.csv"])
        }
    }

    @Test func `A file that appears meanwhile is kept, and nothing is downloaded twice`() async throws {
        try await withExport(.csv) { client, proxy, link in
            let folder = try TemporaryFolder()
            let path = folder.file("a.csv")
            try await proxy.set(.hold)
            let before = proxy.requests.count
            let task = Task { await client.downloadFailure(link, .csv, to: path) }
            try await proxy.waitForRequests(before + 1)
            try folder.write("mine", to: "a.csv")
            try await proxy.set(.pass)
            #expect(await task.value == .exists(path: path))
            #expect(folder.content(of: path) == Array("mine".utf8))
            #expect(folder.names == ["a.csv", "a.csv.part", "a.csv.part.tag"])
            _ = try await client.download(link, format: .csv, to: path, replacing: true) { _, _ in }
            #expect(proxy.requests.last?["Range"] != nil)
            #expect(folder.names == ["a.csv"])
        }
    }
}

/// What a download told of its progress.
struct Progress: Hashable, Sendable {
    let received: Int
    let total: Int?
}

extension TemporaryFolder {
    /// What is in a file; nothing when there is none.
    func content(of path: String) -> [UInt8] { Array((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    }
}

extension ITwinsClient {
    /// Why a download fails; nil when it does not.
    func downloadFailure(_ link: String, _ format: ExportFormat, to path: String, replacing replaces: Bool = false)
        async
        -> DownloadFailure?
    {
        do throws(DownloadFailure) {
            _ = try await download(link, format: format, to: path, replacing: replaces) { _, _ in }
            return nil
        } catch {
            return error
        }
    }
}

extension DownloadFailure {
    /// Why the request failed; nil for every other failure.
    var reason: RequestError.Reason? {
        guard case .request(let error) = self else { return nil }
        return error.reason
    }

    var isInterrupted: Bool {
        guard case .interrupted? = reason else { return false }
        return true
    }

    /// Why the file cannot be written; nil for every other failure.
    var obstacle: String? {
        guard case .unwritable(let text) = self else { return nil }
        return text
    }
}
