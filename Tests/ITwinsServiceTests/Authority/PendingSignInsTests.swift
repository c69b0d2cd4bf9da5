import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsService

@Suite struct PendingSignInsTests {
    private func request() throws -> AuthorizationRequest {
        let url = TestOAuthClient(port: 1).parameters()
        let parameters = OAuthParameters(try Query(Substring(FormText.text(url))))
        return try AuthorizationRequest(parameters, target: AuthorizationTarget(parameters, of: OAuthClients([])))
    }

    @Test func `Opening pages without end doesn't exhaust memory or block others for long`() throws {
        let pending = PendingSignIns()
        let request = try request()
        let start = TestClock().now
        for _ in 0..<PendingSignIns.limit { _ = try pending.add(request, now: start) }
        let refusal = #expect(throws: OAuthError.self) { try pending.add(request, now: start.adding(seconds: 599)) }
        #expect(refusal?.code == .temporarilyUnavailable)
        let later = start.adding(seconds: 600)
        let handle = try pending.add(request, now: later)
        #expect(pending.take(handle, now: later) != nil)
        #expect(pending.take(handle, now: later) == nil)
    }
}
