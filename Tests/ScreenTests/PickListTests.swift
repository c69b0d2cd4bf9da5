import Screen
import Testing

@Suite struct `A menu` {
    /// Where the cursor is after it moved among some rows; nil for none.
    private static func row(_ start: Int?, _ motions: [PickList.Motion], count: Int) -> Int? {
        var list = PickList(selected: start)
        for motion in motions { list.move(motion, count: count) }
        return list.selected
    }

    @Test(
        arguments: [
            (0, [.down], 1), (0, [.down, .down], 2), (2, [.up, .up], 0), (2, [.up], 1), (0, [.up], 0), (4, [.down], 4),
            (1, [.last], 4), (3, [.first], 0), (0, [.pageDown], 4), (4, [.pageUp], 0), (nil, [.down], 0),
            (nil, [.up], 0),
        ] as [(Int?, [PickList.Motion], Int?)]
    )
    func `Motions move the menu's cursor within its rows`(start: Int?, motions: [PickList.Motion], expected: Int?) {
        #expect(Self.row(start, motions, count: 5) == expected)
    }

    @Test func `A menu without rows has no cursor`() {
        #expect(Self.row(0, [.down], count: 0) == nil)
        #expect(Self.row(nil, [.last], count: 0) == nil)
    }

    /// The numbers of the rows in sight, the selected one with its mark.
    private static func drawn(_ selected: Int?, count: Int, height: Int) -> [String] {
        var frame = Frame(size: Size(width: 6, height: height + 2))
        let rows = frame.dialog(frame.bounds, title: "")
        for row in frame.menu(PickList(selected: selected), count: count, in: rows, of: frame.bounds) {
            frame.write(
                CellText("\(row.index)"),
                at: Point(x: row.rect.minX + 1, y: row.rect.minY),
                width: 3,
                style: Style(on: row.surface)
            )
        }
        return (1...height).map { y in
            frame.row(y).dropFirst().prefix(4).map(\.text).joined().split(separator: " ").joined()
        }
    }

    @Test(
        arguments: [
            (0, 3, ["▌0", "1", "2", ""]), (0, 9, ["▌0", "1", "2", "3"]), (4, 9, ["2", "3", "▌4", "5"]),
            (8, 9, ["5", "6", "7", "▌8"]), (nil, 9, ["0", "1", "2", "3"]), (nil, 0, ["", "", "", ""]),
        ] as [(Int?, Int, [String])]
    )
    func `The selected row of a menu is visible and marked`(selected: Int?, count: Int, expected: [String]) {
        #expect(Self.drawn(selected, count: count, height: 4) == expected)
    }
}

@Suite struct `Key hints` {
    private static func drawn(_ hints: [KeyHint], width: Int) -> String {
        var frame = Frame(size: Size(width: width, height: 1))
        frame.keyHints(hints, in: frame.bounds)
        return frame.row(0).map(\.text).joined()
    }

    @Test func `The least important hint is left out first`() {
        let hints = [KeyHint("tab", "next", 2), KeyHint("^S", "create", 0), KeyHint("esc", "cancel", 1)]
        #expect(Self.drawn(hints, width: 34) == " tab next  ^S create  esc cancel  ")
        #expect(Self.drawn(hints, width: 24) == " ^S create  esc cancel  ")
        #expect(Self.drawn(hints, width: 12) == " ^S create  ")
        #expect(Self.drawn(hints, width: 4) == "    ")
    }
}
