import ITwinsAPI

/// How long ago something was, in words that all change together on the full minute.
enum RelativeTime {
    /// `now`, `4 min`, `2 h`, `3 d`, `2 wk`, `5 mo`, `2 y`. The future is `now`: clocks differ.
    static func text(of moment: Timestamp, at now: Timestamp) -> String {
        let minutes = fullMinutes(from: moment, to: now)
        switch minutes {
        case ..<1: return "now"
        case ..<60: return "\(minutes) min"
        case ..<(24 * 60): return "\(minutes / 60) h"
        case ..<(14 * 24 * 60): return "\(minutes / (24 * 60)) d"
        case ..<(60 * 24 * 60): return "\(minutes / (7 * 24 * 60)) wk"
        case ..<(730 * 24 * 60): return "\(minutes / (30 * 24 * 60)) mo"
        default: return "\(minutes / (365 * 24 * 60)) y"
        }
    }

    /// When the text of a moment changes next.
    static func nextChange(of moment: Timestamp, at now: Timestamp) -> Timestamp {
        let minutes = fullMinutes(from: moment, to: now)
        let day = 24 * 60
        let (unit, end) =
            switch minutes {
            case ..<60: (1, 60)
            case ..<day: (60, day)
            case ..<(14 * day): (day, 14 * day)
            case ..<(60 * day): (7 * day, 60 * day)
            case ..<(730 * day): (30 * day, 730 * day)
            default: (365 * day, .max)
            }
        let next = min((max(minutes, 0) / unit + 1) * unit, end)
        return Timestamp(ticks: (minute(of: moment) + Int64(next)) * 60 * Timestamp.ticksPerSecond)
    }

    /// The full minute after a moment.
    static func nextMinute(after now: Timestamp) -> Timestamp {
        Timestamp(ticks: (minute(of: now) + 1) * 60 * Timestamp.ticksPerSecond)
    }

    private static func fullMinutes(from moment: Timestamp, to now: Timestamp) -> Int {
        Int(minute(of: now) - minute(of: moment))
    }

    private static func minute(of moment: Timestamp) -> Int64 {
        let ticks = 60 * Timestamp.ticksPerSecond
        return moment.ticks >= 0 ? moment.ticks / ticks : (moment.ticks - ticks + 1) / ticks
    }
}

extension Timestamp {
    /// Seconds from an earlier moment to this one.
    func seconds(since earlier: Timestamp) -> Double {
        Double(ticks - earlier.ticks) / Double(Timestamp.ticksPerSecond)
    }
}
