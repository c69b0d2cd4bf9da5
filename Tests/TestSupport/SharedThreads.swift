import Dispatch
import NIOCore
import NIOPosix

/// The threads that SwiftNIO has for everybody in the process.
public enum SharedThreads {
    /// Keeps all of them busy while a test's part runs.
    ///
    /// - Throws: what the test's part throws.
    public static func withAllBusy<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let pool = NIOThreadPool.singleton
        let busy = Watched(0)
        let end = DispatchSemaphore(value: 0)
        for _ in 0..<pool.numberOfThreads {
            pool.submit { _ in
                busy.update { $0 += 1 }
                end.wait()
            }
        }
        defer { for _ in 0..<pool.numberOfThreads { end.signal() } }
        try await busy.wait { $0 == pool.numberOfThreads }
        return try await body()
    }

    /// Lets every event loop do what it is about to do, such as telling that a connection was closed.
    ///
    /// - Throws: never, as they run as long as the process.
    public static func settle() async throws {
        // What an event loop does now may leave something to do for the next round.
        for _ in 0..<3 {
            for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try await loop.submit {}.get() }
        }
    }
}

/// Whether a test's part ends with true within a time; it is cancelled then.
public func ends(within limit: Duration, _ body: @escaping @Sendable () async -> Bool) async -> Bool {
    let ended = Watched<Bool?>(nil)
    let task = Task {
        let value = await body()
        ended.update { $0 = value }
    }
    let timer = Task {
        try? await Task.sleep(for: limit)
        ended.update { $0 = $0 ?? false }
    }
    defer {
        task.cancel()
        timer.cancel()
    }
    return (try? await ended.wait { $0 != nil })?.flatMap(\.self) ?? false
}
