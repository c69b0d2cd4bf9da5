import SignIn

/// A profile as it is used while the program runs: what its requests go by, and where a user signs in to it.
///
/// Nothing of it is made by who asks for it: that looks at the disk.
final class ProfileSession: Sendable {
    /// What requests go by.
    let client: ClientSource
    /// Where a user signs in; nil where nobody does.
    let signIn: SignInSession?
    private let report: SignInReport?
    private let tokens: Task<Result<ProfileTokens, ClientSource.StartFailure>, Never>?

    /// Makes one without signing in.
    init(_ client: ClientSource) {
        self.client = client
        (signIn, report, tokens) = (nil, nil, nil)
    }

    /// Makes one whose requests get their tokens from somewhere.
    init(
        _ client: ClientSource,
        _ tokens: Task<Result<ProfileTokens, ClientSource.StartFailure>, Never>,
        _ report: SignInReport,
        signIn: SignInSession?
    ) {
        self.client = client
        self.tokens = tokens
        self.report = report
        self.signIn = signIn
    }

    /// Tells the browser how signing in stands, as far as that is known.
    func announce() { report?.repeatLast() }

    /// Waits for new tokens that are being fetched: the authority may have made the old ones worthless already.
    func settle() async {
        if case .success(.authority(let source, _, _)) = await tokens?.value { await source.waitForFlight() }
    }
}
