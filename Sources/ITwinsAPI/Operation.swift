/// One question to the API as a value: what the browser describes and the client performs.
public enum Operation: Hashable, Sendable {
    /// A page of the caller's iTwins.
    case iTwins(ITwinQuery)
    /// A following page of the caller's iTwins, by the absolute link that the page before named.
    case iTwinsPage(link: String, maxReturn: Int?)
    /// A new iTwin.
    case createITwin(ITwinDraft)
    /// All fields of one iTwin.
    case iTwin(id: String)
    /// The account that new iTwins go to.
    case primaryAccount
    /// The caller's favorites, up to 1000.
    case favorites(includeInactive: Bool)
    /// Makes an iTwin a favorite.
    case addFavorite(id: String)
    /// Makes an iTwin no favorite.
    case removeFavorite(id: String)
    /// The iTwins used last, newest first, at most 25.
    case recents(includeInactive: Bool)
    /// Makes an iTwin the one used last.
    case addRecent(id: String)
    /// The caller's exports; in the document routes those of one iTwin.
    case exports(iTwinID: String?)
    /// One export.
    case export(id: String)
    /// A new export; in the document routes one of an iTwin and what lies below it.
    case createExport(iTwinID: String?, ExportDraft)
    /// The repositories of an iTwin.
    case repositories(iTwinID: String)
    /// A new repository of an iTwin.
    case createRepository(iTwinID: String, RepositoryDraft)

    /// The operation's name in the contract.
    public var id: OperationID {
        switch self {
        case .iTwins, .iTwinsPage: .getMyITwins
        case .createITwin: .createITwin
        case .iTwin: .getITwin
        case .primaryAccount: .getMyPrimaryAccount
        case .favorites: .getMyFavoriteITwins
        case .addFavorite: .addITwinToMyFavorites
        case .removeFavorite: .removeITwinFromMyFavorites
        case .recents: .getMyRecentlyUsedITwins
        case .addRecent: .addITwinToMyRecents
        case .exports: .getMyExports
        case .export: .getExport
        case .createExport: .createExport
        case .repositories: .getRepositoriesByITwinID
        case .createRepository: .createRepository
        }
    }

    /// True when a table of routes has the operation. Exports need an iTwin in the document routes.
    public func exists(in table: RouteTable) -> Bool {
        switch (table, self) {
        case (.document, .exports(iTwinID: nil)), (.document, .createExport(iTwinID: nil, _)): false
        default: id.route.template(in: table) != nil
        }
    }

    /// The request that asks for this, without host and token.
    ///
    /// - Returns: nil when the table does not have the operation.
    public func request(in table: RouteTable) -> APIRequest? {
        guard exists(in: table), let template = id.route.template(in: table) else { return nil }
        var request = APIRequest(method: id.route.method, path: Self.path(template, id: pathID))
        switch self {
        case .iTwins(let query):
            request.query = Self.encoded(query.parameters)
            request.maxReturn = query.maxReturn
        case .iTwinsPage(let link, let maxReturn):
            request.link = link
            request.maxReturn = maxReturn
        case .createITwin(let draft): request.body = draft.json
        case .iTwin: request.headers.append(("Prefer", "return=representation"))
        case .favorites(let includeInactive), .recents(let includeInactive):
            let inactive = ITwinQuery.Parameter(name: "includeInactive", value: "true")
            let top = ITwinQuery.Parameter(name: "$top", value: "1000")
            request.query = Self.encoded(
                (id == .getMyFavoriteITwins ? [top] : []) + (includeInactive ? [inactive] : [])
            )
            request.headers.append(("Prefer", "return=representation"))
        case .addRecent(let id) where table == .document: request.body = ["iTwinId": .string(id)]
        case .createRepository(_, let draft): request.body = draft.json
        case .createExport(_, let draft): request.body = draft.json
        case .primaryAccount, .addFavorite, .removeFavorite, .addRecent, .exports, .export, .repositories: break
        }
        if let maximum = request.maxReturn { request.headers.append(("X-Max-Return", String(maximum))) }
        return request
    }

    private var pathID: String? {
        switch self {
        case .iTwin(let id), .addFavorite(let id), .removeFavorite(let id), .addRecent(let id), .export(let id),
            .repositories(let id), .createRepository(let id, _):
            id
        case .exports(let id), .createExport(let id, _): id
        case .iTwins, .iTwinsPage, .createITwin, .primaryAccount, .favorites, .recents: nil
        }
    }

    private static func path(_ template: String, id: String?) -> String {
        guard let id, let place = template.firstRange(of: "{id}") else { return template }
        return template.replacingCharacters(in: place, with: percentEncoded(id))
    }

    private static func encoded(_ parameters: [ITwinQuery.Parameter]) -> String {
        parameters.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
    }

    /// A text with everything encoded but the unreserved characters of RFC 3986 section 2.3 and the comma, which lists
    /// need.
    static func percentEncoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ","):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hexadecimal = String(byte, radix: 16, uppercase: true)
                output += hexadecimal.count == 1 ? "%0\(hexadecimal)" : "%\(hexadecimal)"
            }
        }
        return output
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}

/// An HTTP request of the API, complete but for host, token and what every request carries.
public struct APIRequest: Sendable {
    /// The method.
    public var method: Route.Method
    /// The percent-encoded path from the origin, beginning with `/itwins`.
    public var path: String
    /// The percent-encoded query without question mark; empty for none.
    public var query = ""
    /// Headers of this operation alone.
    public var headers: [(name: String, value: String)] = []
    /// The body; nil for none.
    public var body: JSON?
    /// An absolute link of the service that stands for path and query.
    public var link: String?
    /// The value of `X-Max-Return`, which the client must repeat on every page.
    public var maxReturn: Int?
}
