import ITwinsAPI
import TestSupport
import Testing

@Suite struct RoutesTests {
    @Test func `The service starts, lists, creates and gets`() async throws {
        try await LocalService.run { service in
            let http = RawHTTP(port: service.port)
            let list = try await http.request("GET", "/itwins", token: service.token)
            #expect(list.status == 200)
            print(String(decoding: list.body, as: UTF8.self), list.headers)
        }
    }
}
