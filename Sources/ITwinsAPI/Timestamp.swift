/// A moment in UTC, kept to 100 ns as the service does.
///
/// Both spellings of the live service are read, `2024-05-06T07:08:09.1234567+00:00` and `…Z`, with any number of
/// fraction digits (contract section 2.7); digits past the seventh are dropped.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Steps of 100 ns since 1970-01-01T00:00:00Z.
    public let ticks: Int64

    /// Steps in a second.
    public static let ticksPerSecond: Int64 = 10_000_000

    /// Makes a moment from steps of 100 ns since 1970.
    public init(ticks: Int64) {
        self.ticks = ticks
    }

    /// Makes a moment from seconds since 1970, rounded down to 100 ns. Values beyond the years 0001 to 9999 are
    /// clamped.
    public init(secondsSince1970 seconds: Double) {
        let bounded = min(max(seconds.isNaN ? 0 : seconds, -62_135_596_800), 253_402_300_799)
        ticks = Int64((bounded * Double(Self.ticksPerSecond)).rounded(.down))
    }

    /// Reads an ISO 8601 date and time with seconds and a zone; nil when the text is anything else or no day of the
    /// calendar.
    public init?(_ text: String) {
        var scanner = Scanner(text)
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"),
            let day = scanner.number(digits: 2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.number(digits: 2), scanner.take(":"), let minute = scanner.number(digits: 2),
            scanner.take(":"),
            let second = scanner.number(digits: 2),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), hour < 24, minute < 60,
            second < 61
        else { return nil }
        guard let fraction = scanner.fraction(), let offset = scanner.zone(), scanner.isAtEnd else { return nil }
        let days = Self.daysSince1970(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60
        ticks = Int64(seconds) * Self.ticksPerSecond + Int64(fraction)
    }

    /// Seconds since 1970, with fraction.
    public var secondsSince1970: Double { Double(ticks) / Double(Self.ticksPerSecond) }

    /// The moment as the service spells it: seven fraction digits and `+00:00`.
    public var description: String {
        let (date, time, fraction) = parts
        return "\(date)T\(time).\(Self.padded(fraction, 7))+00:00"
    }

    /// The moment for a user to read, to the second: `2025-02-03 04:05:06 UTC`.
    public var readable: String {
        let (date, time, _) = parts
        return "\(date) \(time) UTC"
    }

    /// The moment a number of seconds later; earlier for a negative number, and the same for none. Moments beyond the years
    /// 0001 to 9999 are clamped.
    public func adding(seconds: Double) -> Timestamp {
        guard !seconds.isNaN else { return self }
        let bounded = min(max(seconds, -4e11), 4e11)
        let later = ticks.addingReportingOverflow(Int64((bounded * Double(Self.ticksPerSecond)).rounded()))
        return Timestamp(
            ticks: later.overflow
                ? (bounded < 0 ? Self.first : Self.last) : min(max(later.partialValue, Self.first), Self.last)
        )
    }

    private static let first = Timestamp(secondsSince1970: -.infinity).ticks
    private static let last = Timestamp(secondsSince1970: .infinity).ticks

    /// True when the left moment is before the right one.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.ticks < right.ticks }

    private var parts: (date: String, time: String, fraction: Int) {
        let (seconds, fraction) = Self.flooredDivision(ticks, Self.ticksPerSecond)
        let (days, second) = Self.flooredDivision(seconds, 86_400)
        let (year, month, day) = Self.civil(daysSince1970: Int(days))
        let time = Int(second)
        return (
            "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))",
            "\(Self.padded(time / 3_600, 2)):\(Self.padded(time / 60 % 60, 2)):\(Self.padded(time % 60, 2))",
            Int(fraction)
        )
    }

    private static func flooredDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = value % divisor
        return remainder < 0 ? (value / divisor - 1, remainder + divisor) : (value / divisor, remainder)
    }

    private static func padded(_ value: Int, _ digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Both directions count days from March on, so that the leap day is a year's last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

private struct Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digit() -> Int? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return Int(byte - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    mutating func fraction() -> Int? {
        guard take(".") else { return 0 }
        guard var value = digit() else { return nil }
        var count = 1
        while let digit = digit() {
            if count < 7 {
                value = value * 10 + digit
                count += 1
            }
        }
        while count < 7 {
            value *= 10
            count += 1
        }
        return value
    }

    /// Minutes east of Greenwich; nil when there is no zone.
    mutating func zone() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign: Int
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}
