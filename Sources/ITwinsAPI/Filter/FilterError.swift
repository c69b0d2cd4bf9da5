/// What is wrong with the text of `$filter` or `$orderby`, and where.
public struct FilterError: Error, Hashable, Sendable {
    /// The kinds that the contract tells apart (section 6.1).
    public enum Kind: Hashable, Sendable {
        /// The text is none of the language.
        case syntax
        /// There is no field of the name.
        case unknownProperty(String)
        /// The text is of the language and yet not possible: values that cannot be compared, too much of something.
        case unusable
    }

    /// Which kind it is.
    public let kind: Kind
    /// How many characters, as code points, stand before the end of the first word or sign that does not fit.
    public let position: Int
    /// What is wrong and what was expected instead, as a sentence without full stop.
    public let message: String

    init(_ kind: Kind, at position: Int, _ message: String) {
        self.kind = kind
        self.position = position
        self.message = message
    }
}

/// How much of everything a filter may have (reliability S10).
public enum FilterLimits {
    /// Bytes of the text in UTF-8, of an order too.
    public static let bytes = 4096
    /// Comparisons, function calls and logical operators.
    public static let nodes = 100
    /// Brackets and `not` around each other.
    public static let depth = 20
    /// Values of one `in` list.
    public static let values = 500
}
