import NIOCore

/// An HTTP proxy on the loopback address that connects to one port of it whatever it is asked for, or refuses to.
public final class ConnectProxy: Sendable {
    /// The port on the loopback address.
    public let port: Int
    private let status: Int
    private let target: Int
    private let seen = Watched<[RecordedRequest]>([])

    private init(port: Int, to target: Int, status: Int) {
        self.port = port
        self.target = target
        self.status = status
    }

    /// Runs a proxy, and stops it when the test's part has ended.
    ///
    /// - Parameters:
    ///   - target: the port that it connects to.
    ///   - status: its answer to CONNECT; it connects after 200 alone.
    /// - Throws: what the test's part throws, and when no port can be had.
    public static func run<Value: Sendable>(
        to target: Int,
        status: Int = 200,
        _ body: (ConnectProxy) async throws -> Value
    ) async throws -> Value {
        let listener = try await LoopbackListener()
        let proxy = ConnectProxy(port: listener.port, to: target, status: status)
        let serving = Task { await listener.run { try await proxy.serve($0) } }
        do {
            let value = try await body(proxy)
            serving.cancel()
            await serving.value
            return value
        } catch {
            serving.cancel()
            await serving.value
            throw error
        }
    }

    /// What it was asked so far.
    public var requests: [RecordedRequest] { seen.value }

    private func serve(_ client: ByteConnection) async throws {
        let connected = Watched(false)
        try await LoopbackListener.connect(host: "127.0.0.1", port: target) { server in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    var scanner = RequestScanner()
                    var isConnected = false
                    do {
                        for try await bytes in client.inbound {
                            if isConnected {
                                try await server.send(Array(bytes.readableBytesView))
                                continue
                            }
                            guard let request = scanner.requests(in: bytes.readableBytesView).first else { continue }
                            self.seen.update { $0.append(request) }
                            isConnected = self.status == 200
                            let length = isConnected ? "" : "Content-Length: 0\r\n"
                            try await client.send(Array("HTTP/1.1 \(self.status) Status\r\n\(length)\r\n".utf8))
                            connected.update { $0 = self.status == 200 }
                        }
                    } catch {}
                }
                group.addTask {
                    do {
                        try await connected.wait { $0 }
                        for try await bytes in server.inbound {
                            try await client.send(Array(bytes.readableBytesView))
                        }
                        try await client.close()
                    } catch {}
                }
                await group.next()
                group.cancelAll()
            }
        }
    }
}
