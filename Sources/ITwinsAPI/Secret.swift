/// A text that must not appear in a log, an error, a dump or on a screen unless somebody asks to see it.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text in clear, for the one place that sends or reveals it.
    public let revealed: String

    /// Makes a secret of a text.
    public init(_ text: String) {
        revealed = text
    }

    /// Always the same dots, whatever the text and its length.
    public var description: String { "••••••" }

    /// Always the same dots, whatever the text and its length.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension String {
    /// The text with dots in the place of secrets: for what somebody answered who was sent them and may quote them.
    public func hiding(_ secrets: some Sequence<Secret>) -> String {
        // A secret may begin like another one, of which an end would stay.
        let hidden = secrets.filter { !$0.revealed.isEmpty }.sorted { $0.revealed.count > $1.revealed.count }
        return hidden.reduce(self) { $0.replacing($1.revealed, with: $1.description) }
    }
}
