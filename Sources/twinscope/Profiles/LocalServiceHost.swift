import Browser
import ITwinsService
import Logging
import Synchronization

/// The local service in this process: started when it is first asked for, then there until the end.
final class LocalServiceHost: Sendable {
    private let storage: Storage?
    private let queue: EventQueue
    private let logger: Logger
    private let started = Mutex<Started?>(nil)

    /// Where it listens, and whether it keeps what it is told.
    struct Place: Sendable {
        var address: ServiceAddress
        var isKept: Bool
    }

    private struct Started: Sendable {
        var service: Task<Void, Never>
        var place: Task<Result<Place, ClientSource.StartFailure>, Never>
    }

    /// - Parameter storage: where its database lies; nil to look for that when it starts.
    init(storage: Storage?, _ queue: EventQueue, _ logger: Logger) {
        self.storage = storage
        self.queue = queue
        self.logger = logger
    }

    /// Where it listens, as soon as it does.
    var place: Task<Result<Place, ClientSource.StartFailure>, Never> {
        started.withLock { started in
            let running = started ?? start()
            started = running
            return running.place
        }
    }

    /// Stops it, if it runs.
    func stop() { started.withLock { $0?.service.cancel() } }

    private func start() -> Started {
        let (places, continuation) = AsyncStream.makeStream(of: Result<Place, ClientSource.StartFailure>.self)
        let service = Task.detached { [self] in
            do {
                let (service, isKept) = try await open()
                try await service.run { continuation.yield(.success(Place(address: $0, isKept: isKept))) }
            } catch {
                let reason = (error as? ServiceError)?.message ?? "\(error)"
                logger.error("the local service ended: \(reason)")
                queue.post(.notice("The local service could not start. \(reason)"))
                continuation.yield(.failure(Self.doesNotRun))
            }
            continuation.finish()
        }
        let place = Task {
            for await place in places { return place }
            return .failure(Self.doesNotRun)
        }
        return Started(service: service, place: place)
    }

    private static let doesNotRun = ClientSource.StartFailure(reason: "the local service isn't running")

    /// The service on its database, or in memory when that cannot be used, which is told (reliability L14, D6, D7). A
    /// damaged one is kept aside (D5); every other one is left as it is.
    private func open() async throws(ServiceError) -> (ITwinsService, isKept: Bool) {
        let storage = storage ?? Storage(isLocal: true)
        if self.storage == nil, let notice = storage.notice { queue.post(.notice(notice)) }
        var configuration = ServiceConfiguration(database: storage.database, sampleData: .standard)
        configuration.sampleDataOnlyIfNew = true
        do {
            let service = try await ITwinsService(configuration, logger: logger)
            if let kept = service.keptDatabase {
                // The command is too long for the screen, and cannot be copied from there.
                let log = storage.log.map { " The log, \($0), contains the command to recover the data." } ?? ""
                queue.post(.notice(kept.summary + log))
            }
            return (service, isKept: storage.database != .memory)
        } catch .unusableDatabase(let path, let reason, let remedy) where storage.database != .memory {
            let message = ServiceError.unusableDatabase(path: path, reason: reason, remedy: remedy).message
            logger.error("\(message)")
            queue.post(.notice("\(message) Until then sample data is kept in memory and lost when you quit."))
            configuration.database = .memory
            return (try await ITwinsService(configuration, logger: logger), isKept: false)
        }
    }
}
