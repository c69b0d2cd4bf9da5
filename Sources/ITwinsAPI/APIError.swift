/// What the service says when it refuses a request: the body of contract section 3.1 with the answer's status.
///
/// Match on `status`, `code`, and the details' `code` and `target`; messages are prose for people.
public struct APIError: Error, Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The top-level code, such as `InvalidiTwinsRequest`.
    public var code: String
    /// The service's own words.
    public var message: String
    /// What the whole error is about; usually nil.
    public var target: String?
    /// The single problems, possibly none.
    public var details: [Detail]

    /// One problem of a refused request (contract section 3.3).
    public struct Detail: Hashable, Sendable {
        /// The kind of problem, such as `InvalidValue`.
        public var code: String
        /// The service's own words.
        public var message: String
        /// The property, query parameter or header concerned; nil when it is none of these.
        public var target: String?

        /// Makes a detail.
        public init(code: String, message: String, target: String? = nil) {
            self.code = code
            self.message = message
            self.target = target
        }
    }

    /// Makes an error of its parts.
    public init(status: Int, code: String, message: String, target: String? = nil, details: [Detail] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = details
    }

    /// Reads an error body leniently.
    ///
    /// - Returns: nil when the body is not of the contract's shape, as answers of proxies are.
    public init?(status: Int, body: JSON) {
        guard let error = body["error"], let code = error["code"]?.string, let message = error["message"]?.string else {
            return nil
        }
        let details = (error["details"]?.array ?? []).compactMap { json -> Detail? in
            guard let code = json["code"]?.string else { return nil }
            return Detail(code: code, message: json["message"]?.string ?? "", target: json["target"]?.string)
        }
        self.init(status: status, code: code, message: message, target: error["target"]?.string, details: details)
    }

    /// The body that says this error.
    public var json: JSON {
        var error: JSON.Object = ["code": .string(code), "message": .string(message)]
        error["target"] = target.map(JSON.string)
        if !details.isEmpty {
            error["details"] = .array(
                details.map { detail in
                    var object: JSON.Object = ["code": .string(detail.code), "message": .string(detail.message)]
                    object["target"] = detail.target.map(JSON.string)
                    return .object(object)
                }
            )
        }
        return ["error": .object(error)]
    }
}

/// Why an operation brought no answer.
public struct RequestError: Error, Hashable, Sendable {
    /// What happened.
    public var reason: Reason
    /// The operation that was asked for.
    public var operation: OperationID
    /// The host and port that were asked, for the message; nil when nothing was sent.
    public var host: String?
    /// The correlation id of the answer, to quote in a support case.
    public var correlationID: String?
    /// True when a change was sent and it is not known whether the service made it (reliability H3).
    public var outcomeUnknown: Bool
    /// How many tries there were, the last one included (reliability H13); 1 also when nothing was sent.
    public var attempts = 1
    /// What the first of several tries failed with; nil when it was the same as the last one.
    public var firstReason: Reason?
    /// When the service wants to be asked again; nil when it did not say (reliability H5).
    public var retryAt: Timestamp?
    /// Which limit was passed; nil when the service did not say (contract section 2.3).
    public var rateLimit: RateLimit?

    /// The kinds of failure.
    public enum Reason: Hashable, Sendable {
        /// The service answered with an error.
        case refused(APIError)
        /// No connection came about; the text says why.
        case unreachable(String)
        /// No complete answer came within the time allowed, in seconds.
        case timedOut(seconds: Int)
        /// The connection ended in the middle of an exchange; the text says how.
        case interrupted(String)
        /// The answer is not what the contract promises; the text says what came instead.
        case unexpectedAnswer(String)
        /// The answer is larger than the limit, in bytes.
        case tooLarge(limit: Int)
        /// A redirect came that is not followed; the text says why (reliability H6).
        case redirected(String)
        /// Paging stopped because following the next link is not safe; the text says why.
        case pagingStopped(String)
        /// The operation does not exist in the document routes; nothing was sent.
        case notInDocumentRoutes
        /// There is no access token; the text says why. Nothing was sent.
        case noToken(String)
        /// Nobody is signed in, or not any more; the text says why. Nothing was done.
        case signedOut(String)
        /// The file that was to be sent cannot be; the text says why and what helps. Nothing was sent.
        case unusableFile(String)
        /// Somebody stopped it.
        case cancelled
    }

    /// Makes an error of its parts.
    public init(
        _ reason: Reason,
        operation: OperationID,
        host: String? = nil,
        correlationID: String? = nil,
        outcomeUnknown: Bool = false
    ) {
        self.reason = reason
        self.operation = operation
        self.host = host
        self.correlationID = correlationID
        self.outcomeUnknown = outcomeUnknown
    }

    /// The service's own error; nil for every other failure.
    public var apiError: APIError? {
        guard case .refused(let error) = reason else { return nil }
        return error
    }

    /// True when nothing could be reached at all, so that the program is offline (reliability H15).
    public var isOffline: Bool {
        guard case .unreachable = reason else { return false }
        return true
    }
}

/// What a source of tokens throws when a user has to sign in before there is one.
public struct SignedOut: Error, Hashable, Sendable {
    /// Why, in a sentence.
    public let reason: String

    /// Makes an error of its reason.
    public init(_ reason: String) {
        self.reason = reason
    }
}
