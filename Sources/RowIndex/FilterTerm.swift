import Foundation

extension Filter {
    /// One of the terms of a filter.
    public struct Term: Hashable, Sendable {
        /// What is no difference to it.
        public let folding: TextFolding
        /// Whether it lets pass what it does not hold of.
        public let isNegated: Bool
        private let kind: Kind
        /// What is looked for, in UTF-8, with a zero where the column has to begin or end.
        private let letters: [UInt8]

        private enum Kind: Hashable {
            case part
            /// The letters lie apart.
            case fuzzy
        }

        /// Makes a term of what is typed between blanks; nil for one that says nothing.
        init?(_ typed: Substring) {
            var rest = typed
            func takes(_ sign: Character) -> Bool {
                guard rest.first == sign else { return false }
                rest.removeFirst()
                return true
            }
            isNegated = takes("!")
            let isFuzzy = takes("~")
            let isStart = !isFuzzy && takes("^")
            var isEnd = !isFuzzy && rest.count > 1 && rest.last == "$"
            if takes("\"") {
                let phrase = rest.prefix { $0 != "\"" }
                isEnd = isEnd && rest.dropFirst(phrase.count) == "\"$"
                rest = phrase
            } else if isEnd {
                rest.removeLast()
            }
            folding = rest.contains(where: \.isUppercase) ? .cased : .caseless
            kind = isFuzzy ? .fuzzy : .part
            // A zero that is typed would be the end of a column.
            let text = folding(String(rest)).filter { $0 != 0 }
            guard !text.isEmpty else { return nil }
            letters = (isStart ? [0] : []) + text + (isEnd ? [0] : [])
        }

        /// True when it holds of nothing that another one doesn't hold of.
        func narrows(_ other: Term) -> Bool {
            if self == other { return true }
            guard kind == other.kind, !isNegated, !other.isNegated, folding == other.folding else { return false }
            switch kind {
            case .part: return letters.withUnsafeBufferPointer(other.occurs)
            case .fuzzy: return letters.starts(with: other.letters)
            }
        }

        /// True when it holds in the columns of a row, each between zeros.
        func holds(in columns: UnsafeBufferPointer<UInt8>) -> Bool {
            switch kind {
            case .part: occurs(in: columns) != isNegated
            case .fuzzy: columns.split(separator: 0).contains { !positions(in: $0).isEmpty } != isNegated
            }
        }

        /// Where in the letters of a column that it holds of it is found, to be marked; nowhere for one that is negated.
        public func ranges(in column: [UInt8]) -> [Range<Int>] {
            guard !isNegated else { return [] }
            switch kind {
            case .fuzzy: return positions(in: column[...]).map { $0..<($0 + 1) }
            case .part:
                let text = [0] + column + [0]
                guard text.count >= letters.count else { return [] }
                return (0...(text.count - letters.count)).filter { text[$0..<($0 + letters.count)] == letters[...] }
                    .map { max($0 - 1, 0)..<min($0 - 1 + letters.count, column.count) }
            }
        }

        /// The places of its letters in a column, each behind the one before; none where one is missing.
        private func positions<Letters: Collection<UInt8>>(in column: Letters) -> [Letters.Index] {
            var places: [Letters.Index] = []
            var rest = column[...]
            for letter in letters {
                guard let place = rest.firstIndex(of: letter) else { return [] }
                places.append(place)
                rest = rest[rest.index(after: place)...]
            }
            return places
        }

        private func occurs(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            letters.withUnsafeBufferPointer { letters in
                guard let start = bytes.baseAddress, let first = letters.first, let wanted = letters.baseAddress else {
                    return false
                }
                let last = bytes.count - letters.count
                let end = letters.count - 1
                var index = 0
                while index <= last {
                    guard let hit = memchr(start + index, Int32(first), last - index + 1) else { return false }
                    index = UnsafeRawPointer(start).distance(to: UnsafeRawPointer(hit))
                    // Most are told apart by their last letter, which costs less than a call.
                    if start[index + end] == wanted[end], memcmp(start + index, wanted, end) == 0 { return true }
                    index += 1
                }
                return false
            }
        }
    }
}
