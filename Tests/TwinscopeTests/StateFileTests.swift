import Browser
import Foundation
import ITwinsAPI
import Testing

@testable import twinscope

/// What is remembered from run to run: how lists were sorted survives, and a file of another version does no harm.
struct StateFileTests {
    /// Gives a path in a folder of its own, which is gone afterwards.
    private func withFile(_ content: String?, _ body: (StateFile, String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("state-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("state.json").path
        if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: path)) }
        try await body(StateFile(path: path, origin: "https://example.org"), path)
    }

    @Test func `A sort is read as it was written, and one that was not changed stays`() async throws {
        try await withFile(nil) { file, _ in
            let byName = Remembered(sorts: [
                .iTwins: ListSort(.modified, isDescending: true), .exports: ListSort(.state),
            ])
            try await file.write(byName)
            let first = try await file.read()
            #expect(first == byName)
            try await file.write(Remembered(sorts: [.iTwins: ListSort(.service)]))
            let sorts = try await file.read().sorts
            #expect(sorts == [.iTwins: ListSort(.service), .exports: ListSort(.state)])
        }
    }

    @Test func `Two browsers that run side by side keep what the other changed`() async throws {
        try await withFile(nil) { first, path in
            let second = StateFile(path: path, origin: "https://example.org")
            try await first.write(Remembered(sorts: [.iTwins: ListSort(.name)]))
            var mine = try await first.read()
            var other = try await second.read()
            other.sorts[.iTwins] = ListSort(.number)
            other.borders.list = 300
            try await second.write(other)
            mine.opened["a"] = Timestamp(secondsSince1970: 7)
            mine.borders.middle = 500
            try await first.write(mine)
            let both = try await StateFile(path: path, origin: "https://example.org").read()
            #expect(both.sorts == [.iTwins: ListSort(.number)])
            #expect(both.borders == Borders(list: 300, middle: 500))
            #expect(both.opened.keys.sorted() == ["a"])
        }
    }

    @Test func `What another version wrote stays when something is written`() async throws {
        let other =
            #"{"*": {"borders": {"top": 5}, "new": 1}, "https://example.org": {"sorts": {"wishes": {"column": "x"}}}}"#
        try await withFile(other) { file, path in
            var remembered = try await file.read()
            remembered.borders.list = 400
            try await file.write(remembered)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for kept in ["\"top\": 5", "\"new\": 1", "wishes"] { #expect(text.contains(kept)) }
        }
    }

    @Test func `A file from before sorts were remembered is still read`() async throws {
        let old = #"{"https://example.org": {"opened": {"a": "2026-01-02T03:04:05.0000000+00:00"}}}"#
        try await withFile(old) { file, _ in
            let remembered = try await file.read()
            #expect(remembered.opened.keys.sorted() == ["a"])
            #expect(remembered.sorts.isEmpty)
        }
    }

    @Test(arguments: [
        #"{"wishes": {"column": "name"}}"#, #"{"iTwins": {"column": "mood", "descending": true}}"#,
        #"{"iTwins": "name"}"#,
        #"{"iTwins": {"column": 7}}"#, "[]", "null", #""name""#,
    ])
    func `Lists, columns and values that are not known are ignored`(_ sorts: String) async throws {
        let content = #"{"https://example.org": {"opened": {}, "sorts": \#(sorts)}}"#
        try await withFile(content) { file, _ in
            let remembered = try await file.read()
            #expect(remembered == Remembered())
        }
    }
}
