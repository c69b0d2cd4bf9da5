import ITwinsAPI
import ITwinsService
import TestSupport
import Testing

/// The messages that tests of the official client compare (contract section 17.19).
@Suite struct FixedTextsTests {
    @Test func `An unknown iTwin is reported with the same text below its repositories`() async throws {
        try await LocalService.run { service in
            let path = "/itwins/\(unknownID)/repositories"
            let one = "\(path)/cesiumcuratedcontent"
            let body = "{}"
            for answer in [
                try await service.get(path), try await service.post(path, body), try await service.get(one),
                try await service.patch(one, body), try await service.delete(one),
                try await service.get("\(one)/resources"),
                try await service.post("\(one)/resources", body), try await service.get("\(one)/resources/a"),
                try await service.delete("\(one)/resources/a"), try await service.get("\(one)/resources/a/graphics"),
            ] {
                #expect(answer.status == 404)
                #expect(answer.error?.code == "iTwinNotFound")
                #expect(answer.error?.message == "Requested iTwin is not available.")
            }
        }
    }

    @Test(arguments: [("Basic dXNlcg==", "Basic"), ("Digest", "Digest"), ("BearerX y", "BearerX")])
    func `An invalid authentication scheme is named`(_ header: String, _ scheme: String) async throws {
        try await LocalService.run { service in
            let answer = try await service.http.request(
                "GET",
                "/itwins",
                token: nil,
                headers: ["Authorization: \(header)"]
            )
            #expect(answer.status == 401)
            #expect(answer.error?.code == "InvalidAuthorizationScheme")
            #expect(answer.error?.message == "Authorization scheme '\(scheme)' is not valid.")
            #expect(answer["WWW-Authenticate"] == "Bearer")
        }
    }

    @Test func `An unknown property of an export is named`() async throws {
        try await LocalService.run { service in
            let answer = try await service.post("/itwins/exports", #"{"outputFormat":"Csv","select":"id, nonsense"}"#)
            #expect(answer.status == 422)
            #expect(answer.error?.message == "Cannot query iTwins.")
            #expect(answer.problems == ["InvalidValue $select"])
            #expect(
                answer.error?.details.first?.message == "The $select string contains an unknown property 'nonsense'."
            )
        }
    }
}
