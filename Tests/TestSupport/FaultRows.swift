import Foundation
public import Testing

/// Marks a test or a suite as a proof of rows of the fault table.
///
/// `scripts/fault-table` reads these marks in the sources and writes `docs/reliability.md` from them.
public struct FaultRows: TestTrait, SuiteTrait {
    /// The numbers of the rows, 1 to 70.
    public let rows: [Int]
    /// What `make soak` makes of the test, for example "500 kills"; nil when it is the same there as in CI.
    public let soak: String?
}

extension Trait where Self == FaultRows {
    /// Marks a test or a suite as a proof of rows of the fault table.
    ///
    /// - Parameters:
    ///   - rows: their numbers, 1 to 70.
    ///   - soak: what `make soak` makes of it, for example "500 kills"; nil when it is the same there as in CI.
    public static func rows(_ rows: Int..., soak: String? = nil) -> Self { FaultRows(rows: rows, soak: soak) }
}

/// How often a test repeats something: seldom in `make test`, often in `make soak`.
public enum Soak {
    /// Whether the tests run in `make soak`, which sets `TWINSCOPE_SOAK=1`.
    public static let isOn = ProcessInfo.processInfo.environment["TWINSCOPE_SOAK"] == "1"

    /// The number of repetitions.
    ///
    /// - Parameters:
    ///   - usually: the number in `make test` and CI.
    ///   - soak: the number in `make soak`.
    public static func count(usually: Int, soak: Int) -> Int { isOn ? soak : usually }
}
