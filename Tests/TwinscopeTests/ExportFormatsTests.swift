import Foundation
import ITwinsAPI
import ITwinsClient
import ITwinsService
import TestSupport
import Testing

@testable import Browser
@testable import twinscope

/// Exports of the program's own service, judged by others, and fetched by what performs the browser's effects.
@Suite(.timeLimit(.minutes(2))) struct ExportFormatsTests {
    /// What python3 makes of a file: the number of rows and the columns.
    private static let judge = """
        import csv, gzip, io, json, sys, zipfile
        path, form = sys.argv[1:]
        data = open(path, "rb").read()
        if form == "JsonZipArchive":
            archive = zipfile.ZipFile(path)
            assert archive.testzip() is None
            (entry,) = archive.infolist()
            assert entry.filename == path.split("/")[-1].replace(".zip", ".json"), entry.filename
            assert entry.date_time[0] >= 2024, entry.date_time
            data = archive.read(entry)
        elif form != "Csv":
            data = gzip.decompress(data)
        text = data.decode("utf-8")
        if form.startswith("Csv"):
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
            assert len({len(row) for row in rows}) == 1
            print(len(rows) - 1, ",".join(rows[0]))
        else:
            rows = json.loads(text)
            assert all(list(row) == list(rows[0]) for row in rows)
            print(len(rows), ",".join(rows[0]))
        """

    /// Creates an export of everything and waits for its link.
    private static func link(_ client: ITwinsClient, _ format: ExportFormat) async throws -> String {
        var draft = ExportDraft(outputFormat: format)
        draft.select = [.id, .displayName, .number, .type, .latitude, .createdDateTime]
        draft.includeInactive = true
        guard case .export(var export) = try await client.perform(.createExport(iTwinID: nil, draft)) else {
            throw TerminalSession.Timeout(description: "no export")
        }
        while export.status.isRunning {
            try await Task.sleep(for: .milliseconds(20))
            guard case .export(let read) = try await client.perform(.export(id: export.id)) else { break }
            export = read
        }
        return try #require(export.outputUrl)
    }

    @Test(arguments: ExportFormat.known)
    func `Other programs can read the exported files`(_ format: ExportFormat) async throws {
        let folder = try TemporaryFolder()
        let service = try await ServiceProcess(arguments: [
            "--database", folder.file("itwins.sqlite"), "--sample-data", "3000",
            "--export-seconds", "0.1",
        ])
        defer { service.end() }
        try await ITwinsClient.run(service.baseURL, token: service.token) { client in
            let link = try await Self.link(client, format)
            let name = try #require(link.split(separator: "?")[0].split(separator: "/").last)
            let path = folder.url.appendingPathComponent(String(name)).path
            let file = try await client.download(link, format: format, to: path) { _, _ in }
            #expect(file.rows == 3000)
            let verdict = try await Command.run("python3", ["-c", Self.judge, path, format.rawValue])
            #expect(verdict.errors == "")
            #expect(verdict.output == "3000 id,displayName,number,type,latitude,createdDateTime\n")
        }
    }

    /// Runs a runner of effects on a service with an export.
    private func withRunner(
        _ body: @escaping @Sendable (inout EffectRunner, EventQueue, _ link: String, FaultProxy) async throws -> Void
    ) async throws {
        try await LocalService.run(sampleData: .count(3000), configure: { $0.exportSeconds = 0 }) { service in
            try await FaultProxy.run(to: service.port) { proxy in
                try await ITwinsClient.run(proxy.baseURL, token: service.token.revealed) { client in
                    let queue = try EventQueue()
                    var runner = EffectRunner(ProfileSession(ClientSource { .success(client) }), queue: queue)
                    try await body(&runner, queue, try await Self.link(client, .csv), proxy)
                }
            }
        }
    }

    /// The events up to the end of a download.
    private static func events(_ queue: EventQueue) async throws -> (
        progress: [Int], end: Result<ExportFile, DownloadFailure>
    ) {
        var progress: [Int] = []
        while true {
            for event in queue.drain() {
                if case .progressed(_, let received, _) = event { progress.append(received) }
                if case .downloaded(_, let result) = event { return (progress, result) }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static let id = RequestID(number: 1)

    @Test func `A download reports its progress and its end`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.csv")
        try await withRunner { runner, queue, link, _ in
            runner.download(Self.id, Download(link: link, format: .csv, path: path))
            let (progress, end) = try await Self.events(queue)
            let file = try end.get()
            #expect(file.rows == 3000)
            #expect(file.path == path)
            #expect(progress.first == 0)
            #expect(progress.last == file.bytes)
            runner.note(.downloaded(Self.id, end))
            #expect(runner.finish().isEmpty)
        }
    }

    @Test(arguments: [
        ("", "Enter one"), ("/nowhere/at/all/a.csv", "mkdir -p '/nowhere/at/all'"),
        ("no/such/a.csv", "doesn't exist"),
    ])
    func `An impossible path is reported`(_ path: String, _ remedy: String) async throws {
        try await withRunner { runner, queue, link, _ in
            runner.download(Self.id, Download(link: link, format: .csv, path: path))
            guard case .failure(.unwritable(let text)) = try await Self.events(queue).end else {
                Issue.record("not refused")
                return
            }
            #expect(text.contains(remedy), "\(text)")
        }
    }

    @Test(arguments: [true, false])
    func `Cancelling and quitting stop a download and keep its part`(_ isCancelled: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.csv")
        try await withRunner { runner, queue, link, proxy in
            // The head and some of the file, and then hardly anything.
            try await proxy.set(.drip(bytesPerSecond: 2000))
            runner.download(Self.id, Download(link: link, format: .csv, path: path))
            var received = 0
            while received == 0 {
                for event in queue.drain() {
                    if case .progressed(_, let count, _) = event { received = max(received, count) }
                    if case .downloaded(_, let end) = event {
                        Issue.record("ended before it was stopped: \(end)")
                        return
                    }
                }
                try await Task.sleep(for: .milliseconds(5))
            }
            if isCancelled {
                runner.cancel(Self.id)
                #expect(runner.finish().isEmpty)
            } else {
                for task in runner.finish() { await task.value }
            }
            guard case .failure(.request(let error)) = try await Self.events(queue).end else {
                Issue.record("not stopped")
                return
            }
            #expect(error.reason == .cancelled)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(names == ["a.csv.part", "a.csv.part.tag"])
            try await proxy.set(.pass)
        }
    }

    @Test func `Paths are relative to the home folder or the working folder, or absolute`() {
        let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
        #expect(Folders.absolutePath("~/a.csv") == "\(home)/a.csv")
        #expect(Folders.absolutePath("~") == home)
        #expect(Folders.absolutePath("/a.csv") == "/a.csv")
        #expect(Folders.absolutePath("b/a.csv") == FileManager.default.currentDirectoryPath + "/b/a.csv")
        #expect(Folders.absolutePath("~a.csv") == FileManager.default.currentDirectoryPath + "/~a.csv")
    }
}
