extension String {
    /// The beginning of the text in one line: runs of blanks, line ends and control characters become a blank each.
    ///
    /// - Parameter limit: how many characters at most.
    func oneLine(_ limit: Int) -> String {
        var line = UnicodeScalarView()
        var isBlank = true
        // A character has few scalars unless somebody means harm; reading more of them than this is never needed.
        for scalar in unicodeScalars.prefix(limit * 8) {
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
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
}
