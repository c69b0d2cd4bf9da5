import ITwinsAPI

/// Waits for a user who signs in on another device (RFC 8628, reliability A9).
struct DeviceSignIn: Sendable {
    let registration: Registration
    let authorization: DeviceAuthorization
    let client: AuthorityClient
    let time: SignInTime

    /// Seconds that a pause becomes after faults of the network, unless the authority wants more.
    private static let longestPause = 60.0

    /// Asks for tokens until there are some, as seldom as the authority wants it (RFC 8628 section 3.5).
    ///
    /// - Parameter isOver: whether the user came back another way, so that nothing more is asked.
    /// - Throws: `SignInError`: refused with `access_denied` when the user declined, timed out when the code has ended,
    ///   cancelled when it is over or the task is cancelled.
    func tokens(isOver: @Sendable () -> Bool) async throws(SignInError) -> Tokens {
        var interval = authorization.interval
        var pause = interval
        while true {
            let left = max(authorization.expires.secondsSince1970 - time.now().secondsSince1970, 0)
            do { try await time.sleep(.seconds(min(pause, left))) } catch { throw Self.over }
            guard !isOver() else { throw Self.over }
            guard pause < left else { throw expired }
            do throws(SignInError) {
                return try await client.tokens(of: authorization, registration)
            } catch {
                switch error.kind {
                case .refused(code: "authorization_pending"): pause = interval
                case .refused(code: "slow_down"):
                    interval += 5
                    pause = interval
                case .refused(code: "expired_token"): throw expired
                case .unreachable: pause = max(min(pause * 2, Self.longestPause), interval)
                default: throw error
                }
            }
        }
    }

    private static let over = SignInError(.cancelled, "Sign-in on another device was cancelled")

    private var expired: SignInError {
        SignInError(.timedOut, "it wasn't used in time. Sign in again for a new code, or use the URL")
    }
}
