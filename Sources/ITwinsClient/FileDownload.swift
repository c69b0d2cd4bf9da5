import Foundation
import ITwinsAPI
import NIOCore

/// Brings the bytes of one file, from where an earlier try ended or from the beginning.
struct FileDownload: Sendable {
    let client: ITwinsClient
    let address: FileLink
    let format: ExportFormat
    let part: PartFile
    let progress: @Sendable (Int, Int?) -> Void

    private static let redirects = 5
    private static let reportInterval = Duration.milliseconds(100)
    /// How many bytes are written at a time.
    private static let piece = 256 * 1024

    /// Why a try ends without the file.
    private enum Interruption: Error {
        case failed(DownloadFailure)
        /// What is there belongs to another file.
        case mustBeginAnew
        case redirected(FileLink)
    }

    /// - Throws: `DownloadFailure`; what has come is kept.
    func run() async throws(DownloadFailure) {
        var address = address
        var resumption = try await ITwinsClient.onDisk(part) { () throws(DownloadFailure) in leftBehind }
        var redirects = 0
        while true {
            do {
                return try await fetch(address, resumption)
            } catch Interruption.mustBeginAnew where resumption != nil {
                resumption = nil
            } catch Interruption.redirected(let target) where redirects < Self.redirects {
                redirects += 1
                address = target
            } catch Interruption.failed(let failure) {
                throw failure
            } catch Interruption.mustBeginAnew {
                throw failure(.unexpectedAnswer("only part of the file was sent"), address)
            } catch Interruption.redirected {
                throw failure(.redirected("more than \(Self.redirects) redirects"), address)
            } catch {
                let call = Transport.Call(method: "GET", url: address.url, headers: [])
                let isCancelled = Task.isCancelled
                throw failure(
                    client.transport.failure(of: error, call, hasLeft: true, isCancelled: isCancelled).reason,
                    address
                )
            }
        }
    }

    /// Where to go on, and under which condition.
    private struct Resumption: Hashable, Sendable {
        let offset: Int
        let note: PartFile.Note
    }

    private var leftBehind: Resumption? {
        guard let note = part.note, note.source == address.source, Self.isStrong(note.tag) else { return nil }
        // One byte at least is asked for, as nothing else shows that the file is still the same.
        let offset = min(part.count, note.total - 1)
        return offset > 0 ? Resumption(offset: offset, note: note) : nil
    }

    private func fetch(_ address: FileLink, _ resumption: Resumption?) async throws {
        var headers = [
            (name: "Accept", value: "*/*"), (name: "Accept-Encoding", value: "identity"),
            (name: "User-Agent", value: client.configuration.userAgent),
        ]
        if let resumption {
            headers.append((name: "Range", value: "bytes=\(resumption.offset)-"))
            headers.append((name: "If-Range", value: resumption.note.tag))
        }
        var call = Transport.Call(method: "GET", url: address.url, headers: headers)
        call.isForFile = true
        try await client.transport.stream(call) { reply in
            try await take(reply, address, resumption)
        }
    }

    private func take(_ reply: Transport.StreamedReply, _ address: FileLink, _ resumption: Resumption?) async throws {
        let head = reply.head
        switch head.status {
        case 200: try await begin(reply, address)
        case 206: try await resume(reply, address, resumption)
        case 301, 302, 307, 308:
            guard let target = address.redirected(to: head.header("Location")) else {
                let why = "its target isn't a valid https URL, or is on this machine"
                throw Interruption.failed(failure(.redirected(why), address))
            }
            throw Interruption.redirected(target)
        case 416 where resumption != nil: throw Interruption.mustBeginAnew
        case 300..<400:
            let why = "redirects with status \(head.status) aren't followed"
            throw Interruption.failed(failure(.redirected(why), address))
        case 200..<300:
            throw Interruption.failed(failure(.unexpectedAnswer("status \(head.status) instead of a file"), address))
        default:
            let complete = try await reply.reply(
                upTo: client.configuration.limits.errorBody,
                within: client.configuration.limits.total
            )
            throw Interruption.failed(
                failure(.refused(client.refusal(complete, from: address.origin.authority)), address)
            )
        }
    }

    // MARK: The two kinds of answer

    private func begin(_ reply: Transport.StreamedReply, _ address: FileLink) async throws {
        let head = reply.head
        try checkCoding(head, address)
        let total = try length(of: head, address)
        let tag = total == nil ? nil : head.header("ETag").flatMap { Self.isStrong($0) ? $0 : nil }
        let note = PartFile.Note(tag: tag ?? "", total: total ?? 0, source: self.address.source)
        try await onDisk { () throws(DownloadFailure) in
            try part.begin(note)
            try checkRoom(for: total ?? 0)
        }
        try await receive(reply, from: 0, of: total, address)
    }

    private func resume(_ reply: Transport.StreamedReply, _ address: FileLink, _ resumption: Resumption?) async throws {
        let head = reply.head
        guard let resumption, head.header("ETag") == resumption.note.tag,
            head.header("Content-Range")
                == "bytes \(resumption.offset)-\(resumption.note.total - 1)/\(resumption.note.total)"
        else { throw Interruption.mustBeginAnew }
        try checkCoding(head, address)
        guard resumption.note.total <= client.configuration.limits.file else { throw tooLarge(address) }
        try await onDisk { () throws(DownloadFailure) in
            try part.cut(to: resumption.offset)
            try checkRoom(for: resumption.note.total - resumption.offset)
        }
        try await receive(reply, from: resumption.offset, of: resumption.note.total, address)
    }

    private func receive(_ reply: Transport.StreamedReply, from offset: Int, of total: Int?, _ address: FileLink)
        async throws
    {
        var received = offset
        var pending: [UInt8] = []
        pending.reserveCapacity(Self.piece)
        var reportedAt = ContinuousClock.now
        progress(received, total)
        do {
            try await reply.forEachPiece { piece in
                received += piece.readableBytes
                guard received <= client.configuration.limits.file else {
                    // Nobody can go on with it.
                    pending = []
                    try await onDisk { () throws(DownloadFailure) in try part.cut(to: 0) }
                    throw tooLarge(address)
                }
                pending.append(contentsOf: piece.readableBytesView)
                if pending.count >= Self.piece {
                    let bytes = pending
                    pending.removeAll(keepingCapacity: true)
                    try await onDisk { () throws(DownloadFailure) in try part.append(bytes) }
                }
                if reportedAt.duration(to: .now) >= Self.reportInterval {
                    reportedAt = .now
                    progress(received, total)
                }
            }
            let bytes = pending
            pending = []
            try await onDisk { () throws(DownloadFailure) in try part.append(bytes) }
        } catch {
            // A next try goes on behind these. They are few: this may stand in a cancelled task, for which no thread does
            // anything.
            if !pending.isEmpty { try? part.append(pending) }
            throw error
        }
        guard received == total ?? received else {
            throw Interruption.failed(failure(.interrupted("it was closed before the file was complete"), address))
        }
        progress(received, received)
    }

    // MARK: Conditions

    /// A file that is compressed itself may be sent as its content, compressed: the bytes are the same.
    private func checkCoding(_ head: Transport.Reply, _ address: FileLink) throws {
        guard let coding = head.coding else { return }
        let isGZip = format == .jsonGZip || format == .csvGZip
        guard isGZip, coding == "gzip" || coding == "x-gzip" else {
            let what = "the file has an unrequested content encoding (\(coding.oneLine(40)))"
            throw Interruption.failed(failure(.unexpectedAnswer(what), address))
        }
    }

    /// How many bytes will come; nil when they come in chunks, whose end can be told too.
    private func length(of head: Transport.Reply, _ address: FileLink) throws -> Int? {
        guard let text = head.header("Content-Length") else {
            guard head.header("Transfer-Encoding")?.lowercased() == "chunked" else {
                let what = "the length of the file is missing, so a truncated file would go unnoticed"
                throw Interruption.failed(failure(.unexpectedAnswer(what), address))
            }
            return nil
        }
        guard let length = Int(digits: text) else {
            throw Interruption.failed(failure(.unexpectedAnswer("Content-Length is “\(text.oneLine(40))”"), address))
        }
        guard length <= client.configuration.limits.file else { throw tooLarge(address) }
        return length
    }

    private func checkRoom(for bytes: Int) throws(DownloadFailure) {
        guard let free = part.free, bytes > free else { return }
        throw .unwritable(
            "\(part.path) needs \(bytes) bytes, but only \(free) are free. Free some space or choose another folder."
        )
    }

    /// Only such a tag says that every byte is the same (RFC 9110 section 8.8.1).
    private static func isStrong(_ tag: String) -> Bool {
        tag.utf8.count <= 1000 && tag.utf8.count > 2 && tag.first == "\"" && tag.last == "\""
            && tag.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private func onDisk(_ work: @escaping @Sendable () throws(DownloadFailure) -> Void) async throws {
        do throws(DownloadFailure) {
            try await ITwinsClient.onDisk(part, work)
        } catch {
            throw Interruption.failed(error)
        }
    }

    private func tooLarge(_ address: FileLink) -> Interruption {
        .failed(failure(.tooLarge(limit: client.configuration.limits.file), address))
    }

    private func failure(_ reason: RequestError.Reason, _ address: FileLink) -> DownloadFailure {
        .request(RequestError(reason, operation: .getExport, host: address.origin.authority))
    }
}
