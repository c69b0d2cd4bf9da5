extension OperationParameter {
    static let subClass = Self("subClass", .query, .list(ITwinSubClass.known.map(\.rawValue)), "Only these subclasses")
    static let status = Self("status", .query, .choice(ITwinStatus.known.map(\.rawValue)), "Only this status")
    static let type = Self("type", "Only this type, in any letter case")
    static let number = Self("number", "Only this number, in any letter case; not together with $search")
    static let displayName = Self("displayName", "Only this name, in any letter case; not together with $search")
    static let parentID = Self("parentId", "Only direct children of this iTwin")
    static let accountID = Self("iTwinAccountId", "Only what this Account owns")
    static let search = Self("$search", "Part of the number or name, in any letter case")
    static let filter = Self("$filter", .query, .expression, "An OData expression over an iTwin's fields")
    static let orderBy = Self("$orderby", .query, .expression, "Fields to sort by, each with asc or desc")
    static let select = Self(
        "$select",
        .query,
        .list(ITwin.Field.allCases.map(\.rawValue)),
        "The fields to return; overrides Prefer"
    )
    static let top = Self(
        "$top",
        .query,
        .integer(Rules.pageSizes, default: Rules.defaultPageSize),
        "Maximum number on a page"
    )
    static let skip = Self("$skip", .query, .integer(0...Int.max, default: 0), "Number to skip")
    static let includeInactive = Self(
        "includeInactive",
        .query,
        .flag,
        "Include inactive iTwins; not together with status"
    )
    static let prefer = Self(
        "Prefer",
        .header,
        .preference(["return=minimal", "return=representation"]),
        "Minimal fields or all fields"
    )
    static let maxReturn = Self(
        "X-Max-Return",
        .header,
        .integer(Rules.maxReturns, default: Rules.defaultMaxReturn),
        "Maximum number over all pages"
    )
    static let queryScope = Self(
        "X-iTwin-Query-Scope",
        .header,
        .choice(QueryScope.known.map(\.rawValue)),
        "iTwins the caller is a member of, or all in the organization"
    )
    static let repositoryClass = Self(
        "class",
        .query,
        .choice(RepositoryClass.known.map(\.rawValue)),
        "Only this class"
    )
    static let repositorySubClass = Self(
        "subClass",
        .query,
        .choice(RepositorySubClass.known.map(\.rawValue)),
        "Only this subclass; requires class"
    )
    static let resourceSearch = Self("$search", "Part of the name, in any letter case")

    /// The parameters of favorites and recents (contract section 7.1), with those that official clients send besides.
    static let userList: [Self] = [
        subClass, status, type, number, displayName, parentID, accountID, search, top, skip, includeInactive, prefer,
    ]
    /// The parameters of lists of resources (contract section 10.6).
    static let resourceList: [Self] = [resourceSearch, top, skip, prefer]

    private init(_ name: String, _ summary: String) {
        self.init(name, .query, .text, summary)
    }
}
