extension String {
    /// A text from outside as it may stand in a message: one line, nothing that a terminal or a reader could be misled by,
    /// cut to a number of characters.
    func shown(_ limit: Int) -> String {
        var line = UnicodeScalarView()
        for scalar in unicodeScalars.prefix(limit * 8) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                if line.last != " " { line.append(" ") }
            default: line.append(scalar)
            }
        }
        return String(String(line).prefix(limit))
    }
    /// Whether there is nothing in it but letters, digits and signs of ASCII, as in a URL (RFC 3986 section 2).
    var isVisibleASCII: Bool {
        utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
