import Foundation
import ITwinsAPI
import TestSupport
import Testing

extension LocalService {
    /// A client that sends what it is told.
    var http: RawHTTP { RawHTTP(port: port) }

    func get(_ target: String, _ headers: String...) async throws -> RawAnswer {
        try await http.request("GET", target, token: token, headers: headers)
    }

    func post(_ target: String, _ body: String? = nil, _ headers: String...) async throws -> RawAnswer {
        try await http.request("POST", target, token: token, headers: headers, body: body)
    }

    func delete(_ target: String) async throws -> RawAnswer {
        try await http.request("DELETE", target, token: token)
    }

    func patch(_ target: String, _ body: String, _ headers: String...) async throws -> RawAnswer {
        try await http.request("PATCH", target, token: token, headers: headers, body: body)
    }

    /// Sends the file of an image as that of an iTwin.
    func upload(_ bytes: [UInt8], to iTwinID: String, as type: String = "image/png") async throws -> RawAnswer {
        try await http.request(
            "PUT",
            "/itwins/\(iTwinID)/image",
            token: token,
            headers: ["Content-Type: \(type)"],
            bytes: bytes
        )
    }

    /// Adds a repository to an iTwin and returns its id.
    func repository(
        of iTwinID: String,
        _ name: String,
        class: RepositoryClass = .geographicInformationSystem,
        subClass: RepositorySubClass = .webMapService,
        _ members: String = ""
    ) async throws -> String {
        let more = members.isEmpty ? "" : ",\(members)"
        let answer = try await post(
            "/itwins/\(iTwinID)/repositories",
            #"{"class":"\#(`class`)","subClass":"\#(subClass)","displayName":"\#(name)","uri":"https://\#(name).example.org"\#(more)}"#
        )
        #expect(answer.status == 201, "\(answer.json?.text ?? "no JSON")")
        return try #require(answer.json?["repository"]?["id"]?.string)
    }

    /// Creates an Asset and returns its id.
    func asset(_ name: String, _ members: String = "") async throws -> String {
        let more = members.isEmpty ? "" : ",\(members)"
        let answer = try await post(
            "/itwins",
            #"{"class":"Thing","subClass":"Asset","displayName":"\#(name)"\#(more)}"#
        )
        #expect(answer.status == 201, "\(answer.json?.text ?? "no JSON")")
        return try #require(answer.json?["iTwin"]?["id"]?.string)
    }
}

extension RawAnswer {
    /// The error's details as `code target`, with a dash for no target; empty when it is no error.
    var problems: [String] {
        (error?.details ?? []).map { "\($0.code) \($0.target ?? "-")" }
    }

    /// True when it is an error of a status and code without details.
    func isError(_ status: Int, _ code: String) -> Bool {
        self.status == status && error?.code == code && problems.isEmpty
    }

    /// The values of a member of every iTwin of a list.
    func values(_ name: String) -> [String?] {
        (json?["iTwins"]?.array ?? []).map { $0[name]?.string }
    }

    /// The names of the iTwins of a list.
    var names: [String] { values("displayName").compactMap(\.self) }
}

/// An id that no iTwin has.
let unknownID = "00000000-1111-4222-8333-444444444444"
