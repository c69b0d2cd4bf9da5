import Foundation
import ITwinsAPI
import Synchronization

/// Why a file is not what it is said to be, as a sentence for a user.
struct Damage: Error, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}

/// Reads the file of an export through once, whatever its size in a few buffers of memory, and believes nothing of it.
final class ExportFileCheck: Sendable {
    private let file: FileBytes
    private let format: ExportFormat
    private let unpackedLimit: Int
    private let cancellation: Cancellation

    private final class Cancellation: Sendable {
        let isSet = Atomic(false)

        func check() throws {
            if isSet.load(ordering: .relaxed) { throw CancellationError() }
        }
    }

    /// What a file holds.
    struct Summary: Hashable, Sendable {
        let rows: Int
        let columns: [String]
    }

    /// - Parameters:
    ///   - descriptor: of the file, open as long as the check runs.
    ///   - unpackedLimit: how many bytes of text there may be.
    init(descriptor: Int32, format: ExportFormat, unpackedLimit: Int) {
        let cancellation = Cancellation()
        self.cancellation = cancellation
        // Asked for every piece: what is read may never become text.
        file = FileBytes(descriptor: descriptor, beforePiece: cancellation.check)
        self.format = format
        self.unpackedLimit = unpackedLimit
    }

    /// Makes a check that runs on another thread end soon.
    func cancel() {
        cancellation.isSet.store(true, ordering: .relaxed)
    }

    /// Reads the file.
    ///
    /// - Throws: `Damage`, and `CancellationError` after `cancel()`.
    func run() throws -> Summary {
        guard file.count > 0 else { throw Damage("The file is empty.") }
        switch format {
        case .csv: return try scan(CSVScanner(), readPlain)
        case .csvGZip: return try scan(CSVScanner(), readGZip)
        case .jsonGZip: return try scan(JSONArrayScanner(), readGZip)
        case .jsonZipArchive: return try scan(JSONArrayScanner(), readZip)
        default:
            let name = format.rawValue.oneLine(40)
            throw Damage("The format “\(name)” is unknown, so the file can't be verified.")
        }
    }

    private func scan<Scanner: RowScanner>(
        _ scanner: Scanner,
        _ read: ((UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Void
    ) throws -> Summary {
        var text = TextCheck(scanner, limit: unpackedLimit)
        try read { bytes in
            try cancellation.check()
            try text.take(bytes)
        }
        return try text.finish()
    }

    private func readPlain(_ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        try file.forEachPiece(in: 0..<file.count, take)
    }

    /// One member after another, as RFC 1952 section 2.2 has it, and nothing else.
    private func readGZip(_ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        var inflate = try Inflate(.gzip)
        var isInMember = false
        try file.forEachPiece(in: 0..<file.count) { piece in
            var rest = piece[...]
            while !rest.isEmpty {
                isInMember = true
                let used = try inflate.take(UnsafeBufferPointer(rebasing: rest), take)
                rest = rest.dropFirst(used)
                guard inflate.isAtEnd else { continue }
                isInMember = false
                if let next = rest.first, next != 0x1F {
                    throw Damage("There is extra data after the end of the gzip data.")
                }
                try inflate.restart()
            }
        }
        if isInMember { throw Damage("The gzip data ends before it is complete.") }
    }

    private func readZip(_ take: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        try ZipArchive(file).readEntry(take)
    }
}

/// Finds rows and columns in text that comes in pieces.
protocol RowScanner {
    /// Reads on; the bytes are valid UTF-8 up to their last, perhaps incomplete character.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(Damage)
    /// The text is at its end.
    mutating func finish() throws(Damage) -> ExportFileCheck.Summary
}

/// Text on its way to a scanner: limited, in UTF-8, without a byte-order mark.
private struct TextCheck<Scanner: RowScanner> {
    private var scanner: Scanner
    private var encoding = UTF8Check()
    private var count = 0
    private let limit: Int
    /// How many bytes of a byte-order mark have come at the very beginning; nil once that is over.
    private var markBytes: Int? = 0

    private static var mark: [UInt8] { [0xEF, 0xBB, 0xBF] }

    init(_ scanner: Scanner, limit: Int) {
        self.scanner = scanner
        self.limit = limit
    }

    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        count += bytes.count
        guard count <= limit else { throw Damage("The file contains more than \(limit) bytes of text.") }
        guard encoding.takes(bytes) else { throw Damage("The text isn't UTF-8.") }
        // No text has them; a file that was being written when the power went may.
        guard !bytes.contains(0) else { throw Damage("The text contains zero bytes.") }
        var rest = bytes[...]
        while let come = markBytes, let byte = rest.first {
            if byte == Self.mark[come] {
                rest = rest.dropFirst()
                markBytes = come == 2 ? nil : come + 1
            } else {
                markBytes = nil
                try Self.mark[..<come].withUnsafeBufferPointer { begun in try scanner.scan(begun) }
            }
        }
        if !rest.isEmpty { try scanner.scan(UnsafeBufferPointer(rebasing: rest)) }
    }

    mutating func finish() throws -> ExportFileCheck.Summary {
        guard encoding.isBetweenCharacters else { throw Damage("The text ends in the middle of a character.") }
        return try scanner.finish()
    }
}
