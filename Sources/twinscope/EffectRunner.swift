import Browser
import Foundation
import ITwinsAPI
import ITwinsClient

/// Performs what the browser describes, each request as a task of its own. Belongs to the UI thread.
struct EffectRunner {
    private var session: ProfileSession
    private var client: ClientSource { session.client }
    private let queue: EventQueue
    /// What is under way.
    private var running: [RequestID: Running] = [:]
    private let resumption = ListResumption()
    /// Whom requests are made for, as far as that is known.
    private var user: UInt64?

    /// Whom the request of the present task was made for; nil when that is not known.
    @TaskLocal static var requester: UInt64?

    /// A request that is under way.
    private struct Running {
        let task: Task<Void, Never>
        let kind: Kind

        enum Kind {
            /// It only reads; leaving stops it.
            case read
            /// It changes something; leaving waits for it a moment.
            case write
            /// Leaving stops it and waits a moment for what it has to reach the disk.
            case download
        }
    }

    init(_ session: ProfileSession, queue: EventQueue) {
        self.session = session
        self.queue = queue
    }

    /// Sends what is asked from now on to another profile.
    mutating func use(_ session: ProfileSession) {
        self.session = session
        user = nil
    }

    /// Makes what is asked from now on for a user: whoever may have signed in since then gets none of it.
    mutating func requestFor(user: UInt64) { self.user = user }

    /// Begins a task for who is signed in as far as the screen knows.
    private mutating func begin(
        _ id: RequestID,
        _ kind: Running.Kind = .read,
        _ body: @escaping @Sendable () async -> Void
    ) {
        let task = Exchange.$currentRequest.withValue(id.description) {
            Self.$requester.withValue(user) { Task { await body() } }
        }
        running[id] = Running(task: task, kind: kind)
    }

    /// Lets a user sign in to the profile that is browsed.
    ///
    /// - Parameter profile: its name, to tell that nobody can.
    func signIn(to profile: String) {
        guard let signIn = session.signIn else {
            let reason =
                "The profile “\(profile)” has changed. Select it again with :profile."
            return queue.post(.signingIn(.failed(reason), profile: profile))
        }
        signIn.begin()
    }

    /// Ends the try to sign in.
    func cancelSignIn() { session.signIn?.cancel() }

    /// Hands on what the user pasted while signing in.
    func pasteSignIn(_ text: String) { session.signIn?.paste(text) }

    /// Performs an operation; the answer comes as an event.
    mutating func perform(_ id: RequestID, _ operation: ITwinsAPI.Operation, isUserInitiated: Bool) {
        let operation = Self.withAbsolutePath(operation)
        let isRead = operation.id.declaration.method == .get
        begin(id, isRead ? .read : .write) { [client, queue] in
            let result: Result<Answer, RequestError>
            do throws(RequestError) {
                let client = try await client.ready(for: operation.id)
                let answer = try await client.perform(
                    operation,
                    isUserInitiated: isUserInitiated,
                    progress: Self.reporter(of: id, queue)
                )
                result = .success(answer)
            } catch {
                result = .failure(error)
            }
            queue.post(.answered(id, result))
        }
    }

    /// Tells how far a request is.
    private static func reporter(of id: RequestID, _ queue: EventQueue) -> @Sendable (RequestProgress) -> Void {
        { progress in
            switch progress {
            case .sent(let bytes, let total): queue.post(.progressed(id, received: bytes, of: total))
            case .waiting(let until, _, _, let reason): queue.post(.waiting(id, until: until, because: reason))
            case .retrying: queue.post(.retrying(id))
            }
        }
    }

    /// The operation with the path of its file from the root: the home folder is not the client's business.
    private static func withAbsolutePath(_ operation: ITwinsAPI.Operation) -> ITwinsAPI.Operation {
        guard case .uploadImage(let iTwinID, let path) = operation else { return operation }
        return .uploadImage(iTwinID: iTwinID, path: Folders.absolutePath(path) ?? path)
    }

    /// Loads a list page by page; each page comes as an event, and one more when it ended.
    mutating func load(_ id: RequestID, _ list: PagedOperation, from link: String?, isUserInitiated: Bool) {
        // Where no point is known the list is read from its beginning; the rows that are there are no news then.
        let point = resumption.begin(id, of: list.operation.id, from: link)
        begin(id) { [client, queue, resumption] in
            do throws(RequestError) {
                let client = try await client.ready(for: list.operation.id)
                let read = client.pages(
                    of: list.operation,
                    from: point,
                    isUserInitiated: isUserInitiated,
                    progress: Self.reporter(of: id, queue)
                )
                var pages = read.makeAsyncIterator()
                while let answer = try await pages.next(isolation: nil) {
                    // Noted first: as soon as the page is taken, the list may be continued after it.
                    resumption.note(pages.resumePoint, of: id)
                    if let page = list.prepared(answer) { queue.post(.page(id, page)) }
                }
                queue.post(.answered(id, .success(.done)))
            } catch {
                queue.post(.answered(id, .failure(error)))
            }
        }
    }

    /// Asks how large a file is.
    mutating func measure(_ id: RequestID, _ link: String) {
        begin(id) { [client, queue] in
            let bytes = try? await client.ready(for: .getMyExports).size(ofFileAt: link)
            queue.post(.measured(id, bytes: bytes ?? nil))
        }
    }

    /// Fetches the file of an export and reads it through; how far it is and what became of it come as events.
    mutating func download(_ id: RequestID, _ download: Download) {
        begin(id, .download) { [client, queue] in
            do throws(DownloadFailure) {
                queue.post(.downloaded(id, .success(try await Self.file(of: download, id, client, queue))))
            } catch {
                queue.post(.downloaded(id, .failure(error)))
            }
        }
    }

    private static func file(of download: Download, _ id: RequestID, _ client: ClientSource, _ queue: EventQueue)
        async throws(DownloadFailure) -> ExportFile
    {
        guard !download.path.isEmpty else { throw .unwritable("The file name is missing. Enter one.") }
        guard let path = Folders.absolutePath(download.path) else {
            throw .unwritable("There is no home folder. Use an absolute path.")
        }
        let ready: ITwinsClient
        do throws(RequestError) {
            ready = try await client.ready(for: .getExport)
        } catch {
            throw .request(error)
        }
        return try await ready.download(
            download.link,
            format: download.format,
            to: path,
            replacing: download.replaces
        ) { queue.post(.progressed(id, received: $0, of: $1)) }
    }

    /// Stops a request.
    mutating func cancel(_ id: RequestID) {
        running.removeValue(forKey: id)?.task.cancel()
    }

    /// Forgets a request that ended.
    mutating func note(_ event: Event) {
        switch event {
        case .answered(let id, _), .measured(let id, _), .downloaded(let id, _):
            running[id] = nil
        default: break
        }
    }

    /// Stops everything that only reads, and gives what changes something here or there, to be waited for.
    mutating func finish() -> [Task<Void, Never>] {
        defer { running = [:] }
        for request in running.values where request.kind != .write { request.task.cancel() }
        return running.values.filter { $0.kind != .read }.map(\.task)
    }
}

/// The client, which is not there before the local service has told its address.
struct ClientSource: Sendable {
    private let task: Task<Result<ITwinsClient, StartFailure>, Never>

    /// Why there is no client.
    struct StartFailure: Error, Sendable {
        let reason: String
    }

    init(_ make: @escaping @Sendable () async -> Result<ITwinsClient, StartFailure>) {
        task = Task { await make() }
    }

    /// The client, as soon as there is one.
    ///
    /// - Throws: `RequestError` when there will be none, and when the task that waits is cancelled.
    func ready(for operation: OperationID) async throws(RequestError) -> ITwinsClient {
        switch await task.valueUnlessCancelled() {
        case .success(let client): return client
        case .failure(let failure): throw RequestError(.unreachable(failure.reason), operation: operation)
        case nil: throw RequestError(.cancelled, operation: operation)
        }
    }

    /// Closes the client's connections.
    func shutdown() async {
        if case .success(let client) = await task.value { await client.shutdown() }
    }
}
