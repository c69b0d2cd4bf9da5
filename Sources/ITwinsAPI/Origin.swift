public import Foundation

/// Scheme, host and port: what a secret may be sent to (RFC 6454 section 4).
public struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// `http` or `https`.
    public let scheme: String
    /// The host in lower case, an IPv6 address in brackets.
    public let host: String
    /// The port, the scheme's own when the URL names none.
    public let port: Int

    /// What makes that a URL has no origin that could be asked.
    public enum Problem: Error {
        /// It is neither http nor https.
        case scheme
        /// There is no host, or one with characters that no host has.
        case host
        /// It is none.
        case port
    }

    /// The origin of a URL.
    ///
    /// - Throws: `Problem` for a URL without one.
    public init(_ components: URLComponents) throws(Problem) {
        guard let scheme = components.scheme?.lowercased(), scheme == "http" || scheme == "https" else { throw .scheme }
        guard let host = components.encodedHost?.lowercased(), !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte)
        else {
            throw .host
        }
        let port = components.port ?? Self.standardPort(of: scheme)
        guard (1...65_535).contains(port) else { throw .port }
        self.scheme = scheme
        self.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        self.port = port
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// True for `localhost`, and for an address of this machine in whatever spelling.
    public var isLoopback: Bool { host == "localhost" || LoopbackAddress.isHost(host) }

    /// Whether a secret may be sent there: it cannot be read on its way.
    public var isProtected: Bool { scheme == "https" || isLoopback }

    /// Host and port, the latter unless it is the scheme's own.
    public var authority: String { port == Self.standardPort(of: scheme) ? host : "\(host):\(port)" }

    /// The origin as a URL begins.
    public var description: String { "\(scheme)://\(authority)" }

    private static func standardPort(of scheme: String) -> Int { scheme == "https" ? 443 : 80 }
}
