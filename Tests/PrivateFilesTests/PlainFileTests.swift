import Foundation
import PrivateFiles
import TestSupport
import Testing

/// Whatever stands in the place of a file is read with an end, or not at all (reliability L10).
struct PlainFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("file") }

    init() throws { folder = try TemporaryFolder() }

    private func content(_ path: String? = nil) throws -> [UInt8]? {
        try PlainFile(path: path ?? self.path).content(atMost: 1000)
    }

    @Test func `A file is read up to the limit, and a missing one is nil`() throws {
        #expect(try content() == nil)
        try Data(count: 1000).write(to: URL(fileURLWithPath: path))
        #expect(try content()?.count == 1000)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: path)
        #expect(try content(folder.file("link"))?.count == 1000)
        try Data(count: 1001).write(to: URL(fileURLWithPath: path))
        #expect(throws: PlainFile.Problem.tooLarge) { try content() }
        #expect(throws: PlainFile.Problem.tooLarge) { try content(folder.file("link")) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["a pipe", "a folder", "/dev/zero", "/dev/tty", "a socket"])
    func `Special files are not read, and reading never blocks`(_ what: String) async throws {
        switch what {
        case "a pipe": #expect(mkfifo(path, 0o600) == 0)
        case "a folder": #expect(mkdir(path, 0o700) == 0)
        case "a socket":
            _ = try await Command.run(
                "python3",
                ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", path]
            )
        default: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: what)
        }
        #expect(throws: PlainFile.Problem.noFile) { try content() }
        #expect(throws: PlainFile.Problem.self) { try PlainFile(path: path).trustedContent(atMost: 1000) }
    }

    @Test func `A file that reports no size is read up to the limit too`() throws {
        #expect(throws: PlainFile.Problem.tooLarge) { try content("/proc/self/smaps") }
    }

    @Test func `A file is trusted only where others can't have put it`() throws {
        #expect(try PlainFile(path: path).trustedContent(atMost: 9) == nil)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try PlainFile(path: path).trustedContent(atMost: 9) == Array("x".utf8))
        chmod(folder.path, 0o777)
        #expect(throws: PlainFile.Problem.notTrusted(.openFolder(folder.path, isOwn: true))) {
            try PlainFile(path: path).trustedContent(atMost: 9)
        }
        chmod(folder.path, 0o700)
        chmod(path, 0o666)
        #expect(throws: PlainFile.Problem.notTrusted(.open)) { try PlainFile(path: path).trustedContent(atMost: 9) }
    }

    @Test(arguments: ["nowhere", "link/file", "link/../nowhere/file"])
    func `A dangling link is named`(_ target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "missing")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        #expect(throws: PlainFile.Problem.leadsNowhere(link: path)) {
            try PlainFile(path: path).trustedContent(atMost: 9)
        }
        let behind = folder.file("link/config.yaml")
        #expect(throws: PlainFile.Problem.leadsNowhere(link: folder.file("link"))) {
            try PlainFile(path: behind).trustedContent(atMost: 9)
        }
    }

    @Test func `A linked folder without the file is the same as no file`() throws {
        try FileManager.default.createDirectory(atPath: folder.file("real"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "./real/../real")
        #expect(try PlainFile(path: folder.file("link/file")).trustedContent(atMost: 9) == nil)
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("real/file")))
        #expect(try PlainFile(path: folder.file("link/file")).trustedContent(atMost: 9) == Array("x".utf8))
        #expect(try PlainFile(path: folder.file("link/../link/./file")).trustedContent(atMost: 9) != nil)
    }
}
