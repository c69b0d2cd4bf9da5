import Foundation

/// Why something cannot be done with a file or a folder: its path, what was to be done, and the system's reason.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A sentence for a user, without a full stop; the path stands in it as it is.
    public let description: String

    init(_ code: Int32, _ what: String) {
        description = "\(what): \(String(cString: strerror(code)))"
    }
}
