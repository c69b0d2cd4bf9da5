import ITwinsAPI
import Testing

/// Contract sections 1.1 to 1.3, 2.2 and 6 to 10.
@Suite struct OperationTests {
    private static let draft = ITwinDraft(class: .endeavor, subClass: .project, displayName: "Deck")
    private static let repositoryDraft = RepositoryDraft(
        class: .construction,
        subClass: "Performance",
        displayName: "Site",
        uri: "https://h/"
    )

    private static var exportDraft: ExportDraft {
        var draft = ExportDraft(outputFormat: .jsonGZip)
        draft.subClasses = [.asset, .project]
        draft.select = [.number, .id]
        draft.includeInactive = true
        return draft
    }

    private static var query: ITwinQuery {
        var query = ITwinQuery()
        query.subClasses = [.project, .asset]
        query.status = .trial
        query.type = "Road"
        query.number = "N 1"
        query.displayName = "A&B=C"
        query.search = "50% +ü"
        query.parentId = "p/1"
        query.iTwinAccountId = "a"
        query.filter = .comparison(.displayName, .equal, .literal(.text("O'B+C")))
        query.orderBy = OrderBy([.init(.number, isDescending: true), .init(.id)])
        query.includeInactive = true
        query.select = [.id, .displayName]
        query.top = 1000
        query.skip = 2000
        query.maxReturn = 10_000
        query.scope = .organizationAdmin
        return query
    }

    private static let queryText =
        "subClass=Project,Asset&status=Trial&type=Road&number=N%201&displayName=A%26B%3DC&parentId=p%2F1&iTwinAccountId=a"
        + "&$search=50%25%20%2B%C3%BC&$filter=displayName%20eq%20%27O%27%27B%2BC%27&$orderby=number%20desc,id&$select=id,displayName&$top=1000&$skip=2000&includeInactive=true"

    /// An operation and the lines that it becomes: method and path with query, headers, body. Nil where a table does
    /// not have it.
    struct Row: Sendable {
        let operation: ITwinsAPI.Operation
        let live: [String]
        let document: [String]?

        init(_ operation: ITwinsAPI.Operation, live: [String], document: [String]? = nil) {
            self.operation = operation
            self.live = live
            self.document = document
        }
    }

    private static let representation = "Prefer: return=representation"

    private static let cappedQuery: ITwinQuery = {
        var query = ITwinQuery()
        query.search = "a link says what is asked for"
        query.maxReturn = 7
        return query
    }()

    private static let rows = [
        Row(.iTwins(ITwinQuery()), live: ["GET /itwins"], document: ["GET /itwins"]),
        Row(
            .iTwins(query),
            live: ["GET /itwins?\(queryText)", "X-iTwin-Query-Scope: OrganizationAdmin", "X-Max-Return: 10000"],
            document: ["GET /itwins?\(queryText)", "X-iTwin-Query-Scope: OrganizationAdmin", "X-Max-Return: 10000"]
        ),
        Row(
            .page(of: .iTwins(cappedQuery), link: "https://h/iTwins/?$skip=5"),
            live: ["GET https://h/iTwins/?$skip=5", "X-Max-Return: 7"],
            document: ["GET https://h/iTwins/?$skip=5", "X-Max-Return: 7"]
        ),
        Row(
            .createITwin(draft),
            live: ["POST /itwins", draft.json.text],
            document: ["POST /itwins", draft.json.text]
        ),
        Row(.iTwin(id: "1"), live: ["GET /itwins/1", representation], document: nil),
        Row(
            .iTwin(id: "../a?b#c/ü%"),
            live: ["GET /itwins/..%2Fa%3Fb%23c%2F%C3%BC%25", representation],
            document: nil
        ),
        Row(.primaryAccount, live: ["GET /itwins/myprimaryaccount"], document: nil),
        Row(
            .favorites(includeInactive: false),
            live: ["GET /itwins/favorites?$top=1000", representation],
            document: nil
        ),
        Row(
            .favorites(includeInactive: true),
            live: ["GET /itwins/favorites?$top=1000&includeInactive=true", representation],
            document: nil
        ),
        Row(.addFavorite(id: "1"), live: ["POST /itwins/favorites/1"], document: nil),
        Row(.removeFavorite(id: "1"), live: ["DELETE /itwins/favorites/1"], document: nil),
        Row(
            .recents(includeInactive: false),
            live: ["GET /itwins/recents", representation],
            document: ["GET /itwins/myitwins/recents", representation]
        ),
        Row(
            .recents(includeInactive: true),
            live: ["GET /itwins/recents?includeInactive=true", representation],
            document: ["GET /itwins/myitwins/recents?includeInactive=true", representation]
        ),
        Row(
            .addRecent(id: "1"),
            live: ["POST /itwins/recents/1"],
            document: ["POST /itwins/myitwins/recents", #"{"iTwinId":"1"}"#]
        ),
        Row(.exports(iTwinID: nil), live: ["GET /itwins/exports"], document: nil),
        Row(.exports(iTwinID: "1"), live: ["GET /itwins/exports"], document: ["GET /itwins/1/exports"]),
        Row(.export(id: "1"), live: ["GET /itwins/exports/1"], document: nil),
        Row(
            .createExport(iTwinID: nil, exportDraft),
            live: ["POST /itwins/exports", exportDraft.json.text],
            document: nil
        ),
        Row(
            .createExport(iTwinID: "1", ExportDraft(outputFormat: .csv)),
            live: ["POST /itwins/exports", #"{"outputFormat":"Csv"}"#],
            document: ["POST /itwins/1/exports", #"{"outputFormat":"Csv"}"#]
        ),
        Row(
            .repositories(iTwinID: "1"),
            live: ["GET /itwins/1/repositories"],
            document: ["GET /itwins/1/repositories"]
        ),
        Row(
            .createRepository(iTwinID: "1", repositoryDraft),
            live: ["POST /itwins/1/repositories", repositoryDraft.json.text],
            document: ["POST /itwins/1/repositories", repositoryDraft.json.text]
        ),
        Row(.updateITwin(id: "1", changes), live: ["PATCH /itwins/1", #"{"type":null,"status":"Inactive"}"#]),
        Row(.deleteITwin(id: "1"), live: ["DELETE /itwins/1"]),
        Row(.account(iTwinID: "1"), live: ["GET /itwins/1/account", representation]),
        Row(.image(iTwinID: "1"), live: ["GET /itwins/1/image"]),
        Row(.uploadImage(iTwinID: "1", path: "/p.png"), live: ["PUT /itwins/1/image", "/p.png"]),
        Row(.deleteImage(iTwinID: "1"), live: ["DELETE /itwins/1/image"]),
        Row(.repositories(iTwinID: nil), live: ["GET /itwins/repositories"]),
        Row(.repository(repository), live: ["GET /itwins/1/repositories/r%201"]),
        Row(.repository(global), live: ["GET /itwins/repositories/cesium"]),
        Row(
            .updateRepository(iTwinID: "1", id: "r", repositoryChanges),
            live: ["PATCH /itwins/1/repositories/r", #"{"uri":"https://h/2","authentication":null}"#]
        ),
        Row(.deleteRepository(iTwinID: "1", id: "r"), live: ["DELETE /itwins/1/repositories/r"]),
        Row(
            .resources(repository, resourceQuery),
            live: ["GET /itwins/1/repositories/r%201/resources?$search=a%20b&$top=50&$skip=100", representation]
        ),
        Row(.resources(global, ResourceQuery()), live: ["GET /itwins/repositories/cesium/resources"]),
        Row(
            .page(of: .resources(repository, resourceQuery), link: "https://h/x?$skip=5"),
            live: ["GET https://h/x?$skip=5", representation]
        ),
        Row(
            .createResource(iTwinID: "1", repositoryID: "r", ResourceDraft(id: "a/b", displayName: "Layer", type: "t")),
            live: ["POST /itwins/1/repositories/r/resources", #"{"id":"a/b","displayName":"Layer","type":"t"}"#]
        ),
        Row(
            .resource(repository, id: "a/b"),
            live: ["GET /itwins/1/repositories/r%201/resources/a%2Fb", representation]
        ),
        Row(.resource(global, id: "t"), live: ["GET /itwins/repositories/cesium/resources/t", representation]),
        Row(
            .deleteResource(iTwinID: "1", repositoryID: "r", id: "a/b"),
            live: ["DELETE /itwins/1/repositories/r/resources/a%2Fb"]
        ),
        Row(.graphics(repository, resourceID: "a"), live: ["GET /itwins/1/repositories/r%201/resources/a/graphics"]),
        Row(.graphics(global, resourceID: "t"), live: ["GET /itwins/repositories/cesium/resources/t/graphics"]),
    ]

    private static var changes: ITwinChanges {
        var changes = ITwinChanges()
        changes[.status] = "Inactive"
        changes[.type] = .null
        // What cannot be changed is not sent.
        changes[.class] = "Thing"
        return changes
    }

    private static let repository = RepositoryPath(iTwinID: "1", id: "r 1")
    private static let global = RepositoryPath(iTwinID: nil, id: "cesium")

    private static var repositoryChanges: RepositoryChanges {
        var changes = RepositoryChanges()
        changes.uri = "https://h/2"
        changes.authentication = .clear
        return changes
    }

    private static var resourceQuery: ResourceQuery {
        var query = ResourceQuery()
        query.search = "a b"
        query.top = 50
        query.skip = 100
        query.representation = true
        return query
    }

    private func lines(_ request: APIRequest?) -> [String]? {
        guard let request else { return nil }
        let place = request.link ?? request.path + (request.query.isEmpty ? "" : "?\(request.query)")
        return ["\(request.method.rawValue) \(place)"] + request.headers.map { "\($0.name): \($0.value)" }
            + [request.body?.text, request.file].compactMap { $0 }
    }

    @Test(arguments: rows)
    func `An operation becomes the request in its table row`(_ row: Row) {
        #expect(lines(row.operation.request(in: .live)) == row.live)
        #expect(lines(row.operation.request(in: .document)) == row.document)
        #expect(row.operation.exists(in: .live))
        #expect(row.operation.exists(in: .document) == (row.document != nil))
    }

    @Test func `The table has a row for every operation`() {
        let asked = Set(Self.rows.map(\.operation.id))
        #expect(asked == Set(OperationID.allCases))
    }

    @Test func `The document has exactly its eight operations`() {
        let names = OperationID.allCases.filter { $0.declaration.template(in: .document) != nil }.map(\.rawValue)
        #expect(
            Set(names) == [
                "get-my-itwins", "create-itwin", "get-my-recently-used-itwins", "add-itwin-to-my-recents",
                "create-export",
                "get-my-exports", "get-repositories-by-itwin-id", "create-repository",
            ]
        )
    }

    @Test func `A lost response leaves the outcome of every create, change and permanent delete unknown`() {
        #expect(
            Set(OperationID.allCases.filter(\.changesSomething)) == [
                .createITwin, .createRepository, .createRepositoryResource, .createExport, .updateITwin, .deleteITwin,
                .uploadITwinImage, .deleteITwinImage, .updateRepository, .deleteRepository, .deleteRepositoryResource,
            ]
        )
    }

    @Test func `Empty query parameters are not sent`() {
        var query = ITwinQuery()
        query.number = ""
        query.select = []
        query.search = ""
        #expect(ITwinsAPI.Operation.iTwins(query).request(in: .live)?.query == "")
    }

    // MARK: Answers

    @Test func `A page of a list has its items, its link and its limit`() throws {
        let body = try JSON.parse(
            #"{"iTwins":[{"id":"1"},7,{"id":"2"}],"_links":{"self":{"href":"s"},"next":{"href":"n"},"prev":{"href":"p"}}}"#
        )
        for operation in Self.rows.map(\.operation) {
            guard case .iTwins(let page) = try? operation.answer(body: body, maxReturn: 5) else { continue }
            #expect(page == Page([ITwin(id: "1"), ITwin(id: "2")], unreadable: 1, next: "n", maxReturn: 5))
        }
    }

    @Test(arguments: [
        #"{"iTwins":[]}"#, #"{"iTwins":[],"_links":null}"#, #"{"iTwins":[],"_links":[]}"#,
        #"{"iTwins":[],"_links":{}}"#,
        #"{"iTwins":[],"_links":{"next":null}}"#, #"{"iTwins":[],"_links":{"next":"n"}}"#,
        #"{"iTwins":[],"_links":{"next":{"href":7}}}"#,
    ])
    func `A page without a usable link is the last one`(_ text: String) throws {
        #expect(
            try ITwinsAPI.Operation.recents(includeInactive: true).answer(body: JSON.parse(text)) == .iTwins(Page([]))
        )
    }

    @Test func `A single response keeps its source object`() throws {
        let source: JSON = ["id": "1", "unknown": [1]]
        for operation in [ITwinsAPI.Operation.iTwin(id: "1"), .primaryAccount, .createITwin(Self.draft)] {
            guard case .iTwin(let iTwin, source: let kept) = try operation.answer(body: ["iTwin": source]) else {
                Issue.record("\(operation)")
                return
            }
            #expect(iTwin.id == "1")
            #expect(kept == source)
        }
    }

    @Test func `Lists and single responses of the other kinds are decoded`() throws {
        let repository: JSON = ["id": "r", "class": "Forms"]
        let export: JSON = ["id": "e", "status": "Queued"]
        let list = try ITwinsAPI.Operation.repositories(iTwinID: "1").answer(body: ["repositories": [repository, [:]]])
        #expect(list == .repositories(Page([Repository(id: "r", class: "Forms")], unreadable: 1)))
        let created = try ITwinsAPI.Operation.createRepository(iTwinID: "1", Self.repositoryDraft)
            .answer(body: ["repository": repository])
        #expect(created == .repository(Repository(id: "r", class: "Forms")))
        guard
            case .exports(let page) = try ITwinsAPI.Operation.exports(iTwinID: nil).answer(body: [
                "exports": [export, .null]
            ]),
            case .export(let single) = try ITwinsAPI.Operation.export(id: "e").answer(body: ["export": export])
        else {
            Issue.record("no exports")
            return
        }
        #expect(page.items == [single])
        #expect(page.unreadable == 1)
        let new = ITwinsAPI.Operation.createExport(iTwinID: nil, Self.exportDraft)
        #expect(try new.answer(body: ["export": export]) == .export(single))
    }

    @Test func `A response without content is accepted with any body`() throws {
        for operation in [
            ITwinsAPI.Operation.addFavorite(id: "1"), .removeFavorite(id: "1"), .addRecent(id: "1"),
            .deleteITwin(id: "1"), .deleteImage(iTwinID: "1"), .deleteRepository(iTwinID: "1", id: "r"),
        ] {
            for body in [nil, .null, ["iTwin": ["id": "1"]]] as [JSON?] {
                #expect(try operation.answer(body: body) == .done)
            }
        }
    }

    @Test(arguments: rows)
    func `An unexpected envelope is reported in plain words`(_ row: Row) throws {
        guard (try? row.operation.answer(body: nil)) != .done else { return }
        for body in [nil, .null, 7, "text", [], [:], ["iTwin": 7], ["iTwins": [:]], ["repositories": .null]] as [JSON?]
        {
            let error = #expect(throws: ITwinsAPI.Operation.UnexpectedAnswer.self) {
                try row.operation.answer(body: body)
            }
            #expect(error?.reason.isEmpty == false)
        }
    }
}
