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
            case .part:
                return letters.withUnsafeBufferPointer { letters in
                    other.letters.withUnsafeBufferPointer { Self.occurs($0, in: letters) }
                }
            case .fuzzy: return letters.starts(with: other.letters)
            }
        }

        /// Those of some rows in whose columns it holds, each between zeros.
        ///
        /// - Parameter columns: the columns of a row, folded.
        func rows(_ rows: [Int32], of columns: (Int32) -> UnsafeBufferPointer<UInt8>) -> [Int32] {
            switch kind {
            case .part:
                letters.withUnsafeBufferPointer { letters in
                    rows.filter { Self.occurs(letters, in: columns($0)) != isNegated }
                }
            case .fuzzy:
                rows.filter { row in
                    columns(row).split(separator: 0).contains { !positions(in: $0).isEmpty } != isNegated
                }
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

        private static func occurs(
            _ letters: UnsafeBufferPointer<UInt8>,
            in bytes: UnsafeBufferPointer<UInt8>
        ) -> Bool {
            guard let start = bytes.baseAddress, let first = letters.first, let wanted = letters.baseAddress else {
                return false
            }
            let (last, end) = (bytes.count - letters.count, letters.count - 1)
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
