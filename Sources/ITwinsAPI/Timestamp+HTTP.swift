extension Timestamp {
    /// Reads the date of an HTTP header as every sender must write it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section
    /// 5.6.7).
    public static func at(httpDate text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[0].hasSuffix(","), words[1].utf8.count == 2,
            let month = Self.months.firstIndex(of: String(words[2]))
        else { return nil }
        let number = month + 1
        return Timestamp("\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }

    /// The moment as an HTTP header has it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    public var httpDate: String {
        // 2025-02-03 04:05:06 UTC
        let parts = readable.split(whereSeparator: { $0 == "-" || $0 == " " })
        guard parts.count == 5, let month = Int(parts[1]), Self.months.indices.contains(month - 1) else { return "" }
        let day = Int((secondsSince1970 / 86_400).rounded(.down))
        let weekday = Self.weekdays[((day % 7) + 7) % 7]
        return "\(weekday), \(parts[2]) \(Self.months[month - 1]) \(parts[0]) \(parts[3]) GMT"
    }

    /// From the first of January 1970 on.
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
