extension Int {
    /// Reads a number that somebody else wrote: decimal digits alone, without a sign or anything around them. One that is too
    /// large is the largest there is (reliability S11).
    init?(digits text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self = Int(text) ?? .max
    }
}
