import Foundation
import PrivateFiles

/// Reading a file that a user wrote and that may be anything, with words for what is wrong with it.
enum UntrustedFile {
    /// What is in a file; nil when there is none.
    ///
    /// - Parameters:
    ///   - file: the file as a user knows it.
    ///   - isTrusted: whether what it says is done, so that nobody else may have written it.
    /// - Throws: `FileProblem` when it cannot be read, or is not what is asked for.
    static func content(of path: String, file: String, kind: YAMLKind, isTrusted: Bool = false) throws(FileProblem)
        -> Data?
    {
        do throws(PlainFile.Problem) {
            let plain = PlainFile(path: path)
            let limit = YAMLText.limit
            return try (isTrusted ? plain.trustedContent(atMost: limit) : plain.content(atMost: limit)).map { Data($0) }
        } catch {
            switch error {
            case .tooLarge: throw kind.tooLarge(file)
            case .noFile: throw FileProblem(file: file, text: "it isn't a regular file")
            case .unreadable(let reason): throw FileProblem(file: file, text: "it can't be read: \(reason)")
            case .leadsNowhere(let link):
                throw FileProblem(
                    file: file,
                    text: "the target of the link \(link) is missing; remove the link or create the target"
                )
            case .notTrusted(let distrust): throw FileProblem(file: file, text: text(of: distrust))
            }
        }
    }

    /// Why a file that can name commands is not obeyed, and what mends that.
    private static func text(of distrust: PlainFile.TrustProblem) -> String {
        switch distrust {
        case .foreign: "it belongs to another user; take ownership of it"
        case .open: "anyone can write to it, and it can name commands; run chmod o-w on it"
        case .openFolder(let folder, let isOwn):
            "anyone can write to a folder on its path, and it can name commands; "
                + remedy(forOpen: folder, isOwn: isOwn)
        case .foreignPlace(let place):
            "\(place) on its path belongs to another user, and it can name commands; take ownership of it"
        }
    }

    /// What mends that everybody may write to a folder: who does not own it cannot.
    static func remedy(forOpen folder: String, isOwn: Bool) -> String {
        isOwn
            ? "run chmod o-w '\(folder)'"
            : "move it to a folder of your own, or ask root or the owner of '\(folder)' to run chmod o-w '\(folder)'"
    }
}
