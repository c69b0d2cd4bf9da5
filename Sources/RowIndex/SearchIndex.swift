/// What the filter looks at in the rows of a list: one text after another, as they are and folded.
public struct SearchIndex: Sendable {
    private var folded = Texts()
    private var exact = Texts()

    /// Makes the index of no rows.
    public init() {}

    /// Makes the index of the texts of some rows.
    public init(_ texts: some Sequence<String>) {
        for text in texts { append(text) }
    }

    /// Adds the text of a next row.
    public mutating func append(_ text: String) {
        folded.append(Filter.folded(text))
        exact.append(text)
    }

    /// Adds the texts of rows that follow.
    public mutating func append(contentsOf other: SearchIndex) {
        folded.append(contentsOf: other.folded)
        exact.append(contentsOf: other.exact)
    }

    /// Adds the text of a row before all others.
    public mutating func insert(_ text: String) {
        folded.insert(Filter.folded(text))
        exact.insert(text)
    }

    /// Gives a row another text.
    public mutating func replace(at index: Int, by text: String) {
        folded.replace(at: index, by: Filter.folded(text))
        exact.replace(at: index, by: text)
    }

    /// Removes the text of a row; those behind it move up.
    public mutating func remove(at index: Int) {
        folded.remove(at: index)
        exact.remove(at: index)
    }

    /// The rows that pass a filter, of some, in their order.
    public func rows(_ rows: [Int32], passing filter: Filter) -> [Int32] {
        filter.isEmpty ? rows : (filter.isCaseSensitive ? exact : folded).rows(rows, passing: filter)
    }

    private struct Texts: Sendable {
        private var bytes: [UInt8] = []
        /// Where the text of each row ends.
        private var ends: [UInt32] = []

        mutating func append(_ text: String) {
            bytes += text.utf8
            ends.append(UInt32(bytes.count))
        }

        mutating func append(contentsOf other: Texts) {
            let start = UInt32(bytes.count)
            bytes += other.bytes
            ends += other.ends.lazy.map { start + $0 }
        }

        mutating func insert(_ text: String) {
            bytes.insert(contentsOf: text.utf8, at: 0)
            let length = UInt32(text.utf8.count)
            for index in ends.indices { ends[index] += length }
            ends.insert(length, at: 0)
        }

        mutating func replace(at index: Int, by text: String) {
            bytes.replaceSubrange(range(at: index), with: text.utf8)
            shift(from: index, by: text.utf8.count - range(at: index).count)
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

        func rows(_ rows: [Int32], passing filter: Filter) -> [Int32] {
            bytes.withUnsafeBufferPointer { bytes in
                rows.filter { filter.matches(bytes: UnsafeBufferPointer(rebasing: bytes[range(at: Int($0))])) }
            }
        }
    }
}
