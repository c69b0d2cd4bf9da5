import ArgumentParser
import Browser

/// `twinscope keys`: the keymap as a table, for the README.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the keys as a Markdown table.")

    func run() {
        print(Self.table)
    }

    /// The keys of every action, in the order of the help.
    static var table: String {
        let rows = Action.all.map { action in
            let keys = Keymap.standard.labels(of: action.id).map { "`\($0)`" }.joined(separator: " ")
            return "| \(keys) | \(action.title) |"
        }
        return (["| Keys | Do |", "| --- | --- |"] + rows).joined(separator: "\n")
    }
}
