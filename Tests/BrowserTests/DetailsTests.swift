import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// The Details tab: moments, places and names that mean something.
struct DetailsTests {
    /// A browser with the details of an iTwin that is changed before; parent and account can be others.
    private func robot(width: Int = 150, _ change: (inout ITwin) -> Void) -> Robot {
        var data = SampleData.sample
        change(&data.iTwins[3])
        var robot = Robot(width: width, height: 50)
        robot.serve(data)
        robot.press("2 j j j enter ] ]")
        robot.serve(data)
        robot.advance(seconds: 0.2)
        robot.serve(data)
        return robot
    }

    private func line(_ label: String, _ robot: Robot) -> String? {
        robot.row(of: "│ \(label) ").map { robot.text.split(separator: "\n", omittingEmptySubsequences: false)[$0] }
            .flatMap { $0.split(separator: "│ \(label) ").last }
            .map { String($0.drop { $0 == " " }.prefix { $0 != "│" }).trimmingBlanks }
    }

    // MARK: Moments and places

    @Test func `Timestamps are shown exactly and as ages, with the user`() {
        let robot = robot {
            $0.createdDateTime = Timestamp("2026-09-27T09:00:00.5Z")
            $0.lastModifiedDateTime = Robot.noon
            $0.lastModifiedBy = "somebody"
        }
        #expect(line("created", robot)?.hasPrefix("2026-09-27 09:00:00 UTC, 3 h ago, by") == true)
        #expect(line("modified", robot) == "2026-09-27 12:00:00 UTC, now, by somebody")
    }

    @Test(
        arguments: [
            (51.5, -0.12, "51.5° N, 0.12° W"), (-33.8688197, 151.2092956, "33.86882° S, 151.209296° E"),
            (0, 0, "0° N, 0° E"), (nil, 7, "7° E"), (-90, nil, "90° S"),
        ] as [(Double?, Double?, String)]
    )
    func `A position shows its compass directions`(_ latitude: Double?, _ longitude: Double?, _ text: String) {
        let robot = robot { ($0.latitude, $0.longitude) = (latitude, longitude) }
        #expect(line("position", robot) == text)
    }

    @Test(arguments: [
        ("Europe/London", "Sun 13:00 (Europe/London, UTC+1)"), ("Asia/Tokyo", "Sun 21:00 (Asia/Tokyo, UTC+9)"),
        ("Asia/Kolkata", "Sun 17:30 (Asia/Kolkata, UTC+5:30)"),
        ("Pacific/Auckland", "Mon 01:00 (Pacific/Auckland, UTC+13)"),
        ("America/St_Johns", "Sun 09:30 (America/St_Johns, UTC-2:30)"),
        ("Africa/Abidjan", "Sun 12:00 (Africa/Abidjan, UTC)"),
    ])
    func `Local time is shown with its time zone`(_ zone: String, _ text: String) {
        let robot = robot { $0.ianaTimeZone = zone }
        #expect(line("local time", robot) == text)
        #expect(line("time zone", robot) == nil)
    }

    @Test func `The local time is updated every minute`() {
        var robot = robot { $0.ianaTimeZone = "Europe/London" }
        robot.advance(seconds: 40 * 60 + 20)
        #expect(line("local time", robot) == "Sun 13:40 (Europe/London, UTC+1)")
        #expect(robot.browser.nextDeadline(at: robot.now) == Robot.noon.adding(seconds: 41 * 60))
    }

    @Test(arguments: ["Mars/Phobos", "../../etc/passwd", "/etc/localtime", "Europe/London\u{1B}[2J"])
    func `An unknown time zone is shown as received`(_ zone: String) {
        let robot = robot { $0.ianaTimeZone = zone }
        #expect(line("local time", robot) == nil)
        #expect(!robot.text.contains("\u{1B}"))
        #expect(zone.hasPrefix("Europe") || line("time zone", robot) == "\(zone) (unknown)")
    }

    // MARK: Names

    @Test func `A parent that is also the account is requested once`() {
        let robot = robot { ($0.parentId, $0.iTwinAccountId) = ("far", "far") }
        #expect(robot.asked == [.iTwin(id: "far")])
    }

    @Test func `A parent and an account missing from the lists are requested once and shown by name`() {
        var robot = robot { ($0.parentId, $0.iTwinAccountId) = ("far-parent", "far-account") }
        #expect(robot.asked == [.iTwin(id: "far-parent"), .account(iTwinID: SampleData.id(3))])
        #expect(line("parent", robot) == "far-parent")
        for (id, name) in [("far-parent", "Coast Programme"), ("far-account", "Harbour Authority")] {
            var iTwin = ITwin(id: id)
            iTwin.displayName = name
            robot.answer(.success(.iTwin(iTwin, source: .null))) {
                $0 == (id == "far-parent" ? .iTwin(id: id) : .account(iTwinID: SampleData.id(3)))
            }
        }
        #expect(line("parent", robot) == "Coast Programme")
        #expect(line("account", robot) == "Harbour Authority")
        #expect(robot.text.contains("Coast Programme › Riverside Bridge"))
        robot.press("[ ] tab j k tab")
        robot.advance(seconds: 1)
        #expect(!robot.asked.contains(.iTwin(id: "far-parent")))
        #expect(!robot.asked.contains { $0.id == .getITwinAccount })
    }

    @Test func `A name that couldn't be loaded isn't requested again until r`() {
        var robot = robot { $0.parentId = "secret-parent" }
        let refusal = APIError(status: 404, code: "iTwinNotFound", message: "No.")
        robot.answer(.failure(RequestError(.refused(refusal), operation: .getITwin))) {
            $0 == .iTwin(id: "secret-parent")
        }
        #expect(line("parent", robot) == "secret-parent")
        robot.press("[ ] tab j k tab")
        robot.advance(seconds: 1)
        #expect(!robot.asked.contains(.iTwin(id: "secret-parent")))
        robot.press("r")
        #expect(robot.asked.contains(.iTwin(id: "secret-parent")))
    }

    @Test func `No name is requested while the list is loading, or in the document routes`() {
        var data = SampleData.sample
        data.iTwins[3].parentId = "far-parent"
        var robot = Robot()
        robot.press("2")
        robot.page(Page(Array(data.iTwins.prefix(4)), next: "next"))
        robot.press("j j j")
        robot.advance(seconds: 1)
        #expect(!robot.asked.contains(.iTwin(id: "far-parent")))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        #expect(robot.asked.contains(.iTwin(id: "far-parent")))
        var document = Robot(routes: .document)
        document.serve(data)
        document.press("2 j j j")
        document.advance(seconds: 1)
        #expect(document.asked.allSatisfy { $0.exists(in: .document) })
    }

    // MARK: Repositories

    @Test func `Unknown authentication types are masked too`() throws {
        let json: JSON = [
            "id": "r", "class": "GeographicInformationSystem", "subClass": "WebMapService", "displayName": "Maps",
            "authentication": [
                "type": "Ticket", "ticket": "canary-secret", "more": ["pin": 4711, "ids": ["canary-two"]],
            ],
        ]
        var data = SampleData.sample
        data.repositories[SampleData.id(3)] = [try #require(Repository(json))]
        var robot = Robot(width: 150, height: 50)
        robot.serve(data)
        robot.press("2 j j j")
        robot.advance(seconds: 0.2)
        robot.serve(data)
        #expect(robot.text.contains("Ticket"))
        #expect(robot.text.contains("••••••"))
        for secret in ["canary-secret", "canary-two", "4711"] { #expect(!robot.text.contains(secret)) }
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
