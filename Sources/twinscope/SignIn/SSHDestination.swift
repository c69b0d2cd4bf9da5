import Foundation

/// This machine as ssh on another one is given it, as far as that can be known here.
enum SSHDestination {
    /// The user, and the address and port that the user came to, or the name of the machine.
    ///
    /// - Parameter environment: of this program, in which ssh says where the user comes from.
    static func text(user: String, host: String, environment: [String: String]) -> String {
        // Address and port of the client, then of the server.
        let ends = (environment["SSH_CONNECTION"] ?? "").split(separator: " ")
        guard ends.count == 4 else { return "\(user)@\(host)" }
        return (ends[3] == "22" ? "" : "-p \(ends[3]) ") + "\(user)@\(ends[2])"
    }

    /// That of who runs this program here.
    static func text(environment: [String: String]) -> String {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        gethostname(&name, name.count - 1)
        let host = name.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) } ?? ""
        return text(user: NSUserName(), host: host, environment: environment)
    }
}
