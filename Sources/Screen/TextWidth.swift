/// How many columns a scalar takes, as ncurses and terminals agree on it.
public enum TextWidth {
    /// 0, 1 or 2; nil for what is drawn as U+FFFD because nobody agrees on its width.
    public static func columns(of scalar: Unicode.Scalar) -> Int? {
        let value = scalar.value
        if value < 0x300 { return value == 0 ? 0 : (value < 0x20 || (0x7F..<0xA0).contains(value) ? nil : 1) }
        if contains(WidthTables.wide, value) { return 2 }
        if contains(WidthTables.zero, value) { return 0 }
        return contains(WidthTables.undrawable, value) ? nil : 1
    }

    /// Whether a value lies in one of the ranges of a sorted table of first and last values.
    private static func contains(_ ranges: [UInt32], _ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count / 2
        while low < high {
            let middle = (low + high) / 2
            if ranges[2 * middle + 1] < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count / 2 && ranges[2 * low] <= value
    }
}
