public import ITwinsAPI

/// How signing in to the present profile stands.
public enum SignInState: Hashable, Sendable {
    /// Nothing is known, or nobody signs in to it.
    case unknown
    /// Somebody is signed in, as far as it is known who. `user` is another number as soon as it is, or may be, another
    /// user, whatever they are called. The token is good until a moment, nil where that is not known, and then renewed.
    case signedIn(who: String?, user: UInt64, until: Timestamp?)
    /// Nobody is signed in: since when and why; `since` is nil when nobody ever was.
    case signedOut(since: Timestamp?, reason: String)

    /// True while requests have to wait for a user.
    var isSignedOut: Bool { if case .signedOut = self { true } else { false } }
}

/// What happens while a user signs in; none of it lasts.
public enum SignInEvent: Hashable, Sendable {
    /// A step is done, or waits for the user.
    case signingIn(SignInStep)
    /// A user has just signed in; where the tokens are kept, as part of a sentence.
    case kept(String)
    /// Signing in did not work; why, and what helps.
    case failed(String)
}

/// How one try to sign in stands.
public struct SignInStep: Hashable, Sendable {
    /// What the user opens in a web browser.
    public var address: String
    /// Why no web browser was opened; nil when one was.
    public var obstacle: String?
    /// The port where the web browser comes back; nil when none could be had.
    public var port: Int?
    /// Why no port could be had, and what helps.
    public var portError: String?
    /// The command that brings the web browser of another machine back here; nil without a port.
    public var forwarding: String?
    /// When it is given up.
    public var until: Timestamp
    /// Why what was pasted last is no answer; nil while nothing was, or when it is one.
    public var pasteError: String?
    /// Where the user can sign in with any device instead; nil where that cannot be done.
    public var device: Device?
    /// Why the code for another device is good no longer; nil while it is, and where there was none.
    public var deviceError: String?

    /// What the user does on another device.
    public struct Device: Hashable, Sendable {
        /// What is opened there.
        public var address: String
        /// What is typed there.
        public var code: String

        /// Makes one of its parts.
        public init(address: String, code: String) {
            self.address = address
            self.code = code
        }
    }

    /// Makes a step.
    public init(
        address: String,
        obstacle: String? = nil,
        port: Int?,
        portError: String? = nil,
        forwarding: String? = nil,
        until: Timestamp,
        pasteError: String? = nil,
        device: Device? = nil,
        deviceError: String? = nil
    ) {
        self.address = address
        self.obstacle = obstacle
        self.port = port
        self.portError = portError
        self.forwarding = forwarding
        self.until = until
        self.pasteError = pasteError
        self.device = device
        self.deviceError = deviceError
    }
}

extension RequestError {
    /// True when there was no token, or the service refused it: signing in may help.
    var isAboutToken: Bool {
        switch reason {
        case .noToken, .signedOut: true
        default: apiError?.status == 401
        }
    }
}
