import Screen
import Testing

@Suite struct `Scrollbar, bar and spinner` {
    /// The rows of a box ten rows high in which the scrollbar stands.
    private static func rows(first: Int, visible: Int, count: Int) -> [Int] {
        var frame = Frame(size: Size(width: 3, height: 10))
        frame.box(frame.bounds, title: [], focused: false)
        frame.scrollbar(on: frame.bounds, first: first, visible: visible, count: count, focused: false)
        return (0..<10).filter { frame.row($0).last?.text == "┃" }
    }

    @Test(
        arguments: [
            (0, 8, 8, []), (0, 8, 3, []), (0, 0, 3, []), (0, 8, 16, [1, 2, 3, 4]), (8, 8, 16, [5, 6, 7, 8]),
            (4, 8, 16, [3, 4, 5, 6]), (0, 8, 100_000, [1]), (99_992, 8, 100_000, [8]), (-5, 8, 16, [1, 2, 3, 4]),
            (500, 8, 16, [5, 6, 7, 8]),
        ] as [(Int, Int, Int, [Int])]
    )
    func `The scrollbar shows the position of the window`(first: Int, visible: Int, count: Int, expected: [Int]) {
        #expect(Self.rows(first: first, visible: visible, count: count) == expected)
    }

    @Test func `The scrollbar reaches the end only when the list does`() {
        for count in 9...200 {
            for first in 0...(count - 8) {
                let rows = Self.rows(first: first, visible: 8, count: count)
                #expect((rows.last == 8) == (first == count - 8) || rows.count == 8)
                #expect(rows == Array((rows.first ?? 0)...(rows.last ?? 0)))
            }
        }
    }

    @Test(arguments: [
        (0.0, 4, ""), (1.0, 4, "████"), (0.5, 4, "██"), (0.5, 1, "▌"), (0.25, 1, "▎"), (0.001, 4, "▏"), (7.0, 2, "██"),
        (-1.0, 2, ""), (Double.nan, 2, ""), (.infinity, 2, ""), (0.5, 0, ""), (0.5, -3, ""),
    ])
    func `A bar is exact to an eighth of a column`(fraction: Double, width: Int, expected: String) {
        #expect(bar(fraction: fraction, width: width).string == expected)
    }

    @Test func `A bar is never wider than its room`() {
        for width in 0...9 {
            for step in 0...100 { #expect(bar(fraction: Double(step) / 100, width: width).width <= width) }
        }
    }

    @Test func `The spinner repeats endlessly`() {
        #expect((0..<5).map(Spinner.character(step:)) == ["◐", "◓", "◑", "◒", "◐"])
        #expect(["◐", "◓", "◑", "◒"].contains(Spinner.character(step: .max)))
        #expect(["◐", "◓", "◑", "◒"].contains(Spinner.character(step: .min)))
    }
}

@Suite struct `Areas` {
    static let area = Rect(x: 2, y: 3, width: 10, height: 6)

    @Test func `Lengths are never negative`() {
        #expect(Rect(x: 0, y: 0, width: -1, height: -2).isEmpty)
        #expect(Size(width: -1, height: 4) == Size(width: 0, height: 4))
        #expect(Self.area.inset(by: 4) == Rect(x: 6, y: 7, width: 2, height: 0))
        #expect(Self.area.inset(dx: 1, dy: 2) == Rect(x: 3, y: 5, width: 8, height: 2))
    }

    @Test func `An intersection is the common area`() {
        let other = Rect(x: 8, y: 0, width: 10, height: 5)
        #expect(Self.area.intersection(other) == Rect(x: 8, y: 3, width: 4, height: 2))
        #expect(Self.area.intersection(other) == other.intersection(Self.area))
        #expect(Self.area.intersection(Rect(x: 12, y: 3, width: 4, height: 4)).isEmpty)
        #expect(Self.area.intersection(Rect(x: -90, y: -90, width: 4, height: 4)).isEmpty)
        #expect(Self.area.intersection(Self.area) == Self.area)
    }

    @Test(arguments: [-5, 0, 1, 4, 6, 10, 11, 99])
    func `Parts of a split cover the whole without overlap`(count: Int) {
        let (left, right) = Self.area.split(left: count)
        #expect(left.width + right.width == 10)
        #expect(left.maxX == right.minX)
        #expect(left.width == min(max(count, 0), 10))
        #expect((left.minY, right.maxY) == (3, 9))
        let (top, below) = Self.area.split(top: count)
        #expect(top.height + below.height == 6)
        #expect(top.maxY == below.minY)
        #expect(top.height == min(max(count, 0), 6))
        let (above, bottom) = Self.area.split(bottom: count)
        #expect(above.maxY == bottom.minY)
        #expect(bottom.height == min(max(count, 0), 6))
        #expect(bottom.maxY == 9)
    }

    @Test func `A centered area fits and has equal margins`() {
        #expect(Self.area.centered(Size(width: 4, height: 2)) == Rect(x: 5, y: 5, width: 4, height: 2))
        #expect(Self.area.centered(Size(width: 99, height: 99)) == Self.area)
        #expect(Self.area.centered(Size(width: 0, height: 0)).isEmpty)
    }
}
