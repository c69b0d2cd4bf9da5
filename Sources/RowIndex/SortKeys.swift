import Foundation

/// What a row has in a column.
public enum SortValue: Hashable, Sendable {
    case text(String)
    /// A whole number, such as the ticks of a moment.
    case number(Int64)
    /// Nothing, as an empty text too: such rows are the last in both directions.
    case missing

    /// A text; nil is nothing.
    public static func text(_ text: String?) -> SortValue { text.map { .text($0) } ?? .missing }
    /// A number; nil is nothing.
    public static func number(_ number: Int64?) -> SortValue { number.map { .number($0) } ?? .missing }
}

/// The values of a column as bytes, made once, so that comparing two rows looks at no text and asks no locale.
///
/// Texts are in the order of a dictionary: letter case and accents count only where all else is equal (`Zürich` beside
/// `zurich`), and digits in a row are a number (`PH-7` before `PH-10`). Letters of other scripts are in the order of
/// their code points, which is also that of Chinese, Japanese and Korean characters.
public struct SortKeys: Sendable {
    private var bytes: [UInt8] = []
    /// Where the key of each row ends; a row without a value has an empty one.
    private var ends: [Int] = []
    /// The first eight bytes of each key, which tell most rows apart.
    private var heads: [UInt64] = []

    /// How much of a text counts, in bytes; names have at most 255 characters (contract section 5.1).
    private static let textLimit = 256

    /// Makes the keys of no rows.
    public init() {}

    /// Makes the keys of some rows.
    @inlinable public init(_ values: some Sequence<SortValue>) {
        self.init()
        for value in values { append(value) }
    }

    /// How many rows have keys here.
    var count: Int { ends.count }

    /// Adds the keys of rows that follow.
    mutating func append(contentsOf other: SortKeys) {
        let start = bytes.count
        bytes += other.bytes
        ends += other.ends.lazy.map { start + $0 }
        heads += other.heads
    }

    /// Adds the value of a next row.
    public mutating func append(_ value: SortValue) {
        let start = bytes.count
        switch value {
        case .text(let text): append(text)
        case .number(let number):
            // Flipping the sign makes the order of signed numbers that of their bytes.
            let unsigned = UInt64(bitPattern: number) ^ (1 << 63)
            withUnsafeBytes(of: unsigned.bigEndian) { bytes += $0 }
        case .missing: break
        }
        ends.append(bytes.count)
        var head: UInt64 = 0
        for index in start..<min(start + 8, bytes.count) {
            head |= UInt64(bytes[index]) << UInt64(56 - 8 * (index - start))
        }
        heads.append(head)
    }

    /// True for a row without a value.
    func isMissing(_ row: Int32) -> Bool { (row == 0 ? 0 : ends[Int(row) - 1]) == ends[Int(row)] }

    /// Sorts rows that have values; equal ones stay in the order of the source.
    func sorted(_ rows: [Int32], descending: Bool) -> [Int32] {
        var words = rows.map { Word(value: descending ? ~heads[Int($0)] : heads[Int($0)], row: $0) }
        withComparison(descending: descending) { comparison in
            words.withUnsafeMutableBufferPointer { Self.sort($0, at: 0, comparison) }
        }
        return words.map(\.row)
    }

    /// Eight bytes of the key of a row.
    private struct Word {
        var value: UInt64
        var row: Int32
    }

    /// Sorts by the words at a place of the keys, and those that are equal there by the words behind: comparing numbers is
    /// several times as fast as comparing bytes one by one.
    private static func sort(_ words: UnsafeMutableBufferPointer<Word>, at place: Int, _ comparison: Comparison) {
        sort(words)
        var first = 0
        while first < words.count {
            var end = first + 1
            while end < words.count, words[end].value == words[first].value { end += 1 }
            let equal = UnsafeMutableBufferPointer(rebasing: words[first..<end])
            first = end
            guard equal.count > 1 else { continue }
            var isLonger = false
            for index in equal.indices {
                let word = comparison.word(of: equal[index].row, at: place + 8)
                isLonger = isLonger || word != nil
                equal[index].value = word ?? comparison.blank
            }
            if isLonger { sort(equal, at: place + 8, comparison) }
        }
    }

    /// Sorts by the words alone; equal ones stay as they are. Many are dealt out by one byte after another, from the last
    /// to the first, which takes a quarter of the time of comparing them.
    private static func sort(_ words: UnsafeMutableBufferPointer<Word>) {
        guard words.count > 64 else {
            var words = words
            words.sort { left, right in left.value == right.value ? left.row < right.row : left.value < right.value }
            return
        }
        var dealt = Array(words)
        for shift in stride(from: 0, to: 64, by: 8) {
            var counts = [Int](repeating: 0, count: 256)
            for word in words { counts[Int(truncatingIfNeeded: word.value >> shift) & 255] += 1 }
            guard !counts.contains(words.count) else { continue }
            var next = 0
            for byte in counts.indices { (counts[byte], next) = (next, next + counts[byte]) }
            for word in words {
                let byte = Int(truncatingIfNeeded: word.value >> shift) & 255
                dealt[counts[byte]] = word
                counts[byte] += 1
            }
            _ = words.update(fromContentsOf: dealt)
        }
    }

    /// Makes one of two sorted lists of rows that have values.
    func merged(_ left: [Int32], _ right: [Int32], descending: Bool) -> [Int32] {
        guard !left.isEmpty else { return right }
        var merged: [Int32] = []
        merged.reserveCapacity(left.count + right.count)
        var rest = left[...]
        withComparison(descending: descending) { comparison in
            for row in right {
                while let first = rest.first, comparison.comesFirst(first, row) {
                    merged.append(first)
                    rest.removeFirst()
                }
                merged.append(row)
            }
        }
        return merged + rest
    }

    private func withComparison<Result>(descending: Bool, _ body: (Comparison) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            ends.withUnsafeBufferPointer { ends in
                heads.withUnsafeBufferPointer { heads in
                    body(Comparison(bytes: bytes, ends: ends, heads: heads, isDescending: descending))
                }
            }
        }
    }
}

/// The order of two rows that have values; of equal ones that which the source has first is the first.
///
/// It looks at the keys in place, which is what makes sorting fast; it must not outlive the call that lends them.
private struct Comparison {
    let bytes: UnsafeBufferPointer<UInt8>
    let ends: UnsafeBufferPointer<Int>
    let heads: UnsafeBufferPointer<UInt64>
    let isDescending: Bool

    /// What stands for the bytes behind the end of a key: it comes before everything.
    var blank: UInt64 { isDescending ? .max : 0 }

    /// Eight bytes of the key of a row from a place on, so that smaller ones come first; nil behind its end.
    func word(of row: Int32, at place: Int) -> UInt64? {
        let start = start(of: row) + place
        let count = min(ends[Int(row)] - start, 8)
        guard count > 0 else { return nil }
        if count == 8, let base = bytes.baseAddress {
            // The eight bytes lie in the buffer: `count` says so.
            let word = UInt64(bigEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self))
            return isDescending ? ~word : word
        }
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(bytes[start + index]) << UInt64(56 - 8 * index) }
        return isDescending ? ~word : word
    }

    func comesFirst(_ left: Int32, _ right: Int32) -> Bool {
        let (first, second) = (heads[Int(left)], heads[Int(right)])
        return first == second ? tailComesFirst(left, right) : (first < second) != isDescending
    }

    private func tailComesFirst(_ left: Int32, _ right: Int32) -> Bool {
        let (start, otherStart) = (start(of: left), start(of: right))
        let (length, otherLength) = (ends[Int(left)] - start, ends[Int(right)] - otherStart)
        if let base = bytes.baseAddress {
            let order = memcmp(base + start, base + otherStart, min(length, otherLength))
            if order != 0 { return (order < 0) != isDescending }
        }
        return length == otherLength ? left < right : (length < otherLength) != isDescending
    }

    private func start(of row: Int32) -> Int { row == 0 ? 0 : ends[Int(row) - 1] }
}

// MARK: - Texts

extension SortKeys {
    /// Adds what counts first, a zero, and the text as it is, which decides where all else is equal.
    fileprivate mutating func append(_ text: String) {
        guard !text.isEmpty else { return }
        var text = text
        text.withUTF8 { utf8 in
            let utf8 = UnsafeBufferPointer(rebasing: utf8.prefix(Self.textLimit))
            if utf8.allSatisfy({ $0 < 0x80 }) {
                appendNumbered(utf8)
            } else {
                TextFolding.caseless.fold(utf8).withUnsafeBufferPointer { appendNumbered($0) }
            }
            bytes.append(0)
            bytes += utf8
        }
    }

    /// Adds bytes with ASCII capitals as small letters, and each run of digits as the digit 0, how many digits follow
    /// and the digits without leading zeros: so a number stands where digits do, and a longer one is larger.
    private mutating func appendNumbered(_ text: UnsafeBufferPointer<UInt8>) {
        // Of each two bytes at most one begins a number, which takes two more; a long number one more every 255 digits.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * text.count + 1) { buffer in
            var count = 0
            func put(_ byte: UInt8) {
                buffer[count] = byte
                count += 1
            }
            func isDigit(_ index: Int) -> Bool { index < text.count && text[index] &- 0x30 < 10 }
            var index = 0
            while index < text.count {
                guard isDigit(index) else {
                    let byte = text[index]
                    // The zero is what ends the letters.
                    put(byte &- 0x41 < 26 ? byte | 0x20 : max(byte, 1))
                    index += 1
                    continue
                }
                while isDigit(index), text[index] == 0x30 { index += 1 }
                let first = index
                while isDigit(index) { index += 1 }
                put(0x30)
                var length = index - first
                while length >= 255 {
                    put(255)
                    length -= 255
                }
                put(UInt8(length))
                for digit in text[first..<index] { put(digit) }
            }
            bytes += buffer[..<count]
        }
    }
}
