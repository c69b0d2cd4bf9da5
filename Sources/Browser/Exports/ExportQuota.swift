import ITwinsAPI
import Screen

/// What the service still takes of a user's exports (contract section 8.1): one at a time, three an hour.
struct ExportQuota: Sendable, Hashable {
    /// How many were asked for within the last hour.
    let count: Int
    /// Whether one is queued or in progress.
    let isRunning: Bool
    /// When there is room for one more; nil while there is.
    let nextAt: Timestamp?

    init(_ exports: [Export], at now: Timestamp) {
        let moments = exports.compactMap(\.createdDateTime).filter { now.seconds(since: $0) < Self.hour }.sorted()
        count = moments.count
        isRunning = exports.contains(where: \.status.isRunning)
        nextAt = count < Rules.exportsPerHour ? nil : moments[count - Rules.exportsPerHour].adding(seconds: Self.hour)
    }

    private static let hour = 3600.0

    /// Whether the service will refuse one more.
    var isUsedUp: Bool { nextAt != nil || isRunning }

    /// How much of it is used, in words that fit the width.
    func text(at now: Timestamp, width: Int = .max) -> String {
        let used = "\(count) of \(Rules.exportsPerHour) exports used this hour"
        let next = nextAt.map { "next in \(minutes(to: $0, at: now)) min" }
        let text = "\(used); \(next ?? (isRunning ? "one is running" : "one runs at a time"))"
        return text.count <= width
            ? text : next.map { "No exports left; \($0)" } ?? (isRunning ? "One export is running" : used)
    }

    /// What is to be known before one more is asked for.
    func hint(at now: Timestamp) -> FormInfo {
        let used = "\(count) of \(Rules.exportsPerHour) exports used this hour"
        if let nextAt {
            let minutes = minutes(to: nextAt, at: now)
            return FormInfo(text: "\(used); the next is possible in \(minutes) min", role: .warn)
        }
        return isRunning
            ? FormInfo(text: "\(used); one is running, and only one can run at a time", role: .warn)
            : FormInfo(text: text(at: now), role: .dim)
    }

    /// The full minute at which these words may change by themselves, as ages do; nil when they do not.
    func nextChange(at now: Timestamp) -> Timestamp? {
        count > 0 ? RelativeTime.nextMinute(after: now) : nil
    }

    private func minutes(to moment: Timestamp, at now: Timestamp) -> Int {
        max(Int((moment.seconds(since: now) / 60).rounded(.up)), 1)
    }
}
