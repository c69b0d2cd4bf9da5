import CZlib

/// Unpacks a stream of compressed bytes with one buffer of memory.
struct Inflate: ~Copyable {
    /// What stands around the compressed data.
    enum Wrapping: Int32 {
        /// A gzip member, whose checksum and size are compared.
        case gzip = 31
        /// Nothing.
        case bare = -15
    }

    /// True once the end of the compressed data was read.
    private(set) var isAtEnd = false

    // zlib's state points back to this structure, which therefore must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 128 * 1024)

    init(_ wrapping: Wrapping) throws(Damage) {
        stream.initialize(to: z_stream())
        guard tz_inflate_begin(stream, wrapping.rawValue) == Z_OK else {
            stream.deallocate()
            buffer.deallocate()
            throw Damage("There isn't enough memory to unpack the file.")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Begins with the next member.
    mutating func restart() throws(Damage) {
        guard inflateReset(stream) == Z_OK else { throw Damage("The compressed data is damaged.") }
        isAtEnd = false
    }

    /// Unpacks bytes and hands over what comes out.
    ///
    /// - Returns: how many bytes were used, which are all unless the end of the compressed data stands among them.
    /// - Throws: `Damage`, and what the closure throws.
    mutating func take(
        _ input: UnsafeBufferPointer<UInt8>,
        _ use: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws -> Int {
        // zlib does not write to its input.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        repeat {
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            let code = inflate(stream, Z_NO_FLUSH)
            isAtEnd = code == Z_STREAM_END
            // Z_BUF_ERROR: more input is needed.
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                throw Damage("The compressed data is damaged\(reason).")
            }
            let count = buffer.count - Int(stream.pointee.avail_out)
            if count > 0 { try use(UnsafeBufferPointer(rebasing: buffer[..<count])) }
        } while !isAtEnd && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
        return input.count - Int(stream.pointee.avail_in)
    }

    /// zlib's own words, such as `incorrect data check` for a wrong checksum.
    private var reason: String { stream.pointee.msg.map { " (\(String(cString: $0)))" } ?? "" }
}
