extension Task where Failure == Never {
    /// The value, for one of several who wait for it: who is cancelled goes at once, and the task goes on for the others.
    ///
    /// - Returns: nil when the task that waits was cancelled.
    public func valueUnlessCancelled() async -> Success? { await value(within: nil) }

    /// The value, unless it is long in coming: the task goes on then, and nobody waits for it.
    ///
    /// - Returns: nil when the limit is over, or the task that waits was cancelled.
    @discardableResult
    public func value(within limit: Duration?) async -> Success? {
        let (values, continuation) = AsyncStream.makeStream(of: Success.self)
        Task<Void, Never> {
            continuation.yield(await value)
            continuation.finish()
        }
        let timer = limit.map { limit in
            Task<Void, Never> {
                try? await Task<Never, Never>.sleep(for: limit)
                continuation.finish()
            }
        }
        defer { timer?.cancel() }
        for await value in values { return value }
        return nil
    }
}
