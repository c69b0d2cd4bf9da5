import Screen

/// The scalars that ncurses is given for a cell, so that it advances as far as the frame was laid out.
///
/// Libraries differ in their Unicode version: a scalar of whose width ncurses thinks otherwise becomes U+FFFD, once
/// for each column, and a mark of which it does is left out.
struct CellEncoder {
    private let width: (UInt32) -> Int
    private var agreements: [UInt32: Bool] = [:]

    private static let replacement: UInt32 = 0xFFFD
    /// As many scalars as ncurses keeps in a cell.
    private static let limit = 5

    /// Makes an encoder; `width` says how many columns ncurses advances for a scalar.
    init(width: @escaping (UInt32) -> Int) {
        self.width = width
    }

    /// What is drawn for a cell, in one or more steps of which each begins with a base.
    mutating func parts(of cell: Cell) -> [[UInt32]] {
        var parts: [[UInt32]] = []
        for scalar in cell.text.unicodeScalars {
            let columns = TextWidth.columns(of: scalar) ?? 1
            if columns == 0, let last = parts.indices.last {
                if parts[last].count < Self.limit, agrees(scalar.value, 0) { parts[last].append(scalar.value) }
            } else if agrees(scalar.value, columns) {
                parts.append([scalar.value])
            } else {
                for _ in 0..<max(columns, 1) { parts.append([Self.replacement]) }
            }
        }
        return parts
    }

    private mutating func agrees(_ value: UInt32, _ columns: Int) -> Bool {
        if (0x20..<0x7F).contains(value) { return true }
        if let known = agreements[value] { return known }
        let agrees = width(value) == columns
        agreements[value] = agrees
        return agrees
    }
}
