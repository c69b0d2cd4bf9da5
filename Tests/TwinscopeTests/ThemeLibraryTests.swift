import Browser
import Foundation
import Screen
import TestSupport
import Testing

@testable import twinscope

/// The themes of a user: where they are looked for, and that whatever lies there does no harm.
struct ThemeLibraryTests {
    private let folder: TemporaryFolder
    private var library: ThemeLibrary { ThemeLibrary(folder: folder.path) }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.url.appendingPathComponent("\(name).yaml"))
    }

    private func problem(_ name: String) -> String? {
        do throws(FileProblem) {
            _ = try library.theme(name)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `Themes in the folder are listed after the built-in ones, and override those of the same name`() throws {
        try write("zebra", "variant: light\nroles:\n  text: red\n")
        try write("dark", "roles:\n  text: blue\n")
        try Data().write(to: folder.url.appendingPathComponent("notes.txt"))
        let choices = library.choices()
        #expect(choices.map(\.name) == ThemeLibrary.builtIn.map(\.name) + ["zebra"])
        #expect(choices.filter { $0.origin == .own }.map(\.name) == ["dark", "zebra"])
        #expect(try library.theme("dark").look(of: Style()).foreground == .ansi(4))
        #expect(try library.theme("zebra").variant == .light)
    }

    @Test func `Without a folder the built-in themes are available`() {
        #expect(ThemeLibrary(folder: "/nonexistent").names == ThemeLibrary.builtIn.map(\.name))
        #expect(ThemeLibrary(folder: nil).names == ThemeLibrary.builtIn.map(\.name))
    }

    @Test func `A theme can extend another and only list the differences`() throws {
        try write("mine", "inherits: dusk\npalette:\n  accent: \"#00ff00\"\nroles:\n  error: red\n")
        try write("more", "inherits: mine\nvariant: light\nroles:\n  ok: accent\n")
        let (dusk, mine, more) = (try library.theme("dusk"), try library.theme("mine"), try library.theme("more"))
        #expect(mine.variant == .dark)
        #expect(more.variant == .light)
        #expect(mine.look(of: Style(.text)) == dusk.look(of: Style(.text)))
        #expect(mine.look(of: Style(.accent)).foreground == .rgb(RGB(0x00FF00)))
        #expect(more.look(of: Style(.ok)).foreground == .rgb(RGB(0x00FF00)))
        #expect(more.look(of: Style(.error)) == mine.look(of: Style(.error)))
        #expect(more.name == "more")
    }

    @Test func `A file with a built-in theme's name can extend the built-in one`() throws {
        let builtIn = try ThemeLibrary(folder: nil).theme("dark")
        try write("dark", "inherits: dark\nroles:\n  error: red\n")
        let own = try library.theme("dark")
        #expect(own.look(of: Style()) == builtIn.look(of: Style()))
        #expect(own.look(of: Style(.error)).foreground == .ansi(1))
    }

    @Test func `A cycle of themes that extend each other is reported`() throws {
        try write("a", "inherits: b\n")
        try write("b", "\ninherits: c\n")
        try write("c", "inherits: b\n")
        let told = "themes/c.yaml line 1 column 11: themes inherit each other in a cycle: a, b, c, b."
        #expect(problem("a") == told)
        #expect(problem("b")?.contains("in a cycle: b, c, b") == true)
        try write("self", "inherits: self\n")
        #expect(problem("self")?.contains("a theme can't inherit itself") == true)
    }

    @Test func `A missing or broken base theme is reported with the file that has the mistake`() throws {
        try write("mine", "variant: any\ninherits: drak\n")
        #expect(
            problem("mine")
                == "themes/mine.yaml line 2 column 11: unknown theme “drak”; did you mean “dark”?"
        )
        try write("drak", "roles:\n  text: tael\n")
        #expect(problem("mine")?.hasPrefix("themes/drak.yaml line 2 column 9: “tael” isn't a colour") == true)
    }

    @Test func `A broken theme file doesn't affect the others and is listed with its error`() throws {
        try write("broken", "roles: [\n")
        try write("fine", "roles: {}\n")
        let choices = library.choices()
        let broken = try #require(choices.first { $0.name == "broken" })
        guard case .problem(let text) = broken.content else {
            Issue.record("a broken file is a theme")
            return
        }
        #expect(text.hasPrefix("themes/broken.yaml line "))
        #expect(choices.filter { if case .problem = $0.content { true } else { false } }.count == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func `Pipes, folders, devices, dangling links and huge files are reported without waiting`() throws {
        func path(_ name: String) -> String { folder.file("\(name).yaml") }
        #expect(mkfifo(path("pipe"), 0o600) == 0)
        try FileManager.default.createDirectory(atPath: path("folder"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: path("nowhere"), withDestinationPath: "/nonexistent")
        try FileManager.default.createSymbolicLink(atPath: path("zero"), withDestinationPath: "/dev/zero")
        try Data(repeating: UInt8(ascii: "#"), count: 10 * 1_048_576).write(to: URL(fileURLWithPath: path("huge")))
        #expect(problem("pipe") == "themes/pipe.yaml: it isn't a regular file.")
        #expect(problem("folder") == "themes/folder.yaml: it isn't a regular file.")
        #expect(problem("nowhere")?.hasPrefix("themes/nowhere.yaml: it can't be read: No such file") == true)
        #expect(problem("zero")?.contains("it isn't a regular file") == true)
        #expect(problem("huge")?.contains("larger than the limit of 1 MiB") == true)
    }

    @Test func `A link to a regular file is followed, and no file is ever written`() throws {
        let elsewhere = folder.url.appendingPathComponent("original")
        let content = Data("roles:\n  text: tael\n".utf8)
        try content.write(to: elsewhere)
        let link = folder.url.appendingPathComponent("link.yaml")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: elsewhere)
        #expect(problem("link")?.contains("“tael” isn't a colour") == true)
        #expect(try Data(contentsOf: elsewhere) == content)
        try Data("roles:\n  text: cyan\n".utf8).write(to: elsewhere)
        #expect(try library.theme("link").look(of: Style()).foreground == .ansi(6))
    }

    @Test func `A theme name can't lead out of the folder`() throws {
        try write("mine", "inherits: ../original\n")
        #expect(problem("../mine") == "themes: unknown theme “../mine”.")
        #expect(problem("mine")?.contains("unknown theme “../original”") == true)
    }

    @Test func `An unknown theme name is a usage error that suggests the nearest and lists all`() throws {
        try write("mine", "")
        try InitialTheme.check("mine", library)
        let failure = try #require(throws: Failure.self) { try InitialTheme.check("dakr", self.library) }
        #expect(failure.status == Failure.usageStatus)
        #expect(failure.message.contains("--theme is “dakr”, which isn't a theme. Did you mean “dark”?"))
        for name in library.names { #expect(failure.message.contains(name)) }
    }
}
