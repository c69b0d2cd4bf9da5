/// Finds out whether bytes that come in pieces are UTF-8 (RFC 3629 section 4).
struct UTF8Check {
    private var missing = 0
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    /// True unless a character has begun and is not complete.
    var isBetweenCharacters: Bool { missing == 0 }

    /// Reads on.
    ///
    /// - Returns: false when these bytes can be no UTF-8, whatever follows.
    mutating func takes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if missing > 0 {
                guard next.contains(byte) else { return false }
                missing -= 1
                next = 0x80...0xBF
            } else if byte >= 0x80 {
                guard begin(byte) else { return false }
            }
        }
        return true
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            // No longer forms than needed, and no halves of pairs.
            if byte == 0xE0 { next = 0xA0...0xBF }
            if byte == 0xED { next = 0x80...0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { next = 0x90...0xBF }
            if byte == 0xF4 { next = 0x80...0x8F }
        default: return false
        }
        return true
    }
}
