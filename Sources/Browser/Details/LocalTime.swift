import Foundation
import ITwinsAPI

/// The time of day where an iTwin is.
struct LocalTime: Hashable, Sendable {
    /// The IANA name of the time zone, as it is shown.
    let zone: String
    /// The moment in the zone's own time, in seconds since 1970 as if it were UTC.
    private let wallSeconds: Int
    /// Seconds east of Greenwich at that moment.
    private let offset: Int

    /// Makes the time of a moment in a zone; nil for a zone that is not known here.
    init?(in zone: String, at now: Timestamp) {
        // A zone's name is looked up in files by some systems: nothing else than a name may get there.
        guard (1...64).contains(zone.utf8.count), zone.first != "/", zone.utf8.allSatisfy(Self.isPartOfName),
            let timeZone = TimeZone(identifier: zone)
        else { return nil }
        let moment = now.secondsSince1970
        self.zone = zone
        offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: moment))
        wallSeconds = Int(moment.rounded(.down)) + offset
    }

    /// The time and what zone it is in: `Sun 13:00 (Europe/London, UTC+1)`.
    var text: String {
        let days = Self.floored(wallSeconds, 86_400)
        let minutes = (wallSeconds - days * 86_400) / 60
        // The first of January 1970 was a Thursday.
        let day = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days - Self.floored(days, 7) * 7]
        return "\(day) \(Self.clock(minutes / 60, minutes % 60)) (\(zone), \(offsetText))"
    }

    private var offsetText: String {
        let minutes = abs(offset) / 60
        guard minutes > 0 else { return "UTC" }
        let rest = minutes % 60
        return "UTC\(offset < 0 ? "-" : "+")\(minutes / 60)" + (rest == 0 ? "" : ":\(rest < 10 ? "0" : "")\(rest)")
    }

    private static func clock(_ hours: Int, _ minutes: Int) -> String {
        "\(hours < 10 ? "0" : "")\(hours):\(minutes < 10 ? "0" : "")\(minutes)"
    }

    private static func floored(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "+"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
