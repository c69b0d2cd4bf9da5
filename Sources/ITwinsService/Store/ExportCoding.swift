import CZlib
import ITwinsAPI

/// How the text of a file is packed: not at all, as one gzip member (RFC 1952), or as a ZIP archive of one entry.
struct ExportCoding: ~Copyable {
    private var deflate: Deflate?
    private let entry: ZipEntry?
    private var checksum = CZlib.crc32(0, nil, 0)
    private var unpacked = 0
    private var packed = 0

    /// - Parameters:
    ///   - entryName: the name of the one file in an archive.
    ///   - moment: when that file was made.
    init(_ format: ExportFormat, entryName: String, _ moment: Timestamp) throws {
        switch format {
        case .csv:
            entry = nil
            deflate = nil
        case .jsonZipArchive:
            entry = ZipEntry(name: entryName, moment: moment)
            deflate = try Deflate(.bare)
        default:
            entry = nil
            deflate = try Deflate(.gzip)
        }
    }

    /// How many bytes at the beginning of the file are known at its end only.
    var headCount: Int { entry?.headCount ?? 0 }

    /// Those bytes, once everything was written.
    var head: [UInt8] { entry?.head(sums) ?? [] }

    /// Packs some of the text.
    mutating func write(_ text: [UInt8], to output: inout [UInt8]) throws {
        guard deflate != nil else {
            output += text
            return
        }
        if entry != nil {
            checksum = CZlib.crc32(checksum, text, UInt32(text.count))
            unpacked += text.count
        }
        let before = output.count
        try deflate?.write(text, to: &output)
        packed += output.count - before
    }

    /// Ends the file.
    mutating func finish(to output: inout [UInt8]) throws {
        let before = output.count
        try deflate?.finish(to: &output)
        packed += output.count - before
        guard let entry else { return }
        guard max(packed, unpacked) < ZipEntry.limit else { throw TooLarge() }
        output += entry.tail(sums)
    }

    /// The archive would have to be of another layout.
    struct TooLarge: Error {}

    private var sums: ZipEntry.Sums {
        ZipEntry.Sums(
            checksum: UInt32(truncatingIfNeeded: checksum),
            packed: UInt32(clamping: packed),
            unpacked: UInt32(clamping: unpacked)
        )
    }
}

/// Compresses a stream of bytes.
struct Deflate: ~Copyable {
    /// What is put around the compressed data.
    enum Wrapping: Int32 {
        case gzip = 31
        case bare = -15
    }

    /// zlib could not go on; it says so for lack of memory alone.
    struct Failure: Error {
        let code: Int32
    }

    // zlib's state points back to this structure, which therefore must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var buffer = [UInt8](repeating: 0, count: 32 * 1024)

    init(_ wrapping: Wrapping) throws {
        stream.initialize(to: z_stream())
        // Whoever asked for the file waits while it is made: speed counts for more than some bytes.
        let code = tz_deflate_begin(stream, Z_BEST_SPEED, wrapping.rawValue)
        guard code == Z_OK else {
            stream.deallocate()
            throw Failure(code: code)
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Compresses bytes and appends what comes out.
    mutating func write(_ input: [UInt8], to output: inout [UInt8]) throws {
        try run(input, Z_NO_FLUSH, to: &output)
    }

    /// Ends the stream and appends what is left.
    mutating func finish(to output: inout [UInt8]) throws {
        try run([], Z_FINISH, to: &output)
    }

    private mutating func run(_ input: [UInt8], _ flush: Int32, to output: inout [UInt8]) throws {
        var input = input
        try input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            // Room that is left in the buffer says that everything has come out.
            repeat {
                let written = try buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(buffer.count)
                    let code = deflate(stream, flush)
                    // Z_BUF_ERROR: there was nothing left to do.
                    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw Failure(code: code) }
                    return buffer.count - Int(stream.pointee.avail_out)
                }
                output += buffer[..<written]
            } while stream.pointee.avail_out == 0
        }
    }
}
