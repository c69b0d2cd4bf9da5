import Foundation

/// What the filter looks at in the rows of a list: the columns of one row after another, each between zeros, folded with and
/// without letter case.
public struct SearchIndex: Sendable {
    private var caseless = Texts()
    private var cased = Texts()

    /// Makes the index of no rows.
    public init() {}

    /// Makes the index of the texts of some rows.
    @inlinable public init(_ texts: some Sequence<String>) {
        self.init()
        for text in texts { append(text) }
    }

    /// Adds the text of a next row.
    public mutating func append(_ text: String) {
        caseless.append(TextFolding.caseless(text))
        cased.append(TextFolding.cased(text))
    }

    /// Adds the texts of rows that follow.
    public mutating func append(contentsOf other: SearchIndex) {
        caseless.append(contentsOf: other.caseless)
        cased.append(contentsOf: other.cased)
    }

    /// Adds the text of a row before all others.
    public mutating func insert(_ text: String) {
        caseless.insert(TextFolding.caseless(text))
        cased.insert(TextFolding.cased(text))
    }

    /// Gives a row another text.
    public mutating func replace(at index: Int, by text: String) {
        caseless.replace(at: index, by: TextFolding.caseless(text))
        cased.replace(at: index, by: TextFolding.cased(text))
    }

    /// Removes the text of a row; those behind it move up.
    public mutating func remove(at index: Int) {
        caseless.remove(at: index)
        cased.remove(at: index)
    }

    /// The rows that pass a filter, of some, in their order.
    public func rows(_ rows: [Int32], passing filter: Filter) -> [Int32] {
        // One term after another: what is borrowed for a term is borrowed once for all rows.
        filter.terms.reduce(rows) { rows, term in
            (term.folding == .cased ? cased : caseless).rows(rows, passing: term)
        }
    }

    /// The position of the row that a filter names best, of some: the first of which one of the first columns is all that is
    /// typed, else the first of which one begins with it, else the first; 0 where there are none.
    public func best(of rows: [Int32], for filter: Filter, columns: Int) -> Int {
        caseless.best(of: rows, for: TextFolding.caseless(filter.text.trimmingCharacters(in: .whitespaces)), columns)
    }

    private struct Texts: Sendable {
        private var bytes: [UInt8] = []
        /// Where the text of each row ends.
        private var ends: [UInt32] = []

        mutating func append(_ text: [UInt8]) {
            bytes += text
            ends.append(UInt32(bytes.count))
        }

        mutating func append(contentsOf other: Texts) {
            let start = UInt32(bytes.count)
            bytes += other.bytes
            ends += other.ends.lazy.map { start + $0 }
        }

        mutating func insert(_ text: [UInt8]) {
            bytes.insert(contentsOf: text, at: 0)
            let length = UInt32(text.count)
            for index in ends.indices { ends[index] += length }
            ends.insert(length, at: 0)
        }

        mutating func replace(at index: Int, by text: [UInt8]) {
            bytes.replaceSubrange(range(at: index), with: text)
            shift(from: index, by: text.count - range(at: index).count)
        }

        mutating func remove(at index: Int) {
            let removed = range(at: index)
            bytes.removeSubrange(removed)
            ends.remove(at: index)
            shift(from: index, by: -removed.count)
        }

        private mutating func shift(from index: Int, by length: Int) {
            for later in index..<ends.count { ends[later] = UInt32(Int(ends[later]) + length) }
        }

        private func range(at index: Int) -> Range<Int> { (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index]) }

        /// The position of the row of which one of the first columns is some letters, or else begins with them.
        func best(of rows: [Int32], for letters: [UInt8], _ columns: Int) -> Int {
            var beginning: Int?
            let whole = bytes.withUnsafeBufferPointer { bytes in
                ends.withUnsafeBufferPointer { ends in
                    letters.withUnsafeBufferPointer { letters -> Int? in
                        guard let base = bytes.baseAddress, let wanted = letters.baseAddress, !letters.isEmpty else {
                            return nil
                        }
                        for (position, row) in rows.enumerated() {
                            // Each column is behind a zero, and before one.
                            var start = row == 0 ? 1 : Int(ends[Int(row) - 1]) + 1
                            let end = Int(ends[Int(row)])
                            for _ in 0..<columns where end - start > letters.count {
                                if base[start] == wanted[0], memcmp(base + start, wanted, letters.count) == 0 {
                                    if base[start + letters.count] == 0 { return position }
                                    beginning = beginning ?? position
                                }
                                guard let zero = memchr(base + start, 0, end - start) else { break }
                                start = UnsafeRawPointer(base).distance(to: zero) + 1
                            }
                        }
                        return nil
                    }
                }
            }
            return whole ?? beginning ?? 0
        }

        func rows(_ rows: [Int32], passing term: Filter.Term) -> [Int32] {
            bytes.withUnsafeBufferPointer { bytes in
                ends.withUnsafeBufferPointer { ends in
                    term.rows(rows) { row in
                        let start = row == 0 ? 0 : Int(ends[Int(row) - 1])
                        return UnsafeBufferPointer(rebasing: bytes[start..<Int(ends[Int(row)])])
                    }
                }
            }
        }
    }
}
