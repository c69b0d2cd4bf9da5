import Foundation
import TestSupport
import Testing

/// What somebody else writes over the screen, and the key against it.
struct RedrawTests {
    @Test func `Ctrl-L draws over another program's output`() async throws {
        let terminal = try TerminalSession()
        defer { terminal.end() }
        try await terminal.startBrowser()
        // What still comes would be drawn over it.
        try await terminal.wait(for: "all loaded")
        let file = URL(fileURLWithPath: try await terminal.property("pane_tty"))
        let foreign = try FileHandle(forWritingTo: file)
        try foreign.write(contentsOf: Data("\u{1B}[5;5Ha letter from elsewhere\u{1B}[12;40Hand one more".utf8))
        try await terminal.wait(for: "and one more")
        // What did not change is not sent: it stays.
        try terminal.press("j")
        try await terminal.wait(for: "a letter from elsewhere")
        try terminal.press("C-l")
        try await terminal.wait(for: "the screen without it") {
            !$0.contains("elsewhere") && !$0.contains("and one more") && $0.contains("[1 Dashboard]")
        }
    }
}
