import Foundation
import GRDB
import ITwinsAPI
import Synchronization
import TestSupport
import Testing

/// What many clients at once were told by a service, and what is in its database afterwards.
final class ServiceAudit: Sendable {
    private struct State {
        /// The iTwins as the answers to their creation showed them, by name.
        var acknowledged: [String: JSON] = [:]
        /// How many there are of each round.
        var counts: [Int: Int] = [:]
        var unexpected: [String] = []
    }

    private let state = Mutex(State())

    /// The names of the iTwins whose creation was answered with success.
    var acknowledged: Set<String> { state.withLock { Set($0.acknowledged.keys) } }

    /// Answers that were neither success nor the end of the connection or of the service.
    var unexpected: [String] { state.withLock { $0.unexpected } }

    /// What every iTwin here is created with besides its name and number.
    private static let members: [(name: String, value: JSON)] = [
        ("class", "Endeavor"), ("subClass", "Project"), ("type", "Bridge"), ("geographicLocation", "Exton, PA"),
        ("ianaTimeZone", "America/New_York"), ("dataCenterLocation", "East US"), ("status", "Active"),
    ]

    /// Lets many clients at the same moment create an iTwin, each over a connection of its own. What the service does not
    /// answer is no error: it may be killed meanwhile.
    ///
    /// - Parameters:
    ///   - round: their names are “Round ROUND number 0” and so on.
    ///   - untilTheEnd: whether each goes on with others until the service does not answer any more, so that the service is
    ///     in the midst of it whenever it is killed, however fast it is.
    ///   - onAcknowledgement: is called with the count of those that were answered with success so far in this round.
    func create(
        _ clients: Int,
        round: Int,
        untilTheEnd: Bool = false,
        on service: ServiceProcess,
        onAcknowledgement: @escaping @Sendable (Int) -> Void
    ) async throws {
        let http = RawHTTP(port: try service.port)
        let token = Secret(service.token)
        await withDiscardingTaskGroup { group in
            for client in 0..<clients {
                group.addTask {
                    var number = client
                    while let count = await self.create(number, round: round, http, token) {
                        onAcknowledgement(count)
                        guard untilTheEnd else { return }
                        number += clients
                    }
                }
            }
        }
    }

    /// Creates one iTwin.
    ///
    /// - Returns: the count of the round's acknowledgements; nil when it was not acknowledged.
    private func create(_ number: Int, round: Int, _ http: RawHTTP, _ token: Secret) async -> Int? {
        let name = Self.name(round: round, number)
        let answer = try? await http.request(
            "POST",
            "/itwins",
            token: token,
            headers: ["Prefer: return=representation"],
            body: Self.body(name)
        )
        return answer.flatMap { note($0, name, round: round) }
    }

    /// Creates one iTwin whose body is sent only once the service waits for it and the closure has run.
    ///
    /// - Returns: the status of the answer.
    func createSlowly(
        round: Int,
        on service: ServiceProcess,
        meanwhile: @escaping @Sendable () async throws -> Void
    ) async throws -> Int {
        let name = Self.name(round: round, 0)
        let body = Array(Self.body(name).utf8)
        let port = try service.port
        let head = """
            POST /itwins HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(service.token)\r\n\
            Content-Type: application/json\r\nContent-Length: \(body.count)\r\nExpect: 100-continue\r\n\
            Prefer: return=representation\r\n\r\n
            """
        let answer = try await RawHTTP(port: port).connected { connection in
            try await connection.send(Array(head.utf8))
            #expect(try await connection.answer().status == 100)
            try await meanwhile()
            try await connection.send(body)
            return try await connection.answer()
        }
        _ = note(answer, name, round: round)
        return answer.status
    }

    /// Compares what a service that was started again has of a round with what was acknowledged: all of that is there as
    /// it was shown, and what was not acknowledged is there in full or not at all.
    ///
    /// - Returns: the names of all iTwins of the round.
    func compare(round: Int, with service: ServiceProcess) async throws -> Set<String> {
        var found: [JSON] = []
        for skip in stride(from: 0, through: .max, by: 1000) {
            let answer = try await RawHTTP(port: try service.port).request(
                "GET",
                "/itwins?$top=1000&$skip=\(skip)&$search=Round%20\(round)%20",
                token: Secret(service.token),
                headers: ["Prefer: return=representation"]
            )
            #expect(answer.status == 200)
            let page = try #require(answer.json?["iTwins"]?.array)
            found += page
            if page.count < 1000 { break }
        }
        let byName = Dictionary(grouping: found) { $0["displayName"]?.string ?? "without a name" }
        #expect(byName.count == found.count)
        for (name, iTwin) in state.withLock({ $0.acknowledged }) where name.hasPrefix("Round \(round) ") {
            #expect(byName[name] == [iTwin], "\(name) was acknowledged as \(iTwin)")
        }
        for iTwin in found {
            #expect(iTwin["number"]?.string == iTwin["displayName"]?.string.map { "No \($0)" })
            for (name, value) in Self.members { #expect(iTwin[name] == value, "\(iTwin)") }
            for name in ["id", "createdDateTime", "createdBy", "iTwinAccountId", "parentId"] {
                #expect(iTwin[name]?.string?.isEmpty == false, "\(iTwin)")
            }
        }
        return Set(byName.keys)
    }

    /// Lets SQLite look through the whole file of a database.
    static func checkIntegrity(of database: String) throws {
        let queue = try DatabaseQueue(path: database)
        let verdict = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
        #expect(verdict == ["ok"])
        let orphans = try queue.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }
        #expect(orphans.isEmpty)
        try queue.close()
    }

    private static func name(round: Int, _ number: Int) -> String { "Round \(round) number \(number)" }

    private static func body(_ name: String) -> String {
        var object = JSON.Object()
        object["displayName"] = .string(name)
        object["number"] = .string("No \(name)")
        for (name, value) in members { object[name] = value }
        return JSON.object(object).text
    }

    /// - Returns: the count of the round's acknowledgements; nil when this is none.
    private func note(_ answer: RawAnswer, _ name: String, round: Int) -> Int? {
        state.withLock { state in
            // A service that stops refuses what it has not begun.
            guard answer.error?.message.hasPrefix("The service is stopping.") != true else { return nil }
            guard answer.status == 201, let iTwin = answer.json?["iTwin"] else {
                state.unexpected.append("\(answer.status) for \(name)")
                return nil
            }
            state.acknowledged[name] = iTwin
            state.counts[round, default: 0] += 1
            return state.counts[round]
        }
    }
}
