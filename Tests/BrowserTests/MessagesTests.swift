import Browser
import ITwinsAPI
import TestSupport
import Testing

/// The list of what the program said in this run.
struct MessagesTests {
    private func robot() -> Robot {
        var robot = Robot(width: 120)
        robot.serve(.sample)
        return robot
    }

    @Test func `Messages are listed with their age, newest first`() throws {
        var robot = robot()
        robot.press("2 i")
        robot.advance(seconds: 120)
        robot.press(".")
        robot.press("m")
        let lines = robot.text.split(separator: "\n").map(String.init)
        let newest = try #require(lines.firstIndex { $0.contains("Secrets are shown") })
        let oldest = try #require(lines.firstIndex { $0.contains("Inactive iTwins shown") })
        #expect(newest < oldest)
        #expect(lines[oldest].contains("2 min"))
        robot.press("esc")
        #expect(!robot.text.contains("┌─ Messages ─"))
    }

    @Test func `An empty message list says so`() {
        var robot = robot()
        robot.press("m")
        #expect(robot.text.contains("No messages yet."))
        robot.press("enter j G m")
        #expect(!robot.text.contains("┌─ Messages ─"))
    }

    @Test func `Enter on a failure opens its request`() throws {
        var robot = robot()
        robot.press("2 f")
        let request = try #require(robot.pending.first { $0.operation.id == .addITwinToMyFavorites })
        let exchanges = [nil, request.id.description, nil].map { requester in
            Exchange.$currentRequest.withValue(requester) {
                var exchange = Exchange(
                    .addITwinToMyFavorites,
                    method: "POST",
                    target: "/itwins/\(requester ?? "other")",
                    host: "h",
                    at: Robot.noon
                )
                exchange.seconds = 0.1
                return exchange
            }
        }
        for exchange in exchanges { robot.send(.exchange(exchange)) }
        let refused = APIError(status: 500, code: "X", message: "It broke.")
        robot.answer(.failure(RequestError(.refused(refused), operation: .addITwinToMyFavorites))) {
            $0.id == .addITwinToMyFavorites
        }
        robot.serve(.sample)
        #expect(robot.text.contains("5  shows the request"))
        robot.press("5")
        #expect(robot.selectedRow?.contains("/itwins/#") == true)
        robot.press("2 m enter")
        #expect(robot.text.contains("[5 Requests]"))
        #expect(robot.selectedRow?.contains("/itwins/#") == true)
    }
}
