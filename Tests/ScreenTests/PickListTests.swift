import Screen
import Testing

@Suite struct `A menu` {
    /// Where the cursor is after keys among some rows; nil for none.
    private static func row(_ start: Int?, _ keys: String, count: Int, _ kind: PickList.Keys = .menu) -> Int? {
        var list = PickList(selected: start)
        for key in keys.split(separator: " ").compactMap({ Key(String($0)) }) {
            let isTaken = list.handle(key, count: count, keys: kind)
            #expect(isTaken, "\(key)")
        }
        return list.selected
    }

    @Test(
        arguments: [
            (0, "j", 1), (0, "down tab", 2), (2, "k up", 0), (2, "shift-tab", 1), (0, "k", 0), (4, "j", 4), (1, "G", 4),
            (3, "g", 0), (3, "home", 0), (0, "end", 4), (0, "pgdn", 4), (4, "pgup", 0), (nil, "down", 0),
            (nil, "up", 0),
        ] as [(Int?, String, Int?)]
    )
    func `Keys move the menu's cursor within its rows`(start: Int?, keys: String, expected: Int?) {
        #expect(Self.row(start, keys, count: 5) == expected)
    }

    @Test func `A menu without rows has no cursor`() {
        #expect(Self.row(0, "j", count: 0) == nil)
        #expect(Self.row(nil, "end", count: 0) == nil)
    }

    @Test(arguments: [
        (PickList.Keys.arrows, ["j", "k", "home", "end", "g", "G", "enter"]), (.letters, ["g", "G", "enter", "x"]),
        (.menu, ["enter", "x", "esc", "ctrl-j"]),
    ])
    func `Other keys are left to the menu's owner`(kind: PickList.Keys, keys: [String]) throws {
        for key in keys {
            var list = PickList(selected: 2)
            let isTaken = list.handle(try #require(Key(key)), count: 5, keys: kind)
            #expect(!isTaken, "\(key)")
            #expect(list.selected == 2)
        }
    }

    /// The numbers of the rows in sight, the selected one with its mark.
    private static func drawn(_ selected: Int?, count: Int, height: Int) -> [String] {
        var frame = Frame(size: Size(width: 6, height: height + 2))
        let rows = frame.dialog(frame.bounds, title: "")
        frame.menu(PickList(selected: selected), count: count, in: rows, of: frame.bounds) {
            frame,
            row,
            rect,
            surface in
            frame.write(
                CellText("\(row)"),
                at: Point(x: rect.minX + 1, y: rect.minY),
                width: 3,
                style: Style(on: surface)
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
