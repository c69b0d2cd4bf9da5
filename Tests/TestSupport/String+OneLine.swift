extension String {
    /// The text as if no line had been wrapped: one blank between words.
    public var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
