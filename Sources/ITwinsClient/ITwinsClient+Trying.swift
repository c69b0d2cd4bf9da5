import ITwinsAPI

extension ITwinsClient {
    /// Asks until there is an answer, or until the matrix, the tries, the time or what all have for further tries ends it
    /// (reliability H3 to H5).
    func answer(
        to operation: ITwinsAPI.Operation,
        _ call: RequestCall,
        _ progress: @escaping @Sendable (RequestProgress) -> Void
    ) async throws(RequestError) -> Answer {
        let record = record(call.request, of: operation.id)
        var tries = RetryState(operation.id, isUserInitiated: call.isUserInitiated)
        do throws(RequestError) {
            let file = try await file(of: call.request, operation.id)
            let total = file == nil ? configuration.limits.total : configuration.limits.upload
            while true {
                try await waitForRateLimit(tries, progress)
                if tries.count > 1 { progress(.retrying(attempt: tries.count, of: RetryRule.attempts)) }
                let start = ContinuousClock.now
                do throws(FailedTry) {
                    let left = total - tries.spent
                    guard
                        let result = try await send(
                            call,
                            of: operation,
                            file: file,
                            attempt: tries.count,
                            within: left,
                            record: record,
                            progress: progress
                        )
                    else { continue }
                    budget.giveBack(tries.lastCost)
                    record.ended(with: result.reply)
                    return result.answer
                } catch {
                    tries.spent += start.duration(to: .now)
                    if tries.meansDone(error) {
                        budget.giveBack(tries.lastCost)
                        record.endedByEarlierTry()
                        return .done
                    }
                    let hasTime = tries.spent < total
                    try await goOn(after: error, &tries, hasTime: hasTime, record, progress)
                }
            }
        } catch {
            record.ended(with: error)
            throw error
        }
    }

    /// Waits until the service takes requests again; all requests do so together.
    private func waitForRateLimit(_ tries: RetryState, _ progress: @Sendable (RequestProgress) -> Void)
        async throws(RequestError)
    {
        while let rest = rateLimit.rest {
            progress(waiting(rest.time / .seconds(1), attempt: tries.count, because: rest.reason))
            try await sleep(rest.time, tries)
        }
    }

    /// Prepares another try, or ends the request with its error.
    private func goOn(
        after failed: FailedTry,
        _ tries: inout RetryState,
        hasTime: Bool,
        _ record: RequestRecord,
        _ progress: @Sendable (RequestProgress) -> Void
    ) async throws(RequestError) {
        let next = tries.next(after: failed)
        var error = tries.error(of: failed)
        error.outcomeUnknown = tries.leavesDoubt(failed, next)
        error.retryAt = failed.pause.map { configuration.time.now().adding(seconds: $0) }
        tries.note(failed)
        guard hasTime, tries.count < RetryRule.attempts else { throw error }
        switch next {
        case .ask, .outcomeUnknown, .giveUp: throw error
        case .atOnce:
            guard tries.take(.atOnce, from: budget) else { throw error }
            record.failed(with: error, againIn: 0)
        case .wait:
            if let pause = failed.pause {
                // It holds up everybody, which is cost enough; beyond a minute a user decides.
                guard pause <= RetryAfter.longestWait else { throw error }
                record.failed(with: error, againIn: nil)
                break
            }
            guard tries.take(.afterWait, from: budget) else { throw error }
            let backOff = configuration.time.random(0...RetryRule.longestWait(beforeAttempt: tries.count + 1))
            record.failed(with: error, againIn: backOff)
            progress(waiting(backOff, attempt: tries.count + 1, because: error.reason))
            try await sleep(.seconds(backOff), tries)
        }
        tries.begin()
    }

    private func waiting(_ seconds: Double, attempt: Int, because reason: RequestError.Reason) -> RequestProgress {
        .waiting(
            until: configuration.time.now().adding(seconds: seconds),
            attempt: attempt,
            of: RetryRule.attempts,
            because: reason
        )
    }

    private func sleep(_ time: Duration, _ tries: RetryState) async throws(RequestError) {
        do {
            try await configuration.time.sleep(time)
        } catch {
            var cancelled = self.error(.cancelled, tries.operation)
            cancelled.attempts = tries.count
            // What an earlier try did is no more known for that.
            cancelled.outcomeUnknown = tries.leaveDoubt
            throw cancelled
        }
    }
}
