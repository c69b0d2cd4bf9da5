import Foundation
import PrivateFiles
import TestSupport
import Testing

/// Locks between programs (reliability A14). Each taking opens the lock's file for itself, as a program of its own does.
@Suite(.timeLimit(.minutes(1))) struct FileLockTests {
    private func lock(_ path: String) async throws -> FileLock {
        let taking = await FileLock.take(path, within: .seconds(50))
        guard case .taken(let lock) = taking else {
            Issue.record("\(taking)")
            throw CancellationError()
        }
        return lock
    }

    @Test func `One holder has the lock at a time, and the next gets it as soon as it is released`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("lock")
        let first = try await lock(path)
        let isReleased = Watched(false)
        let next = Task {
            let second = try await lock(path)
            #expect(isReleased.value)
            second.release()
        }
        guard case .busy = await FileLock.take(path, within: .milliseconds(50)) else {
            Issue.record("two have it")
            return
        }
        isReleased.update { $0 = true }
        first.release()
        try await next.value
        try await lock(path).release()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `Cancelling ends a wait for the lock`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("lock")
        let lock = try await lock(path)
        defer { lock.release() }
        let waiting = Task { await FileLock.take(path, within: .seconds(3600)) }
        waiting.cancel()
        guard case .cancelled = await waiting.value else {
            Issue.record("it was not cancelled")
            return
        }
    }

    @Test(arguments: [
        ("folder", "Is a directory"), ("link", "Too many levels of symbolic links"), ("none/lock", "No such file"),
    ])
    func `Where locking isn't possible the reason is reported`(_ name: String, _ reason: String) async throws {
        let folder = try TemporaryFolder()
        #expect(mkdir(folder.file("folder"), 0o700) == 0)
        #expect(symlink(folder.file("elsewhere"), folder.file("link")) == 0)
        let path = folder.file(name)
        guard case .impossible(let error) = await FileLock.take(path, within: .seconds(50)) else {
            Issue.record("it is possible")
            return
        }
        #expect(error.description.hasPrefix("\(path) can't be locked: \(reason)"))
        #expect(folder.names == ["folder", "link"])
    }
}
