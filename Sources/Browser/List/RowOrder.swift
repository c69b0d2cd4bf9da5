/// Every row of a source in the order of one column, hidden ones included; rows that come later find their place.
struct RowOrder: Sendable {
    /// What the rows are sorted by.
    let sort: ListSort
    private var keys = SortKeys()
    /// The rows that have a value in their order, and the others as the source has them.
    private var present: [Int32] = []
    private var missing: [Int32] = []
    /// Where each row is in all this.
    private var places: [Int32] = []

    /// The order of a source; nil where it does not have the column.
    init?(_ sort: ListSort, of source: some ListSource) {
        guard source.columns.sorted(by: sort.column) != nil else { return nil }
        self.sort = sort
        append(from: source)
    }

    /// Adds the rows that were appended to a source.
    mutating func append(from source: some ListSource) {
        guard let column = source.columns.sorted(by: sort.column) else { return }
        var new: [Int32] = []
        for index in places.count..<source.count {
            keys.append(column.sortValue(of: source[index]))
            if keys.isMissing(Int32(index)) { missing.append(Int32(index)) } else { new.append(Int32(index)) }
        }
        let sorted = keys.sorted(new, descending: sort.isDescending)
        present = keys.merged(present, sorted, descending: sort.isDescending)
        places = [Int32](repeating: 0, count: source.count)
        for (place, row) in present.enumerated() { places[Int(row)] = Int32(place) }
        for (place, row) in missing.enumerated() { places[Int(row)] = Int32(present.count + place) }
    }

    /// Where a row is among all rows.
    func place(of row: Int32) -> Int32 { places[Int(row)] }

    /// Puts rows in order. They are sorted by counting, which costs the same however few they are.
    func arranged(_ rows: [Int32]) -> [Int32] {
        var isWanted = [Bool](repeating: false, count: places.count)
        for row in rows { isWanted[Int(row)] = true }
        var arranged: [Int32] = []
        arranged.reserveCapacity(rows.count)
        for row in present where isWanted[Int(row)] { arranged.append(row) }
        for row in missing where isWanted[Int(row)] { arranged.append(row) }
        return arranged
    }
}
