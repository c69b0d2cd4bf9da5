public import ITwinsAPI

/// How signing a person in stands, for showing.
public struct SignInProgress: Hashable, Sendable {
    /// What the person opens. It holds nothing secret: it is worth nothing without the verifier, which stays here.
    public var address: String
    /// Why the person has to open it himself; nil when a browser was started.
    public var obstacle: String?
    /// The port where the browser comes back; nil when none could be had, and then the answer has to be pasted.
    public var port: Int?
    /// Why no port could be had.
    public var portObstacle: String?
    /// When it is given up.
    public var until: Timestamp
    /// Why what was pasted last is no answer; nil while nothing was pasted or after a good one.
    public var pasteObstacle: String?

    /// The command that brings the browser of another machine here, for a person who came by ssh.
    public func forwarding(host: String) -> String? {
        port.map { "ssh -L \($0):localhost:\($0) \(host)" }
    }
}
