import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

/// Files that are sent (contract section 9).
@Suite(.timeLimit(.minutes(1))) struct UploadTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]
    private let done = ScriptedAnswer.json(#"{"image":{"id":"i"}}"#, status: 201)

    private func withFile<Value>(_ bytes: [UInt8], _ body: (String) async throws -> Value) async throws -> Value {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: folder.url.appendingPathComponent("image"))
        return try await body(folder.file("image"))
    }

    private func upload(
        _ client: ITwinsClient,
        _ path: String,
        _ progress: @escaping @Sendable (RequestProgress) -> Void = { _ in }
    ) async -> RequestError? {
        await client.failure(of: .uploadImage(iTwinID: "1", path: path), progress: progress)
    }

    @Test(arguments: [(png, "image/png"), (jpeg, "image/jpeg")])
    func `A file is uploaded unchanged, with the media type of its first bytes`(_ beginning: [UInt8], _ type: String)
        async throws
    {
        let bytes = beginning + (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await ScriptedServer.run(done) { server in
            try await withFile(bytes) { path in
                let operation = ITwinsAPI.Operation.uploadImage(iTwinID: "1", path: path)
                let answer = try await ITwinsClient.run(server.baseURL) { try await $0.perform(operation) }
                #expect(answer == .image(ITwinImage(id: "i")))
            }
            let request = try #require(server.requests.first)
            #expect(request.line == "PUT /itwins/1/image")
            #expect(request["Content-Type"] == type)
            #expect(request["Content-Length"] == String(bytes.count))
            #expect(request.body == bytes)
        }
    }

    @Test func `Upload progress is reported from nothing to all`() async throws {
        let bytes = Self.png + [UInt8](repeating: 7, count: Rules.imageBytes - 8)
        let told = Watched<[RequestProgress]>([])
        try await ScriptedServer.run(done) { server in
            try await withFile(bytes) { path in
                let error = try await ITwinsClient.run(server.baseURL) { client in
                    await upload(client, path) { progress in told.update { $0.append(progress) } }
                }
                #expect(error == nil)
            }
            #expect(server.requests.first?.body.count == Rules.imageBytes)
        }
        let sent = told.value.compactMap { progress -> Int? in
            guard case .sent(let bytes, of: Rules.imageBytes) = progress else { return nil }
            return bytes
        }
        #expect(sent.count == told.value.count)
        #expect(sent.first == 0)
        #expect(sent.last == Rules.imageBytes)
        #expect(sent == sent.sorted())
    }

    @Test(arguments: [
        ([UInt8](), 0, "is empty"), (Array("GIF89a".utf8), 6, "isn't a PNG or JPEG image"),
        ([0x89, 0x50], 2, "isn't a PNG or JPEG image"),
        (png, 5_242_881, "has 5242881 bytes; at most 5242880 (5 MiB) are allowed"),
    ])
    func `A file that the service wouldn't accept is not uploaded`(_ beginning: [UInt8], _ count: Int, _ reason: String)
        async throws
    {
        let bytes = beginning + [UInt8](repeating: 0, count: count - beginning.count)
        try await ScriptedServer.run(done) { server in
            try await withFile(bytes) { path in
                let error = try await ITwinsClient.run(server.baseURL) { await upload($0, path) }
                guard case .unusableFile(let why) = error?.reason else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(why.hasPrefix("“\(path)” "))
                #expect(why.contains(reason), "\(why)")
                #expect(error?.outcomeUnknown == false)
            }
            #expect(server.connections == 0)
        }
    }

    @Test func `An upload doesn't wait for a file that isn't regular`() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        try await ScriptedServer.run(done) { server in
            try await ITwinsClient.run(server.baseURL) { client in
                for (path, reason) in [
                    (pipe, "isn't a file"), ("/", "isn't a file"), ("/nowhere/at/all", "can't be read: no such file"),
                    ("", "can't be read"),
                ] {
                    let error = await upload(client, path)
                    guard case .unusableFile(let why) = error?.reason else {
                        Issue.record("\(String(describing: error))")
                        continue
                    }
                    #expect(why.contains(reason), "\(why)")
                }
            }
            #expect(server.connections == 0)
        }
    }

    @Test func `An interrupted upload is sent again from the beginning`() async throws {
        let bytes = Self.png + [UInt8](repeating: 1, count: 300_000)
        let told = Watched<[RequestProgress]>([])
        try await ScriptedServer.run(ScriptedAnswer(.reset), .http(status: 502), done) { server in
            try await withFile(bytes) { path in
                let error = try await ITwinsClient.run(server.baseURL) { client in
                    await upload(client, path) { progress in told.update { $0.append(progress) } }
                }
                #expect(error == nil)
            }
            #expect(server.requests.map(\.body.count) == [bytes.count, bytes.count, bytes.count])
            #expect(told.value.filter { $0 == .sent(bytes: 0, of: bytes.count) }.count == 3)
        }
    }

    @Test func `The service accepts the image, rejects an invalid one in its own words, and returns it`() async throws {
        try await LocalService.run { service in
            try await ITwinsClient.run(service.baseURL, token: service.token.revealed) { client in
                guard case .iTwin(let iTwin, _) = try await client.perform(.createITwin(iTwinDraft)) else {
                    Issue.record("no iTwin")
                    return
                }
                let uploaded = try await withFile(Self.picture(width: 50, height: 40)) { path in
                    try await client.perform(.uploadImage(iTwinID: iTwin.id, path: path))
                }
                guard case .image(let written) = uploaded,
                    case .image(let read) = try await client.perform(.image(iTwinID: iTwin.id))
                else {
                    Issue.record("no image")
                    return
                }
                #expect(read.id == written.id)
                let error = try await withFile(Self.picture(width: 500, height: 40)) { path in
                    await client.failure(of: .uploadImage(iTwinID: iTwin.id, path: path))
                }
                #expect(error?.apiError?.details.map(\.target) == ["image"])
                #expect(try await client.perform(.deleteImage(iTwinID: iTwin.id)) == .done)
            }
        }
    }

    /// The beginning of a PNG picture: its signature and its header.
    private static func picture(width: UInt16, height: UInt16) -> [UInt8] {
        func bytes(_ number: UInt16) -> [UInt8] { [0, 0, UInt8(number >> 8), UInt8(number & 0xFF)] }
        return png + [0, 0, 0, 13] + Array("IHDR".utf8) + bytes(width) + bytes(height) + [8, 2, 0, 0, 0, 0, 0, 0, 0]
    }

    @Test func `A rejected image is reported with the service's words`() async throws {
        let said = APIError(status: 413, code: "RequestTooLarge", message: "The image is too large.")
        try await ScriptedServer.run(.json(said.json.text, status: 413)) { server in
            try await withFile(Self.png) { path in
                let error = try await ITwinsClient.run(server.baseURL) { await upload($0, path) }
                #expect(error?.apiError == said)
                #expect(error?.attempts == 1)
            }
        }
    }

    @Test func `Cancelling stops the upload and closes the connection`() async throws {
        let bytes = Self.png + [UInt8](repeating: 1, count: Rules.imageBytes - 8)
        let started = Watched(false)
        try await ScriptedServer.run(.silence) { server in
            try await FaultProxy.run(to: server.port, mode: .hold) { proxy in
                try await withFile(bytes) { path in
                    try await ITwinsClient.run(proxy.baseURL) { client in
                        let task = Task { await upload(client, path) { _ in started.update { $0 = true } } }
                        try await started.wait { $0 }
                        task.cancel()
                        #expect(await task.value?.reason == .cancelled)
                        try await proxy.waitForOpenConnections(0)
                    }
                }
            }
        }
    }

    @Test func `A file that shrinks while it is uploaded ends the request`() async throws {
        let bytes = Self.png + [UInt8](repeating: 1, count: 2_000_000)
        try await ScriptedServer.run(done) { server in
            try await withFile(bytes) { path in
                let error = try await ITwinsClient.run(server.baseURL) { client in
                    await upload(client, path) { _ in truncate(path, 100) }
                }
                guard case .unusableFile(let why) = error?.reason else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(why.contains("ends before"))
            }
            #expect(server.requests.isEmpty)
        }
    }
}
