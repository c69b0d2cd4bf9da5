import NIOCore
import Synchronization

/// A proxy on the loopback address, in front of any server, that harms connections the way networks do (reliability
/// section 3.4).
///
/// It passes bytes, the proxy's own address translated into the server's and back, and understands just enough HTTP/1.1
/// to tell where a request ends. The mode can be changed at any time; an answer is treated by the mode that was set
/// when its request came, `hold` and `blackHole` by what is set now.
public final class FaultProxy: Sendable {
    /// What is done to connections.
    public indirect enum Mode: Sendable, Equatable {
        /// Nothing.
        case pass
        /// Nobody listens: connecting is refused, open connections are closed.
        case refuse
        /// A connection is ended as soon as a request came over it, which is not passed on (RST).
        case reset
        /// Answers are kept back until the mode changes.
        case hold
        /// Answers come later by this long.
        case delay(Duration)
        /// The connection ends after so many bytes of an answer.
        case cut(after: Int, Ending)
        /// The request is passed on and done, but the connection is ended instead of answering (RST).
        case dropAnswer
        /// Answers come byte by byte, so many a second.
        case drip(bytesPerSecond: Int)
        /// Answers come in pieces of one byte without pause.
        case slices
        /// Neither requests nor answers are passed on, connections stay open.
        case blackHole
        /// One of these for each request, drawn at random by the seed.
        case mixed([Mode])
    }

    /// How a connection ends.
    public enum Ending: Sendable, Equatable {
        /// In good order (FIN).
        case close
        /// At once (RST).
        case reset
    }

    private struct State: Sendable {
        var mode: Mode
        var generator: SeededGenerator
        var requests: [RecordedRequest] = []
        var connections = 0
        var openConnections = 0
    }

    /// The port of the proxy on the loopback address.
    public var port: Int { reservation.port }
    /// The base URL of the API behind the proxy.
    public var baseURL: String { "http://127.0.0.1:\(port)/itwins" }

    private let host: String
    private let target: Int
    private let reservation: ReservedPort
    private let state: Watched<State>
    private let listening = Mutex<Task<Void, Never>?>(nil)

    /// Makes a proxy; it has its port but does not listen yet.
    ///
    /// - Parameters:
    ///   - port: where requests are passed on to.
    ///   - host: the address of that port.
    ///   - mode: what is done at first.
    ///   - seed: of everything that is left to chance.
    /// - Throws: `PortError` when no port can be had.
    public init(to port: Int, host: String = "127.0.0.1", mode: Mode = .pass, seed: UInt64 = 1) throws(PortError) {
        self.host = host
        target = port
        reservation = try ReservedPort()
        state = Watched(State(mode: mode, generator: SeededGenerator(seed: seed)))
    }

    /// Runs a proxy, and stops it when the test's part has ended.
    ///
    /// - Throws: what the test's part throws, and when no port can be had.
    public static func run<Value: Sendable>(
        to port: Int,
        mode: Mode = .pass,
        seed: UInt64 = 1,
        _ body: (FaultProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try FaultProxy(to: port, mode: mode, seed: seed)
        try await proxy.start()
        do {
            let value = try await body(proxy)
            await proxy.stop()
            return value
        } catch {
            await proxy.stop()
            throw error
        }
    }

    /// Listens, unless the mode is to refuse.
    ///
    /// - Throws: when the port cannot be listened at.
    public func start() async throws {
        guard state.value.mode != .refuse, listening.withLock({ $0 == nil }) else { return }
        let listener = try await LoopbackListener(port: port)
        let task = Task { await listener.run { try await self.serve($0) } }
        listening.withLock { $0 = task }
    }

    /// Closes all connections and listens no more.
    public func stop() async {
        let task = listening.withLock { listening in
            defer { listening = nil }
            return listening
        }
        task?.cancel()
        await task?.value
    }

    /// Changes the mode.
    ///
    /// - Throws: when the port cannot be listened at after `refuse`.
    public func set(_ mode: Mode) async throws {
        state.update { $0.mode = mode }
        if mode == .refuse { await stop() } else { try await start() }
    }

    /// The requests so far, those included that were not passed on.
    public var requests: [RecordedRequest] { state.value.requests }

    /// How many connections were accepted so far.
    public var connections: Int { state.value.connections }

    /// How many connections are open.
    public var openConnections: Int { state.value.openConnections }

    /// Waits until so many requests came.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForRequests(_ count: Int) async throws {
        try await state.wait { $0.requests.count >= count }
    }

    /// Waits until so many connections are open.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func waitForOpenConnections(_ count: Int) async throws {
        try await state.wait { $0.openConnections == count }
    }

    // MARK: One connection

    private func serve(_ client: ByteConnection) async throws {
        state.update {
            $0.connections += 1
            $0.openConnections += 1
        }
        defer { state.update { $0.openConnections -= 1 } }
        let exchange = Exchange()
        try await LoopbackListener.connect(host: host, port: target) { server in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await self.passRequests(from: client, to: server, exchange) }
                group.addTask { try? await self.passAnswers(from: server, to: client, exchange) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// The fault of the request under way on a connection, and how much of its answer was passed on.
    private final class Exchange: Sendable {
        private let state = Mutex((fault: Mode.pass, passed: 0))

        var fault: Mode { state.withLock { $0.fault } }

        func begin(_ fault: Mode) {
            state.withLock { $0 = (fault, 0) }
        }

        /// Counts bytes, and gives how many there were before.
        func pass(_ count: Int) -> Int {
            state.withLock { state in
                defer { state.passed += count }
                return state.passed
            }
        }
    }

    private func rewriter(toServer: Bool) -> AddressRewriter {
        let own = AddressRewriter.address(port: port)
        let other = host == "127.0.0.1" ? AddressRewriter.address(port: target) : own
        return toServer ? AddressRewriter(own, other) : AddressRewriter(other, own)
    }

    private func passRequests(from client: ByteConnection, to server: ByteConnection, _ exchange: Exchange) async throws
    {
        var scanner = RequestScanner()
        var rewriter = rewriter(toServer: true)
        for try await bytes in client.inbound {
            for request in scanner.requests(in: bytes.readableBytesView) {
                let fault = state.update { state in
                    state.requests.append(request)
                    guard case .mixed(let modes) = state.mode else { return state.mode }
                    return modes.randomElement(using: &state.generator) ?? .pass
                }
                exchange.begin(fault)
            }
            switch exchange.fault {
            case .reset: return try await client.reset()
            case .blackHole: continue
            default: try await server.send(rewriter.rewrite(bytes.readableBytesView))
            }
        }
    }

    private func passAnswers(from server: ByteConnection, to client: ByteConnection, _ exchange: Exchange) async throws
    {
        var rewriter = rewriter(toServer: false)
        for try await bytes in server.inbound {
            guard try await pass(rewriter.rewrite(bytes.readableBytesView), to: client, exchange) else { return }
        }
        _ = try await pass(rewriter.rest(), to: client, exchange)
    }

    /// Whether the connection goes on.
    private func pass(_ bytes: [UInt8], to client: ByteConnection, _ exchange: Exchange) async throws -> Bool {
        let before = exchange.pass(bytes.count)
        switch exchange.fault {
        case .pass, .refuse, .reset, .mixed: try await client.send(bytes)
        case .blackHole: break
        case .dropAnswer:
            try await client.reset()
            return false
        case .hold:
            try await state.wait { $0.mode != .hold }
            try await client.send(bytes)
        case .delay(let time):
            if before == 0 { try await Task.sleep(for: time) }
            try await client.send(bytes)
        case .drip(let rate):
            for byte in bytes {
                try await client.send([byte])
                try await Task.sleep(for: .seconds(1) / rate)
            }
        case .slices: for byte in bytes { try await client.send([byte]) }
        case .cut(let limit, let ending):
            try await client.send(bytes.prefix(max(0, limit - before)))
            guard before + bytes.count < limit else {
                try await ending == .close ? client.close() : client.reset()
                return false
            }
        }
        return true
    }
}
