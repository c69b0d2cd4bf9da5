/// What get-my-itwins is asked for (contract section 6.1). Members that are nil or empty are not sent.
public struct ITwinQuery: Hashable, Sendable {
    /// Subclasses to list; empty for all.
    public var subClasses: [ITwinSubClass] = []
    /// The only status to list; not together with `includeInactive`.
    public var status: ITwinStatus?
    /// The exact type.
    public var type: String?
    /// The exact number; not together with `search`.
    public var number: String?
    /// The exact name; not together with `search`.
    public var displayName: String?
    /// Part of the number or name.
    public var search: String?
    /// Only direct children of this iTwin.
    public var parentId: String?
    /// Only those that this account owns.
    public var iTwinAccountId: String?
    /// A condition; not together with the simple ones above but `subClasses`, nor with `search`.
    public var filter: FilterExpression?
    /// The order; nil for the service's own.
    public var orderBy: OrderBy?
    /// Whether inactive iTwins are listed too; not together with a `filter` that mentions the status.
    public var includeInactive = false
    /// The fields to send; nil for the six minimal ones.
    public var select: [ITwin.Field]?
    /// The page size, 1 to 1000; nil for the service's 100.
    public var top: Int?
    /// How many to leave out first; nil for none.
    public var skip: Int?
    /// How many to send over all pages, 1 to 10000 (`X-Max-Return`); nil for the service's 1000.
    public var maxReturn: Int?
    /// Whose iTwins are listed (`X-iTwin-Query-Scope`); nil for those of the caller.
    public var scope: QueryScope?

    /// Makes a query for everything active.
    public init() {}

    /// The query parameters in the contract's order.
    var parameters: [Parameter] {
        var parameters: [Parameter] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { parameters.append(Parameter(name: name, value: value)) }
        }
        add("subClass", subClasses.map(\.rawValue).joined(separator: ","))
        add("status", status?.rawValue)
        add("type", type)
        add("number", number)
        add("displayName", displayName)
        add("parentId", parentId)
        add("iTwinAccountId", iTwinAccountId)
        add("$search", search)
        add("$filter", filter?.text)
        add("$orderby", orderBy?.text)
        add("$select", select?.map(\.rawValue).joined(separator: ","))
        add("$top", top.map(String.init))
        add("$skip", skip.map(String.init))
        add("includeInactive", includeInactive ? "true" : nil)
        return parameters
    }

    /// A query parameter before encoding.
    struct Parameter: Hashable, Sendable {
        var name: String
        var value: String
    }
}
