import Browser
import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// The place that shows what went over the wire.
struct RequestLogTests {
    private func exchange(
        _ target: String,
        of operation: OperationID = .getMyITwins,
        method: String = "GET",
        ms: Double? = 12,
        status: Int? = 200,
        requester: String? = nil,
        failure: RequestError.Reason? = nil,
        body: String = #"{"iTwins":[]}"#
    ) -> Exchange {
        Exchange.$currentRequest.withValue(requester) {
            var exchange = Exchange(operation, method: method, target: target, host: "127.0.0.1:41873", at: Robot.noon)
            exchange.seconds = ms.map { $0 / 1000 }
            (exchange.status, exchange.failure, exchange.bytes) = (status, failure, body.utf8.count)
            exchange.correlationID = "c0ffee-1"
            exchange.sent = .init(
                headers: [("Authorization", "Bearer canary"), ("Accept", "application/json")],
                body: []
            )
            exchange.received = .init(headers: [("Content-Type", "application/json")], body: Array(body.utf8))
            return exchange
        }
    }

    private func robot(_ exchanges: [Exchange], width: Int = 150, height: Int = 40) -> Robot {
        var robot = Robot(width: width, height: height)
        robot.serve(.sample)
        for exchange in exchanges { robot.send(.exchange(exchange)) }
        robot.press("5")
        return robot
    }

    /// The rows of the list.
    private func rows(_ robot: Robot) -> [Substring] {
        robot.text.split(separator: "\n").compactMap { $0.split(separator: "││").first }.filter { $0.contains("GET ") }
    }

    @Test func `Requests are listed newest first with method, path, status, time and size`() throws {
        let robot = robot([exchange("/itwins/?$top=110"), exchange("/itwins/exports", status: 404)])
        #expect(robot.text.contains("[5 Requests]"))
        let rows = rows(robot)
        #expect(rows.count == 2)
        #expect(rows.first?.contains("/itwins/exports") == true)
        #expect(rows.first?.contains("404") == true)
        #expect(rows.dropFirst().first?.contains("$top=110") == true)
        #expect(robot.text.contains("Requests  2"))
    }

    @Test func `Request details show headers and bodies without credentials`() {
        var robot = robot([exchange("/itwins/favorites", body: #"{"iTwins":[{"id":"x-1"}]}"#)])
        #expect(robot.text.contains("Content-Type"))
        #expect(robot.text.contains(#""id": "x-1""#))
        #expect(robot.text.contains("••••••"))
        #expect(!robot.text.contains("canary"))
        robot.press("enter G")
        #expect(!robot.text.contains("canary"))
    }

    @Test func `A request in the list is updated from start to finish`() {
        var running = exchange("/itwins/1", ms: nil, status: nil)
        running.received = nil
        var robot = robot([running])
        #expect(robot.text.contains("in progress"))
        running.seconds = 0.25
        running.status = 200
        robot.send(.exchange(running))
        #expect(robot.text.contains("250 ms"))
        #expect(robot.text.contains("Requests  1"))
    }

    @Test func `Requests can be filtered and sorted like any list`() {
        var robot = robot([
            exchange("/itwins/a", ms: 1200), exchange("/itwins/b", ms: 3), exchange("/itwins/c", ms: 40),
        ])
        robot.press("/")
        robot.type("itwins/b")
        #expect(robot.text.contains("1 of 3"))
        robot.press("esc s 6")
        #expect(rows(robot).first?.contains("/itwins/b") == true)
        #expect(rows(robot).last?.contains("/itwins/a") == true)
    }

    @Test func `x cancels the selected request and X cancels all`() {
        var robot = Robot(width: 150, height: 40)
        let running = robot.pending.map(\.id).map { id in
            var running = exchange("/itwins/\(id)", ms: nil, status: nil, requester: id.description)
            running.received = nil
            return running
        }
        #expect(running.count > 2)
        for exchange in running { robot.send(.exchange(exchange)) }
        robot.press("5")
        robot.forgetEffects()
        robot.press("x")
        #expect(robot.effects.contains { if case .cancel = $0 { true } else { false } })
        #expect(robot.text.contains("Request cancelled"))
        robot.press("X")
        #expect(robot.text.contains("requests cancelled"))
        robot.press("x")
        #expect(robot.text.contains("can't be cancelled from here"))
    }

    @Test func `Cancelling a change asks for confirmation`() throws {
        var robot = Robot(width: 150, height: 40)
        robot.serve(.sample)
        robot.press("2 f")
        let id = try #require(robot.pending.map(\.id).last)
        var running = exchange(
            "/itwins/favorites/1",
            of: .addITwinToMyFavorites,
            method: "POST",
            ms: nil,
            status: nil,
            requester: id.description
        )
        running.received = nil
        robot.send(.exchange(running))
        robot.press("5 x")
        #expect(robot.text.contains("The service may already have made the change."))
        #expect(robot.row(of: "y  cancels it    esc  keeps waiting") != nil)
        robot.press("esc")
        robot.forgetEffects()
        #expect(!robot.text.contains("The service may already have made the change"))
        robot.press("x y")
        #expect(robot.effects.contains(.cancel(id)))
    }

    @Test func `The last 1,000 requests are kept, with at most 8 MB of their bodies`() {
        let body = "\"" + String(repeating: "a", count: 60_000) + "\""
        let robot = robot((0..<1100).map { exchange("/itwins/n\($0)", body: $0 < 900 ? "1" : body) })
        #expect(robot.text.contains("Requests  1,000"))
        var last = robot
        last.press("G")
        #expect(last.text.contains("/itwins/n100"))
        last.press("g g")
        for _ in 0..<190 { last.press("j") }
        #expect(last.text.contains("was dropped"))
    }

    @Test func `On a small screen the request details are updated too`() {
        var running = exchange("/itwins/1", ms: nil, status: nil)
        var robot = robot([running], width: 60, height: 14)
        robot.press("enter")
        #expect(robot.text.contains("in progress"))
        running.seconds = 0.25
        robot.send(.exchange(running))
        #expect(robot.text.contains("250 ms"))
    }

    @Test func `A user doesn't see the previous user's requests`() {
        var connection = Connection(profile: "production", host: "api.bentley.com")
        connection.canSignIn = true
        var robot = Robot(width: 150, height: 40, connection: connection)
        func signIn(_ who: String, _ user: UInt64) {
            let state = SignInState.signedIn(who: who, user: user, until: robot.now.adding(seconds: 3600))
            robot.send(.signIn(state, profile: "production"))
        }
        signIn("Ann", 1)
        var running = exchange("/itwins/of-ann", ms: nil, status: nil)
        robot.send(.exchange(running))
        robot.press("5")
        #expect(robot.text.contains("of-ann"))
        signIn("Bob", 2)
        running.seconds = 1
        robot.send(.exchange(running))
        #expect(robot.text.contains("Bob"))
        robot.press("5")
        #expect(!robot.text.contains("of-ann"))
        robot.send(.exchange(exchange("/itwins/of-bob")))
        #expect(robot.text.contains("of-bob"))
    }

    @Test func `An empty request list says so`() {
        var robot = Robot()
        robot.press("5")
        #expect(robot.text.contains("No requests yet."))
    }
}
