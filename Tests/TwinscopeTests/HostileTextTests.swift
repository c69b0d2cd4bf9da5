import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// What a service says reaches the terminal as text and as nothing else (reliability rows 21 to 25).
@Suite(.serialized)
struct HostileTextTests {
    /// A browser on a service whose iTwins, each with a repository, have these names in every field of text.
    private func browser(
        names: [String],
        recordedIn file: String? = nil,
        _ body: (TerminalSession) async throws -> Void
    ) async throws {
        let service = try await ServiceProcess(arguments: ["--database", ":memory:"])
        defer { service.end() }
        for (index, name) in names.enumerated() {
            let iTwin: JSON = [
                "class": "Endeavor", "subClass": "Project", "displayName": .string(name),
                "number": .string("\(name) \(index)"), "type": .string(String(name.prefix(90))),
                "geographicLocation": .string(name),
            ]
            let created = try await post(service, "", iTwin)
            let id = try #require(created["iTwin"]?["id"]?.string, "\(created.text)")
            let repository: JSON = [
                "class": "Construction", "subClass": "Performance", "displayName": .string(name),
                "uri": .string("https://h/\(name)"),
                "authentication": ["type": "Header", "key": .string(name), "value": .string(name)],
                "options": ["queryParameters": .object(JSON.Object([.init(name: name, value: .string(name))]))],
            ]
            #expect(try await post(service, "/\(id)/repositories", repository)["repository"] != nil)
        }
        let terminal = try TerminalSession(environment: [
            "TWINSCOPE_API_URL": service.baseURL, "TWINSCOPE_ACCESS_TOKEN": service.token,
        ])
        defer { terminal.end() }
        try await terminal.wait(for: "$")
        let command = file.map { "script -qec \(Command.twinscope) \($0)" } ?? Command.twinscope
        try terminal.enter("clear; \(command); echo ended $?")
        try await terminal.wait(for: "● online")
        try terminal.press("2")
        try await terminal.wait(for: "iTwins  \(names.count + 1)")
        try await body(terminal)
        try terminal.press("q", "q")
        try await terminal.wait(for: "ended 0")
    }

    private func post(_ service: ServiceProcess, _ path: String, _ body: JSON) async throws -> JSON {
        let arguments = [
            "-s", "-X", "POST", service.baseURL + path, "-H", "Authorization: Bearer \(service.token)", "-H",
            "Content-Type: application/json", "-d", body.text,
        ]
        return try JSON.parse(try await Command.run("curl", arguments).output)
    }

    @Test(.rows(21, 22, 23)) func `Only the program's own escape sequences are sent to the terminal`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("typescript")
        let names = [
            "a\u{1B}]0;owned\u{7}b", "a\u{1B}]52;c;b3duZWQ=\u{7}b", "a\u{1B}]8;;http://evil\u{1B}\\b",
            "a\u{1B}P1$r0m\u{1B}\\b",
            "a\u{1B}[6nb", "a\u{1B}[2J\u{1B}[31mb", "a\u{9B}31mb\u{9D}0;x\u{9C}", "a\u{7}b\u{8}c\u{7F}d",
            "a\r\nb\u{B}c\u{C}d",
            "a\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\u{AD}f\u{E0041}g", "\u{1B}c", "\u{1B}(0lqqk",
        ]
        try await browser(names: names, recordedIn: file) { terminal in
            for _ in names {
                try await terminal.wait(for: "Performance")
                for _ in 0..<4 { try terminal.press("]") }
                try terminal.press("j")
            }
            try terminal.press("g", "g", "Enter")
            try await terminal.wait(for: "new repository")
            for _ in 0..<4 {
                try terminal.press("]")
                try await terminal.wait(for: "● online")
            }
            try terminal.press("n")
            try await terminal.wait(for: "New repository in")
            try terminal.press("Escape")
            try await terminal.wait(for: "the place behind") { !$0.contains("New repository in") }
        }
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("owned"))
        for match in text.matches(of: /\u{1B}(?!\[[0-9;?]*[ABCDGHJKLMPSTXdfhlmr@]|[()][0B]|[78=>M])[\s\S]{0,12}/) {
            Issue.record("a sequence that is not the program's: \(match.output.debugDescription)")
        }
        let allowed: Set<UInt32> = [0x8, 0x9, 0xA, 0xD, 0xE, 0xF, 0x1B]
        let strange = text.unicodeScalars.filter { scalar in
            (scalar.value < 0x20 && !allowed.contains(scalar.value)) || (0x7F..<0xA0).contains(scalar.value)
                || [0x202E, 0x2066, 0x200B, 0xFEFF, 0xAD, 0xE0041].contains(scalar.value)
        }
        #expect(strange.isEmpty, "\(Set(strange.map(\.value)))")
    }

    @Test(.rows(24, 25)) func `Borders stay aligned beside emoji, combining marks, wide and joined letters`()
        async throws
    {
        let names = [
            "👩‍👩‍👧‍👦 family", "❤️ heart", "❤ plain", "☎︎ text", "🏳️‍🌈 flag", "🇨🇭 Zürich", "🇨 lone", "👍🏽 thumb", "1️⃣ keycap",
            "日本語のとても長い名前の橋梁補修工事", "한글 자모 \u{1112}\u{1161}\u{11AB}", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306} marks",
            "\u{301} lone mark", "क्षेत्र हिन्दी", "தமிழ் பாலம்", "สะพานขึง", "မြန်မာ", "مشروع ميناء", "הקו הירוק", "½ ① Ω ambiguous",
            "ﷺ ligature", "\u{3164}\u{115F}\u{1160}\u{2800}", "𒐫𒈙 rare", "\u{E000} private", "ＦＵＬＬ width",
            "🫨🪿 new emoji",
        ]
        try await browser(names: names) { terminal in
            func panes(_ line: String) -> (Substring, Substring)? {
                line.firstMatch(of: /^(.*?[│┃])([│┃].*[│┃])$/).map { ($0.output.1, $0.output.2) }
            }
            func rows(_ screen: String) -> [String] {
                screen.components(separatedBy: "\n").filter { $0.hasPrefix("│") || $0.hasPrefix("┃") }
            }
            // A row with such a letter is drawn in several parts.
            let screen = try await terminal.wait(for: "every border") { screen in
                screen.contains("Performance") && rows(screen).allSatisfy { panes($0) != nil }
            }
            var seen = 0
            for line in rows(screen) {
                let (left, right) = try #require(panes(line))
                // The columns by this program's own measure: the terminal's cells are as many only when both agree.
                #expect(Self.columns(of: String(left)) == 44, "\(line)")
                #expect(Self.columns(of: String(right)) == 56, "\(line)")
                seen += 1
            }
            #expect(seen > 20)
        }
    }

    @Test(.rows(25)) func `In tmux borders stay aligned beside joined letters`() async throws {
        let names = [
            "ශ්\u{200D}රී ලංකා", "क्\u{200D}ष क्\u{200C}ष नक़्शा", "ක්\u{200D}", "क्षेत्र हिन्दी", "সেতু ক্ষ", "സ്ത്രീ",
            // Cut behind a joiner in the column of the names, or in that of the numbers.
            String(repeating: "क्\u{200D}ष", count: 20), String(repeating: "ක්\u{200D}ර", count: 19) + "x",
        ]
        try await browser(names: names) { terminal in
            let screen = try await terminal.wait(for: "Performance")
            let rows = screen.components(separatedBy: "\n").indices.filter { index in
                screen.components(separatedBy: "\n")[index].hasPrefix("│")
            }
            #expect(rows.count > 20)
            for row in rows {
                let columns = try await borders(in: row, terminal)
                #expect(columns == [43, 44, 99], "\(screen.components(separatedBy: "\n")[row])")
            }
        }
    }

    /// The columns of the borders in a row but the first, as tmux itself counts.
    private func borders(in row: Int, _ terminal: TerminalSession) async throws -> [Int] {
        let socket = try await terminal.property("socket_path")
        func tmux(_ arguments: [String]) async throws -> String {
            try await Command.run("tmux", ["-u", "-S", socket] + arguments).output
        }
        _ = try await tmux(["copy-mode"])
        _ = try await tmux(["send-keys", "-X", "top-line"])
        if row > 0 { _ = try await tmux(["send-keys", "-X", "-N", "\(row)", "cursor-down"]) }
        _ = try await tmux(["send-keys", "-X", "start-of-line"])
        var columns: [Int] = []
        for command in [["jump-forward", "│"], ["jump-again"], ["jump-again"]] {
            _ = try await tmux(["send-keys", "-X"] + command)
            let text = try await tmux(["display-message", "-p", "#{copy_cursor_x}"])
            columns.append(try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines))))
        }
        _ = try await tmux(["send-keys", "-X", "cancel"])
        return columns
    }

    /// The columns of text that is safe already.
    private static func columns(of text: String) -> Int {
        var columns = 0
        for scalar in text.unicodeScalars { columns += TextWidth.columns(of: scalar) ?? 1 }
        return columns
    }
}
