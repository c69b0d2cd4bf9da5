/// How long and how large things may be (reliability H1, H2, H8). Sizes are in bytes.
public struct ClientLimits: Sendable, Hashable {
    /// Until a connection stands; the default is 5 s.
    public var connect: Duration = .seconds(5)
    /// Between two pieces of an answer; the default is 15 s.
    public var idle: Duration = .seconds(15)
    /// For a whole request with its answer and all its tries, waiting for a free connection included, but not the waits
    /// between the tries; the default is 30 s.
    public var total: Duration = .seconds(30)
    /// The same for a request whose body is a file; the default is 10 minutes.
    public var upload: Duration = .seconds(600)
    /// How long an unused connection is kept; the default is 30 s.
    public var keepAlive: Duration = .seconds(30)
    /// Of the body of an answer; the default is 16 MiB.
    public var body = 16 * 1_048_576
    /// Of what is kept of the body of an error answer; the default is 64 KiB.
    public var errorBody = 64 * 1024
    /// Of a file that is downloaded; the default is 1 GiB (reliability H8).
    public var file = 1_073_741_824
    /// Of what a compressed file holds, which a small one can pretend to be much; the default is 4 GiB.
    public var unpackedFile = 4 * 1_073_741_824
    /// Of requests that are under way at a time, and so of connections; the default is 6. The others wait their turn.
    public var connections = 6

    /// Makes the limits for a service that a user waits for.
    public init() {}
}
