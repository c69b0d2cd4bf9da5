/// A place on the screen, in columns from the left and rows from the top.
public struct Point: Hashable, Sendable {
    /// Columns from the left.
    public var x: Int
    /// Rows from the top.
    public var y: Int

    /// Makes a point.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// How large something is, in columns and rows; never negative.
public struct Size: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int

    /// Makes a size; negative lengths become 0.
    public init(width: Int, height: Int) {
        self.width = max(width, 0)
        self.height = max(height, 0)
    }
}

/// An area of the screen; never of negative size.
public struct Rect: Hashable, Sendable {
    /// Columns from the left.
    public let x: Int
    /// Rows from the top.
    public let y: Int
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int

    /// Makes an area; negative lengths become 0.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(width, 0)
        self.height = max(height, 0)
    }

    /// The first column.
    public var minX: Int { x }
    /// The first column behind.
    public var maxX: Int { x + width }
    /// The first row.
    public var minY: Int { y }
    /// The first row below.
    public var maxY: Int { y + height }
    /// True when there is no cell in it.
    public var isEmpty: Bool { width == 0 || height == 0 }

    /// The area without a border of a thickness on all four sides.
    public func inset(by thickness: Int) -> Rect { inset(dx: thickness, dy: thickness) }

    /// The area without columns at the left and right and rows at the top and bottom.
    public func inset(dx: Int, dy: Int) -> Rect {
        Rect(x: x + dx, y: y + dy, width: width - 2 * dx, height: height - 2 * dy)
    }

    /// What two areas have in common; of no size when nothing.
    public func intersection(_ other: Rect) -> Rect {
        let left = max(minX, other.minX)
        let top = max(minY, other.minY)
        return Rect(x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    /// The first columns and the rest.
    public func split(left columns: Int) -> (Rect, Rect) {
        let columns = min(max(columns, 0), width)
        return (
            Rect(x: x, y: y, width: columns, height: height),
            Rect(x: x + columns, y: y, width: width - columns, height: height)
        )
    }

    /// The first rows and the rest.
    public func split(top rows: Int) -> (Rect, Rect) {
        let rows = min(max(rows, 0), height)
        return (
            Rect(x: x, y: y, width: width, height: rows), Rect(x: x, y: y + rows, width: width, height: height - rows)
        )
    }

    /// The rest and the last rows.
    public func split(bottom rows: Int) -> (Rect, Rect) { split(top: height - min(max(rows, 0), height)) }

    /// An area of at most a size in the middle of this one.
    public func centered(_ size: Size) -> Rect {
        let width = min(size.width, width)
        let height = min(size.height, height)
        return Rect(x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
    }
}
