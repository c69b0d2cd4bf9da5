import Foundation
import Screen
import TestSupport
import Testing

@testable import Terminal

/// A terminal that believes something of the width of clusters, by name.
struct NamedWidthModel: Sendable, CustomTestStringConvertible {
    let name: String
    let belief: EmulatedScreen.WidthModel
    var testDescription: String { name }

    /// What glibc gives a scalar.
    private static func columns(_ character: Character) -> Int {
        character.unicodeScalars.first.flatMap(TextWidth.columns(of:)) ?? 1
    }

    private static func isJamo(_ scalar: Unicode.Scalar) -> Bool {
        (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .otherLetter }

    /// Whether terminals differ about a cluster.
    private static func isDisputed(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        return scalars.count { isLetter($0) || (0x1F1E6...0x1F1FF).contains($0.value) } > 1
            || scalars.contains {
                $0.value == 0x20E3 || $0.value == 0x0E33 || isJamo($0) || $0.properties.generalCategory == .spacingMark
            }
    }

    static let all = [
        NamedWidthModel(name: "each scalar has its own columns", belief: .scalars),
        NamedWidthModel(
            name: "a cluster has two columns when there is much in it",
            belief: .init(joins: true) { isDisputed($0) ? 2 : columns($0) }
        ),
        NamedWidthModel(
            name: "a cluster has the columns of its base",
            belief: .init(joins: true) { columns($0) }
        ),
        NamedWidthModel(
            name: "an old one",
            belief: .init(joins: false) { character in
                guard let scalar = character.unicodeScalars.first else { return 0 }
                switch scalar.properties.generalCategory {
                case .spacingMark, .format: return 0
                default: break
                }
                if isJamo(scalar) || scalar.value == 0x20E3 || scalar.properties.age?.major ?? 0 >= 13 { return 1 }
                return (0x1F1E6...0x1F1FF).contains(scalar.value) ? 2 : columns(character)
            }
        ),
        NamedWidthModel(
            name: "one that is never right",
            belief: .init(joins: true) { character in
                guard isDisputed(character) else { return columns(character) }
                let sum = character.unicodeScalars.reduce(0) { $0 &* 31 &+ Int($1.value) }
                return 1 + abs(sum) % 3
            }
        ),
    ]
}

extension NcursesTests {
    /// Clusters of whose width terminals think differently move nothing beside them (reliability row 25).
    struct DisputedWidthTests {
        static let names = [
            "क्षेत्र हिन्दी", "क्\u{200D}ष नक़्शा", "ශ්\u{200D}රී ලංකා", "தமிழ் பாலம்", "বাংলা সেতু ক্ষ", "സ്ത്രീ കേരളം", "ខ្មែរ ភាសា",
            "မြန်မာ နိုင်ငံ", "สะพานน้ำ กำ", "ຂົວ ນ້ຳ", "1\u{FE0F}\u{20E3} keycap #\u{FE0F}\u{20E3}", "🇨🇭 Zürich 🇩🇪🇫🇷", "🇨 lone",
            "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF} Jamo", "\u{600}12 sign", "🫨 new 🪿", "👩‍👩‍👧‍👦 👍🏽 ❤️ 🏳️‍🌈",
            "日本語 한글 ﷺ", "e\u{301}\u{302} ½ ① Ω", "\u{302E}tone \u{1D166}", "plain Bridge 7",
        ]

        /// Texts between borders, each up to the border where it is long enough; one row is selected.
        static func frame(_ texts: [String], selected: Int) -> Frame {
            var frame = Frame(size: Size(width: 80, height: 24))
            frame.box(Rect(x: 0, y: 0, width: 40, height: 24), title: [], focused: true)
            frame.box(Rect(x: 40, y: 0, width: 40, height: 24), title: [], focused: false)
            for (index, text) in texts.prefix(22).enumerated() {
                let style = Style(.text, on: index == selected ? .selected : .base)
                let name = CellText(text)
                let whole = name + " " + name + " " + name + " " + name + " " + name
                frame.write(name, at: Point(x: 1, y: index + 1), width: 30, style: style)
                frame.write("m\(index)", at: Point(x: 31, y: index + 1), width: 8, style: style)
                frame.write(whole, at: Point(x: 41, y: index + 1), width: 38)
            }
            return frame
        }

        /// What is moved, torn or missing on the screen that a terminal makes of a frame.
        static func faults(of screen: EmulatedScreen, drawing frame: Frame) -> [String] {
            var faults = screen.strange
            for y in 0..<frame.size.height {
                for (x, cell) in frame.row(y).enumerated() where cell.text != " " && isAgreed(cell.text) {
                    let shown = screen.cell(x, y)
                    // What a terminal gives no column goes into the cell before it.
                    if !shown.unicodeScalars.starts(with: cell.text.unicodeScalars) {
                        faults.append("\(cell.text) at \(x), \(y) is “\(shown)”")
                    }
                }
            }
            return faults
        }

        private static func isAgreed(_ text: String) -> Bool {
            guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else { return false }
            return scalar.isASCII || (0x2500...0x257F).contains(scalar.value)
        }

        @Test(.rows(25), arguments: NamedWidthModel.all)
        func `Whatever width a terminal assumes, nothing beside a cluster moves`(_ belief: NamedWidthModel) throws {
            let drawing = try Drawing()
            defer { drawing.end() }
            let names = Self.names
            var frames = (0..<4).map { Self.frame(names, selected: $0) }
            // Each name moves up by a row, then all is plain, then all comes back.
            frames.append(Self.frame(Array(names.dropFirst() + names.prefix(1)), selected: 3))
            frames.append(Self.frame(names.map { String(repeating: "x", count: CellText($0).width) }, selected: 3))
            frames.append(Self.frame(names.reversed(), selected: 0))
            var screen = EmulatedScreen(Size(width: 80, height: 24), believing: belief.belief)
            for (frame, bytes) in zip(frames, try drawing.bytes(of: frames).frames) {
                screen.take(bytes)
                #expect(Self.faults(of: screen, drawing: frame) == [])
            }
        }

        @Test(.rows(25, soak: "every text with each belief"), arguments: NamedWidthModel.all)
        func `No Unicode test text and no emoji moves a border`(_ belief: NamedWidthModel) throws {
            let texts = try UnicodeData.breakExamples().map(\.text) + UnicodeData.emoji()
            let step = Soak.count(usually: 9, soak: 1)
            let chosen = stride(from: 0, to: texts.count, by: step).map { texts[$0] }
            let frames = stride(from: 0, to: chosen.count, by: 22).map { start in
                Self.frame(Array(chosen[start..<min(start + 22, chosen.count)]), selected: start / 22 % 22)
            }
            let drawing = try Drawing()
            defer { drawing.end() }
            var screen = EmulatedScreen(Size(width: 80, height: 24), believing: belief.belief)
            for (frame, bytes) in zip(frames, try drawing.bytes(of: frames).frames) {
                screen.take(bytes)
                try #require(Self.faults(of: screen, drawing: frame) == [])
            }
        }

        @Test(.rows(25)) func `A row without disputed clusters needs no more bytes than ncurses`() throws {
            let drawing = try Drawing()
            defer { drawing.end() }
            let names = (0..<22).map { "Bridge \($0) 東京 Zürich" }
            let bytes = try drawing.bytes(of: (0..<20).map { Self.frame(names, selected: $0) }).frames
            let moves = bytes.dropFirst(2).map(\.count)
            #expect(moves.max() ?? 0 <= 200, "\(moves)")
        }
    }
}
