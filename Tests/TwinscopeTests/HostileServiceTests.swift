import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// A service that writes to the terminal wherever it may say something: names, links, types, resources, graphics, exports,
/// images, unknown members, errors and their details.
@Suite(.serialized)
struct HostileServiceTests {
    private static let texts = [
        "\u{1B}]0;owned\u{7}", "\u{1B}]52;c;b3duZWQ=\u{7}", "\u{1B}]8;;http://evil\u{1B}\\x\u{1B}]8;;\u{1B}\\",
        "\u{1B}P1$r0m\u{1B}\\", "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}[6n", "\u{1B}[2J\u{1B}[31m", "\u{1B}[?1049l",
        "\u{9B}31m\u{9D}0;x\u{9C}", "\u{7}\u{8}\u{7F}\u{0}", "\r\n\u{B}\u{C}\u{85}\u{2028}", "\u{1B}c\u{1B}(0lqqk",
        "\u{202E}b\u{2066}c\u{200B}d\u{FEFF}e\u{AD}f\u{E0041}g\u{200D}",
    ]

    /// JSON in which each text goes on with something that is meant for the terminal, and an object has one member more.
    private struct Poison {
        private var number = 0

        /// What programs go by, which has to be what it is for a row to be shown at all.
        private static let kept: Set<String> = [
            "id", "parentId", "iTwinAccountId", "createdDateTime", "completedDateTime", "class", "status", "type",
        ]

        mutating func text() -> String {
            number += 1
            return HostileServiceTests.texts[number % HostileServiceTests.texts.count]
        }

        mutating func callAsFunction(_ json: JSON) -> JSON {
            switch json {
            case .string(let text): return .string(text + self.text())
            case .array(let elements): return .array(elements.map { self($0) })
            case .object(let object):
                var poisoned = JSON.Object()
                for member in object.members {
                    // The class of every other thing is one that nobody knows.
                    let isKept = Self.kept.contains(member.name) && (member.name != "type" || number % 2 == 0)
                    poisoned[member.name] = isKept ? member.value : self(member.value)
                }
                poisoned["new" + text()] = .string(text())
                return .object(poisoned)
            default: return json
            }
        }
    }

    private static func answer(_ request: RecordedRequest) -> ScriptedAnswer {
        var poison = Poison()
        let data = SampleData.sample
        func page(_ name: String, _ elements: [JSON]) -> ScriptedAnswer {
            .json(JSON.object(JSON.Object([.init(name: name, value: .array(elements.map { poison($0) }))])).text)
        }
        func one(_ name: String, _ json: JSON) -> ScriptedAnswer {
            .json(JSON.object(JSON.Object([.init(name: name, value: poison(json))])).text)
        }
        guard request.method == "GET" else { return refusal(&poison, status: request.method == "POST" ? 422 : 403) }
        let path = request.target.split(separator: "?")[0].split(separator: "/").dropFirst().map(String.init)
        let find = { (id: String) in data.iTwins.first { $0.id == id } }
        switch (path.first, path.last) {
        case (nil, _): return page("iTwins", data.iTwins.map { $0.json() })
        case ("myprimaryaccount", _), (_, "account"): return one("iTwin", data.iTwins[0].json())
        case ("favorites", _): return page("iTwins", data.favorites.compactMap(find).map { $0.json() })
        case ("recents", _): return page("iTwins", data.recents.compactMap(find).map { $0.json() })
        case ("exports", "exports"), (_, "exports"): return page("exports", data.exports.map(\.json))
        case ("exports", let id): return data.exports.first { $0.id == id }.map { one("export", $0.json) } ?? .json("")
        case (_, "graphics"): return page("graphics", (data.graphics["m1"] ?? []).map(\.json))
        case (_, "resources"): return page("resources", (data.resources["imodels"] ?? []).map(\.json))
        case ("repositories", "repositories"): return page("repositories", data.globalRepositories.map(\.json))
        case (_, "repositories"): return page("repositories", (data.repositories[SampleData.id(3)] ?? []).map(\.json))
        case (_, "image"):
            var image = ITwinImage(id: "1")
            (image.smallImageName, image.smallImageUrl) = ("small.png", "https://files.example.org/small")
            (image.largeImageName, image.largeImageUrl) = ("large.png", "https://files.example.org/large")
            return one("image", image.json)
        case (let id?, _) where path.count == 1:
            guard var iTwin = find(id) else { return refusal(&poison, status: 404) }
            iTwin.imageName = "small.png"
            return one("iTwin", iTwin.json())
        default:
            let resource = (data.resources["imodels"] ?? []).first { $0.id == path.last }
            return resource.map { one("resource", $0.json) } ?? refusal(&poison, status: 404)
        }
    }

    private static func refusal(_ poison: inout Poison, status: Int) -> ScriptedAnswer {
        let details = texts.map { APIError.Detail(code: "Invalid" + $0, message: "No: " + $0, target: $0) }
        let error = APIError(
            status: status,
            code: "No" + poison.text(),
            message: "No." + texts.joined(),
            details: details
        )
        return .json(error.json.text, status: status)
    }

    @Test(.rows(21, 23))
    func `Whatever a service sends, only the program's own escape sequences reach the terminal`() async throws {
        try await ScriptedServer.run(script: { request, _ in Self.answer(request) }) { server in
            let terminal = try PseudoTerminal(
                width: 120,
                height: 40,
                environment: [
                    "TWINSCOPE_API_URL": server.baseURL, "TWINSCOPE_ACCESS_TOKEN": "token",
                ]
            )
            defer { terminal.end() }
            try await terminal.wait(for: "Harbour Bridge")
            // Lists, details and JSON of iTwins.
            try await terminal.type("2jj")
            try await terminal.wait(for: "Flood maps")
            try await terminal.type("\r")
            try await terminal.wait(for: "│ My exports")
            for text in ["All iTwins", "small.png", "\"displayName\""] {
                try await terminal.type("]")
                try await terminal.wait(for: text)
            }
            // Resources and graphics of a repository.
            try await terminal.type("[[[\r")
            try await terminal.wait(for: "Deck, north span")
            try await terminal.type("\r")
            try await terminal.wait(for: "3DTILES")
            // Exports, and the global repositories.
            try await terminal.type("4\r")
            try await terminal.wait(for: "Completed")
            try await terminal.type("6")
            try await terminal.wait(for: "Cesium")
            // What is refused: a favorite, a new iTwin; and the dialog that deletes.
            try await terminal.type("2f")
            try await terminal.wait(for: "wasn't changed")
            try await terminal.type("n\t\tx\tx-1\u{13}")
            try await terminal.wait(for: "✗ The service returned 422")
            try await send(.escape, "┌─ New iTwin", terminal)
            try await terminal.type("d")
            let dialog = try await terminal.wait(for: "DELETE /itwins/")
            // The name is followed by the id that is sent.
            #expect(dialog.text.contains(/│  [0-9a-f-]{36}   Environment: ENV/))
            try await terminal.type("\u{3}\u{3}")
            #expect(try await terminal.waitForEnd() == 130)
            let emulator = terminal.emulator
            #expect(emulator.strange == [])
            #expect(emulator.copied == [])
            #expect(emulator.bellCount == 0)
            let text = String(decoding: terminal.bytes, as: UTF8.self)
            #expect(text.contains("owned"))
            let hidden: Set<UInt32> = [0x202E, 0x2066, 0x200B, 0xFEFF, 0xAD, 0xE0041, 0x200D, 0x2028]
            #expect(!text.unicodeScalars.contains { hidden.contains($0.value) })
        }
    }

    private enum Press { case escape }

    /// Presses Esc until a dialog is gone: it may ask first.
    private func send(_: Press, _ title: String, _ terminal: PseudoTerminal) async throws {
        try await terminal.type("\u{1B}")
        try await terminal.wait(for: "the question or the end of the dialog") {
            $0.text.contains("Discard your changes?") || !$0.text.contains(title)
        }
        if terminal.screen.contains("Discard your changes?") {
            // The button on the left throws away.
            try await terminal.type("\u{1B}[D\r")
            try await terminal.wait(for: "the place behind") { !$0.text.contains(title) }
        }
    }
}
