import Foundation
import ITwinsAPI
import Synchronization
import TestSupport
import Testing

/// What became of iTwins that many clients created, changed and deleted while their service was killed.
final class ChangeAudit: Sendable {
    /// What an iTwin may be, by the answers so far: absent, or there with one of the types that it was given.
    private struct Subject {
        var id: String?
        /// Nil stands for absent.
        var possible: Set<String?>
    }

    private struct State {
        /// By number.
        var subjects: [String: Subject] = [:]
        var acknowledged = 0
        var unexpected: [String] = []
    }

    private let state = Mutex(State())

    /// Answers that were neither success nor the end of the connection.
    var unexpected: [String] { state.withLock { $0.unexpected } }

    /// How many iTwins are there.
    var count: Int { state.withLock { $0.subjects.count } }

    private enum Change: Sendable {
        case creation(number: String)
        case change(number: String, id: String)
        case deletion(number: String, id: String)
    }

    /// Creates, changes and deletes at the same moment, each over a connection of its own and no iTwin twice.
    ///
    /// - Parameters:
    ///   - seed: what chance is made of.
    ///   - onAcknowledgement: is called with the count of those that were answered with success so far in this round.
    func stir(
        round: Int,
        seed: UInt64,
        on service: ServiceProcess,
        onAcknowledgement: @escaping @Sendable (Int) -> Void
    ) async throws {
        let changes = begin(round: round, seed: seed)
        let http = RawHTTP(port: try service.port)
        let token = Secret(service.token)
        await withDiscardingTaskGroup { group in
            for change in changes {
                group.addTask {
                    guard let answer = try? await Self.send(change, round: round, http, token),
                        let count = self.note(answer, change, round: round)
                    else { return }
                    onAcknowledgement(count)
                }
            }
        }
    }

    /// Compares what a service that was started again has with what may be there, which is the only possible thing from
    /// then on.
    func compare(with service: ServiceProcess) async throws {
        var found: [String: (id: String, type: String)] = [:]
        let http = RawHTTP(port: try service.port)
        var skip = 0
        while true {
            let answer = try await http.request(
                "GET",
                "/itwins?$top=1000&$skip=\(skip)&$search=Stirred&$select=id,number,type",
                token: Secret(service.token),
                headers: ["X-Max-Return: 10000"]
            )
            #expect(answer.status == 200)
            let page = try #require(answer.json?["iTwins"]?.array)
            for iTwin in page {
                let number = try #require(iTwin["number"]?.string)
                let id = try #require(iTwin["id"]?.string)
                let type = try #require(iTwin["type"]?.string)
                #expect(found.updateValue((id, type), forKey: number) == nil, "\(number) is there twice")
            }
            skip += page.count
            if page.count < 1000 { break }
        }
        let all = found
        let wrong = state.withLock { state in
            var wrong: [String] = []
            for number in Set(state.subjects.keys).union(all.keys) {
                let type = all[number]?.type
                let possible = state.subjects[number]?.possible ?? [nil]
                if !possible.contains(type) { wrong.append("\(number) is \(type ?? "absent"), not \(possible)") }
            }
            state.subjects = all.mapValues { Subject(id: $0.id, possible: [$0.type]) }
            return wrong
        }
        #expect(wrong == [])
    }

    private func begin(round: Int, seed: UInt64) -> [Change] {
        var generator = SeededGenerator(seed: seed)
        return state.withLock { state in
            state.acknowledged = 0
            let known = state.subjects.keys.sorted().shuffled(using: &generator)
            var changes: [Change] = []
            for number in known.prefix(60) {
                guard let subject = state.subjects[number], let id = subject.id else { continue }
                let deletes = changes.count < 30
                state.subjects[number]?.possible.insert(deletes ? nil : Self.type(of: round))
                changes.append(deletes ? .deletion(number: number, id: id) : .change(number: number, id: id))
            }
            for index in 0..<40 {
                let number = "Stirred \(round).\(index)"
                state.subjects[number] = Subject(id: nil, possible: [nil, Self.type(of: round)])
                changes.append(.creation(number: number))
            }
            return changes.shuffled(using: &generator)
        }
    }

    private static func type(of round: Int) -> String { "Round \(round)" }

    private static func send(_ change: Change, round: Int, _ http: RawHTTP, _ token: Secret) async throws -> RawAnswer {
        switch change {
        case .creation(let number):
            let body: JSON = [
                "class": "Thing", "subClass": "Asset", "displayName": .string(number), "number": .string(number),
                "type": .string(type(of: round)),
            ]
            return try await http.request("POST", "/itwins", token: token, body: body.text)
        case .change(_, let id):
            let body: JSON = ["type": .string(type(of: round))]
            return try await http.request("PATCH", "/itwins/\(id)", token: token, body: body.text)
        case .deletion(_, let id): return try await http.request("DELETE", "/itwins/\(id)", token: token)
        }
    }

    /// - Returns: the count of the round's acknowledgements; nil when this is none.
    private func note(_ answer: RawAnswer, _ change: Change, round: Int) -> Int? {
        let (number, success, outcome): (String, Int, String?) =
            switch change {
            case .creation(let number): (number, 201, Self.type(of: round))
            case .change(let number, _): (number, 200, Self.type(of: round))
            case .deletion(let number, _): (number, 204, nil)
            }
        return state.withLock { state in
            guard answer.status == success else {
                state.unexpected.append("\(answer.status) for \(change)")
                return nil
            }
            state.subjects[number]?.possible = [outcome]
            state.acknowledged += 1
            return state.acknowledged
        }
    }
}
