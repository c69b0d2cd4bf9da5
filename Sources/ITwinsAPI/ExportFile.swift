/// The file of a finished export on this machine, read through once.
public struct ExportFile: Hashable, Sendable {
    /// Where it is, absolute.
    public var path: String
    /// Its size in bytes.
    public var bytes: Int
    /// How many iTwins are in it.
    public var rows: Int
    /// The names of its columns, in their order; of a JSON file the members of its objects.
    public var columns: [String]

    /// Makes a description of a file.
    public init(path: String, bytes: Int, rows: Int, columns: [String]) {
        self.path = path
        self.bytes = bytes
        self.rows = rows
        self.columns = columns
    }
}

/// Why the file of an export is not here.
public enum DownloadFailure: Error, Hashable, Sendable {
    /// There is a file of that name already, which was left alone.
    case exists(path: String)
    /// The file did not come, or not whole; what came so far is kept and a next try goes on there.
    case request(RequestError)
    /// The file cannot be written here; the text says why and what helps.
    case unwritable(String)
    /// The file came whole, but is not what its format promises; the text says what is wrong, and where it is
    /// kept: not in its place.
    case damaged(String)
}
