public import Foundation

/// The addresses of this machine alone, which nobody else can reach.
public enum LoopbackAddress {
    /// Whether a host is such an address, in any spelling that the system takes for one: `127.1`, `2130706433`, `0x7f000001`,
    /// `[::ffff:127.0.0.1]`. Names are not looked up.
    public static func isHost(_ host: String) -> Bool {
        let host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0, let found else { return false }
        defer { freeaddrinfo(found) }
        guard let address = found.pointee.ai_addr else { return false }
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { contains($0.pointee.sin_addr) }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { contains($0.pointee.sin6_addr) }
        default: return false
        }
    }

    /// 127.0.0.0/8, and 0.0.0.0, which leads here too (RFC 1122 section 3.2.1.3). The rest of 0.0.0.0/8 does not: Linux sends it
    /// to the network.
    public static func contains(_ address: in_addr) -> Bool { withUnsafeBytes(of: address) { isHere($0[...]) } }

    private static func isHere(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        bytes.first == 127 || bytes.allSatisfy { $0 == 0 }
    }

    /// `::1`, `::`, and the addresses above in their IPv6 spelling (RFC 4291 section 2.5).
    public static func contains(_ address: in6_addr) -> Bool {
        withUnsafeBytes(of: address) { bytes in
            guard bytes[..<10].allSatisfy({ $0 == 0 }) else { return false }
            switch (bytes[10], bytes[11]) {
            case (0xFF, 0xFF): return isHere(bytes[12...])
            case (0, 0): return bytes[12..<15].allSatisfy { $0 == 0 } && bytes[15] <= 1
            default: return false
            }
        }
    }
}
