/// Does work that may take a limited time, and cancels it then: it has to end when it is cancelled.
///
/// - Throws: `TimeLimitPassed`, and what the work throws.
public func withTimeLimit<Value: Sendable>(
    _ limit: Duration,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimeLimitPassed()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

/// Work took longer than it may.
public struct TimeLimitPassed: Error {
    init() {}
}
