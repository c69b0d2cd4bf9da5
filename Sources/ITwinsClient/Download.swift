import Foundation
public import ITwinsAPI

extension ITwinsClient {
    /// Fetches the file behind an export's link and reads it through.
    ///
    /// What comes goes to `PATH.part`, which gets its name when it is complete and was read through. What a try leaves
    /// behind the next one goes on with, when the server says that it is still the same file; a fresh link does not matter. There is no limit on
    /// the whole time, only on the time without anything coming. Cancelling the task stops it, unless the file is being put in its place.
    ///
    /// - Parameters:
    ///   - link: a signed link that may lie on another host: it gets no token (contract section 8.2). Only https is asked,
    ///     or http on this machine, and up to five redirects to such are followed.
    ///   - format: what the file is promised to be.
    ///   - path: where it goes, absolute; its folder must be there.
    ///   - replaces: whether a file that is there is replaced; otherwise it is left alone and the download fails.
    ///   - progress: is told at most ten times a second, and once at the end, how many bytes are there and how many there
    ///     will be; nil when that is not known.
    /// - Throws: `DownloadFailure`. With `damaged` what came is kept as `PATH.part`, and a next try begins anew.
    public func download(
        _ link: String,
        format: ExportFormat,
        to path: String,
        replacing replaces: Bool = false,
        progress: @escaping @Sendable (_ received: Int, _ total: Int?) -> Void
    ) async throws(DownloadFailure) -> ExportFile {
        let address: FileLink
        do throws(FileLink.Refusal) {
            address = try FileLink(link, of: configuration.origin)
        } catch {
            throw .request(RequestError(.unexpectedAnswer(error.reason), operation: .getExport))
        }
        let part = try await Self.onDisk { () throws(DownloadFailure) in try PartFile(at: path, replacing: replaces) }
        defer { part.end() }
        // The path of a signed link may be as secret as its query.
        let record = record("GET", "\(address.origin)/…", "/…", "\(address.origin)")
        do throws(DownloadFailure) {
            let download = FileDownload(client: self, address: address, format: format, part: part, progress: progress)
            try await download.run()
        } catch {
            let isOver = RequestError(.unusableFile("The file can't be written."), operation: .getExport)
            if case .request(let error) = error { record.ended(with: error) } else { record.ended(with: isOver) }
            throw error
        }
        record.ended(withFileOf: part.count)
        // A damaged file takes no place: a good one may stand there.
        let file = try await check(part, format)
        try await Self.onDisk(part) { () throws(DownloadFailure) in try part.flush() }
        try await Self.onDisk(part, isWhole: true) { () throws(DownloadFailure) in
            try part.publish(replacing: replaces)
        }
        return file
    }

    private func check(_ part: PartFile, _ format: ExportFormat) async throws(DownloadFailure) -> ExportFile {
        let limit = configuration.limits.unpackedFile
        let check = ExportFileCheck(descriptor: part.descriptor, format: format, unpackedLimit: limit)
        let result: Result<ExportFileCheck.Summary, any Error>
        do {
            result = .success(
                try await withTaskCancellationHandler {
                    try await FileWork.checks.run { try part.whileInUse(check.run) }
                } onCancel: {
                    check.cancel()
                }
            )
        } catch {
            result = .failure(error)
        }
        switch result {
        case .success(let summary):
            return ExportFile(path: part.path, bytes: part.count, rows: summary.rows, columns: summary.columns)
        case .failure(let damage as Damage):
            part.noteDamage()
            throw .damaged(
                part.count == 0 ? damage.text : "\(damage.text) The received data is kept as \(part.path).part."
            )
        case .failure(let obstacle as FileWork.ThreadUnavailable): throw Self.failure(obstacle)
        case .failure: throw .request(RequestError(.cancelled, operation: .getExport))
        }
    }

    /// Does what waits for the disk where nobody else waits for it.
    ///
    /// - Parameters:
    ///   - part: the file that is used.
    ///   - isWhole: whether the task waits for the end of work that has begun although it is cancelled.
    static func onDisk<Value: Sendable>(
        _ part: PartFile? = nil,
        isWhole: Bool = false,
        _ work: @escaping @Sendable () throws(DownloadFailure) -> Value
    ) async throws(DownloadFailure) -> Value {
        do {
            return try await FileWork.pieces.run(isWhole: isWhole) {
                try part.map { try $0.whileInUse(work) } ?? work()
            }
        } catch let failure as DownloadFailure {
            throw failure
        } catch let obstacle as FileWork.ThreadUnavailable {
            throw failure(obstacle)
        } catch {
            // The work throws nothing else: nobody waits for it any more.
            throw .request(RequestError(.cancelled, operation: .getExport))
        }
    }

    private static func failure(_ obstacle: FileWork.ThreadUnavailable) -> DownloadFailure {
        .unwritable("The file can't be processed: \(obstacle). Close other programs and try again.")
    }
}
