public import ITwinsAPI
import Synchronization

/// Gives one request its tokens. All are of the person that the request was made for: it may wait for a token, for the
/// service or for another try while somebody else signs in.
public final class RequestTokens: Sendable {
    private let source: TokenSource
    private let owner: Mutex<TokenOwner?>

    /// - Parameter owner: who is signed in as the request is made; nil when that is not known before its first token.
    init(_ source: TokenSource, of owner: TokenOwner?) {
        self.source = source
        self.owner = Mutex(owner)
    }

    /// A token for the request, in the place of one that was refused when that is named.
    ///
    /// - Throws: as `TokenSource.token()`; of kind `otherPerson` when the token would be somebody else's, who asked for
    ///   nothing.
    public func token(insteadOf refused: Secret?) async throws(SignInError) -> Secret {
        let tokens: Tokens
        if let refused {
            tokens = try await source.tokens(insteadOf: refused)
        } else {
            tokens = try await source.tokens()
        }
        let isFit = owner.withLock { owner in
            guard let known = owner else {
                owner = tokens.owner
                return true
            }
            return known.isSame(as: tokens.owner)
        }
        guard isFit else {
            throw SignInError(.otherPerson, "Somebody else has signed in meanwhile, and it was not sent for him")
        }
        return tokens.access
    }
}
