import Crypto
import Foundation
import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// What the service says of itself (contract section 17.20).
@Suite struct DescriptionTests {
    private static func document(_ service: LocalService) async throws -> JSON {
        try #require(try await service.http.request("GET", "/openapi.json", token: nil).json)
    }

    /// The operations of the document by path and method, such as `GET /itwins`.
    private static func operations(_ document: JSON) -> [String: JSON] {
        var operations: [String: JSON] = [:]
        for path in document["paths"]?.object?.members ?? [] {
            for method in path.value.object?.members ?? [] {
                operations["\(method.name.uppercased()) \(path.name)"] = method.value
            }
        }
        return operations
    }

    /// What stands under a name anywhere in the document.
    private static func values(_ name: String, in json: JSON) -> [JSON] {
        switch json {
        case .array(let elements): elements.flatMap { values(name, in: $0) }
        case .object(let object):
            object.members.flatMap { ($0.name == name ? [$0.value] : []) + values(name, in: $0.value) }
        default: []
        }
    }

    @Test func `The API description and the page need no token, and HEAD returns the same headers`() async throws {
        try await LocalService.run { service in
            for (path, type) in [
                ("/openapi.json", "application/json"), ("/", "text/html; charset=utf-8"),
                ("//", "text/html; charset=utf-8"),
            ] {
                let get = try await service.http.request("GET", path, token: nil)
                #expect(get.status == 200)
                #expect(get["Content-Type"] == type)
                #expect(get["X-Content-Type-Options"] == "nosniff")
                #expect(get["x-correlation-id"]?.isEmpty == false)
                let head = try await service.http.request("HEAD", path, token: nil)
                #expect(head.status == 200)
                #expect(head.body.isEmpty)
                #expect(head["Content-Length"] == String(get.body.count))
                let foreign = try await service.http.send("GET \(path) HTTP/1.1\nHost: example.org:\(service.port)\n\n")
                #expect(foreign.status == 403)
                #expect(foreign.error?.code == "Forbidden")
            }
        }
    }

    @Test func `The API description lists every operation with its parameters and all its statuses`()
        async throws
    {
        try await LocalService.run { service in
            let document = try await Self.document(service)
            #expect(document["openapi"] == "3.1.0")
            let described = Self.operations(document)
            var expected: Set<String> = []
            for declaration in OperationDeclaration.all {
                for table in RouteTable.allCases {
                    guard let path = declaration.template(in: table) else { continue }
                    let route = "\(declaration.method.rawValue) \(path)"
                    expected.insert(route)
                    let operation = try #require(described[route], "\(route)")
                    let isAlias = path != declaration.live
                    #expect(operation["operationId"]?.string == (isAlias ? "alias-" : "") + declaration.id.rawValue)
                    #expect((operation["tags"] == ["Aliases"]) == isAlias)
                    let body = isAlias ? declaration.documentBody : declaration.body
                    var statuses: Set = [400, 401, 403, 404, 405, 414, 429, 431, 500, 503]
                    statuses.insert(isAlias ? declaration.documentSuccess : declaration.success)
                    if body != .none { statuses.formUnion([408, 413, 415]) }
                    statuses.formUnion(declaration.failures.map(\.status))
                    let answers = operation["responses"]?.object?.members.compactMap { Int($0.name) } ?? []
                    #expect(Set(answers) == statuses, "\(route)")
                    #expect((operation["requestBody"] != nil) == (body != .none), "\(route)")
                    let names = operation["parameters"]?.array?.compactMap { $0["name"]?.string } ?? []
                    #expect(
                        names == OperationDeclaration.names(in: path) + declaration.parameters.map(\.name),
                        "\(route)"
                    )
                }
            }
            #expect(Set(described.keys) == expected)
            #expect(described.count == 37)
        }
    }

    @Test func `Every reference and link resolves, and operation names are unique`() async throws {
        try await LocalService.run { service in
            let document = try await Self.document(service)
            let check = SchemaCheck(document: document)
            let references = Self.values("$ref", in: document).compactMap(\.string)
            #expect(references.count > 400)
            for reference in Set(references) { #expect(check.target(of: reference) != nil, "\(reference)") }
            let operations = Self.operations(document).values
            let names = operations.compactMap { $0["operationId"]?.string }
            #expect(Set(names).count == names.count)
            let links = operations.flatMap { $0["responses"]?.object?.members ?? [] }
                .flatMap { $0.value["links"]?.object?.members ?? [] }
            #expect(links.count > 50)
            for link in links {
                let target = try #require(operations.first { $0["operationId"] == link.value["operationId"] })
                let ids = target["parameters"]?.array?.filter { $0["in"] == "path" }.compactMap { $0["name"]?.string }
                #expect(link.value["parameters"]?.object?.members.map(\.name) == ids, "\(link.name)")
            }
        }
    }

    @Test func `The description links a created object to the operations on it`() async throws {
        try await LocalService.run { service in
            let operations = Self.operations(try await Self.document(service))
            func links(_ route: String, _ status: String) -> Set<String> {
                Set(operations[route]?["responses"]?[status]?["links"]?.object?.members.map(\.name) ?? [])
            }
            #expect(
                links("POST /itwins", "201").isSuperset(of: [
                    "get-itwin", "update-itwin", "delete-itwin", "upload-itwin-image", "create-repository",
                ])
            )
            #expect(links("POST /itwins", "201").isDisjoint(with: ["get-itwin-image", "delete-itwin-image"]))
            #expect(
                links("PUT /itwins/{iTwinId}/image", "201") == ["get-itwin-image", "delete-itwin-image"]
            )
            #expect(links("POST /itwins/exports", "201") == ["get-export"])
            #expect(
                links("GET /itwins/{iTwinId}/repositories/{repositoryId}/resources", "200") == [
                    "get-repository-resource", "delete-repository-resource", "get-resource-graphics",
                ]
            )
            #expect(
                links("GET /itwins/repositories", "200") == [
                    "get-global-repository", "get-global-repository-resources",
                ]
            )
        }
    }

    @Test(arguments: OperationID.allCases, RouteTable.allCases)
    func `Responses match the API description`(_ operation: OperationID, _ table: RouteTable)
        async throws
    {
        guard let path = operation.declaration.template(in: table) else { return }
        try await LocalService.run(sampleData: .standard) { service in
            let document = try await Self.document(service)
            let check = SchemaCheck(document: document)
            let described = Self.operations(document)["\(operation.declaration.method.rawValue) \(path)"]
            let sample = try await OperationSample(service)
            for token in [service.token, Secret("wrong")] {
                let answer = try await sample.perform(operation, table, as: token)
                let response = check.resolved(described?["responses"]?[String(answer.status)])
                for header in response?["headers"]?.object?.members ?? [] {
                    let value = try #require(answer[header.name], "\(header.name)")
                    let schema = check.resolved(header.value)?["schema"]
                    let json = schema?["type"] == "integer" ? Int(value).map(JSON.int) ?? .null : .string(value)
                    #expect(check.problems(of: json, by: schema) == [])
                }
                let content = response?["content"]?["application/json"]
                #expect((content == nil) == answer.body.isEmpty)
                guard let content else { continue }
                #expect(check.problems(of: try #require(answer.json), by: content["schema"]) == [])
            }
        }
    }

    @Test(arguments: OperationID.allCases)
    func `The example bodies can be sent to the sample data`(_ operation: OperationID) async throws {
        let declaration = operation.declaration
        guard ![.none, .image].contains(declaration.body) else { return }
        try await LocalService.run(sampleData: .standard) { service in
            let document = try await Self.document(service)
            let described = try #require(
                Self.operations(document)["\(declaration.method.rawValue) \(declaration.live)"]
            )
            var path = declaration.live
            for parameter in described["parameters"]?.array ?? [] where parameter["in"] == "path" {
                path = path.replacing("{\(parameter["name"]?.string ?? "")}", with: parameter["example"]?.string ?? "")
            }
            let example = try #require(described["requestBody"]?["content"]?["application/json"]?["example"])
            let answer = try await service.http.request(
                declaration.method.rawValue,
                path,
                token: service.token,
                body: example.text
            )
            #expect(answer.status == declaration.success, "\(answer.json?.text ?? "")")
        }
    }

    @Test func `A raised maximum appears in the API description`() async throws {
        try await LocalService.run(configure: { $0.maxReturn = 50_000 }) { service in
            let document = try await Self.document(service)
            #expect(document["components"]?["headers"]?["X-Max-Return"]?["schema"]?["maximum"] == 50_000)
        }
    }

    @Test func `The page works without scripts, names every operation and uses the host of the request`()
        async throws
    {
        try await LocalService.run { service in
            let answer = try await service.http.request("GET", "/", token: nil)
            let page = String(decoding: answer.body, as: UTF8.self)
            for declaration in OperationDeclaration.all {
                #expect(page.contains("\(declaration.method.rawValue) \(declaration.live)<"))
                #expect(page.contains("id=\"\(declaration.id.rawValue)\""))
            }
            #expect(page.contains("'http://127.0.0.1:\(service.port)/itwins?$top=5'"))
            #expect(!page.lowercased().contains("<script"))
            #expect(!page.contains(service.token.revealed))
            let style = try #require(page.firstMatch(of: #/<style>([^<]*)</style>/#)).1
            let digest = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
            let policy = try #require(answer["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-\(digest)';"))
            #expect(style.contains("color-scheme:light dark"))
        }
    }
}
