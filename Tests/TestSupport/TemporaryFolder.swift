public import Foundation

/// A folder of a test alone, which only its owner may look into; gone with this value.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let url: URL
    /// Where it is, without a slash at the end.
    public var path: String { url.path }

    /// Makes an empty folder.
    ///
    /// - Throws: what making it throws.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("twinscope-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit { Leftovers.remove(url) }

    /// The path of a file in it, which need not be there.
    public func file(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// The names of everything in it.
    public var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
