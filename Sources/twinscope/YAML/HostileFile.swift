import Foundation

/// Reading a file that may be anything: a pipe without a writer, a circle of links, or larger than memory.
enum HostileFile {
    /// What is in a file.
    ///
    /// - Parameters:
    ///   - file: the file as a person knows it.
    ///   - isTrusted: whether what it says is done, so that nobody else may have written it.
    /// - Throws: `FileProblem` when it cannot be read, or is not what is asked for.
    static func content(of path: String, file: String, kind: YAMLKind, isTrusted: Bool = false) throws(FileProblem)
        -> Data
    {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw FileProblem(file: file, text: "it cannot be read: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Folders refuse to be read; what has no end to go to is a pipe, a socket or a terminal.
        let size = lseek(descriptor, 0, SEEK_END)
        guard Foundation.read(descriptor, nil, 0) == 0, size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FileProblem(file: file, text: "it is no regular file")
        }
        if isTrusted, let fault = faultOfOwner(path) { throw FileProblem(file: file, text: fault) }
        guard size <= YAMLText.limit else { throw kind.tooLarge(file) }
        do {
            return try handle.read(upToCount: YAMLText.limit + 1) ?? Data()
        } catch {
            throw FileProblem(file: file, text: "it cannot be read: \(error.localizedDescription)")
        }
    }

    /// Why somebody else may have written a file (reliability L11); nil when nobody can have.
    private static func faultOfOwner(_ path: String) -> String? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = (try? FileManager.default.attributesOfItem(atPath: target)) ?? [:]
        let owner = (attributes[.ownerAccountID] as? NSNumber)?.uint32Value
        guard owner == geteuid() || owner == 0 else { return "it belongs to another user; make it yours" }
        guard permissions(of: target) & 0o002 == 0 else {
            return "everybody may write to it, and it can name commands; chmod o-w mends that"
        }
        // Who may write to a folder can put another file, or another link, in the place of this one.
        let folders = [path, target].map { ($0 as NSString).deletingLastPathComponent }
        guard let open = folders.first(where: { permissions(of: $0) & 0o1002 == 0o002 }) else { return nil }
        return "everybody may write to its folder, and it can name commands; chmod o-w '\(open)' mends that"
    }

    private static func permissions(of path: String) -> UInt16 {
        let attributes = (try? FileManager.default.attributesOfItem(atPath: path)) ?? [:]
        return (attributes[.posixPermissions] as? NSNumber)?.uint16Value ?? 0o777
    }
}
