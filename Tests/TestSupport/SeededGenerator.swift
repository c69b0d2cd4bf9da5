/// Random numbers that are the same for the same seed (SplitMix64), so that a failure can be seen again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator of a seed.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Text of up to `count` scalars: mostly those that make trouble, some from all of Unicode.
    public mutating func hostileText(upTo count: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...count, using: &self) { scalars.append(hostileScalar()) }
        return String(scalars)
    }

    private mutating func hostileScalar() -> Unicode.Scalar {
        let range = Self.ranges.randomElement(using: &self) ?? 0...0x10FFFF
        // Surrogates are no scalars.
        return Unicode.Scalar(UInt32.random(in: range, using: &self)) ?? "\u{D7FF}"
    }

    private static let ranges: [ClosedRange<UInt32>] = [
        0...0x1F, 0x20...0x7E, 0x20...0x7E, 0x7F...0x9F, 0xA0...0xFF, 0x300...0x36F, 0x300...0x36F, 0x590...0x6FF,
        0x900...0x97F, 0x94D...0x94D, 0x1100...0x11FF, 0x2000...0x206F, 0x200C...0x200D, 0x2600...0x27BF,
        0x3000...0x318F, 0x4E00...0x4FFF, 0xAC00...0xAC40, 0xE000...0xE0FF, 0xFE00...0xFE0F, 0xFF00...0xFFFF,
        0x1BCA0...0x1BCA3, 0x1D170...0x1D180, 0x1F1E6...0x1F1FF, 0x1F1E6...0x1F1FF, 0x1F300...0x1F64F,
        0x1F3FB...0x1F3FF, 0x1F468...0x1F469, 0x200D...0x200D, 0xE0000...0xE01EF, 0...0x10FFFF, 0...0xFFFF,
    ]
}
