import Synchronization

/// What all requests together have for further tries, so that an outage does not multiply the traffic (reliability H4):
/// a further try takes some, and answers give it back.
final class RetryBudget: Sendable {
    /// What a further try costs; one at once less, as an answer before it has earned it.
    enum Cost: Int, Sendable {
        case afterWait = 5
        case atOnce = 1
    }

    /// Enough for ten further tries.
    static let capacity = 50

    private let left = Mutex(RetryBudget.capacity)

    /// Takes what a further try costs.
    ///
    /// - Returns: false when there is not enough left.
    func take(_ cost: Cost) -> Bool {
        left.withLock { left in
            guard left >= cost.rawValue else { return false }
            left -= cost.rawValue
            return true
        }
    }

    /// Gives back what the last try of an answered request cost; 1 when it was the first.
    func giveBack(_ cost: Cost?) {
        left.withLock { $0 = min(Self.capacity, $0 + (cost?.rawValue ?? 1)) }
    }
}
