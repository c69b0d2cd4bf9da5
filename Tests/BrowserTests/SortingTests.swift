import Browser
import Foundation
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// What sorting does to every list: order, cursor, pages that still come, filter, what is remembered.
struct SortingTests {
    private func iTwin(_ id: String, _ name: String, _ number: String? = nil) -> ITwin {
        var iTwin = ITwin(id: id)
        (iTwin.displayName, iTwin.number, iTwin.subClass) = (name, number ?? "N-\(id)", .project)
        return iTwin
    }

    /// A browser with the list of some iTwins before it.
    private func robot(_ iTwins: [ITwin], width: Int = 150, height: Int = 50) -> Robot {
        var data = SampleData.sample
        data.iTwins = iTwins
        var robot = Robot(width: width, height: height)
        robot.serve(data)
        robot.press("2")
        return robot
    }

    private func named(_ names: String...) -> [ITwin] {
        names.enumerated().map { iTwin("\($0.offset)", $0.element) }
    }

    /// The ids of the iTwins in the order of the screen, by their numbers.
    private func order(_ robot: Robot) -> [Int] {
        robot.text.split(separator: "\n").compactMap { row in
            row.hasPrefix("│") ? row.split(separator: "│")[0].firstMatch(of: /N-(\d+)/).flatMap { Int($0.1) } : nil
        }
    }

    private let byName = "s 2"

    // MARK: Order

    @Test func `Letter case and accents only break ties`() {
        var robot = robot(named("Zug", "zurich", "Zebra", "Zürich", "Ølby", "oak", "Straße", "Strasse A"))
        robot.press(byName)
        #expect(order(robot) == [5, 4, 6, 7, 2, 0, 3, 1])
    }

    @Test func `Numbers inside text sort as numbers`() {
        let long = String(repeating: "9", count: 600)
        var robot = robot(named("PH-10", "PH-7", "PH-007 b", "PH-\(long)", "PH-x", "PH", "PH-0"))
        robot.press(byName)
        #expect(order(robot) == [5, 6, 1, 2, 0, 3, 4])
    }

    @Test func `Missing values come last in both directions, in the service's order`() {
        let iTwins = [
            iTwin("0", "N-0", ""), iTwin("1", "a", "N-1"), iTwin("2", "N-2", ""), iTwin("3", "c", "N-3"),
        ]
        var robot = robot(iTwins)
        robot.press("s 3")
        #expect(order(robot) == [1, 3, 0, 2])
        robot.press("s 3")
        #expect(order(robot) == [3, 1, 0, 2])
    }

    @Test func `Equal rows keep the service's order in both directions`() {
        var robot = robot(named("b", "a", "b", "a", "b"))
        robot.press(byName)
        #expect(order(robot) == [1, 3, 0, 2, 4])
        robot.press("s enter")
        #expect(order(robot) == [0, 2, 4, 1, 3])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `Sorting agrees with comparing each pair and is stable`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "a", "B", "ü", "u", "U", "ß", "ss", "é", "e\u{301}", "0", "00", "1", "9", "10", "-", " x", "東", "ш", "Ш",
        ]
        let names = (0..<100).map { _ in
            (0..<Int.random(in: 1...5, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "" }
                .joined()
        }
        let iTwins = names.enumerated().map { iTwin("\($0.offset)", $0.element) }
        let expected = Array(names.enumerated()).sorted { left, right in
            let order = Reference(left.element).compare(Reference(right.element))
            return order == 0 ? left.offset < right.offset : order < 0
        }.map(\.offset)
        var robot = robot(Array(iTwins.prefix(30)), height: 120)
        robot.press(byName)
        #expect(order(robot) == expected.filter { $0 < 30 })
        // The others come as pages of a list that is read anew, and all at once in one that is refreshed.
        var paged = Robot(width: 160, height: 120)
        paged.press("2 s 2")
        for start in stride(from: 0, to: 100, by: 25) { paged.page(Page(Array(iTwins[start..<(start + 25)]))) }
        #expect(order(paged) == expected)
        paged.answer(.success(.done)) { $0.id == .getMyITwins }
        var data = SampleData.sample
        data.iTwins = iTwins
        paged.press("r")
        paged.serve(data)
        #expect(order(paged) == expected)
    }

    /// A text as the rules of sorting see it, the slow way.
    private struct Reference {
        private let tokens: [[UInt8]]
        private let text: String

        init(_ text: String) {
            self.text = text
            let letters = text.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
                $0.properties.generalCategory != .nonspacingMark
            }
            var tokens: [[UInt8]] = []
            for scalar in String(String.UnicodeScalarView(letters)).lowercased().replacing("ß", with: "ss")
                .unicodeScalars
            {
                let bytes = Array(String(scalar).utf8)
                if Self.isNumber(bytes), let last = tokens.last, Self.isNumber(last) {
                    tokens[tokens.count - 1] += bytes
                } else {
                    tokens.append(bytes)
                }
            }
            self.tokens = tokens
        }

        /// Less than, equal to or more than zero.
        func compare(_ other: Reference) -> Int {
            for (left, right) in zip(tokens, other.tokens) {
                let order =
                    Self.isNumber(left) && Self.isNumber(right)
                    ? Self.number(left) - Self.number(right)
                    : Self.bytes(Self.isNumber(left) ? [0x30] : left, Self.isNumber(right) ? [0x30] : right)
                if order != 0 { return order }
            }
            return tokens.count == other.tokens.count
                ? Self.bytes(Array(text.utf8), Array(other.text.utf8)) : tokens.count - other.tokens.count
        }

        private static func isNumber(_ token: [UInt8]) -> Bool { token.allSatisfy { (0x30...0x39).contains($0) } }
        private static func number(_ token: [UInt8]) -> Int { Int(String(decoding: token, as: UTF8.self)) ?? 0 }
        private static func bytes(_ left: [UInt8], _ right: [UInt8]) -> Int {
            left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        }
    }

    // MARK: Cursor, pages, filter

    @Test func `Sorting keeps the cursor on the same iTwin`() {
        var robot = robot(SampleData.sample.iTwins, width: 100, height: 30)
        robot.press("j j j s 2")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
        #expect(robot.text.contains("↓ Name"))
        robot.press("s enter")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
        #expect(robot.text.contains("↑ Name"))
        robot.press("s 1")
        #expect(robot.selectedRow?.contains("RB-0421") == true)
        #expect(!robot.text.contains("↑ Name"))
        #expect(robot.row(of: "RP-0001").map { $0 + 1 } == robot.row(of: "BR-0042"))
    }

    @Test func `Rows that arrive later are sorted in, and the cursor stays on its iTwin`() {
        var robot = Robot(width: 150, height: 50)
        robot.press("2 s 2")
        robot.page(Page([iTwin("0", "m"), iTwin("1", "c")], next: "next"))
        robot.press("j")
        #expect(robot.selectedRow?.contains("N-0") == true)
        robot.page(Page([iTwin("2", "a"), iTwin("3", "z"), iTwin("4", "d")], next: "next"))
        #expect(order(robot) == [2, 1, 4, 0, 3])
        #expect(robot.selectedRow?.contains("N-0") == true)
        #expect(robot.text.contains("↓ Name so far"))
        robot.answer(.success(.done)) { $0.id == .getMyITwins }
        #expect(!robot.text.contains("so far"))
    }

    @Test func `A row that sorting moves beyond the screen is scrolled into view`() {
        var robot = Robot(width: 100, height: 20)
        robot.press("2 s 2")
        robot.page(Page([iTwin("999", "zz")], next: "next"))
        robot.page(Page((0..<100).map { iTwin("\($0)", "a \($0)") }))
        #expect(robot.selectedRow?.contains("N-999") == true)
    }

    @Test func `Filtering keeps the sort order, and sorting keeps the filter`() {
        var robot = robot(named("pear b", "apple b", "plum", "fig b"))
        robot.press(byName)
        robot.press("/")
        robot.type("b")
        robot.press("enter")
        #expect(order(robot) == [1, 3, 0])
        robot.press("s enter")
        #expect(order(robot) == [0, 3, 1])
        robot.press("esc")
        #expect(order(robot) == [2, 0, 3, 1])
    }

    @Test func `Inactive iTwins are sorted in with the others`() {
        var iTwins = named("b", "a", "c")
        iTwins[0].status = .inactive
        var robot = robot(iTwins)
        robot.press(byName)
        #expect(order(robot) == [1, 2])
        robot.press("i")
        #expect(order(robot) == [1, 0, 2])
    }

    // MARK: The menu

    @Test(arguments: ["esc", "s", "q", "ctrl-c"])
    func `Leaving the sort menu changes nothing`(_ key: String) {
        var robot = robot(named("b", "a"))
        robot.press("s")
        #expect(robot.text.contains("Sort iTwins"))
        robot.forgetEffects()
        robot.press("j \(key)")
        #expect(!robot.text.contains("Sort iTwins"))
        #expect(order(robot) == [0, 1])
        #expect(robot.effects.isEmpty)
    }

    @Test func `The sort menu starts at the current column, where Enter reverses the order`() {
        var robot = robot(named("b", "a"))
        robot.press("s j enter s")
        #expect(robot.row(of: "▌ 2 Name").map { robot.text.split(separator: "\n")[$0].contains("↓ A to Z") } == true)
        #expect(robot.text.contains("enter reverse"))
        robot.press("enter s")
        #expect(robot.text.contains("↑ Z to A"))
    }

    @Test func `Pasting into the sort menu does nothing`() {
        var robot = robot(named("b", "a"))
        robot.press("s")
        robot.paste("2")
        #expect(robot.text.contains("Sort iTwins"))
    }

    @Test func `Where there is no list s says that it has no effect`() {
        var robot = robot(SampleData.sample.iTwins, width: 100)
        robot.press("enter ] ] s")
        #expect(robot.text.contains("“Sort by column” isn't available here"))
    }

    @Test(arguments: [
        ("1", "s 2 s 2", "Riverside Bridge Reh", "↑ Name"), ("1", "s 4", "Old Mill", "↑ When"),
        ("3", "s 2 s 2", "東京湾岸トンネル", "↑ Name"), ("4", "s 5 s 5", "failed", "↓ When"),
        ("4", "s 4 s 4", "failed", "↑ Status"), ("2 k tab", "s 2", "Flood maps", "↓ Name"),
    ])
    func `Every list can be sorted`(_ place: String, _ sort: String, _ first: String, _ label: String) {
        var robot = Robot(width: 150, height: 50)
        robot.serve(.sample)
        // What was opened here last has the newest moment; the others have none.
        robot.press("2 j j j j enter 1 g g")
        robot.serve(.sample)
        robot.press(place)
        robot.advance(seconds: 0.2)
        robot.serve(.sample)
        robot.press(sort)
        robot.press("g g")
        #expect(robot.selectedRow?.contains(first) == true)
        #expect(robot.text.contains(label))
    }

    @Test func `Repositories keep one sort order for all iTwins`() {
        var data = SampleData.sample
        data.repositories[SampleData.id(4)] = data.repositories[SampleData.id(3)]
        var robot = Robot()
        robot.serve(data)
        robot.press("2 j j j tab")
        robot.advance(seconds: 0.2)
        robot.serve(data)
        robot.press("s 2 tab j")
        robot.advance(seconds: 0.2)
        robot.serve(data)
        robot.press("tab")
        #expect(robot.selectedRow?.contains("Flood maps") == true)
        #expect(robot.text.contains("↓ Name"))
    }

    // MARK: What is remembered

    @Test func `The sort order is saved, and a saved one applies at the next start`() {
        var robot = robot(named("b", "a"))
        robot.forgetEffects()
        robot.press(byName)
        #expect(robot.effects == [.save(Remembered(sorts: ["iTwins": ListSort("name")]))])
        var next = self.robot(named("b", "a"))
        next.send(
            .remembered(
                Remembered(sorts: ["iTwins": ListSort("name", isDescending: true), "recents": ListSort("name")])
            )
        )
        #expect(order(next) == [0, 1])
        #expect(next.text.contains("↑ Name"))
        next.press("1")
        #expect(next.text.contains("↓ Name"))
    }

    @Test func `A sort chosen before the state file is read wins`() {
        var robot = robot(named("b", "a"))
        robot.press("s 3")
        robot.send(.remembered(Remembered(sorts: ["iTwins": ListSort("name")])))
        #expect(robot.text.contains("↓ Number"))
    }

    @Test func `A sort by a column that the list doesn't have, or of an unknown list, is ignored`() {
        var robot = robot(named("b", "a"))
        robot.send(.remembered(Remembered(sorts: ["iTwins": ListSort("ended"), "wishes": ListSort("name")])))
        #expect(order(robot) == [0, 1])
        #expect(!robot.text.contains("When"))
        robot.press("s enter")
        #expect(order(robot) == [0, 1])
    }

    @Test func `A direction without a column in the state file is ignored`() {
        var robot = robot(named("b", "a"))
        let screen = robot.text
        robot.send(
            .remembered(Remembered(sorts: ["iTwins": ListSort(ColumnID(rawValue: "service"), isDescending: true)]))
        )
        #expect(robot.text == screen)
    }

    // MARK: Columns

    @Test func `Modified is a right-aligned age on wide screens, newest first`() throws {
        var iTwins = named("a", "b", "c")
        iTwins[0].lastModifiedDateTime = Robot.noon.adding(seconds: -3 * 3600)
        iTwins[2].lastModifiedDateTime = Robot.noon.adding(seconds: -90)
        var robot = robot(iTwins)
        let rows = robot.text.split(separator: "\n")
        #expect(rows[3].contains("Modified │"))
        #expect(rows[4].contains("     3 h │"))
        robot.press("s 8")
        #expect(order(robot) == [2, 0, 1])
        #expect(robot.text.contains("↑ Modified"))
        robot.resize(100, 30)
        #expect(robot.text.contains("3 h"))
        #expect(robot.text.contains("↑ Modified"))
        robot.press("s 1")
        #expect(!robot.text.contains("3 h"))
    }

    @Test func `Only ages on the screen wake the program`() throws {
        var iTwins = named("a")
        iTwins[0].lastModifiedDateTime = Robot.noon.adding(seconds: -90)
        var robot = robot(iTwins)
        robot.advance(seconds: 1)
        robot.serve(.sample)
        robot.advance(seconds: 15 * 60 + 4)
        #expect(robot.browser.nextDeadline(at: robot.now) == Robot.noon.adding(seconds: 16 * 60))
        #expect(robot.text.contains("17 min │"))
        robot.advance(seconds: 2 * 3600)
        robot.resize(80, 24)
        let next = try #require(robot.browser.nextDeadline(at: robot.now))
        #expect(next == Robot.noon.adding(seconds: 3 * 3600))
        robot.resize(150, 50)
        #expect(robot.browser.nextDeadline(at: robot.now) == Robot.noon.adding(seconds: 3 * 3600 - 120))
    }

    @Test func `Columns keep their order at every width`() throws {
        var robot = robot(SampleData.sample.iTwins)
        robot.press("i")
        let order = ["Name", "Number", "Class", "Status", "Type", "Location", "Modified"]
        for width in 72...240 {
            robot.resize(width, 30)
            let titles = robot.text.split(separator: "\n")[3].split(separator: "││")[0]
            let shown = titles.split(separator: " ").map(String.init).filter(order.contains)
            #expect(shown == order.filter(shown.contains), "at \(width) columns")
        }
    }

    @Test func `Location is a column where there is room, and can be sorted and searched like any other`() {
        var iTwins = named("a", "b", "c", "d")
        for (index, place) in ["Zürich", "Bern", "Aarau", nil].enumerated() { iTwins[index].geographicLocation = place }
        var robot = robot(iTwins)
        #expect(!robot.text.contains("Location"))
        robot.press("s 7")
        #expect(order(robot) == [2, 1, 0, 3])
        #expect(robot.text.contains("Location"))
        #expect(robot.text.contains("Aarau"))
        robot.press("s 1 /")
        robot.type("bern")
        #expect(order(robot) == [1])
        robot.press("esc")
        robot.resize(230, 50)
        #expect(robot.text.contains("Location"))
        #expect(robot.text.contains("Zürich"))
    }
}
