extension String {
    /// The beginning of a text from outside as it may stand in a message: one line, and nothing that a terminal or a reader
    /// could be misled by. Runs of blanks, line ends, control and format characters become a blank each.
    ///
    /// - Parameter limit: how many characters at most.
    public func oneLine(_ limit: Int) -> String {
        var line = UnicodeScalarView()
        var isBlank = true
        // A character has few scalars unless somebody means harm; reading more of them than this is never needed.
        for scalar in unicodeScalars.prefix(limit * 8) {
            if scalar.isBlankInLine {
                if !isBlank { line.append(" ") }
                isBlank = true
            } else {
                line.append(scalar)
                isBlank = false
            }
        }
        if isBlank, !line.isEmpty { line.removeLast() }
        return String(String(line).prefix(limit))
    }

    /// Whether there is nothing in it but letters, digits and signs of ASCII, as in a URL (RFC 3986 section 2).
    public var isVisibleASCII: Bool { utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}

extension Unicode.Scalar {
    fileprivate var isBlankInLine: Bool {
        if properties.isWhitespace { return true }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
