import ITwinsAPI

/// The file of an image as it was sent: its head is looked at, nothing is decoded (reliability S12).
struct UploadedImage: Sendable {
    /// What it is said to be.
    let type: Kind
    let bytes: [UInt8]

    /// The kinds of images that are taken, as media types.
    enum Kind: String, Sendable, CaseIterable {
        case png = "image/png"
        case jpeg = "image/jpeg"

        /// How the name of a file ends, with its dot.
        var fileExtension: String {
            switch self {
            case .png: ".png"
            case .jpeg: ".jpg"
            }
        }
    }

    /// What is wrong with the file (contract section 9).
    var problems: ValidationErrors {
        var problems = ValidationErrors()
        guard let (width, height) = size else {
            problems.add(.invalidRequestBody, "image", "The body is not a valid \(type.rawValue).")
            return problems
        }
        if max(width, height) > Rules.imageProportion * min(width, height) {
            let most = Rules.imageProportion
            problems.add(
                .invalidValue,
                "image",
                "The image is \(width) by \(height); the aspect ratio may be at most \(most):1."
            )
        }
        return problems
    }

    /// Width and height in pixels, none of them 0; nil when the head is not that of the kind.
    private var size: (width: Int, height: Int)? {
        let size =
            switch type {
            case .png: pngSize
            case .jpeg: jpegSize
            }
        guard let size, size.width > 0, size.height > 0 else { return nil }
        return size
    }

    /// The signature, and the header chunk that must follow it (ISO/IEC 15948 sections 5.2 and 11.2.2).
    private var pngSize: (width: Int, height: Int)? {
        let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        guard bytes.count >= head.count + 13, bytes.starts(with: head),
            let width = number(at: head.count, bytes: 4), let height = number(at: head.count + 4, bytes: 4)
        else { return nil }
        return (width, height)
    }

    /// The frame header, which stands somewhere among the segments (ISO/IEC 10918-1 section B.2.2).
    private var jpegSize: (width: Int, height: Int)? {
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        var position = 2
        while let marker = marker(at: &position) {
            switch marker {
            // Frame headers but for the tables that lie between them.
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
                guard let height = number(at: position + 3, bytes: 2), let width = number(at: position + 5, bytes: 2)
                else { return nil }
                return (width, height)
            // Markers without a segment.
            case 0x01, 0xD0...0xD7: continue
            // The picture itself, or its end, before any frame header.
            case 0xDA, 0xD9: return nil
            default:
                guard let length = number(at: position, bytes: 2), length >= 2 else { return nil }
                position += length
            }
        }
        return nil
    }

    /// The marker at a position, which moves behind it; any number of fill bytes may stand before.
    private func marker(at position: inout Int) -> UInt8? {
        guard position < bytes.count, bytes[position] == 0xFF else { return nil }
        while position < bytes.count, bytes[position] == 0xFF { position += 1 }
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    private func number(at position: Int, bytes count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        return bytes[position..<position + count].reduce(0) { $0 << 8 | Int($1) }
    }
}
