import ITwinsAPI
import Testing

/// Contract section 3.
@Suite struct ErrorTests {
    @Test func `An error body is decoded with its details`() throws {
        let body = try JSON.parse(
            #"""
            {"error":{"code":"InvalidiTwinsRequest","message":"text","target":null,
            "details":[{"code":"InvalidValue","message":"m","target":"$top"},{"code":"OperationNotFound"},{"message":"no code"},7]}}
            """#
        )
        let error = try #require(APIError(status: 422, body: body))
        #expect(error.status == 422)
        #expect(error.code == "InvalidiTwinsRequest")
        #expect(error.message == "text")
        #expect(error.target == nil)
        #expect(
            error.details == [
                .init(code: "InvalidValue", message: "m", target: "$top"),
                .init(code: "OperationNotFound", message: ""),
            ]
        )
    }

    @Test(arguments: [
        APIError(status: 404, code: "iTwinNotFound", message: "gone"),
        APIError(status: 422, code: "c", message: "", target: "t"),
        APIError(
            status: 409,
            code: "c",
            message: "m",
            details: [.init(code: "d", message: "n", target: "displayName")]
        ),
    ])
    func `Encoding and decoding an error returns the same value`(_ error: APIError) {
        #expect(APIError(status: error.status, body: error.json) == error)
    }

    @Test(arguments: [
        "null", "[]", "{}", #"{"error":null}"#, #"{"error":"text"}"#, #"{"error":{}}"#, #"{"error":{"code":"c"}}"#,
        #"{"error":{"message":"m"}}"#, #"{"error":{"code":7,"message":"m"}}"#, #"{"code":"c","message":"m"}"#,
    ])
    func `A body of another shape isn't a service error`(_ text: String) throws {
        let body = try JSON.parse(text)
        #expect(APIError(status: 500, body: body) == nil)
    }

    @Test func `Only connection failures mean offline`() {
        let refusal = APIError(status: 500, code: "c", message: "m")
        let reasons: [RequestError.Reason] = [
            .unreachable("x"), .refused(refusal), .timedOut(seconds: 30), .interrupted("x"), .unexpectedAnswer("x"),
            .tooLarge(limit: 1),
            .redirected("x"), .pagingStopped("x"), .notInDocumentRoutes, .noToken("x"), .signedOut("x"),
            .unusableFile("x"), .cancelled,
        ]
        let errors = reasons.map { RequestError($0, operation: .getITwin) }
        #expect(errors.map(\.isOffline) == [true] + Array(repeating: false, count: 12))
        #expect(errors.compactMap(\.apiError) == [refusal])
        #expect(errors.allSatisfy { !$0.outcomeUnknown })
    }

    @Test func `Only its own property shows a secret`() {
        let secret = Secret("CANARY")
        var text = "\(secret) \(String(reflecting: secret)) \([secret]) \(Optional(secret) as Any)"
        dump(["key": secret], to: &text)
        #expect(!text.contains("CANARY"))
        #expect(secret.revealed == "CANARY")
        #expect(secret == Secret("CANARY"))
    }
}
