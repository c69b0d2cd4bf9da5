import Foundation
import Screen
import Testing

@testable import twinscope

/// What the README says is what the program does.
struct ReadmeTests {
    private static let readme: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)) ?? ""
    }()

    /// The examples in YAML, also those that a line for the shell writes.
    private static let examples: [String] = {
        let fenced = readme.matches(of: #/```yaml\n(?<text>.*?)```/#.dotMatchesNewlines()).map { String($0.text) }
        let written = readme.matches(of: #/config.yaml <<'END'\n(?<text>.*?\n)END\n/#.dotMatchesNewlines())
        return fenced + written.map { String($0.text) }
    }()

    private static let themes = examples.filter { $0.hasPrefix("name: ") }
    private static let configurations = examples.filter { !$0.hasPrefix("name: ") }

    @Test func `The README's table of keys matches the keymap`() throws {
        #expect(Self.readme.contains(Keys.table), "put the output of `twinscope keys` into README.md")
    }

    @Test func `The README contains the examples checked here`() {
        #expect(Self.themes.count == 1)
        #expect(Self.configurations.count == 2)
    }

    @Test(arguments: themes)
    func `The README's theme is valid`(_ yaml: String) throws {
        let name = try #require(yaml.firstMatch(of: #/^name: (\w+)\n/#).map { String($0.1) })
        let text = try YAMLText(Data(yaml.utf8), file: "\(name).yaml", of: .theme)
        let file = try ThemeFile(text, name: name, file: "\(name).yaml")
        #expect(file.inherits?.name == "dark")
        #expect(file.looks.count == 4)
        let theme = try ThemeFile.theme(name, [file])
        #expect(theme.variant == .dark)
    }

    @Test(arguments: configurations)
    func `The README's configuration is valid, and all of it applies`(_ yaml: String) throws {
        let configuration = Configuration(Data(yaml.utf8))
        #expect(configuration.problems.isEmpty)
        let named = yaml.matches(of: #/(?m)^  (\w+):$/#).map { String($0.1) }
        #expect(!named.isEmpty)
        for name in named {
            let profile = try #require(configuration[name])
            #expect(profile.problem == nil)
            #expect(profile.access != .none)
        }
        guard let chosen = yaml.firstMatch(of: #/^profile: (\w+)/#).map({ String($0.1) }) else { return }
        #expect(configuration.standard == chosen)
        #expect(configuration[chosen]?.isReadOnly == true)
    }
}
