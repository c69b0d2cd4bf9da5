import Browser
import Foundation
import ITwinsAPI
import ITwinsClient

/// Performs what the browser describes, each request as a task of its own. Belongs to the UI thread.
struct EffectRunner {
    private let client: ClientSource
    private let queue: EventQueue
    private var tasks: [RequestID: Task<Void, Never>] = [:]
    /// Requests that change something; leaving waits for them a moment.
    private var writes: [RequestID: Task<Void, Never>] = [:]

    init(client: ClientSource, queue: EventQueue) {
        self.client = client
        self.queue = queue
    }

    /// Performs an operation; the answer comes as an event.
    mutating func perform(_ id: RequestID, _ operation: ITwinsAPI.Operation) {
        let task = Task { [client, queue] in
            let result: Result<Answer, RequestError>
            do throws(RequestError) {
                result = .success(try await client.ready(for: operation.id).perform(operation))
            } catch {
                result = .failure(error)
            }
            queue.post(.answered(id, result))
        }
        tasks[id] = task
        if operation.id.route.method != .get { writes[id] = task }
    }

    /// Loads a list page by page; each page comes as an event, and one more when it ended.
    mutating func load(_ id: RequestID, _ query: ITwinQuery, from link: String?) {
        tasks[id] = Task { [client, queue] in
            do throws(RequestError) {
                var pages = try await client.ready(for: .getMyITwins).pages(of: query, from: link).makeAsyncIterator()
                while let page = try await pages.next(isolation: nil) { queue.post(.page(id, page)) }
                queue.post(.answered(id, .success(.done)))
            } catch {
                queue.post(.answered(id, .failure(error)))
            }
        }
    }

    /// Asks how large a file is.
    mutating func measure(_ id: RequestID, _ link: String) {
        tasks[id] = Task { [client, queue] in
            let bytes = try? await client.ready(for: .getMyExports).size(ofFileAt: link)
            queue.post(.measured(id, bytes: bytes ?? nil))
        }
    }

    /// Stops a request.
    mutating func cancel(_ id: RequestID) {
        tasks.removeValue(forKey: id)?.cancel()
        writes[id] = nil
    }

    /// Forgets a request that ended.
    mutating func note(_ event: Event) {
        switch event {
        case .answered(let id, _), .measured(let id, _):
            tasks[id] = nil
            writes[id] = nil
        default: break
        }
    }

    /// Stops everything that only reads, and gives what changes something, to be waited for.
    mutating func finish() -> [Task<Void, Never>] {
        for (id, task) in tasks where writes[id] == nil { task.cancel() }
        tasks = [:]
        return Array(writes.values)
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
    /// - Throws: `RequestError` when there will be none.
    func ready(for operation: OperationID) async throws(RequestError) -> ITwinsClient {
        switch await task.value {
        case .success(let client): return client
        case .failure(let failure): throw RequestError(.unreachable(failure.reason), operation: operation)
        }
    }

    /// Closes the client's connections.
    func shutdown() async {
        if case .success(let client) = await task.value { await client.shutdown() }
    }
}
