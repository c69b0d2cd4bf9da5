import CZlib

/// A ZIP archive with one entry, as exports are sent (contract section 17.20; PKWARE APPNOTE 6.3.10, section 4.3).
///
/// Its directory at the end is compared with what stands at its beginning. Archives of 2^32 bytes and more (ZIP64), which
/// are beyond the limit of a download, are not read.
struct ZipArchive {
    private let file: FileBytes

    private static let endCount = 22
    private static let entryCount = 46
    private static let headCount = 30
    private static let longestComment = 65_535

    init(_ file: FileBytes) {
        self.file = file
    }

    /// What the directory says of the entry.
    private struct Entry {
        let checksum: UInt32
        let unpacked: Int
        let isDeflated: Bool
        /// Where its data lies in the file.
        let data: Range<Int>
    }

    /// Unpacks the entry and hands it over piece by piece.
    ///
    /// - Throws: `Damage`, and what the closure throws.
    func readEntry(_ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        let entry = try entry()
        var checksum = CZlib.crc32(0, nil, 0)
        var unpacked = 0
        func use(_ bytes: UnsafeBufferPointer<UInt8>) throws {
            checksum = CZlib.crc32(checksum, bytes.baseAddress, UInt32(bytes.count))
            unpacked += bytes.count
            guard unpacked <= entry.unpacked else {
                throw Damage("The ZIP archive contains more than its directory says.")
            }
            try take(bytes)
        }
        if entry.isDeflated {
            var inflate = try Inflate(.bare)
            try file.forEachPiece(in: entry.data) { piece in
                guard !inflate.isAtEnd, try inflate.take(piece, use) == piece.count else {
                    throw Damage("There is extra data after the end of the ZIP archive's data.")
                }
            }
            guard inflate.isAtEnd else { throw Damage("The ZIP archive's data ends before it is complete.") }
        } else {
            try file.forEachPiece(in: entry.data, use)
        }
        guard unpacked == entry.unpacked else { throw Damage("The ZIP archive contains less than its directory says.") }
        guard checksum == uLong(entry.checksum) else { throw Damage("The ZIP archive's checksum is wrong.") }
    }

    private func entry() throws -> Entry {
        let end = try end()
        guard end.number(8, UInt16.self) == 1, end.number(10, UInt16.self) == 1 else {
            throw Damage("The ZIP archive doesn't contain exactly one file.")
        }
        let directoryCount = end.number(12, UInt32.self)
        let directoryStart = end.number(16, UInt32.self)
        guard directoryStart < UInt32.max, directoryCount < UInt32.max else {
            throw Damage("ZIP64 archives aren't supported.")
        }
        guard (Self.entryCount...Self.entryCount + 3 * 65_535).contains(directoryCount),
            directoryStart + directoryCount == end.position
        else {
            throw Damage("The ZIP archive's directory is not where it should be.")
        }
        let directory = Record(try file.bytes(directoryStart..<end.position), position: directoryStart)
        let nameCount = directory.number(28, UInt16.self)
        let extras = directory.number(30, UInt16.self) + directory.number(32, UInt16.self)
        guard directory.number(0, UInt32.self) == 0x0201_4B50,
            Self.entryCount + nameCount + extras == directoryCount
        else { throw Damage("The ZIP archive's directory is damaged.") }
        let flags = directory.number(8, UInt16.self)
        let method = directory.number(10, UInt16.self)
        guard flags & 1 == 0 else { throw Damage("The ZIP archive is encrypted.") }
        guard method == 0 || method == 8 else {
            throw Damage("The ZIP archive uses an unknown compression method (\(method)).")
        }
        let headStart = directory.number(42, UInt32.self)
        guard headStart == 0, Self.headCount <= directoryStart else {
            throw Damage("The ZIP archive doesn't begin with its file.")
        }
        let head = Record(try file.bytes(0..<Self.headCount), position: 0)
        let dataStart = Self.headCount + head.number(26, UInt16.self) + head.number(28, UInt16.self)
        let dataEnd = dataStart + directory.number(20, UInt32.self)
        guard head.number(0, UInt32.self) == 0x0403_4B50, head.number(8, UInt16.self) == method,
            head.number(26, UInt16.self) == nameCount
        else { throw Damage("The ZIP archive's directory and its file don't match.") }
        // Behind the data its sums may stand once more.
        let gap = directoryStart - dataEnd
        guard gap == 0 || flags & 8 != 0 && (gap == 12 || gap == 16) else {
            throw Damage("The ZIP archive's data doesn't have the length in its directory.")
        }
        return Entry(
            checksum: UInt32(directory.number(16, UInt32.self)),
            unpacked: directory.number(24, UInt32.self),
            isDeflated: method == 8,
            data: dataStart..<dataEnd
        )
    }

    /// The record at the very end, with nothing but its comment behind it.
    private func end() throws -> Record {
        let start = max(0, file.count - Self.endCount - Self.longestComment)
        let tail = try file.bytes(start..<file.count)
        for offset in stride(from: tail.count - Self.endCount, through: 0, by: -1) where tail[offset] == 0x50 {
            let record = Record(Array(tail[offset..<(offset + Self.endCount)]), position: start + offset)
            if record.number(0, UInt32.self) == 0x0605_4B50,
                record.number(20, UInt16.self) == tail.count - offset - Self.endCount
            {
                return record
            }
        }
        throw Damage("The ZIP archive is incomplete, or has extra data after its end.")
    }

    /// Numbers, the least significant byte first, at offsets within a record that is long enough for them.
    private struct Record {
        private let bytes: [UInt8]
        let position: Int

        init(_ bytes: [UInt8], position: Int) {
            self.bytes = bytes
            self.position = position
        }

        func number<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) -> Int {
            bytes[offset..<(offset + Number.bitWidth / 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }
}
