import ITwinsAPI
import Screen

/// What the service still takes of a person's exports (contract section 8.1): one at a time, three an hour.
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

    /// How much of it is used, in a few words.
    func text(at now: Timestamp) -> String {
        let used = "\(count) of \(Rules.exportsPerHour) this hour"
        if let nextAt { return "\(used), next: \(minutes(to: nextAt, at: now)) min" }
        return isRunning ? "\(used), one runs now" : "\(used), one at a time"
    }

    /// What is to be known before one more is asked for.
    func hint(at now: Timestamp) -> FormInfo {
        let used = "\(count) of \(Rules.exportsPerHour) this hour"
        if let nextAt {
            let minutes = minutes(to: nextAt, at: now)
            return FormInfo(text: "\(used): the service takes the next one in \(minutes) min", role: .warn)
        }
        return isRunning
            ? FormInfo(text: "\(used), and one runs: the service takes one at a time", role: .warn)
            : FormInfo(text: text(at: now), role: .dim)
    }

    /// The full minute at which these words may change by themselves, as ages do; nil when they do not.
    func nextChange(at now: Timestamp) -> Timestamp? {
        count > 0 ? Age.nextMinute(after: now) : nil
    }

    private func minutes(to moment: Timestamp, at now: Timestamp) -> Int {
        max(Int((moment.seconds(since: now) / 60).rounded(.up)), 1)
    }
}
