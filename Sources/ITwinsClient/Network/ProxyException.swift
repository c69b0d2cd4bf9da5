import Foundation
import ITwinsAPI

/// One entry of `no_proxy`: what is asked without a proxy (reliability H11).
struct ProxyException: Hashable, Sendable {
    private enum Hosts: Hashable, Sendable {
        case all
        /// A name and all names below it.
        case domain(String)
        /// All addresses that begin with the same bits.
        case network([UInt8], bits: Int)
    }

    private let hosts: Hosts
    /// The only port; nil for all.
    private let port: Int?

    /// - Parameter text: `*`, a name with or without a dot at its beginning, an IP address or a range of them such as
    ///   `10.0.0.0/8`; all but the range may be followed by a port.
    /// - Returns: nil for what is none of these, which excepts nothing.
    init?(_ text: String) {
        var host = text.lowercased()
        port = Self.cutPort(from: &host)
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "*" {
            hosts = .all
        } else if let address = Self.bytes(ofAddress: host) {
            hosts = .network(address, bits: address.count * 8)
        } else if let slash = host.firstIndex(of: "/") {
            guard let address = Self.bytes(ofAddress: String(host[..<slash])),
                let bits = Int(host[slash...].dropFirst()),
                (0...(address.count * 8)).contains(bits)
            else { return nil }
            hosts = .network(address, bits: bits)
        } else {
            let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "."))
            guard !name.isEmpty else { return nil }
            hosts = .domain(name)
        }
    }

    func matches(_ origin: Origin) -> Bool {
        if let port, port != origin.port { return false }
        let host = origin.host.trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
        switch hosts {
        case .all: return true
        case .domain(let name):
            return host == name || host.hasSuffix(".\(name)") && Self.bytes(ofAddress: host) == nil
        case .network(let network, let bits):
            guard let address = Self.bytes(ofAddress: host), address.count == network.count else { return false }
            return (0..<bits).allSatisfy { bit in (address[bit / 8] ^ network[bit / 8]) & (0x80 >> (bit % 8)) == 0 }
        }
    }

    /// Takes a port off the end, but not what belongs to an IPv6 address.
    private static func cutPort(from host: inout String) -> Int? {
        guard let colon = host.lastIndex(of: ":"), host[..<colon].hasSuffix("]") || !host[..<colon].contains(":"),
            let port = Int(host[host.index(after: colon)...])
        else { return nil }
        host = String(host[..<colon])
        return port
    }

    private static func bytes(ofAddress text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
