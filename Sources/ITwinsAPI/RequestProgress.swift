/// How far a request is that has no answer yet, for the user who waits for it.
public enum RequestProgress: Hashable, Sendable {
    /// Nothing is sent until a moment, then try `attempt` of at most `of` begins; `because` is why the try before failed,
    /// or what closed the way for all requests (reliability H4 and H5).
    case waiting(until: Timestamp, attempt: Int, of: Int, because: RequestError.Reason)
    /// The wait is over and the request is sent again.
    case retrying(attempt: Int, of: Int)
    /// So many bytes of the file that is the request's body were sent. It begins anew when the request is sent again.
    case sent(bytes: Int, of: Int)
}

/// Which limit of the platform a refused request passed (contract section 2.3). Each part is nil when it is not said.
public struct RateLimit: Hashable, Sendable {
    /// The tier of the subscription.
    public var tier: String?
    /// The API that is limited.
    public var api: String?
    /// The operation that is limited.
    public var operation: String?
    /// The client whose limit it is.
    public var application: String?

    /// Makes a limit of its parts.
    public init(tier: String? = nil, api: String? = nil, operation: String? = nil, application: String? = nil) {
        self.tier = tier
        self.api = api
        self.operation = operation
        self.application = application
    }
}
