/// What the filter looks at in the rows of a list: one text after another, as they are and folded.
struct SearchIndex: Sendable {
    private var folded = Texts()
    private var exact = Texts()

    mutating func append(_ text: String) {
        folded.append(Filter.folded(text))
        exact.append(text)
    }

    /// Adds the text of a row before all others.
    mutating func insert(_ text: String) {
        folded.insert(Filter.folded(text))
        exact.insert(text)
    }

    mutating func replace(at index: Int, by text: String) {
        folded.replace(at: index, by: Filter.folded(text))
        exact.replace(at: index, by: text)
    }

    mutating func remove(at index: Int) {
        folded.remove(at: index)
        exact.remove(at: index)
    }

    func matches(_ filter: Filter, at index: Int) -> Bool {
        (filter.isCaseSensitive ? exact : folded).matches(filter, at: index)
    }

    private struct Texts: Sendable {
        private var bytes: [UInt8] = []
        /// Where the text of each row ends.
        private var ends: [UInt32] = []

        mutating func append(_ text: String) {
            bytes += text.utf8
            ends.append(UInt32(bytes.count))
        }

        /// Adds the text of a row before all others.
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

        func matches(_ filter: Filter, at index: Int) -> Bool {
            let range = range(at: index)
            return bytes.withUnsafeBufferPointer {
                filter.matches(bytes: UnsafeBufferPointer(rebasing: $0[range]))
            }
        }
    }
}
