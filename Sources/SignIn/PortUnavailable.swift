import Foundation

/// Why none of the ports could be had where the browser comes back.
struct PortUnavailable: Error, Equatable, Sendable {
    /// What keeps ports from being listened on, and which.
    private(set) var ports: [(code: CInt, ports: [Int])] = []

    /// Adds a port with the system's error for it.
    mutating func note(_ port: Int, _ code: CInt) {
        if let index = ports.firstIndex(where: { $0.code == code }) {
            ports[index].ports.append(port)
        } else {
            ports.append((code, [port]))
        }
    }

    static func == (one: PortUnavailable, other: PortUnavailable) -> Bool {
        one.ports.elementsEqual(other.ports) { $0 == $1 }
    }

    /// What is the matter and what helps.
    var message: String {
        let reasons = ports.map { code, ports in
            let list = (ports.count == 1 ? "the port " : "the ports ") + ports.map(String.init).joined(separator: ", ")
            return switch code {
            case EADDRINUSE: "other programs use \(list)"
            case EACCES, EPERM: "only root may listen on \(list)"
            default: "\(list) can't be listened on (\(String(cString: strerror(code)).lowercased()))"
            }
        }
        let end = ports.contains { $0.code == EADDRINUSE } ? "Close one of them and try again, or register" : "Register"
        return "\(reasons.joined(separator: "; ")). \(end) another redirect URI with a port from 1024 up"
            + " and add it to redirect-uris. Until then paste the browser's final URL"
    }
}
