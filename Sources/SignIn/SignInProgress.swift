public import ITwinsAPI

/// How signing a user in stands, for showing.
public struct SignInProgress: Hashable, Sendable {
    /// What the user opens. It holds nothing secret: it is worth nothing without the verifier, which stays here.
    public var address: String
    /// Why the user has to open it himself; nil when a browser was started.
    public var obstacle: String?
    /// The port where the browser comes back; nil when none could be had, and then the answer has to be pasted.
    public var port: Int?
    /// Why no port could be had.
    public var portError: String?
    /// When it is given up.
    public var until: Timestamp
    /// Why what was pasted last is no answer; nil while nothing was pasted, after a good one, and where something else is
    /// told.
    public var pasteError: String?
    /// Where the user can sign in with any device instead; nil while there is no such place.
    public var device: Device?
    /// Why the code for another device is good no longer; nil while it is, and where there was none.
    public var deviceError: String?
    /// Whether a code for another device may still come, or is good.
    public var awaitsDevice = false

    /// What the user does on another device (RFC 8628 section 3.3). Both are visible ASCII.
    public struct Device: Hashable, Sendable {
        /// What is opened there.
        public var address: String
        /// What is typed there. It is for the user alone.
        public var code: String
    }

    /// Characters of the shortest code that is taken: one has at least 128 bits of chance (RFC 6749 section 10.10), and a
    /// character is less than 7.
    public static let shortestCode = 20

    /// The command that brings the browser of another machine here, for a user who came by ssh.
    public func forwarding(host: String) -> String? {
        port.map { "ssh -L \($0):localhost:\($0) \(host)" }
    }
}
