import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// An iTwin of the sample data with everything that an operation can be about, and a request of every operation.
struct OperationSample {
    let service: LocalService
    private let iTwinID: String
    private let repositoryID: String
    private let exportID: String

    /// Looks for the iTwin in a service with the standard sample data, and gives it what it lacks, as the administrator.
    init(_ service: LocalService, number: String = "RB-0421") async throws {
        self.service = service
        let everything = "X-iTwin-Query-Scope: OrganizationAdmin"
        let iTwins = try await service.get("/itwins?number=\(number)", everything).json?["iTwins"]?.array
        iTwinID = try #require(iTwins?.first?["id"]?.string)
        let path = "/itwins/\(iTwinID)/repositories"
        let made = try await service.post(
            path,
            """
            {"class":"GeographicInformationSystem","subClass":"ArcGIS","displayName":"Layers","uri":"https://h/layers"}
            """
        )
        repositoryID = try #require(made.json?["repository"]?["id"]?.string)
        let layer = try await service.post(
            "\(path)/\(repositoryID)/resources",
            #"{"id":"hq100","displayName":"Flood"}"#
        )
        #expect(layer.status == 201)
        exportID = try #require(try await service.get("/itwins/exports").json?["exports"]?.array?.first?["id"]?.string)
        #expect(try await service.upload(SampleImage.png(width: 3, height: 2), to: iTwinID).status == 201)
    }

    /// Performs an operation of a table with a body that it takes.
    ///
    /// - Parameters:
    ///   - prefix: what stands before the path.
    ///   - token: nil for the service's own.
    func perform(_ operation: OperationID, _ table: RouteTable = .live, prefix: String = "", as token: Secret? = nil)
        async throws -> RawAnswer
    {
        let declaration = operation.declaration
        let kind = table == .document ? declaration.documentBody : declaration.body
        let isImage = kind == .image
        return try await service.http.request(
            declaration.method.rawValue,
            prefix + path(of: operation, table),
            token: token ?? service.token,
            headers: kind == .none ? [] : ["Content-Type: \(isImage ? "image/png" : "application/json")"],
            bytes: isImage ? SampleImage.png(width: 2, height: 3) : body(kind).map { Array($0.utf8) }
        )
    }

    /// The path of an operation, about the things of the sample.
    func path(of operation: OperationID, _ table: RouteTable = .live) throws -> String {
        path(try #require(operation.declaration.template(in: table)))
    }

    private func path(_ template: String) -> String {
        let isGlobal = template.hasPrefix("/itwins/repositories")
        let ids = [
            "{id}": template.hasPrefix("/itwins/exports/") ? exportID : iTwinID, "{iTwinId}": iTwinID,
            "{repositoryId}": isGlobal ? "cesium" : repositoryID, "{resourceId}": isGlobal ? "terrain" : "hq100",
        ]
        return ids.reduce(template) { $0.replacing($1.key, with: $1.value) }
    }

    private func body(_ kind: OperationDeclaration.Body) -> String? {
        switch kind {
        case .none, .image: nil
        case .iTwin: #"{"class":"Endeavor","subClass":"Project","displayName":"A new one"}"#
        case .iTwinChanges: #"{"displayName":"Another name"}"#
        case .recent: #"{"iTwinId":"\#(iTwinID)"}"#
        case .export: #"{"outputFormat":"Csv"}"#
        case .repository:
            #"{"class":"Construction","subClass":"Performance","displayName":"New","uri":"https://new.example.org"}"#
        case .repositoryChanges: #"{"displayName":"Another name"}"#
        case .resource: #"{"id":"new","displayName":"A new layer"}"#
        }
    }
}
