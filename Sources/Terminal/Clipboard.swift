import Foundation

/// Puts text into the clipboard of the terminal that somebody sits at, also over ssh: the sequence OSC 52, which
/// terminals may ignore.
public enum Clipboard {
    /// The most characters that the sequence may have, as terminals drop longer ones (reliability T9).
    static let limit = 74_000
    /// What GNU screen passes on in one piece.
    private static let screenPiece = 700

    /// The sequence that copies a text.
    ///
    /// tmux takes it for its own buffer, or passes on a wrapped one, each only where it is so configured: it gets both.
    ///
    /// - Parameter environment: of this program, which tells whether tmux or GNU screen is in between.
    /// - Returns: nil for a text that is too long.
    public static func sequence(copying text: String, environment: [String: String]) -> String? {
        let content = Data(text.utf8).base64EncodedString()
        guard content.utf8.count <= limit else { return nil }
        let sequence = "\u{1B}]52;c;\(content)\u{7}"
        if environment["TMUX"]?.isEmpty == false {
            return sequence + "\u{1B}Ptmux;\u{1B}\(sequence)\u{1B}\\"
        }
        guard environment["STY"]?.isEmpty == false else { return sequence }
        var rest = Substring(sequence)
        var wrapped = ""
        while !rest.isEmpty {
            wrapped += "\u{1B}P\(rest.prefix(screenPiece))\u{1B}\\"
            rest = rest.dropFirst(screenPiece)
        }
        return wrapped
    }
}
