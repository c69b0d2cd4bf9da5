/// Puts one address in the place of another of the same length in a stream of bytes, wherever the stream is cut into
/// pieces.
///
/// A service that knows its own name refuses requests for another one, and writes its name into links: behind a proxy
/// both must be translated. As the length stays, no `Content-Length` changes. The beginning of an address at the end of
/// a piece is held back until the next piece shows whether it is one.
struct AddressRewriter {
    private let address: [UInt8]
    private let replacement: [UInt8]
    private var heldBack: [UInt8] = []

    init(_ address: String, _ replacement: String) {
        precondition(address.utf8.count == replacement.utf8.count, "both addresses must have the same length")
        self.address = Array(address.utf8)
        self.replacement = Array(replacement.utf8)
    }

    /// An address on 127.0.0.1 whose length does not depend on the port.
    static func address(port: Int) -> String {
        let digits = String(port)
        return "127.0.0.1:\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits)"
    }

    /// The next piece, with what was held back of the one before.
    mutating func rewrite(_ piece: some Sequence<UInt8>) -> [UInt8] {
        var bytes = heldBack + piece
        heldBack = []
        var index = bytes.startIndex
        while let start = bytes[index...].firstIndex(of: address[0]) {
            let candidate = bytes[start...].prefix(address.count)
            if candidate.elementsEqual(address) {
                bytes.replaceSubrange(candidate.indices, with: replacement)
                index = start + address.count
            } else if candidate.endIndex == bytes.endIndex, address.starts(with: candidate) {
                heldBack = Array(candidate)
                bytes.removeSubrange(candidate.indices)
                break
            } else {
                index = start + 1
            }
        }
        return bytes
    }

    /// What is still held back when there are no more pieces.
    mutating func rest() -> [UInt8] {
        defer { heldBack = [] }
        return heldBack
    }
}
