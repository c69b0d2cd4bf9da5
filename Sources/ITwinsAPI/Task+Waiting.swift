extension Task where Failure == Never {
    /// The value, for one of several who wait for it: who is cancelled goes at once, and the task goes on for the others.
    ///
    /// - Returns: nil when the task that waits was cancelled.
    public func valueUnlessCancelled() async -> Success? {
        let (values, continuation) = AsyncStream.makeStream(of: Success.self)
        Task<Void, Never> {
            continuation.yield(await value)
            continuation.finish()
        }
        for await value in values { return value }
        return nil
    }
}
