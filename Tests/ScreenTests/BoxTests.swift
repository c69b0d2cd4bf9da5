import Screen
import Testing

@Suite struct `Boxes` {
    private static func label(_ text: String, _ role: Role? = nil) -> BoxLabel {
        BoxLabel(text: CellText(text), role: role)
    }

    private static func box(_ width: Int, _ title: [BoxLabel], _ trailing: [BoxLabel] = []) -> String {
        var frame = Frame(size: Size(width: width, height: 2))
        frame.box(frame.bounds, title: title, trailing: trailing, focused: false)
        return String(frame.text().prefix { $0 != "\n" })
    }

    static let tabs: [CellText] = ["Repositories 1", "My exports 0", "Details", "JSON"]

    private static func tabbed(_ width: Int, selected: Int, _ trailing: [BoxLabel] = []) -> String {
        var frame = Frame(size: Size(width: width, height: 2))
        frame.tabbedBox(frame.bounds, tabs: tabs, selected: selected, trailing: trailing, focused: false)
        return String(frame.text().prefix { $0 != "\n" })
    }

    @Test func `A box draws a border around its content`() {
        var frame = Frame(size: Size(width: 6, height: 4))
        let inside = frame.box(frame.bounds, title: [], focused: false)
        #expect(frame.text() == "┌────┐\n│    │\n│    │\n└────┘")
        #expect(inside == Rect(x: 1, y: 1, width: 4, height: 2))
    }

    @Test func `The focus shows in the border and the title`() {
        for isFocused in [false, true] {
            var frame = Frame(size: Size(width: 9, height: 3))
            frame.box(frame.bounds, title: [Self.label("ab")], focused: isFocused, surface: .dialog)
            #expect(frame.row(0).first?.style == Style(isFocused ? .borderFocused : .border, on: .dialog))
            #expect(frame.row(0)[3].style == Style(isFocused ? .titleFocused : .title, on: .dialog))
        }
    }

    @Test(arguments: [
        (20, "┌─ Title ────── 3 ─┐"),
        (14, "┌─ Title  3 ─┐"),
        (13, "┌─ Title  3 ┐"),
        (12, "┌─ Title ──┐"),
        (11, "┌─ Title ─┐"),
        (10, "┌─ Tit… ─┐"),
        (9, "┌───────┐"),
    ])
    func `The trailing label is dropped first, then the title is cut`(width: Int, expected: String) {
        #expect(Self.box(width, [Self.label("Title")], [Self.label("3")]) == expected)
    }

    @Test func `Several labels are two spaces apart, and empty ones are left out`() {
        let title = [Self.label("a"), Self.label(""), Self.label("bc", .warn)]
        #expect(
            Self.box(24, title, [Self.label("12"), Self.label(""), Self.label("now")]) == "┌─ a  bc ──── 12  now ─┐"
        )
    }

    @Test func `Of several trailing labels the last stays longest`() {
        let trailing = [Self.label("filter"), Self.label("now")]
        #expect(Self.box(20, [Self.label("a")], trailing) == "┌─ a  filter  now ─┐")
        #expect(Self.box(18, [Self.label("a")], trailing) == "┌─ a ────── now ─┐")
    }

    @Test func `Labels use the role they request`() {
        var frame = Frame(size: Size(width: 20, height: 2))
        frame.box(
            frame.bounds,
            title: [Self.label("a"), Self.label("b", .warn)],
            trailing: [Self.label("c", .ok)],
            focused: true
        )
        let roles = Dictionary(frame.row(0).map { ($0.text, $0.style.role) }) { first, _ in first }
        #expect(roles["a"] == .titleFocused)
        #expect(roles["b"] == .warn)
        #expect(roles["c"] == .ok)
    }

    @Test func `Tabs are separated by lines, and the selected one has the title's role`() {
        var frame = Frame(size: Size(width: 60, height: 2))
        frame.tabbedBox(frame.bounds, tabs: Self.tabs, selected: 2, focused: true)
        #expect(frame.text().hasPrefix("┌─ Repositories 1 │ My exports 0 │ Details │ JSON ─────────┐"))
        #expect(frame.row(0)[3].style.role == .dim)
        #expect(frame.row(0)[18].style.role == .border)
        #expect(frame.row(0)[35].style.role == .titleFocused)
    }

    @Test(arguments: [
        (60, "┌─ Repositories 1 │ My exports 0 │ Details │ JSON ─── now ─┐"),
        (57, "┌─ Repositories 1 │ My exports 0 │ Details │ JSON  now ─┐"),
        (56, "┌─ Repositories 1 │ My exports 0 │ Details │ JSON  now ┐"),
        (55, "┌─ Repositories 1 │ My exports 0 │ Details │ JSON ────┐"),
    ])
    func `The trailing label appears as soon as there is room`(width: Int, expected: String) {
        #expect(Self.tabbed(width, selected: 0, [Self.label("now")]) == expected)
    }

    @Test(arguments: 0..<4)
    func `The selected tab is shown in full down to a narrow box`(selected: Int) {
        for width in 20...60 {
            let row = Self.tabbed(width, selected: selected, [Self.label("2 min ago")])
            #expect(row.contains(Self.tabs[selected].string), "\(width): \(row)")
            #expect(row.hasPrefix("┌─ "))
            #expect(row.hasSuffix("┐"))
            #expect(row.count == width)
        }
    }

    @Test(arguments: 0..<4)
    func `In a very narrow box the start of the selected tab is shown`(selected: Int) {
        for width in 8..<20 {
            let row = Self.tabbed(width, selected: selected)
            #expect(row.contains(Self.tabs[selected].truncated(to: width - 6).string), "\(width): \(row)")
            #expect(row.hasSuffix("─┐"))
        }
    }

    @Test func `Nothing is drawn outside a box, however small`() {
        for width in 0...12 {
            for height in 0...3 {
                for tabCount in 0...4 {
                    var frame = Frame(size: Size(width: 20, height: 6))
                    let rect = Rect(x: 4, y: 2, width: width, height: height)
                    frame.box(rect, title: [Self.label("Title")], trailing: [Self.label("x")], focused: true)
                    frame.tabbedBox(
                        rect,
                        tabs: Array(Self.tabs.prefix(tabCount)),
                        selected: 1,
                        trailing: [Self.label("x")],
                        focused: true
                    )
                    frame.scrollbar(on: rect, first: 3, visible: 1, count: 9, focused: true)
                    for y in 0..<6 {
                        for (x, cell) in zip(0..., frame.row(y)) where !(4..<(4 + width)).contains(x) {
                            #expect(cell == Frame(size: Size(width: 1, height: 1)).row(0)[0], "\(width)x\(height)")
                        }
                        if !(2..<(2 + height)).contains(y) { #expect(frame.row(y).allSatisfy { $0.text == " " }) }
                    }
                }
            }
        }
    }
}
