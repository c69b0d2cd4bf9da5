import ITwinsAPI

/// What stands around the compressed data of a ZIP archive with one entry (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4).
///
/// Files of 2^32 bytes and more need another layout (ZIP64), which is not made.
struct ZipEntry: Sendable {
    private let name: [UInt8]
    private let date: UInt16
    private let time: UInt16

    /// What is known of an entry once its data was written.
    struct Sums: Sendable {
        let checksum: UInt32
        let packed: UInt32
        let unpacked: UInt32
    }

    /// The first size that this layout cannot tell; what stands around the data is left room for.
    static let limit = Int(UInt32.max) - 65_536

    /// - Parameter name: in ASCII.
    init(name: String, moment: Timestamp) {
        self.name = Array(name.utf8)
        // 2025-02-03 04:05:06 UTC; the format knows the years 1980 to 2107 and every other second.
        let parts = moment.readable.split(whereSeparator: { !$0.isNumber }).compactMap { UInt16($0) }
        if parts.count == 6, (1980...2107).contains(parts[0]) {
            date = (parts[0] - 1980) << 9 | parts[1] << 5 | parts[2]
            time = parts[3] << 11 | parts[4] << 5 | parts[5] / 2
        } else {
            (date, time) = (1 << 5 | 1, 0)
        }
    }

    /// How long what stands before the data is.
    var headCount: Int { 30 + name.count }

    /// What stands before the data.
    func head(_ sums: Sums) -> [UInt8] {
        Self.bytes(UInt32(0x0403_4B50)) + common(sums) + name
    }

    /// What stands after the data.
    func tail(_ sums: Sums) -> [UInt8] {
        // Made by version 2.0 on Unix, where it is a plain file that its owner may write and all may read.
        var directory = Self.bytes(UInt32(0x0201_4B50)) + Self.bytes(UInt16(3 << 8 | 20)) + common(sums)
        // No comment, first disk, no attributes of MS-DOS, at the beginning of the archive.
        directory += Self.bytes(UInt16(0)) + Self.bytes(UInt16(0)) + Self.bytes(UInt16(0))
        directory += Self.bytes(UInt32(0o100644) << 16) + Self.bytes(UInt32(0)) + name
        var end = Self.bytes(UInt32(0x0605_4B50)) + Self.bytes(UInt16(0)) + Self.bytes(UInt16(0))
        end += Self.bytes(UInt16(1)) + Self.bytes(UInt16(1)) + Self.bytes(UInt32(directory.count))
        end += Self.bytes(UInt32(headCount) + sums.packed) + Self.bytes(UInt16(0))
        return directory + end
    }

    /// Version needed, flags, method (deflate), time, sums and the lengths of name and extra field.
    private func common(_ sums: Sums) -> [UInt8] {
        let first = [20, 0, 8, time, date].flatMap(Self.bytes)
        let numbers = [sums.checksum, sums.packed, sums.unpacked].flatMap(Self.bytes)
        return first + numbers + Self.bytes(UInt16(name.count)) + Self.bytes(UInt16(0))
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
