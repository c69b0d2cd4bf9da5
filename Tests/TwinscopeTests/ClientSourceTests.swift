import ITwinsAPI
import TestSupport
import Testing

@testable import twinscope

/// Requests that wait for the local service to begin, or for a profile's tokens.
@Suite(.timeLimit(.minutes(1))) struct ClientSourceTests {
    @Test func `A request cancelled before the client exists ends at once, and others keep waiting`()
        async throws
    {
        let mayBegin = Watched(false)
        let source = ClientSource {
            _ = try? await mayBegin.wait { $0 }
            return .failure(.init(reason: "the service did not start"))
        }
        let stopped = Task { try await source.ready(for: .getMyITwins) }
        let other = Task { try await source.ready(for: .getMyExports) }
        stopped.cancel()
        // A test that fails does not wait for the client either.
        let limit = Task {
            try await Task.sleep(for: .seconds(20))
            mayBegin.update { $0 = true }
        }
        var error = await #expect(throws: RequestError.self) { try await stopped.value }
        #expect(error?.reason == .cancelled)
        limit.cancel()
        mayBegin.update { $0 = true }
        error = await #expect(throws: RequestError.self) { try await other.value }
        #expect(error?.reason == .unreachable("the service did not start"))
    }
}
