import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// Very many connections of another process that send nothing (reliability row 68).
@Suite(.timeLimit(.minutes(5)))
struct IdleConnectionTests {
    /// How many connections.
    private static let count = Soak.count(usually: 2000, soak: 10_000)

    /// Opens connections, tells when all are open, and holds them until it is ended.
    private static let crowd = """
        import resource, select, socket, sys
        port, count = int(sys.argv[1]), int(sys.argv[2])
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 100) if hard > 0 else count + 100, hard))
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
        print("open", flush=True)
        select.select([], [], [])
        """

    @Test(.rows(68, soak: "10,000 connections"))
    func `While another process holds thousands of idle connections, a request is answered within 15 seconds`()
        async throws
    {
        let service = try await ServiceProcess(
            arguments: ["--database", ":memory:"],
            // Its open files are counted, which it hides otherwise.
            variables: ["TWINSCOPE_CORE": "1"]
        )
        defer { service.end() }
        let crowd = try RunningCommand("python3", ["-c", Self.crowd, "\(try service.port)", "\(Self.count)"])
        defer { crowd.end() }
        var answers = 0
        var isComplete = false
        // While they come, and when all are there.
        while !isComplete || answers < 5 {
            isComplete = crowd.output.contains("open")
            try #require(crowd.isRunning, "\(crowd.errors)")
            let start = ContinuousClock.now
            let answer = try await RawHTTP(port: try service.port)
                .request("GET", "/itwins", token: Secret(service.token))
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - start < .seconds(15))
            answers += 1
        }
        // None of them takes a file of the service for good.
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(service.processID)/fd").count
        #expect(files < 1200)
    }
}
