import Browser
import Foundation
import ITwinsAPI
import PrivateFiles
import TestSupport
import Testing

@testable import twinscope

/// What is remembered from run to run: how lists were sorted survives, and a file of another version does no harm.
struct StateFileTests {
    /// Gives a path in a folder of its own, which is gone afterwards.
    private func withFile(_ content: String?, _ body: (StateFile, String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.json")
        if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: path)) }
        try await body(StateFile(path: path, origin: "https://example.org"), path)
    }

    @Test func `A saved sort is read back, and an unchanged one stays`() async throws {
        try await withFile(nil) { file, _ in
            let byName = Remembered(sorts: [
                "iTwins": ListSort("modified", isDescending: true), "exports": ListSort("state"),
            ])
            try await file.write(byName)
            let first = try await file.read()
            #expect(first == byName)
            try await file.write(Remembered(sorts: ["iTwins": ListSort(.service)]))
            let sorts = try await file.read().sorts
            #expect(sorts == ["iTwins": ListSort(.service), "exports": ListSort("state")])
        }
    }

    /// A second browser of the same user.
    private func other(_ path: String) -> StateFile { StateFile(path: path, origin: "https://example.org") }

    @Test func `Two browsers each write only what changed in them`() async throws {
        var start = Remembered(sorts: ["iTwins": ListSort("name"), "exports": ListSort("state")], theme: "dark")
        start.borders = Borders(list: 300, middle: 400)
        try await withFile(nil) { file, path in
            try await file.write(start)
            let (first, second) = (other(path), other(path))
            // The browser is told of no theme: it names one only once it was chosen.
            var here = try await first.read()
            var there = try await second.read()
            (here.theme, there.theme) = (nil, nil)
            here.sorts["iTwins"] = ListSort("number", isDescending: true)
            here.borders.list = 350
            here.theme = "light"
            try await first.write(here)
            there.sorts["exports"] = ListSort("format")
            there.borders.middle = 450
            try await second.write(there)
            there.theme = "paper"
            try await second.write(there)
            here.opened["a"] = Timestamp("2026-01-02T03:04:05Z")
            try await first.write(here)
            let both = try await other(path).read()
            #expect(both.sorts == ["iTwins": ListSort("number", isDescending: true), "exports": ListSort("format")])
            #expect(both.borders == Borders(list: 350, middle: 450))
            #expect(both.theme == "paper")
            #expect(both.opened.keys.sorted() == ["a"])
        }
    }

    @Test func `Writing before the file has been read loses nothing in it`() async throws {
        var start = Remembered(sorts: ["iTwins": ListSort("name")])
        start.borders = Borders(list: 300, middle: 400)
        try await withFile(nil) { file, path in
            try await file.write(start)
            let late = other(path)
            try await late.write(Remembered(sorts: ["exports": ListSort("state")]))
            _ = try await late.read()
            // The browser has not seen yet what was read.
            try await late.write(Remembered(sorts: ["exports": ListSort("format")]))
            let all = try await file.read()
            #expect(all.sorts == ["iTwins": ListSort("name"), "exports": ListSort("format")])
            #expect(all.borders == start.borders)
        }
    }

    /// How often this process has the lock's file open.
    private func openings(ofLockOf path: String) throws -> Int {
        let name = URL(fileURLWithPath: path + ".lock").resolvingSymlinksInPath().path
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == name
        }
    }

    /// The lock that a browser has while it writes.
    private func lock(_ path: String) async throws -> FileLock {
        guard case .taken(let lock) = await FileLock.take(path + ".lock", within: .seconds(2)) else {
            throw CancellationError()
        }
        return lock
    }

    @Test(.timeLimit(.minutes(1)))
    func `A browser waits while another writes and reverts nothing of it`() async throws {
        try await withFile("{}") { file, path in
            let lock = try await lock(path)
            let write = Task { try await file.write(Remembered(sorts: ["exports": ListSort("state")])) }
            // The other one has come to the lock; without one it would have read by now what is not there yet.
            while try openings(ofLockOf: path) < 2 { try await Task.sleep(for: .milliseconds(1)) }
            let content = #"{"https://example.org": {"sorts": {"iTwins": {"column": "number"}}}}"#
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
            lock.release()
            try await write.value
            let sorts = try await file.read().sorts
            #expect(sorts == ["iTwins": ListSort("number"), "exports": ListSort("state")])
        }
    }

    @Test func `A lock that is never released is reported, and the file stays`() async throws {
        try await withFile("{}") { file, path in
            let lock = try await lock(path)
            defer { lock.release() }
            let failure = await #expect(throws: Failure.self) { try await file.write(Remembered(theme: "dark")) }
            #expect(failure?.message.hasPrefix("another program has locked \(path).lock.") == true)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}")
        }
    }

    @Test func `Where locking isn't possible the file is still written`() async throws {
        try await withFile(nil) { file, path in
            #expect(mkdir(path + ".lock", 0o700) == 0)
            try await file.write(Remembered(theme: "dark"))
            let theme = try await file.read().theme
            #expect(theme == "dark")
        }
    }

    @Test func `A symbolic link is followed and its target replaced`() async throws {
        try await withFile(nil) { file, path in
            let folder = (path as NSString).deletingLastPathComponent
            let target = folder + "/elsewhere.json"
            try Data("{}".utf8).write(to: URL(fileURLWithPath: target))
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "elsewhere.json")
            try await file.write(Remembered(theme: "dark"))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "elsewhere.json")
            #expect(try String(contentsOfFile: target, encoding: .utf8).contains("dark"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
        }
    }

    @Test func `Values of another version are kept`() async throws {
        let content = #"""
            {"https://other.org": {"opened": 7}, "https://example.org": {"notes": [1], "opened": {"x": {"at": 1}},
            "sorts": {"wishes": {"column": "name"}, "iTwins": {"column": "mood", "then": "name"}, "exports": 5}},
            "*": {"borders": {"list": 300, "bottom": 5}, "theme": "dark", "sound": false}}
            """#
        try await withFile(content) { file, path in
            var mine = try await file.read()
            mine.theme = nil
            mine.sorts["iTwins"] = ListSort("number")
            mine.borders.list = 350
            try await file.write(mine)
            let expected = content.replacing(
                #""mood", "then": "name""#,
                with: #""number", "then": "name", "descending": false"#
            )
            .replacing("300", with: "350")
            let written = try JSON.parse(Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(try written == JSON.parse(Data(expected.utf8)))
        }
    }

    @Test(arguments: ["no JSON", "[1]", "{", "\u{0}\u{1}", ""])
    func `A file that isn't a JSON object is reported, kept and not overwritten`(_ content: String)
        async throws
    {
        try await withFile(content) { file, path in
            let reading = await #expect(throws: Failure.self) { try await file.read() }
            #expect(reading?.message.hasPrefix("\(path) isn't a JSON object.") == true)
            let writing = await #expect(throws: Failure.self) { try await file.write(Remembered(theme: "dark")) }
            #expect(writing?.message.hasPrefix("\(path) isn't a JSON object.") == true)
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            #expect(kept == content)
        }
    }

    @Test func `A link to a file that is too large is not read`() async throws {
        try await withFile(nil) { file, path in
            let large = path + ".large"
            #expect(FileManager.default.createFile(atPath: large, contents: Data()))
            truncate(large, 8 * 1_048_576)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: large)
            let failure = await #expect(throws: Failure.self) { try await file.read() }
            #expect(failure?.message.contains("larger than 4 MiB") == true)
        }
    }

    @Test func `A file from before sorts were saved is still read`() async throws {
        let old = #"{"https://example.org": {"opened": {"a": "2026-01-02T03:04:05.0000000+00:00"}}}"#
        try await withFile(old) { file, _ in
            let remembered = try await file.read()
            #expect(remembered.opened.keys.sorted() == ["a"])
            #expect(remembered.sorts.isEmpty)
        }
    }

    @Test(arguments: [
        #"{"iTwins": "name"}"#, #"{"iTwins": {"column": 7}}"#, "[]", "null", #""name""#,
    ])
    func `Values that aren't sorts are ignored`(_ sorts: String) async throws {
        let content = #"{"https://example.org": {"opened": {}, "sorts": \#(sorts)}}"#
        try await withFile(content) { file, _ in
            let remembered = try await file.read()
            #expect(remembered == Remembered())
        }
    }
}
