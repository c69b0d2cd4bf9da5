import Foundation
import PrivateFiles
import TestSupport
import Testing

/// Files that only their owner may read (reliability A13).
@Suite(.timeLimit(.minutes(1))) struct PrivateFileTests {
    private func problem(_ path: String, _ allowance: PrivateFile.ReadOptions = []) -> PrivateFile.Problem? {
        do throws(PrivateFile.Problem) {
            _ = try PrivateFile(path: path).read(allowing: allowance)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Reading

    @Test func `Written content up to 64 KiB is read back, and a missing file has none`() throws {
        let folder = try TemporaryFolder()
        let file = PrivateFile(path: folder.file("file"))
        #expect(try file.read() == nil)
        for count in [0, 1, 65_536] {
            let content = [UInt8](repeating: 7, count: count)
            try file.replace(with: content)
            #expect(try file.read() == content)
        }
        try file.replace(with: [UInt8](repeating: 7, count: 65_537))
        #expect(problem(file.path) == .tooLarge)
        #expect(file.explanation(of: .tooLarge) == "it is larger than 64 KiB")
    }

    @Test func `A file that others can read or write is not read, and the command that fixes it is reported`() throws {
        let folder = try TemporaryFolder()
        let file = PrivateFile(path: folder.file("file"))
        try file.replace(with: [7])
        for permissions: mode_t in [0o644, 0o640, 0o604, 0o620, 0o602] {
            #expect(chmod(file.path, permissions) == 0)
            #expect(problem(file.path) == .open)
            #expect(problem(file.path, [.pipes, .foreignFiles]) == .open)
        }
        #expect(
            file.explanation(of: .open) == "others can read it. To fix it, run: chmod 600 '\(file.path)'"
        )
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func `Another user's file is read where that is allowed`() throws {
        let folder = try TemporaryFolder()
        let file = PrivateFile(path: folder.file("file"))
        try file.replace(with: [7])
        #expect(chown(file.path, 65_534, 65_534) == 0)
        #expect(problem(file.path) == .foreign)
        #expect(try file.read(allowing: .foreignFiles) == [7])
    }

    @Test func `A folder, a pipe, a socket and a self-referencing link are not read and block nothing`() throws {
        let folder = try TemporaryFolder()
        #expect(mkdir(folder.file("folder"), 0o700) == 0)
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(mknod(folder.file("socket"), S_IFSOCK | 0o600, 0) == 0)
        for name in ["folder", "pipe", "socket"] { #expect(problem(folder.file(name)) == .noFile, "\(name)") }
        #expect(symlink("link", folder.file("link")) == 0)
        #expect(problem(folder.file("link")) == .unreadable("Too many levels of symbolic links"))
    }

    @Test func `Where pipes are allowed one is read to its end`() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o644) == 0)
        let writer = try RunningCommand("/bin/sh", ["-c", "head -c 50000 /dev/zero > \"$0\"", pipe])
        defer { writer.removeOutput() }
        #expect(try PrivateFile(path: pipe).read(allowing: .pipes)?.count == 50_000)
        #expect(try await writer.waitUntilExit() == 0)
    }

    // MARK: Writing

    @Test func `Reading while tokens are written returns the old or the new ones, complete`() async throws {
        let folder = try TemporaryFolder()
        let file = PrivateFile(path: folder.file("file"))
        let contents = [UInt8(ascii: "a"), UInt8(ascii: "b")].map { Array(repeating: $0, count: 30_000) }
        try file.replace(with: contents[0])
        let isDone = Watched(false)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<500 {
                    #expect(throws: Never.self) { try file.replace(with: contents[number % 2]) }
                }
                isDone.update { $0 = true }
            }
            group.addTask {
                var odd = 0
                while !isDone.value {
                    let found = (try? file.read()) ?? nil
                    if !contents.contains(where: { $0 == found }) { odd += 1 }
                    await Task.yield()
                }
                #expect(odd == 0)
            }
        }
        #expect(folder.names == ["file"])
    }

    @Test func `A failed write is reported with the reason, and nothing is left beside the file`() throws {
        let folder = try TemporaryFolder()
        let taken = folder.file("taken")
        #expect(mkdir(taken, 0o700) == 0)
        let error = #expect(throws: FileError.self) { try PrivateFile(path: taken).replace(with: [7]) }
        #expect(error?.description == "\(taken) can't be replaced: Is a directory")
        let lost = #expect(throws: FileError.self) {
            try PrivateFile(path: folder.file("none/file")).replace(with: [7])
        }
        #expect(lost?.description.hasSuffix(".new can't be created: No such file or directory") == true)
        #expect(folder.names == ["taken"])
    }

    @Test func `Folders are created for the owner only, and existing ones stay unchanged`() throws {
        let folder = try TemporaryFolder()
        #expect(mkdir(folder.file("a"), 0o700) == 0)
        #expect(chmod(folder.file("a"), 0o755) == 0)
        for _ in 0..<2 { try PrivateFile.makeFolder(folder.file("a/b/c")) }
        for (name, permissions) in [("a", 0o755), ("a/b", 0o700), ("a/b/c", 0o700)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == permissions)
        }
        try PrivateFile(path: folder.file("file")).replace(with: [7])
        for (name, reason) in [("file", "File exists"), ("file/a", "Not a directory")] {
            let error = #expect(throws: FileError.self) { try PrivateFile.makeFolder(folder.file(name)) }
            #expect(error?.description == "\(folder.file(name)) can't be created: \(reason)")
        }
    }

    // MARK: Putting away

    @Test func `Removing a file also removes set-aside and half-written copies, and nothing else`() throws {
        let folder = try TemporaryFolder()
        let file = PrivateFile(path: folder.file("file"))
        for name in ["file.4711.1.new", "file.lock", "other.4711.1.new"] {
            try PrivateFile(path: folder.file(name)).replace(with: [7])
        }
        try file.replace(with: [1])
        file.setAside()
        #expect(try file.read() == nil)
        #expect(try PrivateFile(path: file.path + ".unusable").read() == [1])
        try file.replace(with: [2])
        for _ in 0..<2 {
            try file.remove()
            #expect(folder.names == ["file.lock", "other.4711.1.new"])
        }
    }
}
