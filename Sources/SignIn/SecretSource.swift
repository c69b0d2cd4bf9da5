import Foundation
public import ITwinsAPI
import PrivateFiles

/// Where a secret comes from that a user gives: never the command line, where every user of the machine can read it
/// (reliability A10).
public enum SecretSource: Sendable {
    /// A variable of the environment.
    case variable(name: String)
    /// A file that only its owner may read; blanks at its ends do not count.
    case file(path: String)
    /// What a command prints, as its shell runs it; the first line counts.
    case command(String)

    /// How long a command may take; some ask an agent, which asks the user.
    private static let limit = Duration.seconds(60)

    /// Reads the secret anew.
    ///
    /// - Parameter environment: of this program.
    /// - Throws: `SignInError` that names the source and what helps, never what was read.
    public func secret(environment: [String: String]) async throws(SignInError) -> Secret {
        switch self {
        case .variable(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw SignInError(
                    .configuration,
                    "The variable \(name.oneLine(60)) isn't set. Set it to the secret"
                )
            }
            let isEmpty = "is empty. Set it to the secret"
            return try Self.usable(value, "The variable \(name.oneLine(60))", isEmpty: isEmpty)
        case .file(let path):
            let isEmpty = "is empty. Write the secret to it"
            return try Self.usable(try Self.content(of: path), path.oneLine(200), isEmpty: isEmpty)
        case .command(let line):
            let command = ShellCommand(line: line, environment: environment)
            let name = "The command “\(line.oneLine(60))”"
            switch await command.run(within: Self.limit) {
            case .output(let text):
                let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
                return try Self.usable(first, name, isEmpty: "printed nothing. It must print the secret", or: .command)
            case .failed(let how, let said):
                let words = said.isEmpty ? "" : ": “\(said)”"
                throw SignInError(.command, "\(name) \(how)\(words). Try it in a shell")
            case .cancelled: throw SignInError(.cancelled, "\(name) was cancelled")
            case .missing: throw SignInError(.command, "\(name) can't be run: there is no /bin/sh")
            case .tookTooLong:
                throw SignInError(.command, "\(name) didn't finish within a minute. Try it in a shell")
            }
        }
    }

    private static func content(of path: String) throws(SignInError) -> String {
        let file = PrivateFile(path: path)
        do throws(PrivateFile.Problem) {
            guard let bytes = try file.read() else { throw .unreadable("the file doesn't exist") }
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw SignInError(
                .configuration,
                "The secret file \(path.oneLine(200)) can't be used: \(file.explanation(of: error))"
            )
        }
    }

    private static func usable(
        _ text: String,
        _ source: String,
        isEmpty: String,
        or kind: SignInError.Kind = .configuration
    ) throws(SignInError) -> Secret {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw SignInError(kind, "\(source) \(isEmpty)") }
        guard text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw SignInError(kind, "\(source) contains characters that aren't allowed in a secret")
        }
        return Secret(text)
    }
}
