import Foundation
import ITwinsAPI
import NIOSSL
import Synchronization

/// Authorities that are trusted besides the system's (reliability H12): those of the file `SSL_CERT_FILE` and of the folders
/// `SSL_CERT_DIR`, which are separated by colons.
///
/// There may be hundreds: they are read when the first secure connection is wanted, and once.
final class TrustedAuthorities: Sendable {
    private let file: String
    private let folders: [String]
    private let known: Mutex<[NIOSSLCertificate]?>
    private let reading = AsyncSemaphore(1)

    private static let largestFile = 16 * 1_048_576

    /// Those that the environment names; nothing is read yet.
    init(_ environment: [String: String] = [:]) {
        file = environment["SSL_CERT_FILE"] ?? ""
        folders = (environment["SSL_CERT_DIR"] ?? "").split(separator: ":").map(String.init)
        known = Mutex(file.isEmpty && folders.isEmpty ? [] : nil)
    }

    /// Those that the environment names, the same for everybody who names the same, so that they are read once.
    static func named(by environment: [String: String]) -> TrustedAuthorities {
        let authorities = TrustedAuthorities(environment)
        return shared.withLock { shared in
            let places = [authorities.file] + authorities.folders
            if let known = shared[places] { return known }
            shared[places] = authorities
            return authorities
        }
    }

    private static let shared = Mutex<[[String]: TrustedAuthorities]>([:])

    /// Their certificates, read when this is asked for the first time.
    ///
    /// - Throws: `ConfigurationError` that names the variable, the path and the reason when there is anything that cannot be
    ///   used: to go on without would refuse a service that the user trusts. It is tried again the next time. And
    ///   `CancellationError` when the task is cancelled first.
    func certificates() async throws -> [NIOSSLCertificate] {
        if let known = known.withLock(\.self) { return known }
        return try await reading.run {
            if let known = known.withLock(\.self) { return known }
            let certificates = try await FileWork.pieces.run { [self] in try read() }
            known.withLock { $0 = certificates }
            return certificates
        }
    }

    private func read() throws(ConfigurationError) -> [NIOSSLCertificate] {
        var certificates: [NIOSSLCertificate] = []
        if !file.isEmpty { certificates += try Self.certificates(inFileAt: file, "SSL_CERT_FILE") }
        // The same file may lie in a folder under several names.
        var seen: Set<String> = []
        for folder in folders {
            for path in try Self.files(inFolderAt: folder, "SSL_CERT_DIR") {
                let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
                guard seen.insert(place).inserted else { continue }
                certificates += try Self.certificates(inFileAt: path, "SSL_CERT_DIR")
            }
        }
        return certificates
    }

    private static func certificates(inFileAt path: String, _ variable: String) throws(ConfigurationError)
        -> [NIOSSLCertificate]
    {
        var bytes: [UInt8] = []
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw wrong(variable, path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw wrong(variable, path, "it isn't a file")
        }
        guard status.st_size <= largestFile else { throw wrong(variable, path, "it is larger than 16 MiB") }
        do {
            let file = FileBytes(descriptor: descriptor)
            try file.forEachPiece(in: 0..<file.count) { bytes.append(contentsOf: $0) }
        } catch {
            throw wrong(variable, path, "it can't be read")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw wrong(variable, path, "it contains no PEM certificate")
        }
        return certificates
    }

    /// What lies in a folder and has a name of certificates: `….pem`, `….crt`, `….cer`, or a hash as OpenSSL writes it.
    private static func files(inFolderAt folder: String, _ variable: String) throws(ConfigurationError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw wrong(variable, folder, "it isn't a readable folder")
        }
        return names.sorted().filter { name in
            [".pem", ".crt", ".cer"].contains { name.hasSuffix($0) }
                || name.wholeMatch(of: /[0-9a-f]{8}\.[0-9]+/) != nil
        }.map { "\(folder)/\($0)" }
    }

    private static func wrong(_ variable: String, _ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(
            "\(variable): “\(path.oneLine(200))”: \(reason). Set it to PEM certificates, or unset \(variable)"
        )
    }
}
