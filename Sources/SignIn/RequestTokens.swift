public import ITwinsAPI
import Synchronization

/// Gives one request its tokens. All are of the user that the request was made for: it may wait for a token, for the
/// service or for another try while somebody else signs in.
public final class RequestTokens: Sendable {
    /// Gives a token, in the place of one that was refused when that is named, and whose it is; nil where it does not say so.
    typealias Source = @Sendable (_ refused: Secret?) async throws(SignInError) -> (Secret, TokenOwner?)

    private let source: Source
    private let owner: Mutex<TokenOwner?>
    /// Whether somebody else was signed in already as the request was made.
    private let isOutdated: Bool

    /// - Parameters:
    ///   - user: who is signed in as the request is made; nil when that is not known before its first token.
    ///   - number: the number of the user that it was made for; nil when that is not known either.
    init(of user: KnownUser?, expecting number: UInt64?, _ source: @escaping Source) {
        self.source = source
        owner = Mutex(user?.owner)
        isOutdated = user.map { number != nil && number != $0.number } ?? false
    }

    /// A token for the request, in the place of one that was refused when that is named.
    ///
    /// - Throws: as `TokenSource.token()`; of kind `otherUser` when the token would be somebody else's, who asked for
    ///   nothing.
    public func token(insteadOf refused: Secret?) async throws(SignInError) -> Secret {
        guard !isOutdated else { throw Self.otherUser }
        let (token, found) = try await source(refused)
        let isFit = owner.withLock { owner in
            // With a token that does not say whose it is there is nothing to compare.
            guard let found else { return true }
            guard let known = owner else {
                owner = found
                return true
            }
            return known.isSame(as: found)
        }
        guard isFit else { throw Self.otherUser }
        return token
    }

    private static let otherUser = SignInError(
        .otherUser,
        "A different user signed in. The request wasn't sent"
    )
}
