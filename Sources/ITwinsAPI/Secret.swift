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
