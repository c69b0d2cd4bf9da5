import Foundation

/// Scheme, host and port: what a bearer token may be sent to (RFC 6454 section 4).
struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// `http` or `https`.
    let scheme: String
    /// The host in lower case, an IPv6 address in brackets.
    let host: String
    /// The port, the scheme's own when the URL names none.
    let port: Int

    /// Why a URL has no origin that could be asked.
    enum Problem: Error {
        case scheme, host, port
    }

    init(_ components: URLComponents) throws(Problem) {
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
            UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// True for `localhost`, and for an address of this machine in whatever spelling.
    var isLoopback: Bool { host == "localhost" || MachineAddress.isLoopback(host: host) }

    /// Host and port, the latter unless it is the scheme's own.
    var authority: String { port == Self.standardPort(of: scheme) ? host : "\(host):\(port)" }

    /// The origin as a URL begins.
    var description: String { "\(scheme)://\(authority)" }

    private static func standardPort(of scheme: String) -> Int { scheme == "https" ? 443 : 80 }
}
