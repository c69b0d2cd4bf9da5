import Foundation
import ITwinsAPI
import TestSupport
import Testing

/// What a user does with the program, in a real terminal against a real service.
@Suite(.serialized)
struct StoryTests {
    /// Fills in the dialog for a new repository as far as the URI.
    private func fillRepository(_ terminal: TerminalSession, name: String, uri: String) async throws {
        try terminal.press("n")
        try await terminal.wait(for: "New repository in")
        try terminal.press("Tab", "Space")
        try await terminal.wait(for: "WebFeatureService")
        try terminal.press("Enter", "Tab")
        try terminal.type(name)
        try terminal.press("Tab")
        try terminal.type(uri)
    }

    /// Opens the first of the list and goes into its repositories.
    private func openFirst(_ terminal: TerminalSession) async throws {
        try terminal.press("2")
        try await terminal.wait(for: "[2 iTwins]")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("j", "Enter")
        try await terminal.wait(for: "new repository")
        try await terminal.wait(for: "auto")
    }

    private func browse(_ terminal: TerminalSession) async throws {
        try await openFirst(terminal)
        try await fillRepository(terminal, name: "Test maps", uri: "maps.example.org")
        try terminal.press("C-s")
        try await terminal.wait(for: "✗ Use an absolute URI")
        try terminal.press("C-u")
        try terminal.type("https://maps.example.org/{z}/wms")
        try terminal.press("C-s")
        try await terminal.wait(for: "✓ Repository “Test maps” created")
        #expect(try await terminal.screen.contains("▌Test maps"))
        try await fillRepository(terminal, name: "Test maps", uri: "https://maps.example.org/other")
        try terminal.press("C-s")
        let refused = try await terminal.wait(for: "✗")
        let lines = refused.components(separatedBy: "\n")
        let name = try #require(lines.firstIndex { $0.contains("Name ") && $0.contains("Test maps") })
        #expect(lines[name + 1].contains("✗"))
        #expect(refused.contains("https://maps.example.org/other"))
        try terminal.press("Escape", "Left", "Enter")
        try await terminal.wait(for: "dialog gone") { !$0.contains("New repository in") }
    }

    @Test func `Created data and recents are still there after the program is restarted`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await terminal.wait(for: "● online")
        try await browse(terminal)
        let opened = try await terminal.screen
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
        try await terminal.startBrowser()
        // The panes beside and below them may have their rows before.
        func firstRecent(_ screen: String) -> String? {
            screen.components(separatedBy: "\n").drop { !$0.hasPrefix("┌─ Recent") }.dropFirst()
                .prefix { !$0.hasPrefix("└") && !$0.hasPrefix("┌") }.first { $0.hasPrefix("│▌") }
        }
        let dashboard = try await terminal.wait(for: "recents") { firstRecent($0) != nil && $0.contains("online") }
        let first = try #require(firstRecent(dashboard))
        let name = first.components(separatedBy: "│▌")[1].prefix(12).trimmingCharacters(
            in: CharacterSet(charactersIn: " ★")
        )
        #expect(opened.contains(name))
        try terminal.press("Enter")
        try await terminal.wait(for: "Test maps")
    }

    @Test func `A duplicate number of an iTwin is reported at the number, and no input is lost`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("n")
        try await terminal.wait(for: "New iTwin")
        try terminal.press("Tab", "Tab")
        try terminal.type("North Pier")
        try terminal.press("Tab")
        try terminal.type("BR-0042")
        try terminal.press("C-s")
        let refused = try await terminal.wait(for: "✗")
        let lines = refused.components(separatedBy: "\n")
        let number = try #require(lines.firstIndex { $0.contains(/Number +BR-0042/) })
        #expect(lines[number + 1].contains("✗"))
        #expect(refused.contains("North Pier"))
        try terminal.press("C-u")
        try terminal.type("NP-0001")
        try terminal.press("C-s")
        try await terminal.wait(for: "✓ iTwin “North Pier” created")
        #expect(try await terminal.screen.contains("North Pier"))
    }

    @Test(arguments: [RouteTable.live, .document])
    func `Browsing and creating work through a separate service, in both route tables`(_ routes: RouteTable)
        async throws
    {
        let service = try await ServiceProcess(arguments: ["--sample-data", "--database", ":memory:"])
        defer { service.end() }
        let terminal = try TerminalSession(environment: [
            "TWINSCOPE_API_URL": service.baseURL, "TWINSCOPE_ACCESS_TOKEN": service.token,
            "TWINSCOPE_API_ROUTES": routes.rawValue,
        ])
        defer { terminal.end() }
        try await terminal.startBrowser("")
        try await terminal.wait(for: "● online")
        try await browse(terminal)
        try terminal.press("]")
        try await terminal.wait(for: routes == .live ? "JsonGZip" : "No exports of this iTwin in the last 4 hours.")
        try terminal.press("h", "n")
        try await terminal.wait(for: "New iTwin")
        try terminal.press("Tab", "Tab")
        try terminal.type("North Pier")
        try terminal.press("C-s")
        try await terminal.wait(for: "✓ iTwin “North Pier” created")
        try terminal.press("1")
        try await terminal.wait(for: "[1 Dashboard]")
        try await terminal.wait(for: "▌")
        try terminal.press("q")
        try await terminal.wait(for: "ended 0")
        guard routes == .document else { return }
        // The eighth, creating exports, has no key yet.
        #expect(
            service.requestedRoutes == [
                "GET /itwins", "POST /itwins", "GET /itwins/{id}/repositories", "POST /itwins/{id}/repositories",
                "GET /itwins/{id}/exports", "GET /itwins/myitwins/recents", "POST /itwins/myitwins/recents",
            ]
        )
    }

    @Test(.rows(59)) func `Two browsers started at the same time on an empty folder share one database`() async throws {
        let home = try TemporaryFolder()
        let first = try TerminalSession(home: home)
        let second = try TerminalSession(home: home)
        defer {
            first.end()
            second.end()
        }
        try await first.wait(for: "$")
        try await second.wait(for: "$")
        for terminal in [first, second] { try terminal.enter("clear; \(Command.twinscope) --local; echo ended $?") }
        for terminal in [first, second] {
            try await terminal.wait(for: "● online")
            try terminal.press("2")
            try await terminal.wait(for: "SF-1934")
        }
        try first.press("n")
        try await first.wait(for: "New iTwin")
        try first.press("Tab", "Tab")
        try first.type("Seen by both")
        try first.press("C-s")
        try await first.wait(for: "✓ iTwin “Seen by both” created")
        try second.press("r", "g", "g")
        try await second.wait(for: "Seen by both")
    }

    @Test func `A number and a status are changed, survive a restart, and the iTwin is deleted by its number`()
        async throws
    {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("j", "e")
        try await terminal.wait(for: "the whole dialog") { $0.contains("Edit “") && $0.contains("[ Save ]") }
        try terminal.press("C-s")
        try await terminal.wait(for: "nothing was sent.")
        try terminal.press("e")
        try await terminal.wait(for: "Edit “")
        try terminal.press("Tab", "C-u")
        try terminal.type("ZZ-9999")
        try terminal.press("C-s")
        try await terminal.wait(for: "changed ")
        try await terminal.wait(for: "ZZ-9999")
        try terminal.press("e")
        try await terminal.wait(for: "Edit “")
        try terminal.press("Tab", "C-u")
        try terminal.type("BR-0042")
        try terminal.press("C-s")
        let refused = try await terminal.wait(for: "✗").components(separatedBy: "\n")
        let number = try #require(refused.firstIndex { $0.contains(/Number +BR-0042/) })
        #expect(refused[number + 1].contains("✗"))
        try terminal.press("Escape", "Left", "Enter")
        try await terminal.wait(for: "dialog gone") { !$0.contains("Edit “") }
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
        try await terminal.startBrowser()
        try terminal.press("2")
        try await terminal.wait(for: "ZZ-9999")
        try terminal.press("/")
        try terminal.type("ZZ-9999")
        try terminal.press("Enter", "d")
        try await terminal.wait(for: "DELETE /itwins/")
        try terminal.press("C-s")
        try await terminal.wait(for: "✗ Type the number ZZ-9999 to delete it")
        try terminal.type("ZZ-9999")
        try terminal.press("Enter")
        try await terminal.wait(for: "deleted ")
        try await terminal.wait(for: "No match for")
        try terminal.press("Escape")
        try await terminal.wait(for: "the others alone") { !$0.contains("No match") && !$0.contains("ZZ-9999") }
        try terminal.press("r")
        try await terminal.wait(for: "the others alone") { $0.contains("│▌") && !$0.contains("ZZ-9999") }
    }

    @Test func `A repository is added, changed and deleted`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try await openFirst(terminal)
        try await fillRepository(terminal, name: "Test maps", uri: "https://maps.example.org/wms")
        try terminal.press("C-s")
        try await terminal.wait(for: "✓ Repository “Test maps” created")
        try terminal.press("e")
        try await terminal.wait(for: "Edit “Test maps”")
        try terminal.type(" 2")
        try terminal.press("Tab", "Tab", "Right", "Tab")
        try terminal.type("X-Key")
        try terminal.press("Tab")
        try terminal.type("canary-secret")
        try terminal.press("C-s")
        let changed = try await terminal.wait(for: "✓ Repository “Test maps 2” changed")
        #expect(!changed.contains("canary-secret"))
        try await terminal.wait(for: "X-Key")
        try terminal.press("d")
        try await terminal.wait(for: "Delete “Test maps 2”")
        // Until it is known what goes with it, its name has to be typed.
        try await terminal.wait(for: "it has no resources")
        try terminal.press("Left", "Enter")
        try await terminal.wait(for: "✓ Repository “Test maps 2” deleted")
        try await terminal.wait(for: "the row gone") { !$0.contains("Test maps 2  ") }
    }

    @Test func `Resources of a repository are browsed and added, and global repositories are shown`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("/")
        try terminal.type("RB-0421")
        try terminal.press("Enter", "Enter")
        try await terminal.wait(for: "Flood maps")
        try terminal.press("/")
        try terminal.type("imodels")
        try terminal.press("Enter", "Enter")
        try await terminal.wait(for: "Existing condition")
        try await terminal.wait(for: "assets.example.org")
        try terminal.press("h")
        try await terminal.wait(for: "/imodels")
        try terminal.press("Escape")
        try await terminal.wait(for: "the filter gone") { !$0.contains("/imodels ") }
        try terminal.press("/")
        try terminal.type("Flood")
        try terminal.press("Enter", "Enter")
        try await terminal.wait(for: "Flood of 100 years")
        try await terminal.wait(for: "No graphics")
        try terminal.press("n")
        try await terminal.wait(for: "New resource in Flood maps")
        try terminal.type("hq20")
        try terminal.press("Tab")
        try terminal.type("Flood of 20 years")
        try terminal.press("C-s")
        try await terminal.wait(for: "✓ Resource “Flood of 20 years” created")
        try terminal.press("d")
        try await terminal.wait(for: "Delete “Flood of 20 years”")
        try terminal.press("Left", "Enter")
        try await terminal.wait(for: "✓ Resource “Flood of 20 years” deleted")
        try terminal.press("6")
        try await terminal.wait(for: "▌Cesium")
        try terminal.press("Enter")
        try await terminal.wait(for: "World terrain")
        try terminal.press("]")
        try await terminal.wait(for: "\"displayName\"")
    }

    @Test func `Organization scope is switched on and off, and an export with a scope is created`()
        async throws
    {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        try terminal.press("2")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("a")
        try await terminal.wait(for: "  organization ─")
        try await terminal.wait(for: "SF-1934")
        try terminal.press("a")
        try await terminal.wait(for: "one's own again") { !$0.contains("  organization ─") && $0.contains("SF-1934") }
        try terminal.press("E")
        try await terminal.wait(for: "New export of your iTwins")
        try terminal.press("Tab", "Tab", "Tab", "Tab", "Tab", "Right", "C-s")
        try await terminal.wait(for: "requested  4  shows it")
        try terminal.press("4")
        try await terminal.wait(for: "OrganizationAdmin")
    }
}
