/// Bytes packed by hand, so that no code of the program checks itself.
enum Compressed {
    /// A gzip member (RFC 1952) of one stored block (RFC 1951 section 3.2.4).
    ///
    /// - Parameter checksum: is put in place of the right one.
    static func gzip(_ text: [UInt8], checksum: UInt32? = nil) -> [UInt8] {
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + stored(text) + little(checksum ?? crc32(text), 4)
            + little(UInt32(text.count), 4)
    }

    /// What differs from a correct archive.
    struct ZipFault: Sendable {
        var checksum: UInt32?
        var packed: UInt32?
        var unpacked: UInt32?
        var flags: UInt32 = 0
        var method: UInt32?
        var entries: UInt32 = 1
        var headSignature: UInt32 = 0x0403_4B50
        /// Stands between the data and the directory.
        var gap: [UInt8] = []
        /// Stands behind the end.
        var comment: [UInt8] = []
        /// Is told of the comment.
        var commentCount: UInt32?
        var directoryStart: UInt32?
    }

    /// A ZIP archive of one entry.
    static func zip(_ text: [UInt8], deflated: Bool = true, _ fault: ZipFault = ZipFault()) -> [UInt8] {
        let name = Array("a.json".utf8)
        let data = deflated ? stored(text) : text
        let common =
            little(20, 2) + little(fault.flags, 2) + little(fault.method ?? (deflated ? 8 : 0), 2) + little(0, 4)
            + little(fault.checksum ?? crc32(text), 4) + little(fault.packed ?? UInt32(data.count), 4)
            + little(fault.unpacked ?? UInt32(text.count), 4) + little(UInt32(name.count), 2) + little(0, 2)
        let head = little(fault.headSignature, 4) + common + name
        let directory =
            little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 2) + little(0, 4) + little(0, 4) + little(0, 4)
            + name
        let before = head + data + fault.gap
        let end =
            little(0x0605_4B50, 4) + little(0, 4) + little(fault.entries, 2) + little(fault.entries, 2)
            + little(UInt32(directory.count), 4) + little(fault.directoryStart ?? UInt32(before.count), 4)
            + little(fault.commentCount ?? UInt32(fault.comment.count), 2)
        return before + directory + end + fault.comment
    }

    private static func stored(_ text: [UInt8]) -> [UInt8] {
        precondition(text.count < 65_536, "one block holds no more")
        return [1] + little(UInt32(text.count), 2) + little(~UInt32(text.count), 2) + text
    }

    private static func little(_ number: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let last = sum & 1
                sum >>= 1
                if last == 1 { sum ^= 0xEDB8_8320 }
            }
        }
        return ~sum
    }
}
