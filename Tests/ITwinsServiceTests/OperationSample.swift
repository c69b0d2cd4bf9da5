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

    /// Looks for the things in a service with the standard sample data, and gives the iTwin an image.
    init(_ service: LocalService) async throws {
        self.service = service
        let iTwins = try await service.get("/itwins?number=RB-0421").json?["iTwins"]?.array
        iTwinID = try #require(iTwins?.first?["id"]?.string)
        let repositories = try await service.get("/itwins/\(iTwinID)/repositories").json?["repositories"]?.array
        repositoryID = try #require(repositories?.first { $0["displayName"] == "Flood maps" }?["id"]?.string)
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
        let path = prefix + path(try #require(declaration.template(in: table)))
        let kind = table == .document ? declaration.documentBody : declaration.body
        let isImage = kind == .image
        return try await service.http.request(
            declaration.method.rawValue,
            path,
            token: token ?? service.token,
            headers: kind == .none ? [] : ["Content-Type: \(isImage ? "image/png" : "application/json")"],
            bytes: isImage ? SampleImage.png(width: 2, height: 3) : body(kind).map { Array($0.utf8) }
        )
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
