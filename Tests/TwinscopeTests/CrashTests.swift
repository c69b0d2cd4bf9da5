import Foundation
import ITwinsAPI
import Synchronization
import TestSupport
import Testing

/// What the service acknowledged is on the disk, however it ends: reliability rows 58 and 70.
///
/// `TWINSCOPE_CRASH_ROUNDS` is how often each kind of end is tried; 2 when it is not set.
struct CrashTests {
    private static let rounds =
        ProcessInfo.processInfo.environment["TWINSCOPE_CRASH_ROUNDS"].flatMap { Int($0) } ?? 2

    /// Names that a service has answered 201 for.
    private final class Acknowledged: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }

        /// Adds a name.
        ///
        /// - Returns: how many there are now.
        func add(_ name: String) -> Int {
            names.withLock { names in
                names.append(name)
                return names.count
            }
        }
    }

    /// Sends 1,000 creations at once, and a signal as soon as some of them were acknowledged.
    ///
    /// - Returns: the names that were acknowledged, before and after the signal.
    private static func create(_ service: ServiceProcess, round: Int, then end: @escaping @Sendable () -> Void)
        async throws -> [String]
    {
        let http = RawHTTP(port: try #require(URLComponents(string: service.baseURL)?.port))
        let token = Secret(service.token)
        let acknowledged = Acknowledged()
        let enough = 20 + round * 90 % 600
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let name = "Round \(round) number \(number)"
                    let body = #"{"class":"Thing","subClass":"Asset","displayName":"\#(name)","latitude":1.5}"#
                    // What is cut off throws.
                    guard let answer = try? await http.request("POST", "/itwins", token: token, body: body),
                        answer.status == 201
                    else { return }
                    if acknowledged.add(name) == enough { end() }
                }
            }
        }
        return acknowledged.all
    }

    /// The iTwins of a database as a new service lists them, after SQLite has found it whole.
    private static func names(in database: String) async throws -> Set<String> {
        let check =
            "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])"
        let service = try await ServiceProcess(arguments: ["--database", database, "--max-return", "100000"])
        defer { service.end() }
        #expect(try Command.run("python3", ["-c", check, database]).output == "ok\n")
        let http = RawHTTP(port: try #require(URLComponents(string: service.baseURL)?.port))
        var names: Set<String> = []
        var skip = 0
        while true {
            let answer = try await http.request(
                "GET",
                "/itwins?subClass=Asset&$top=1000&$skip=\(skip)",
                token: Secret(service.token),
                headers: ["X-Max-Return: 100000", "Prefer: return=representation"]
            )
            let iTwins = try #require(answer.json?["iTwins"]?.array).compactMap { ITwin($0) }
            for iTwin in iTwins {
                // None is half: everything that a creation writes is there.
                #expect(iTwin.latitude == 1.5 && iTwin.parentId != nil && iTwin.createdDateTime != nil)
                #expect(iTwin.status == .active && iTwin.number == iTwin.id)
                names.insert(try #require(iTwin.displayName))
            }
            guard iTwins.count == 1000 else { return names }
            skip += 1000
        }
    }

    @Test func `What was acknowledged before a kill -9 is there afterwards, and nothing is half`() async throws {
        let folder = try TerminalSession.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = folder.appendingPathComponent("itwins.sqlite").path
        var acknowledged: [String] = []
        for round in 0..<Self.rounds {
            let service = try await ServiceProcess(arguments: ["--database", database])
            acknowledged += try await Self.create(service, round: round) { service.send(SIGKILL) }
            service.kill()
            let names = try await Self.names(in: database)
            #expect(names.isSuperset(of: acknowledged))
            // The last answers may have been lost, but not all that was written is a surprise.
            #expect(names.count >= acknowledged.count && names.count <= (round + 1) * 1000)
        }
        #expect(acknowledged.count >= 20)
    }

    @Test func `A service that is asked to end answers what is under way, and ends within its time`() async throws {
        let folder = try TerminalSession.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = folder.appendingPathComponent("itwins.sqlite").path
        var acknowledged: [String] = []
        for round in 0..<Self.rounds {
            let service = try await ServiceProcess(arguments: ["--database", database])
            acknowledged += try await Self.create(service, round: round) { service.send(SIGTERM) }
            #expect(service.stop() == 0)
            service.end()
            #expect(try await Self.names(in: database).isSuperset(of: acknowledged))
        }
    }
}
