/// One operation as the contract describes it: what the client fills in, the local service registers and obeys, and
/// everything that describes the API is written from.
public struct OperationDeclaration: Sendable {
    /// The operation's name.
    public let id: OperationID
    /// What it does, in one line for people.
    public let summary: String
    /// The HTTP method.
    public let method: Method
    /// The live path from the origin, ids in braces.
    public let live: String
    /// The document's path; nil when the document does not have the operation.
    public let document: String?
    /// The query parameters and headers it takes besides those of every request.
    public let parameters: [OperationParameter]
    /// What is sent along.
    public let body: Body
    /// What is sent along by the document's path.
    public let documentBody: Body
    /// What a success brings.
    public let answer: AnswerKind
    /// What a success brings by the document's path.
    public let documentAnswer: AnswerKind
    /// The status of success in the live table. Clients take every 2xx (contract section 1.3).
    public let success: Int
    /// The status of success by the document's path.
    public let documentSuccess: Int
    /// The errors of its own, besides those that every operation may answer with.
    public let failures: [OperationFailure]
    /// True for a technology preview, which may vanish at any time (contract section 2.6).
    public let isPreview: Bool

    /// The methods in use.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// The kinds of bodies of requests.
    public enum Body: String, Sendable, Hashable, CaseIterable {
        /// No body.
        case none
        /// A new iTwin.
        case iTwin
        /// Fields of an iTwin that change.
        case iTwinChanges
        /// The id of an iTwin, which the document's path for recents needs.
        case recent
        /// A new export.
        case export
        /// The bytes of a PNG or JPEG file.
        case image
        /// A new repository.
        case repository
        /// Members of a repository that change.
        case repositoryChanges
        /// A new resource.
        case resource
    }

    /// The kinds of answers, by their envelope (contract section 5).
    public enum AnswerKind: String, Sendable, Hashable, CaseIterable {
        /// No body.
        case none
        case iTwins, iTwin, exports, export, image, repositories, repository, resources, resource, graphics
    }

    /// The path of a table; nil when the table does not have the operation.
    public func template(in table: RouteTable) -> String? {
        switch table {
        case .live: live
        case .document: document
        }
    }

    /// How many elements a list has over all its pages unless more or less are asked for; nil where the service names no
    /// such number.
    public var defaultMaxReturn: Int? {
        guard parameters.contains(.maxReturn) else { return nil }
        return Rules.defaultMaxReturn
    }

    /// The names in braces in a path, in order.
    public static func names(in template: String) -> [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { String($0.dropFirst().dropLast()) }
    }

    init(
        _ id: OperationID,
        _ method: Method,
        _ live: String,
        document: String? = nil,
        parameters: [OperationParameter] = [],
        body: Body = .none,
        documentBody: Body? = nil,
        answer: AnswerKind = .none,
        documentAnswer: AnswerKind? = nil,
        success: Int? = nil,
        documentSuccess: Int? = nil,
        failures: [OperationFailure] = [],
        isPreview: Bool = false,
        _ summary: String
    ) {
        self.id = id
        self.summary = summary
        self.method = method
        self.live = live
        self.document = document
        self.parameters = parameters
        self.body = body
        self.documentBody = documentBody ?? body
        self.answer = answer
        self.documentAnswer = documentAnswer ?? answer
        self.success = success ?? (answer == .none ? 204 : method == .post ? 201 : 200)
        self.documentSuccess = documentSuccess ?? self.success
        self.failures = failures
        self.isPreview = isPreview
    }
}

/// A query parameter or header of an operation.
public struct OperationParameter: Hashable, Sendable {
    /// Where it stands.
    public enum Place: String, Sendable, Hashable {
        case query, header
    }

    /// What it may hold.
    public enum Value: Hashable, Sendable {
        /// Any text.
        case text
        /// A whole number.
        case integer(ClosedRange<Int>, default: Int)
        /// `true` or `false`.
        case flag
        /// One of some texts.
        case choice([String])
        /// A list of preferences, of which some texts have a meaning and all others do not count (RFC 7240).
        case preference([String])
        /// Some texts, separated by commas.
        case list([String])
        /// An OData expression.
        case expression
    }

    /// The name on the wire.
    public let name: String
    /// Where it stands.
    public let place: Place
    /// What it may hold.
    public let value: Value
    /// What it does, in one line for people.
    public let summary: String

    init(_ name: String, _ place: Place = .query, _ value: Value = .text, _ summary: String) {
        self.name = name
        self.place = place
        self.value = value
        self.summary = summary
    }
}

/// An error that an operation has of its own (contract sections 3.2 and 6 to 11).
public enum OperationFailure: String, Sendable, Hashable, CaseIterable {
    case insufficientPermissions = "InsufficientPermissions"
    case iTwinNotFound = "iTwinNotFound"
    case exportNotFound = "iTwinExportNotFound"
    case imageNotFound = "ImageNotFound"
    case repositoryNotFound = "iTwinRepositoryNotFound"
    case resourceNotFound = "iTwinRepositoryResourceNotFound"
    case iTwinExists = "iTwinExists"
    case repositoryExists = "iTwinRepositoryExists"
    case resourceExists = "iTwinRepositoryResourceExists"
    case requestTooLarge = "RequestTooLarge"
    case invalidRequest = "InvalidiTwinsRequest"

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .insufficientPermissions: 403
        case .iTwinNotFound, .exportNotFound, .imageNotFound, .repositoryNotFound, .resourceNotFound: 404
        case .iTwinExists, .repositoryExists, .resourceExists: 409
        case .requestTooLarge: 413
        case .invalidRequest: 422
        }
    }
}
