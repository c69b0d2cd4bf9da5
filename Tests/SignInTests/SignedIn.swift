import AsyncHTTPClient
import Foundation
import ITwinsAPI
import TestSupport

@testable import SignIn

/// A source of tokens at a fake authority, with a folder of its own and a clock that tests set.
struct SignInHarness: Sendable {
    let authority: FakeAuthority
    let http: HTTPClient
    let folder: String
    let clock = Watched(Timestamp(secondsSince1970: 1_750_000_000))
    let states = Watched<[TokenSource.State]>([])
    /// By how many seconds the authority's clock was said to be ahead, with each state.
    let skews = Watched<[Double]>([])
    let log = CapturedLog()
    static let redirect = RedirectURI.anyPort

    /// Runs a test's part with a fake authority.
    static func run(_ body: (SignInHarness) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            try await FakeAuthority.run {
                try await body(SignInHarness(authority: $0, http: http, folder: folder.path))
            }
            try await http.shutdown()
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    /// The clock; waits take no time when they are those of signing in, which tests cut short by `timesOut`.
    func time(timesOut: Bool = false) -> SignInTime {
        SignInTime(now: { clock.value }) { duration in
            if !timesOut { try await Task.sleep(for: duration) }
        }
    }

    func registration(
        _ redirects: [RedirectURI] = [redirect],
        scopes: [String] = ["itwin-platform"]
    ) throws -> Registration {
        try Registration(
            authority: Authority(authority.issuer),
            clientID: "native-test",
            scopes: scopes,
            grant: .user(redirects: redirects)
        )
    }

    func source(
        _ registration: Registration? = nil,
        apiOrigin: String = "https://api.example.org",
        environment: [String: String] = [:],
        client: AuthorityClient? = nil,
        store: TokenStore? = nil,
        time: SignInTime? = nil,
        timesOut: Bool = false
    ) throws -> TokenSource {
        let time = time ?? self.time(timesOut: timesOut)
        var patient = TokenStore(folder: folder, environment: environment)
        // Whoever has the lock, or is the keyring, takes long while others keep all processors busy.
        patient.lockLimit = .seconds(50)
        patient.keyringLimit = .seconds(60)
        let registration = try registration ?? self.registration()
        return TokenSource(
            registration,
            client: client
                ?? AuthorityClient(
                    registration.authority,
                    http: http,
                    time: time,
                    logger: log.logger
                ),
            store: store ?? patient,
            apiOrigin: apiOrigin,
            environment: environment,
            time: time
        ) { state, skew in
            skews.update { $0.append(skew) }
            states.update { $0.append(state) }
        }
    }

    /// Signs in by the listener, as a browser does; gives what the browser was shown.
    @discardableResult
    func signIn(_ source: TokenSource) async throws -> RawAnswer {
        let shown = Watched<SignInProgress?>(nil)
        let task = Task {
            try await source.signIn(browser: nil, pasted: AsyncStream { _ in }) { progress in
                shown.update { $0 = progress }
            }
        }
        let progress = try await shown.wait { $0 != nil }
        let asked = Self.parameters(of: progress)
        let code = authority.code(for: asked["code_challenge"] ?? "")
        let answer = try await Self.comeBack(progress, "code=\(code)&state=\(asked["state"] ?? "")")
        try await task.value
        return answer
    }

    /// What is asked for at the address.
    static func parameters(of progress: SignInProgress?) -> [String: String] {
        FakeAuthority.query(progress?.address.split(separator: "?").last.map(String.init) ?? "")
    }

    /// The browser's return.
    static func comeBack(_ progress: SignInProgress?, _ query: String) async throws -> RawAnswer {
        try await RawHTTP(port: progress?.port ?? 0).request("GET", "/signin-callback?\(query)", token: nil)
    }

    func advance(_ seconds: Double) {
        clock.update { $0 = $0.adding(seconds: seconds) }
    }
}
