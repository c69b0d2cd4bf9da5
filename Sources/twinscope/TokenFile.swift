import Foundation
import ITwinsAPI
import ITwinsService
import PrivateFiles

/// The tokens of the sample users in a file: lines of a user and a token (contract section 17.18).
///
/// Empty lines and lines that begin with `#` do not count.
enum TokenFile {
    /// Reads a file. Nothing of a token gets into an error.
    ///
    /// - Throws: `Failure` of wrong usage that names the file, the line and what helps.
    static func tokens(path: String) throws(Failure) -> [SampleUser: Secret] {
        guard let text = String(validating: try bytes(path: path), as: UTF8.self) else {
            throw notText(path)
        }
        var tokens: [SampleUser: Secret] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            do throws(Problem) {
                let (user, token) = try entry(words)
                guard tokens[user] == nil else { throw Problem("\(name) appears twice") }
                guard !tokens.values.contains(token) else {
                    throw Problem("the token of \(name) is also another user's")
                }
                tokens[user] = token
            } catch {
                throw Failure.usage("--token-file \(path), line \(index + 1): \(error.text).")
            }
        }
        return tokens
    }

    private struct Problem: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private static func entry(_ words: [String]) throws(Problem) -> (SampleUser, Secret) {
        let names = SampleUser.allCases.map(\.rawValue).joined(separator: ", ")
        guard words.count == 2 else { throw Problem("write a user (\(names)), a space and a token") }
        // A line with the two in another order begins with a token.
        guard let user = SampleUser(rawValue: words[0]) else { throw Problem("the user must be one of \(names)") }
        guard Settings.canBeSent(words[1]) else {
            throw Problem("the token contains characters that aren't allowed in a header")
        }
        return (user, Secret(words[1]))
    }

    /// A plain file's tokens are for its owner alone; what a shell hands over as a pipe has no such permissions, and in a
    /// container the file may be that of a user outside.
    private static func bytes(path: String) throws(Failure) -> [UInt8] {
        do throws(PrivateFile.Problem) {
            if let bytes = try PrivateFile(path: path).read(allowing: [.pipes, .foreignFiles]) { return bytes }
        } catch {
            switch error {
            case .open:
                throw Failure.usage(
                    "--token-file \(path) can be read by others. To fix it, run: chmod 600 '\(path)'"
                )
            case .tooLarge: throw notText(path)
            case .foreign, .unreadable, .noFile: break
            }
        }
        throw Failure.usage("--token-file \(path) can't be read. Check its path and permissions.")
    }

    private static func notText(_ path: String) -> Failure {
        .usage("--token-file \(path) isn't a small UTF-8 text file. Write lines of a user and a token.")
    }
}
