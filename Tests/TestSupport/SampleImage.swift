/// The heads of image files: all that the service looks at.
public enum SampleImage {
    /// A PNG of a size in pixels, followed by some bytes that nothing decodes.
    public static func png(width: Int, height: Int, padding: Int = 64) -> [UInt8] {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let head = [0, 0, 0, 13] + Array("IHDR".utf8) + number(width, 4) + number(height, 4) + [8, 2, 0, 0, 0]
        return signature + head + [UInt8](repeating: 0, count: padding)
    }

    /// A JPEG of a size in pixels, with a comment before its frame header.
    public static func jpeg(width: Int, height: Int) -> [UInt8] {
        let comment: [UInt8] = [0xFF, 0xFE, 0, 5, 1, 2, 3]
        let frame: [UInt8] = [0xFF, 0xC0, 0, 11, 8] + number(height, 2) + number(width, 2) + [1, 1, 0x11, 0]
        return [0xFF, 0xD8] + comment + frame + [0xFF, 0xD9]
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
