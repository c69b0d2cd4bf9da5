import Screen
import TestSupport
import Testing

/// Colours: their contrast, and what comes nearest to them on terminals that have few.
struct ColorTests {
    private static func rgb(_ hex: UInt32) -> Color { .rgb(RGB(hex)) }

    @Test(
        arguments: [
            (0x000000, 0xFFFFFF, 21.0), (0xFFFFFF, 0xFFFFFF, 1.0), (0x767676, 0xFFFFFF, 4.54),
            (0xFF0000, 0xFFFFFF, 4.0),
            (0x0000FF, 0x000000, 2.44),
        ] as [(UInt32, UInt32, Double)]
    )
    func `The contrast of two colours follows WCAG in either order`(
        _ one: UInt32,
        _ other: UInt32,
        _ expected: Double
    ) {
        #expect(abs(RGB(one).contrast(with: RGB(other)) - expected) < 0.005)
        #expect(RGB(one).contrast(with: RGB(other)) == RGB(other).contrast(with: RGB(one)))
    }

    // The values are those of the space's author and of CSS Color 4.
    @Test(
        arguments: [
            (0x000000, 0, 0, 0), (0xFFFFFF, 1, 0, 0), (0xFF0000, 0.62796, 0.22486, 0.12585),
            (0x00FF00, 0.86644, -0.23389, 0.17950), (0x0000FF, 0.45201, -0.03246, -0.31153),
        ] as [(UInt32, Double, Double, Double)]
    )
    func `OKLab values match the published ones`(_ hex: UInt32, _ l: Double, _ a: Double, _ b: Double) {
        let lab = RGB(hex).oklab
        #expect(abs(lab.lightness - l) < 0.0005)
        #expect(abs(lab.greenRed - a) < 0.0005)
        #expect(abs(lab.blueYellow - b) < 0.0005)
    }

    @Test func `Only # and six hexadecimal digits are a colour`() {
        #expect(RGB("#0a5Fb0") == RGB(0x0A5FB0))
        for text in ["", "#", "0a5fb0", "#0a5fb", "#0a5fb00", "#+a5fb0", "#0a5fbg", "#０a5fb0", "# a5fb0"] {
            #expect(RGB(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        (0, false, ColorDepth.monochrome), (2, false, .monochrome), (8, false, .eight), (16, false, .sixteen),
        (88, false, .sixteen), (256, false, .indexed), (0x100_0000, true, .direct), (0x100_0000, false, .indexed),
        (0x8000, true, .eight), (-1, true, .monochrome),
    ])
    func `The colour depth follows from terminfo's number of colours and RGB`(
        _ colors: Int,
        _ isDirect: Bool,
        _ depth: ColorDepth
    ) {
        #expect(ColorDepth(colors: colors, isDirect: isDirect) == depth)
    }

    @Test(
        arguments: [
            (0xFF0000, .indexed(196), .ansi(9), .ansi(1)), (0x808080, .indexed(244), .ansi(8), .ansi(7)),
            (0x000000, .indexed(16), .ansi(0), .ansi(0)), (0xFFFFFF, .indexed(231), .ansi(15), .ansi(7)),
            (0x5F87AF, .indexed(67), .ansi(8), .ansi(6)), (0x1B1F27, .indexed(234), .ansi(0), .ansi(0)),
        ] as [(UInt32, Color, Color, Color)]
    )
    func `A missing colour is replaced by the nearest one`(
        _ hex: UInt32,
        _ indexed: Color,
        _ sixteen: Color,
        _ eight: Color
    ) {
        let color = Self.rgb(hex)
        #expect(ColorDepth.direct.pair(color, on: .standard).foreground == color)
        #expect(ColorDepth.indexed.pair(color, on: .standard).foreground == indexed)
        #expect(ColorDepth.sixteen.pair(color, on: .standard).foreground == sixteen)
        #expect(ColorDepth.eight.pair(color, on: .standard).foreground == eight)
        #expect(ColorDepth.monochrome.pair(color, on: color) == (.standard, .standard))
    }

    @Test func `The terminal's 16 colours stay, and bright ones become normal with eight`() {
        for index in UInt8(0)..<16 {
            for depth in [ColorDepth.sixteen, .indexed, .direct] {
                #expect(depth.pair(.ansi(index), on: .standard) == (.ansi(index), .standard))
            }
            #expect(ColorDepth.eight.pair(.ansi(index), on: .standard).foreground == .ansi(index % 8))
        }
    }

    @Test(arguments: ColorDepth.allCases)
    func `Readable text stays readable if the depth has any suitable colour`(_ depth: ColorDepth) throws {
        guard depth != .monochrome else { return }
        var random = SeededGenerator(seed: 42)
        for _ in 0..<300 {
            let (letters, ground) = (
                RGB(UInt32.random(in: 0...0xFFFFFF, using: &random)),
                RGB(UInt32.random(in: 0...0xFFFFFF, using: &random))
            )
            let shown = depth.pair(.rgb(letters), on: .rgb(ground))
            let behind = try #require(shown.background.usualRGB)
            let contrast = try #require(shown.foreground.usualRGB).contrast(with: behind)
            let needed = min(letters.contrast(with: ground), ColorDepth.readable)
            let best = max(RGB(0x000000).contrast(with: behind), RGB(0xE5E5E5).contrast(with: behind))
            #expect(contrast >= min(needed, best), "\(letters) on \(ground) became \(shown)")
        }
    }

    @Test(
        arguments: [
            (ColorDepth.indexed, .standard, -1), (.indexed, .indexed(67), 67), (.sixteen, .ansi(9), 9),
            (.eight, .ansi(3), 3),
            (.direct, .standard, -1), (.direct, .ansi(3), 3), (.direct, .ansi(9), 0xFF0000),
            (.direct, .indexed(67), 0x5F87AF), (.direct, .rgb(RGB(0x1B1F27)), 0x1B1F27), (.monochrome, .ansi(3), -1),
        ] as [(ColorDepth, Color, Int32)]
    )
    func `A colour has the number that terminfo expects`(_ depth: ColorDepth, _ color: Color, _ number: Int32) {
        #expect(depth.number(of: color) == number)
    }

    @Test func `With direct colour no number is mistaken for a palette index`() {
        for blue in UInt32(0)..<256 {
            let number = ColorDepth.direct.number(of: Self.rgb(blue))
            #expect(number >= 256)
            #expect(RGB(UInt32(number)).oklab.distance(to: RGB(blue).oklab) < 0.07)
        }
    }
}
