/// The order of the rows of a list by their keys, hidden rows included; rows that come later find their place.
public struct RowOrder: Sendable {
    private let isDescending: Bool
    private var keys = SortKeys()
    /// The rows that have a value in their order, and the others as the list has them.
    private var present: [Int32] = []
    private var missing: [Int32] = []
    /// Where each row is in all this.
    private var places: [Int32] = []

    /// Sorts rows.
    ///
    /// - Parameter isDescending: whether the values fall. Rows without a value are the last either way.
    public init(_ keys: SortKeys, isDescending: Bool) {
        self.isDescending = isDescending
        append(keys)
    }

    /// Adds the rows that were appended to the list.
    public mutating func append(_ new: SortKeys) {
        let first = keys.count
        keys.append(contentsOf: new)
        var rows: [Int32] = []
        for row in Int32(first)..<Int32(keys.count) {
            if keys.isMissing(row) { missing.append(row) } else { rows.append(row) }
        }
        present = keys.merged(present, keys.sorted(rows, descending: isDescending), descending: isDescending)
        places = [Int32](repeating: 0, count: keys.count)
        for (place, row) in present.enumerated() { places[Int(row)] = Int32(place) }
        for (place, row) in missing.enumerated() { places[Int(row)] = Int32(present.count + place) }
    }

    /// Where a row is among all rows.
    public func place(of row: Int32) -> Int32 { places[Int(row)] }

    /// Puts rows in order. They are sorted by counting, which costs the same however few they are.
    public func arranged(_ rows: [Int32]) -> [Int32] {
        var isWanted = [Bool](repeating: false, count: places.count)
        for row in rows { isWanted[Int(row)] = true }
        var arranged: [Int32] = []
        arranged.reserveCapacity(rows.count)
        for row in present where isWanted[Int(row)] { arranged.append(row) }
        for row in missing where isWanted[Int(row)] { arranged.append(row) }
        return arranged
    }

    /// Puts new rows, in any order, among others that are in order.
    public func merged(_ old: [Int32], _ new: [Int32]) -> [Int32] {
        var merged: [Int32] = []
        merged.reserveCapacity(old.count + new.count)
        var rest = old[...]
        for row in new.sorted(by: { places[Int($0)] < places[Int($1)] }) {
            while let first = rest.first, places[Int(first)] < places[Int(row)] {
                merged.append(first)
                rest.removeFirst()
            }
            merged.append(row)
        }
        return merged + rest
    }
}
