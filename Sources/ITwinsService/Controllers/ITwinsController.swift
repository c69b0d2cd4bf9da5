import Foundation
import GRDB
import HTTPTypes
import ITwinsAPI

/// iTwins and accounts (contract section 6).
struct ITwinsController: Sendable {
    let store: Store
    let files: FilesController
    /// What `X-Max-Return` may be.
    let maxReturns: ClosedRange<Int>
    private let queryTime: Duration

    /// Makes the controller; `maxReturn` raises the ceiling of 10,000 when it is above.
    init(
        store: Store,
        files: FilesController,
        maxReturn: Int?,
        queryTime: Duration = .seconds(ServiceLimits.querySeconds)
    ) {
        self.store = store
        self.files = files
        self.queryTime = queryTime
        maxReturns = Rules.maxReturns.lowerBound...max(Rules.maxReturns.upperBound, maxReturn ?? 0)
    }

    /// `get-my-itwins` (contract section 6.1).
    func list(_ call: Call) async throws -> Reply {
        var reader = ParameterReader(call)
        let (skip, top) = reader.window()
        let filter = reader.text("$filter").map { text in
            Result { () throws(FilterError) in try FilterExpression(text) }
        }
        var conditions = Self.conditions(&reader, filter: try? filter?.get())
        let select = reader.select()
        Self.check(filter, &reader)
        let order = reader.orderBy()
        let cap = reader.number(header: .maxReturn, default: Rules.defaultMaxReturn, in: maxReturns)
        let scope = Self.scope(&reader)
        try Access.check(scope, call.user)
        conditions.add(visibleTo: call.user, scope)
        try reader.problems.check("Cannot query iTwins.")

        let fields = select ?? (call.preference ?? .minimal).fields
        let count = max(0, min(top, cap - min(skip, cap)))
        let slow = conditions.hasFilter ? "$filter" : conditions.hasSearch ? "$search" : order == nil ? nil : "$orderby"
        let rows = try await store.read { [conditions] db in
            guard count > 0 else { return ITwinRows(array: Array("[]".utf8), hasMore: false) }
            let deadline = slow.map { ExecutionLimit.Deadline(queryTime, parameter: $0) }
            return try ExecutionLimit.run(deadline, db) {
                try ITwinRecord.list(
                    .all,
                    conditions,
                    order: order,
                    fields: fields,
                    skip: skip,
                    count: count,
                    link(call),
                    db
                )
            }
        }
        // Beyond the cap the items just stop.
        let hasMore = rows.hasMore && skip + count < cap
        let links = PageLinks(base: "\(call.origin)/iTwins/", query: call.query, skip: skip, top: top, hasMore: hasMore)
        var reply = Reply.page(rows, links)
        reply.headers[.maxReturn] = String(cap)
        return reply
    }

    /// `get-itwin` (contract section 6.3): full unless the short form is asked for.
    func get(_ call: Call) async throws -> Reply {
        let fields = (call.preference ?? .representation).fields
        let object = try await store.read { db in
            try Access.checkMember(of: call.id, call.user, db)
            return try ITwinRecord.object(call.id, fields: fields, link(call), db)
        }
        guard let object else { throw APIError.iTwinNotFound }
        try ValidationErrors(call.query).check("Cannot get iTwin.")
        return .json("iTwin", object)
    }

    /// `get-my-primary-account` (contract section 6.7).
    func primaryAccount(_ call: Call) async throws -> Reply {
        try ValidationErrors(call.query).check("Cannot get the primary account.")
        let id = store.identity.accountID
        let object = try await store.read { try ITwinRecord.object(id, fields: ITwin.Field.minimal, link(call), $0) }
        guard let object else { throw APIError.iTwinNotFound }
        return .json("iTwin", object)
    }

    /// `create-itwin` (contract section 6.2).
    func create(_ call: Call) async throws -> Reply {
        let draft = ITwinBody(call)
        let id = UUID().uuidString.lowercased()
        let account = store.identity.accountID
        let object = try await store.write { db in
            var problems = draft.problems
            let parent = draft.parentID ?? account
            let owner = try Self.account(of: parent, call.user, db)
            if draft.isAccount, !call.user.isAdministrator {
                throw APIError.insufficientPermissions("Accounts are created by administrators of the organization.")
            }
            if owner == nil, !problems.isAbout("parentId") {
                problems.add(.invalidValue, "parentId", "There is no iTwin with this ID.")
            }
            try problems.check("Cannot create iTwin.")
            guard let iTwin = draft.iTwin(id: id, parentID: parent, accountID: owner ?? account, call) else {
                throw APIError.internalServerError
            }
            let conflicts = try ITwinRecord.conflicts(with: iTwin, db)
            guard conflicts.isEmpty else { throw APIError.iTwinExists(conflicts, iTwin) }
            try ITwinRecord.insert(iTwin, db)
            try Access.makeOwner(call.user, of: id, db)
            return try ITwinRecord.object(id, fields: ITwin.Field.allCases, link(call), db)
        }
        return .json("iTwin", object ?? [], status: 201)
    }

    /// The Account of an iTwin below which something is created; nil when there is none that the user knows of.
    private static func account(of parent: String, _ user: User, _ db: Database) throws -> String? {
        do {
            try Access.check(.create, on: parent, user, db)
        } catch let error as APIError where error.status == 404 {
            return nil
        }
        return try ITwinRecord.accountID(of: parent, db)
    }

    /// Makes links to images for whoever asks.
    func link(_ call: Call) -> ImageLink {
        { files.link(to: $0, call) }
    }

    /// The filters of lists, in the order of the contract's table of problems.
    ///
    /// - Parameter filter: a `$filter` that parses; one that mentions the status lifts the inactive rule, as `status`
    ///   does.
    static func conditions(_ reader: inout ParameterReader, filter: FilterExpression? = nil) -> ITwinConditions {
        var conditions = ITwinConditions()
        let search = reader.text("$search")
        let number = reader.text("number")
        let displayName = reader.text("displayName")
        if search != nil, number != nil || displayName != nil {
            reader.problems.add(
                .invalidParameter,
                "$search",
                "$search cannot be combined with number or displayName."
            )
        }
        conditions.add(subClasses: reader.values("subClass"))
        let status: ITwinStatus? = reader.value("status")
        let includeInactive = reader.flag("includeInactive") ?? false
        let isAboutStatus = filter?.mentions(.status) ?? false
        if includeInactive, reader.text("status") != nil || isAboutStatus {
            reader.problems.add(
                .invalidParameter,
                "includeInactive",
                "includeInactive cannot be combined with \(isAboutStatus ? "a status in $filter" : "status")."
            )
        }
        conditions.add(status: status, includeInactive: includeInactive || isAboutStatus)
        conditions.add(.type, equals: reader.text("type"))
        conditions.add(.number, equals: number)
        conditions.add(.displayName, equals: displayName)
        conditions.add(search: search)
        conditions.add(parentID: reader.text("parentId"))
        conditions.add(accountID: reader.text("iTwinAccountId"))
        conditions.add(filter: filter)
        return conditions
    }

    /// Notes what is wrong with a `$filter`, and what must not stand beside it (contract section 17.12).
    private static func check(_ filter: Result<FilterExpression, FilterError>?, _ reader: inout ParameterReader) {
        guard let filter, let text = reader.text("$filter") else { return }
        if case .failure(let error) = filter { reader.problems.add(error, inFilter: text) }
        let others = ["status", "type", "number", "displayName", "parentId", "iTwinAccountId", "$search"]
            .filter { reader.text($0) != nil }
        if !others.isEmpty {
            let names = others.joined(separator: ", ")
            reader.problems.add(.invalidParameter, "$filter", "$filter cannot be combined with \(names).")
        }
    }

    /// Whose iTwins are asked for. `all`, which official clients may send, is the default (contract section 2.2).
    private static func scope(_ reader: inout ParameterReader) -> QueryScope {
        guard let text = reader.headers[.queryScope], !text.isEmpty, text.lowercased() != "all" else { return .member }
        if let scope = QueryScope.known(text) { return scope }
        // The name of the target is the contract's.
        reader.problems.add(
            .invalidHeaderValue,
            "X-iTwin-Create-Scope",
            "X-iTwin-Query-Scope must be MemberOfiTwin or OrganizationAdmin."
        )
        return .member
    }
}

/// The body of `create-itwin`, read in the field order of contract section 5.1.
private struct ITwinBody: Sendable {
    let problems: ValidationErrors
    let parentID: String?
    /// True when an Account is asked for.
    var isAccount: Bool { fields.class == .account }
    private let fields: ITwin

    init(_ call: Call) {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        var fields = ITwin(id: "")
        fields.class = reader.requiredValue("class", among: ITwinClass.known)
        fields.subClass = reader.requiredValue("subClass", among: fields.class?.subClasses ?? ITwinSubClass.known)
        fields.type = reader.text("type", atMost: Rules.typeLength)
        fields.number = reader.text("number", atMost: Rules.textLength, mayBeEmpty: false)
        fields.displayName = reader.requiredText("displayName", atMost: Rules.textLength)
        fields.geographicLocation = reader.text("geographicLocation", atMost: Rules.textLength)
        fields.latitude = reader.degrees("latitude", in: Rules.latitudes)
        fields.longitude = reader.degrees("longitude", in: Rules.longitudes)
        fields.ianaTimeZone = reader.timeZone("ianaTimeZone")
        fields.dataCenterLocation = reader.value("dataCenterLocation", among: DataCenter.known)
        fields.status = reader.value("status", among: ITwinStatus.known)
        parentID = reader.uuid("parentId")
        if parentID != nil, fields.class == .account {
            reader.problems.add(.invalidValue, "parentId", "An Account has no parent.")
        }
        self.fields = fields
        problems = reader.problems
    }

    /// The new iTwin with its defaults; nil when a required field is missing.
    func iTwin(id: String, parentID: String, accountID: String, _ call: Call) -> ITwin? {
        guard fields.class != nil, fields.subClass != nil, fields.displayName != nil else { return nil }
        let isAccount = fields.class == .account
        var iTwin = fields
        iTwin.id = id
        iTwin.number = fields.number ?? id
        iTwin.dataCenterLocation = fields.dataCenterLocation ?? .eastUS
        iTwin.status = fields.status ?? .active
        iTwin.parentId = isAccount ? nil : parentID
        iTwin.iTwinAccountId = isAccount ? id : accountID
        iTwin.createdDateTime = call.now
        iTwin.createdBy = call.userID
        iTwin.lastModifiedDateTime = call.now
        iTwin.lastModifiedBy = call.userID
        return iTwin
    }
}
