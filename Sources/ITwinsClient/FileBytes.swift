import Foundation

/// The bytes of an open file.
struct FileBytes: Sendable {
    private let descriptor: Int32
    private let beforePiece: @Sendable () throws -> Void
    /// How many there are.
    let count: Int

    private static let piece = 256 * 1024

    /// - Parameter beforePiece: is called before each piece is read; what it throws ends the reading.
    init(descriptor: Int32, beforePiece: @escaping @Sendable () throws -> Void = {}) {
        self.descriptor = descriptor
        self.beforePiece = beforePiece
        var status = stat()
        count = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Some bytes, all of which must be there.
    ///
    /// - Throws: `Damage`.
    func bytes(_ range: Range<Int>) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachPiece(in: range) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Hands over a range of the file piece by piece.
    ///
    /// - Throws: `Damage` when the file has no such range or cannot be read, and what the closure throws.
    func forEachPiece(in range: Range<Int>, _ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: min(Self.piece, max(range.count, 1)))
        defer { buffer.deallocate() }
        var position = range.lowerBound
        while position < range.upperBound {
            try beforePiece()
            let wanted = min(buffer.count, range.upperBound - position)
            let count = pread(descriptor, buffer.baseAddress, wanted, off_t(position))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Damage("The file can't be read: \(String(cString: strerror(errno))).") }
            guard count > 0 else { throw Damage("The file ends before it is complete.") }
            try take(UnsafeBufferPointer(rebasing: buffer[..<count]))
            position += count
        }
    }
}
