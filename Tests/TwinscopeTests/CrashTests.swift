import Foundation
import TestSupport
import Testing

/// `twinscope serve` that is killed, or told to end, while many clients write at the same moment (reliability rows 58 and 70).
@Suite(.serialized)
struct CrashTests {
    /// How many create at the same moment.
    private static let clients = Soak.count(usually: 200, soak: 1000)

    /// After how many acknowledgements the process is killed, by round.
    private static var moments: [Int] {
        let few = [1, 40, 150]
        let rounds = Soak.count(usually: few.count, soak: 50)
        var generator = SeededGenerator(seed: 58)
        return (0..<rounds).map { few.indices.contains($0) ? few[$0] : .random(in: 1..<clients, using: &generator) }
    }

    private func withDatabase(_ body: (_ path: String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await body(folder.file("itwins.sqlite"))
    }

    @Test(.rows(58, 70, soak: "50 kills while 1,000 clients create"))
    func `Everything acknowledged before kill -9 is there after a restart, and nothing is there by half`()
        async throws
    {
        try await withDatabase { database in
            let audit = ServiceAudit()
            let arguments = ["--database", database]
            let moments = Self.moments
            var kept: [Set<String>] = []
            for (round, moment) in moments.enumerated() {
                let service = try await ServiceProcess(arguments: arguments)
                try await audit.create(Self.clients, round: round, untilTheEnd: true, on: service) { count in
                    if count == moment { service.send(SIGKILL) }
                }
                try await service.kill()
                let restarted = try await ServiceProcess(arguments: arguments)
                kept.append(try await audit.compare(round: round, with: restarted))
                #expect(kept[round].count >= moment)
                try await restarted.kill()
                try ServiceAudit.checkIntegrity(of: database)
            }
            let service = try await ServiceProcess(arguments: arguments)
            defer { service.end() }
            for round in moments.indices {
                let found = try await audit.compare(round: round, with: service)
                #expect(found == kept[round])
            }
            #expect(audit.unexpected.isEmpty)
        }
    }

    @Test(.rows(58, soak: "200 kills"))
    func `Changes and deletions interrupted by kill -9 are complete or absent, and acknowledged ones complete`()
        async throws
    {
        try await withDatabase { database in
            let audit = ChangeAudit()
            var generator = SeededGenerator(seed: 5858)
            for round in 0..<Soak.count(usually: 3, soak: 200) {
                let service = try await ServiceProcess(arguments: ["--database", database])
                let moment = Int.random(in: 1...(round == 0 ? 30 : 60), using: &generator)
                try await audit.stir(round: round, seed: UInt64(round), on: service) { count in
                    if count == moment { service.send(SIGKILL) }
                }
                try await service.kill()
                try ServiceAudit.checkIntegrity(of: database)
                let restarted = try await ServiceProcess(arguments: ["--database", database])
                try await audit.compare(with: restarted)
                try await restarted.kill()
            }
            #expect(audit.count > 0)
            #expect(audit.unexpected == [])
        }
    }

    @Test(.rows(70, soak: "1,000 clients"), arguments: [SIGTERM, SIGINT])
    func `A signal under load lets running requests finish, and nothing is written without a response`(
        _ signal: Int32
    ) async throws {
        try await withDatabase { database in
            let audit = ServiceAudit()
            let service = try await ServiceProcess(arguments: ["--database", database])
            try await audit.create(Self.clients, round: 0, on: service) { count in
                if count == 100 { service.send(signal) }
            }
            #expect(try await service.waitUntilExit() == 0)
            service.end()
            try ServiceAudit.checkIntegrity(of: database)
            // Nothing is left to undo.
            let journal = try? FileManager.default.attributesOfItem(atPath: database + "-journal")
            #expect(journal?[.size] as? Int ?? 0 == 0)
            let restarted = try await ServiceProcess(arguments: ["--database", database])
            defer { restarted.end() }
            let kept = try await audit.compare(round: 0, with: restarted)
            #expect(kept == audit.acknowledged)
            #expect(kept.count >= 100)
            #expect(audit.unexpected.isEmpty)
        }
    }

    @Test(.rows(70)) func `A request whose body is still arriving at shutdown is answered`() async throws {
        try await withDatabase { database in
            let audit = ServiceAudit()
            let service = try await ServiceProcess(arguments: ["--database", database])
            let status = try await audit.createSlowly(round: 0, on: service) {
                service.send(SIGTERM)
                while await service.takesConnections { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(status == 201)
            #expect(try await service.waitUntilExit() == 0)
            service.end()
            let restarted = try await ServiceProcess(arguments: ["--database", database])
            defer { restarted.end() }
            let kept = try await audit.compare(round: 0, with: restarted)
            #expect(kept == audit.acknowledged)
        }
    }
}
