import ITwinsAPI

/// The tries of one request.
struct RetryState {
    let operation: OperationID
    /// The try that is under way, or that failed last.
    private(set) var count = 1
    /// How long the tries took, without the waits between them.
    var spent = Duration.zero
    /// What the last further try cost; nil for the first try and for those that cost nothing.
    private(set) var lastCost: RetryBudget.Cost?
    private let request: RetryRule.Request
    private let isDeletion: Bool
    /// Whether a user asks, who may overdraw once what all have for further tries.
    private var mayOverdraw: Bool
    private var wasClosed = false
    private var mayBeDone = false
    private var firstReason: RequestError.Reason?

    init(_ operation: OperationID, isUserInitiated: Bool) {
        self.operation = operation
        request = RetryRule.Request(operation)
        isDeletion = operation.declaration.method == .delete
        mayOverdraw = isUserInitiated
    }

    /// What follows a try that failed. Only the first connection that is found closed is taken for one that was kept open
    /// too long.
    func next(after failed: ITwinsClient.FailedTry) -> RetryRule.Decision {
        RetryRule.decision(after: failed.kind == .closed && wasClosed ? .lost : failed.kind, of: request)
    }

    /// Whether it is not known, after the last try, if what was asked for was done.
    func leavesDoubt(_ failed: ITwinsClient.FailedTry, _ next: RetryRule.Decision) -> Bool {
        guard next != .outcomeUnknown else { return true }
        guard operation.changesSomething else { return false }
        return switch failed.kind {
        case .closed, .lost, .broken, .unread: true
        // This try did nothing; one before may have.
        case .notSent, .limited, .unavailable, .final: mayBeDone
        }
    }

    /// Whether it is not known, between two tries, if what was asked for was done.
    var leaveDoubt: Bool { operation.changesSomething && mayBeDone }

    /// Whether a refusal says that a deletion was done by an earlier try, whose answer was lost.
    func meansDone(_ failed: ITwinsClient.FailedTry) -> Bool {
        isDeletion && mayBeDone && failed.error.apiError?.status == 404
    }

    /// The error of a try that failed, with what is known of all tries.
    func error(of failed: ITwinsClient.FailedTry) -> RequestError {
        var error = failed.error
        error.attempts = count
        error.firstReason = firstReason == error.reason ? nil : firstReason
        return error
    }

    /// Pays for another try.
    ///
    /// - Returns: false when it cannot be paid for.
    mutating func take(_ cost: RetryBudget.Cost, from budget: RetryBudget) -> Bool {
        if budget.take(cost) {
            lastCost = cost
            return true
        }
        lastCost = nil
        defer { mayOverdraw = false }
        return mayOverdraw
    }

    /// Begins another try.
    mutating func begin() { count += 1 }

    /// Keeps what a try that failed leaves for those after it.
    mutating func note(_ failed: ITwinsClient.FailedTry) {
        firstReason = firstReason ?? failed.error.reason
        switch failed.kind {
        case .closed:
            wasClosed = true
            mayBeDone = true
        case .lost, .broken: mayBeDone = true
        case .notSent, .limited, .unavailable, .unread, .final: break
        }
    }
}
