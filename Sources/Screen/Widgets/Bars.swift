/// A horizontal bar of a part of a width, to an eighth of a column.
public func bar(fraction: Double, width: Int) -> CellText {
    let bounded = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let eighths = Int((bounded * Double(max(width, 0)) * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let shown = eighths == 0 && bounded > 0 && width > 0 ? 1 : eighths
    return CellText(String(repeating: "█", count: shown / 8) + parts[shown % 8])
}

/// What turns while something is on its way.
public enum Spinner {
    private static let characters: [Character] = ["◐", "◓", "◑", "◒"]

    /// The character of a step; steps begin at 0 and never end.
    public static func character(step: Int) -> Character { characters[Int(step.magnitude % UInt(characters.count))] }
}
