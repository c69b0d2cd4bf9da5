import ArgumentParser
import Browser

/// `twinscope keys`: the keymap as a table, for the README.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the keys as a Markdown table.")

    func run() {
        print(Self.table)
    }

    /// The keys of every command, in the order of the help.
    static var table: String {
        let rows = Command.all.map { command in
            let keys = Keymap.standard.labels(of: command).map { "`\($0)`" }.joined(separator: " ")
            return "| \(keys) | \(command.title) |"
        }
        return (["| Keys | Command |", "| --- | --- |"] + rows).joined(separator: "\n")
    }
}
