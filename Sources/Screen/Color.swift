/// A colour of a terminal.
public enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// One of the sixteen that the user chose in the terminal's settings: 0 to 7 normal, 8 to 15 bright.
    case ansi(UInt8)
    /// One of the 240 that mean the same on nearly every terminal: 16 to 231 a cube of six by six by six, 232 to 255 greys.
    case indexed(UInt8)
    /// Any colour.
    case rgb(RGB)

    /// What xterm draws when nobody changed its settings; nil for the terminal's own foreground or background, which
    /// nobody tells.
    public var usualRGB: RGB? {
        switch self {
        case .standard: nil
        case .ansi(let index): RGB.xterm[Int(index) % 16]
        case .indexed(let index): RGB.xterm[Int(index)]
        case .rgb(let rgb): rgb
        }
    }
}

/// A colour by its parts of red, green and blue in the sRGB space.
public struct RGB: Hashable, Sendable {
    /// 0 to 255.
    public let red, green, blue: UInt8

    /// Makes a colour of its parts.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// Makes a colour of `0xRRGGBB`; what is above is not looked at.
    public init(_ hex: UInt32) {
        self.init(UInt8(hex >> 16 & 0xFF), UInt8(hex >> 8 & 0xFF), UInt8(hex & 0xFF))
    }

    /// Reads `#rrggbb`; nil for anything else.
    public init?(_ text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 6, digits.allSatisfy(\.isHexDigit),
            let value = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        self.init(value)
    }

    /// `0xRRGGBB`.
    public var hex: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

    /// The relative luminance of WCAG 2.1: 0 is black, 1 is white.
    public var luminance: Double {
        0.2126 * Self.linear[Int(red)] + 0.7152 * Self.linear[Int(green)] + 0.0722 * Self.linear[Int(blue)]
    }

    /// The contrast ratio of WCAG 2.1 between this and another colour: 1 for the same, 21 for black and white.
    public func contrast(with other: RGB) -> Double {
        let (one, two) = (luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    /// The colour in a space in which distances are as large as they look.
    public var oklab: OKLab {
        let (red, green, blue) = (Self.linear[Int(red)], Self.linear[Int(green)], Self.linear[Int(blue)])
        let long = root(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue, 3)
        let middle = root(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue, 3)
        let short = root(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue, 3)
        return OKLab(
            lightness: 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
            greenRed: 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
            blueYellow: 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
        )
    }

    /// The parts of light that the 256 values of a part stand for (IEC 61966-2-1).
    private static let linear: [Double] = (0...255).map { value in
        let part = Double(value) / 255
        guard part > 0.04045 else { return part / 12.92 }
        let base = (part + 0.055) / 1.055
        // base to the power of 2.4
        return base * base * root(base * base, 5)
    }

    /// The 256 colours of xterm; the first sixteen are what it has when nobody changed its settings.
    static let xterm: [RGB] = {
        let own: [UInt32] = [
            0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
            0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
        ]
        let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
        let cube = levels.flatMap { red in levels.flatMap { green in levels.map { RGB(red, green, $0) } } }
        let greys = (0..<24).map { UInt8(8 + 10 * $0) }.map { RGB($0, $0, $0) }
        return own.map { RGB($0) } + cube + greys
    }()
}

/// A colour in the space OKLab (Björn Ottosson, 2020), made so that equal distances look equal.
public struct OKLab: Hashable, Sendable {
    /// 0 is black, 1 is white.
    public let lightness: Double
    /// From green, below 0, to red.
    public let greenRed: Double
    /// From blue, below 0, to yellow.
    public let blueYellow: Double

    /// How different two colours look: 0 for the same, 1 for black and white.
    ///
    /// - Parameter chroma: how much the colour counts against the lightness.
    public func distance(to other: OKLab, chroma: Double = 1) -> Double {
        let lightness = lightness - other.lightness
        let greenRed = (greenRed - other.greenRed) * chroma
        let blueYellow = (blueYellow - other.blueYellow) * chroma
        return (lightness * lightness + greenRed * greenRed + blueYellow * blueYellow).squareRoot()
    }
}

/// A root of a number from 0 to 1, by Newton's method: the standard library has only the second.
private func root(_ number: Double, _ degree: Int) -> Double {
    guard number > 0 else { return 0 }
    var guess = 1.0
    while true {
        let power = (1..<degree).reduce(1.0) { product, _ in product * guess }
        let next = (Double(degree - 1) * guess + number / power) / Double(degree)
        // From above the steps only go down, until rounding ends them.
        guard next < guess else { return guess }
        guess = next
    }
}

extension UInt8 {
    /// True for an ASCII digit of base 16.
    fileprivate var isHexDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }
}
