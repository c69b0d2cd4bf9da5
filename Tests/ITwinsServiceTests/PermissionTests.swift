import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// Who may do what: contract sections 12 and 17.18, with the tokens of the sample users.
@Suite struct PermissionTests {
    private static let tokens: [SampleUser: Secret] = [
        .member: "token-of-member", .owner: "token-of-owner", .administrator: "token-of-administrator",
        .service: "token-of-service",
    ].mapValues { Secret($0) }

    /// A service with the standard sample data, and whoever asks it.
    private struct SampleService: Sendable {
        let service: LocalService

        func ask(
            _ method: String = "GET",
            _ target: String,
            as user: SampleUser,
            headers: [String] = [],
            body: String? = nil
        ) async throws -> RawAnswer {
            try await service.http.request(
                method,
                target,
                token: PermissionTests.tokens[user],
                headers: headers,
                body: body
            )
        }

        /// The id of a sample iTwin, for the administrator looking at everything.
        func id(_ number: String) async throws -> String {
            let answer = try await ask(
                "GET",
                "/itwins?includeInactive=true&number=\(number)",
                as: .administrator,
                headers: ["X-iTwin-Query-Scope: OrganizationAdmin"]
            )
            return try #require(answer.json?["iTwins"]?.array?.first?["id"]?.string)
        }
    }

    private static func run(_ body: @escaping @Sendable (SampleService) async throws -> Void) async throws {
        try await LocalService.run(sampleData: .standard, configure: { $0.tokens = tokens }) { service in
            #expect(service.token == tokens[.administrator])
            try await body(SampleService(service: service))
        }
    }

    /// What each operation on an iTwin is answered with, by what its caller is there: owner, contributor, viewer, stranger,
    /// and administrator who is no member.
    struct Row: Sendable {
        let operation: OperationID
        let statuses: [Int]

        init(_ operation: OperationID, _ statuses: [Int]) {
            self.operation = operation
            self.statuses = statuses
        }
    }

    private static let rows = [
        Row(.getITwin, [200, 200, 200, 404, 404]), Row(.getITwinAccount, [200, 200, 200, 404, 404]),
        Row(.updateITwin, [200, 200, 403, 404, 200]), Row(.deleteITwin, [204, 403, 403, 404, 204]),
        Row(.addITwinToMyFavorites, [204, 204, 204, 404, 404]),
        Row(.removeITwinFromMyFavorites, [204, 204, 204, 404, 404]),
        Row(.addITwinToMyRecents, [204, 204, 204, 404, 404]), Row(.uploadITwinImage, [201, 201, 403, 404, 201]),
        Row(.getITwinImage, [200, 200, 200, 404, 404]), Row(.deleteITwinImage, [204, 204, 403, 404, 204]),
        Row(.getRepositoriesByITwinID, [200, 200, 200, 404, 200]), Row(.createRepository, [201, 201, 403, 404, 201]),
        Row(.getRepository, [200, 200, 200, 404, 200]), Row(.updateRepository, [200, 200, 403, 404, 200]),
        Row(.deleteRepository, [204, 204, 403, 404, 204]), Row(.getRepositoryResources, [200, 200, 200, 404, 200]),
        Row(.createRepositoryResource, [201, 201, 403, 404, 201]),
        Row(.getRepositoryResource, [200, 200, 200, 404, 200]),
        Row(.deleteRepositoryResource, [204, 204, 403, 404, 204]),
        Row(.getResourceGraphics, [200, 200, 200, 404, 200]),
    ]

    @Test(arguments: rows)
    func `Permissions on an iTwin depend on the user's role in it`(_ row: Row) async throws {
        for (index, status) in row.statuses.enumerated() {
            try await Self.run { sample in
                let (user, number) = try Self.caller(index)
                let sample = try await OperationSample(sample.service, number: number)
                let answer = try await sample.perform(row.operation, as: Self.tokens[user])
                #expect(answer.status == status, "\(user) in \(number): \(answer.json?.text ?? "")")
                switch status {
                case 403: #expect(answer.error?.code == "InsufficientPermissions")
                case 404: #expect(answer.error?.code == "iTwinNotFound")
                default: break
                }
            }
        }
    }

    private static func caller(_ index: Int) throws -> (SampleUser, String) {
        switch index {
        case 0: (.owner, "RB-0421")
        case 1: (.service, "RB-0421")
        case 2: (.member, "RB-0421")
        case 3: (.member, "WA-2100")
        default: (.administrator, "WA-2100")
        }
    }

    @Test func `The permission table has a row for every operation on an iTwin`() {
        let own = OperationDeclaration.all.filter {
            ($0.live.contains("{id}") || $0.live.contains("{iTwinId}")) && $0.id != .getExport
        }
        #expect(Set(Self.rows.map(\.operation)) == Set(own.map(\.id)))
    }

    @Test func `A list shows the caller's memberships`() async throws {
        try await Self.run { sample in
            func numbers(_ user: SampleUser, _ headers: String...) async throws -> Set<String> {
                let list = "/itwins?$top=1000&includeInactive=true"
                let answer = try await sample.ask("GET", list, as: user, headers: headers)
                #expect(answer.status == 200)
                return Set(answer.values("number").compactMap(\.self))
            }
            let administrator = try await numbers(.administrator)
            let all = try await numbers(.administrator, "X-iTwin-Query-Scope: OrganizationAdmin")
            let foreign: Set = ["WA-2001", "WA-2002", "WA-2100", "WA-2110", "WA-3000"]
            #expect(all.subtracting(administrator) == foreign)
            #expect(administrator.isDisjoint(with: foreign))
            #expect(try await numbers(.administrator, "X-iTwin-Query-Scope: all") == administrator)
            let name = "Sample Infrastructure Group"
            #expect(try await numbers(.owner) == foreign.union(["RB-0421", "OM-0007", "NL-1180", name]))
            #expect(try await numbers(.service) == ["BR-0042", "RB-0421", name])
            #expect(try await numbers(.member).count == 9)
        }
    }

    @Test(arguments: [SampleUser.member, .owner, .service])
    func `Only administrators see all iTwins of the organization`(_ user: SampleUser) async throws {
        try await Self.run { sample in
            let list = try await sample.ask(
                "GET",
                "/itwins",
                as: user,
                headers: ["X-iTwin-Query-Scope: organizationadmin"]
            )
            #expect(list.status == 403)
            #expect(list.error?.code == "InsufficientPermissions")
            let body = #"{"outputFormat":"Csv","queryScope":"OrganizationAdmin"}"#
            let export = try await sample.ask("POST", "/itwins/exports", as: user, body: body)
            #expect(export.status == 403)
            #expect(export.error?.code == "InsufficientPermissions")
        }
    }

    @Test func `An export contains what its caller can see`() async throws {
        let clock = TestClock()
        func lines(_ user: SampleUser, _ scope: String) async throws -> Int {
            try await LocalService.run(sampleData: .standard, clock: clock, configure: { $0.tokens = Self.tokens }) {
                service in
                let sample = SampleService(service: service)
                let body = #"{"outputFormat":"Csv","includeInactive":true,"queryScope":"\#(scope)"}"#
                let made = try await sample.ask("POST", "/itwins/exports", as: user, body: body)
                let id = try #require(made.json?["export"]?["id"]?.string)
                clock.advance(seconds: 10)
                let answer = try await sample.ask("GET", "/itwins/exports/\(id)", as: user)
                let link = try #require(answer.json?["export"]?["outputUrl"]?.string)
                let target = try #require(link.firstRange(of: "/files").map { String(link[$0.lowerBound...]) })
                let file = try await service.http.request("GET", target, token: nil)
                return String(decoding: file.body, as: UTF8.self).split(whereSeparator: \.isNewline).count
            }
        }
        #expect(try await lines(.service, "MemberOfiTwin") == 1 + 3)
        let own = try await lines(.administrator, "MemberOfiTwin")
        #expect(try await lines(.administrator, "OrganizationAdmin") == own + 5)
    }

    @Test func `Two exports run at a time over all users, the others stay queued`() async throws {
        let clock = TestClock()
        try await LocalService.run(clock: clock, configure: { $0.tokens = Self.tokens }) { service in
            let sample = SampleService(service: service)
            func create(_ user: SampleUser) async throws -> String {
                let made = try await sample.ask("POST", "/itwins/exports", as: user, body: #"{"outputFormat":"Csv"}"#)
                return try #require(made.json?["export"]?["id"]?.string)
            }
            var jobs: [(user: SampleUser, id: String)] = []
            for user in [SampleUser.member, .owner, .administrator, .service] {
                jobs.append((user, try await create(user)))
                clock.advance(seconds: 0.5)
            }
            func states() async throws -> [String?] {
                var states: [String?] = []
                for job in jobs {
                    let answer = try await sample.ask("GET", "/itwins/exports/\(job.id)", as: job.user)
                    states.append(answer.json?["export"]?["status"]?.string)
                }
                return states
            }
            // A job takes five seconds, one of them queued; the first two were made at 0 and 0.5.
            #expect(try await states() == ["InProgress", "InProgress", "Queued", "Queued"])
            clock.advance(seconds: 3)
            #expect(try await states() == ["Completed", "InProgress", "InProgress", "Queued"])
            clock.advance(seconds: 0.5)
            #expect(try await states() == ["Completed", "Completed", "InProgress", "InProgress"])
            clock.advance(seconds: 4)
            #expect(try await states() == ["Completed", "Completed", "Completed", "Completed"])
        }
    }

    @Test func `Every user has their own favorites, recents and exports`() async throws {
        try await Self.run { sample in
            for list in ["favorites", "recents", "exports"] {
                let name = list == "exports" ? list : "iTwins"
                let own = try await sample.ask("GET", "/itwins/\(list)", as: .administrator).json?[name]?.array
                #expect(own?.isEmpty == false)
                let other = try await sample.ask("GET", "/itwins/\(list)", as: .member).json?[name]?.array
                #expect(other?.isEmpty == true)
            }
            let exports = try await sample.ask("GET", "/itwins/exports", as: .administrator).json?["exports"]?.array
            let id = try #require(exports?.first?["id"]?.string)
            let foreign = try await sample.ask("GET", "/itwins/exports/\(id)", as: .member)
            #expect(foreign.status == 404)
            #expect(foreign.error?.code == "iTwinExportNotFound")
        }
    }

    @Test func `The creator of an iTwin owns it, and an administrator doesn't see it in their own list`() async throws {
        try await Self.run { sample in
            let body = #"{"class":"Endeavor","subClass":"Project","displayName":"Owner's project"}"#
            let made = try await sample.ask("POST", "/itwins", as: .owner, body: body)
            #expect(made.status == 201)
            let id = try #require(made.json?["iTwin"]?["id"]?.string)
            #expect(made.json?["iTwin"]?["createdBy"]?.string != nil)
            let mine = try await sample.ask("GET", "/itwins?displayName=Owner's%20project", as: .owner)
            #expect(mine.names == ["Owner's project"])
            let his = try await sample.ask("GET", "/itwins?displayName=Owner's%20project", as: .administrator)
            #expect(his.names.isEmpty)
            #expect(try await sample.ask("DELETE", "/itwins/\(id)", as: .owner).status == 204)
        }
    }

    @Test func `Creating an iTwin requires permission on the parent, and an Account an administrator`() async throws {
        try await Self.run { sample in
            func create(_ user: SampleUser, below number: String?) async throws -> RawAnswer {
                var parent = ""
                if let number { parent = #","parentId":"\#(try await sample.id(number))""# }
                let name = UUID().uuidString
                let body = #"{"class":"Thing","subClass":"Asset","displayName":"\#(name)"\#(parent)}"#
                return try await sample.ask("POST", "/itwins", as: user, body: body)
            }
            #expect(try await create(.member, below: nil).status == 403)
            #expect(try await create(.service, below: nil).status == 403)
            #expect(try await create(.owner, below: nil).status == 201)
            #expect(try await create(.member, below: "PH-7").status == 201)
            #expect(try await create(.member, below: "BR-0042").status == 403)
            #expect(try await create(.administrator, below: "WA-2100").status == 201)
            // What one is no member of does not exist.
            let stranger = try await create(.member, below: "WA-2100")
            #expect(stranger.status == 422)
            #expect(stranger.problems == ["InvalidValue parentId"])
            let account = #"{"class":"Account","subClass":"Account","displayName":"Another"}"#
            #expect(try await sample.ask("POST", "/itwins", as: .owner, body: account).status == 403)
            #expect(try await sample.ask("POST", "/itwins", as: .administrator, body: account).status == 201)
        }
    }

    @Test func `Every user gets the primary account`() async throws {
        try await Self.run { sample in
            for user in SampleUser.allCases {
                let answer = try await sample.ask("GET", "/itwins/myprimaryaccount", as: user)
                #expect(answer.json?["iTwin"]?["displayName"] == "Sample Infrastructure Group")
            }
        }
    }
}
