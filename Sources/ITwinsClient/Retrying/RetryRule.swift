import ITwinsAPI

/// What is done after a try that failed: the matrix of reliability H3, by the kinds of request and failure alone.
enum RetryRule {
    /// How a request bears being sent twice.
    enum Request: Sendable, CaseIterable {
        /// It changes nothing: GET.
        case reading
        /// Twice does what once does: DELETE, PUT, and what makes an iTwin a favorite or a recent one.
        case repeatable
        /// Twice may do something twice: what creates or changes.
        case changing
        /// Twice counts twice: exports have a quota (contract section 8.1).
        case counted
    }

    /// What became of a try.
    enum Failure: Sendable, CaseIterable {
        /// No byte of the request left: nobody listens, the name is not known, the proxy does not connect.
        case notSent
        /// The connection ended before the first byte of an answer, as one does that was kept open and that the service
        /// closes just then.
        case closed
        /// The request left, and no complete answer came.
        case lost
        /// 429, which was not processed.
        case limited
        /// 503 that names a time to come back.
        case unavailable
        /// 500, 502, 504, and 503 without a time.
        case broken
        /// The request left, and what the answer says will not be known: it cannot be read, or somebody stopped it.
        case unread
        /// Everything that another try would not change.
        case final
    }

    /// What follows.
    enum Decision: Sendable, Equatable {
        /// Another try without a wait, the first time; like `wait` after that.
        case atOnce
        /// Another try after a wait.
        case wait
        /// No other try by itself, as a user should decide on it; it was not done.
        case ask
        /// No other try; it may have been done.
        case outcomeUnknown
        /// No other try.
        case giveUp
    }

    /// How many tries a request has in all (reliability H4).
    static let attempts = 3

    static func decision(after failure: Failure, of request: Request) -> Decision {
        switch (failure, request) {
        case (.final, _), (.notSent, .counted): .giveUp
        case (.notSent, _): .wait
        case (.limited, .counted), (.unavailable, .changing), (.unavailable, .counted): .ask
        case (.limited, _), (.unavailable, _): .wait
        case (_, .changing), (_, .counted): .outcomeUnknown
        case (.closed, _): .atOnce
        case (.lost, _), (.broken, _): .wait
        case (.unread, _): .giveUp
        }
    }

    /// What a refusal is.
    ///
    /// - Parameter namesTime: whether it says when to come back.
    static func failure(ofStatus status: Int, namesTime: Bool) -> Failure {
        switch status {
        case 429: .limited
        case 503: namesTime ? .unavailable : .broken
        case 501, 505: .final
        case 500...: .broken
        default: .final
        }
    }

    /// The longest wait before try number `attempt`, 2 or more; the wait is drawn between nothing and this, so that those
    /// who failed together do not come back together (reliability H4).
    static func longestWait(beforeAttempt attempt: Int) -> Double {
        min(20, 0.25 * Double(1 << min(max(attempt - 2, 0), 10)))
    }
}

extension RetryRule.Request {
    /// How an operation bears being sent twice (reliability H3 and its exceptions).
    init(_ operation: OperationID) {
        switch operation.declaration.method {
        case .get: self = .reading
        case .put, .delete: self = .repeatable
        case .patch: self = .changing
        case .post where operation == .createExport: self = .counted
        case .post: self = operation.createsSomething ? .changing : .repeatable
        }
    }
}
