import Foundation
import ITwinsAPI

/// A PNG or JPEG file that is the body of a request (contract section 9). Proportions are left to the service.
final class UploadFile: Sendable {
    /// The file, open to be read.
    let descriptor: Int32
    /// Its size in bytes.
    let count: Int
    /// What its first bytes say that it is, whatever its name says.
    let mediaType: String

    /// Why a file cannot be sent, and what helps.
    struct Problem: Error {
        let text: String
    }

    /// Opens a file; waits for the disk.
    ///
    /// - Throws: `Problem`.
    init(at path: String) throws(Problem) {
        let name = "“\(path.oneLine(200))”"
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Problem(text: "\(name) can't be read: \(String(cString: strerror(errno)).lowercased()).")
        }
        do throws(Problem) {
            (count, mediaType) = try Self.check(descriptor, name)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func check(_ descriptor: Int32, _ name: String) throws(Problem) -> (count: Int, mediaType: String) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Problem(text: "\(name) isn't a file. Choose a PNG or JPEG image.")
        }
        let count = Int(status.st_size)
        guard count > 0 else { throw Problem(text: "\(name) is empty. Choose a PNG or JPEG image.") }
        guard count <= Rules.imageBytes else {
            throw Problem(
                text:
                    "\(name) has \(count) bytes; at most \(Rules.imageBytes) (5 MiB) are allowed. Choose a smaller image."
            )
        }
        let beginning = (try? FileBytes(descriptor: descriptor).bytes(0..<min(8, count))) ?? []
        if beginning == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] { return (count, "image/png") }
        if beginning.starts(with: [0xFF, 0xD8, 0xFF]) { return (count, "image/jpeg") }
        throw Problem(text: "\(name) isn't a PNG or JPEG image. Choose another file.")
    }
}
