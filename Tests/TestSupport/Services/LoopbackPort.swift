import Foundation

/// A port of 127.0.0.1 that belongs to this process although nobody listens, so that connecting to it is refused for
/// sure.
///
/// A listener of the same process can be bound to it and closed again without anybody else getting the port in between.
public final class ReservedPort: Sendable {
    /// The port.
    public let port: Int
    private let socket: CInt

    /// Reserves a port that the system chooses.
    ///
    /// - Throws: `PortError` when there is none.
    public init() throws(PortError) {
        (socket, port) = try boundSocket()
    }

    deinit {
        close(socket)
    }
}

extension ReservedPort {
    /// A port for a listener under test, on all loopback addresses: one that the system gives nobody by itself, neither for
    /// listening nor for a connection.
    ///
    /// - Throws: `PortError` when there is none.
    public static func unused() throws(PortError) -> Int {
        let ports = 10_240..<32_768
        for port in (0..<20).map({ _ in Int.random(in: ports) }) {
            guard let (socket, _) = try? boundSocket(port) else { continue }
            close(socket)
            return port
        }
        throw PortError(call: "bind", code: EADDRINUSE)
    }
}

/// A port of 127.0.0.1 where connecting neither succeeds nor fails, as with an address that nobody has.
///
/// Its queue of connections is full and never served; Linux then drops further attempts without a word.
public final class SilentPort: Sendable {
    /// The port.
    public let port: Int
    private let sockets: [CInt]

    /// Makes such a port.
    ///
    /// - Throws: `PortError` when the system does not let us.
    public init() throws(PortError) {
        let (listener, port) = try boundSocket()
        guard listen(listener, 0) == 0 else {
            close(listener)
            throw PortError(call: "listen", code: errno)
        }
        // A queue of length 0 takes one connection.
        var filler = loopbackAddress(port: port)
        let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        let connected = withUnsafePointer(to: &filler) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, addressLength) }
        }
        let code = errno
        self.port = port
        sockets = [client, listener]
        guard connected == 0 else { throw PortError(call: "connect", code: code) }
    }

    deinit {
        for socket in sockets { close(socket) }
    }
}

/// A system call on a socket failed.
public struct PortError: Error {
    /// The call's name.
    public let call: String
    /// The value of errno.
    public let code: CInt
}

private let addressLength = socklen_t(MemoryLayout<sockaddr_in>.size)

private func loopbackAddress(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return address
}

private func boundSocket(_ port: Int = 0) throws(PortError) -> (socket: CInt, port: Int) {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw PortError(call: "socket", code: errno) }
    // Only with this option a listener may be bound beside this socket.
    var on: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
    var address = loopbackAddress(port: port)
    var length = addressLength
    let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
        }
    }
    guard result == 0 else {
        let code = errno
        close(descriptor)
        throw PortError(call: "bind", code: code)
    }
    return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
}
