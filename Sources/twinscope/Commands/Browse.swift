import ArgumentParser
import Browser
import Foundation
import ITwinsAPI
import ITwinsClient
import ITwinsService
import Logging
import Terminal

/// `twinscope`: the browser.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Browse iTwins (this is what runs without a command).")

    @Flag(help: "Start the local service in this process and browse that, whatever the environment says.")
    var local = false

    @Option(help: "How many iTwins a list asks for in all (default 10000, the live service's ceiling).")
    var maxReturn: Int?

    @Option(help: "The theme of this run: one that is built in, or one of yours. The key t shows them all.")
    var theme: String?

    @Flag(help: .hidden)
    var trapAfterFirstFrame = false

    /// What the command line says.
    struct Options: Sendable {
        var isLocal = false
        var maxReturn: Int?
        var theme: String?
        var trapsAfterFirstFrame = false

        init() {}

        /// Reads the command lines that are typed every day; nil for every other one.
        ///
        /// ArgumentParser finds out about the commands by reflection, which takes longer than all that comes before the
        /// first frame.
        init?(plain arguments: some Sequence<String>) {
            var arguments = arguments.makeIterator()
            while let argument = arguments.next() {
                switch argument {
                case "--local" where !isLocal: isLocal = true
                case "--max-return" where maxReturn == nil:
                    // What begins with a dash is an option to ArgumentParser, not a value.
                    guard let text = arguments.next(), !text.hasPrefix("-"), let number = Int(text) else { return nil }
                    maxReturn = number
                default: return nil
                }
            }
        }
    }

    func run() async throws {
        var options = Options()
        options.isLocal = local
        options.maxReturn = maxReturn
        options.theme = theme
        options.trapsAfterFirstFrame = trapAfterFirstFrame
        try await Self.run(options)
    }

    /// Opens the browser and ends the process.
    static func run(_ options: Options) async throws {
        let settings = try Settings(
            isLocal: options.isLocal,
            maxReturn: options.maxReturn,
            environment: ProcessInfo.processInfo.environment
        )
        // Wrong usage is told first, and all of this before anything is made on disk.
        if case .remote(let baseURL, let token) = settings.target {
            _ = try clientConfiguration(baseURL, settings, token)
        }
        let library = ThemeLibrary(folder: Folders.themes)
        try options.theme.map { try StartTheme.check($0, library) }
        do throws(TerminalError) {
            try Terminal.check(type: settings.terminalType)
        } catch {
            throw Failure.usage(error.description)
        }
        let queue = try EventQueue()
        let storage = Storage(isLocal: settings.isLocal)
        if let notice = storage.notice { queue.post(.notice(notice)) }
        let log = LogFile(path: storage.log)
        let logger = Logger(label: "twinscope") { _ in LineLogHandler(append: log.append) }
        let (service, client) = try connect(settings, storage, queue, logger)
        let state = storage.stateFile.map { StateFile(path: $0, origin: settings.origin) }
        let first = await StartTheme.first(named: options.theme, state, library, queue)
        let saver = Saver(state, queue)
        let thread = UIThread(
            settings: settings,
            theme: first,
            queue: queue,
            client: client,
            log: log,
            logger: logger,
            save: saver.save,
            listThemes: { Task { queue.post(.themes(library.choices())) } },
            trapsAfterFirstFrame: options.trapsAfterFirstFrame
        )
        let (ending, writes) = await thread.run()
        await finish(writes, saver, service)
        switch ending {
        case .quit(let status): Foundation.exit(status)
        case .signal(let number): Terminal.die(by: number)
        case .failed(let failure): throw failure
        }
    }

    /// Starts what requests go to, without waiting for it.
    private static func connect(
        _ settings: Settings,
        _ storage: Storage,
        _ queue: EventQueue,
        _ logger: Logger
    ) throws -> (service: Task<Void, Never>?, client: ClientSource) {
        switch settings.target {
        case .remote(let baseURL, let token):
            let configuration = try clientConfiguration(baseURL, settings, token)
            return (nil, ClientSource { .success(ITwinsClient(configuration, logger: logger)) })
        case .local:
            let (addresses, continuation) = AsyncStream.makeStream(
                of: Result<(ServiceAddress, isKept: Bool), ClientSource.StartFailure>.self
            )
            let service = Task.detached {
                do {
                    let (service, isKept) = try localService(storage.database, logFile: storage.log, queue, logger)
                    try await service.run { continuation.yield(.success(($0, isKept))) }
                } catch {
                    let reason = (error as? ServiceError)?.message ?? "\(error)"
                    logger.error("the local service ended: \(reason)")
                    queue.post(.notice("The local service could not start. \(reason)"))
                    continuation.yield(.failure(ClientSource.StartFailure(reason: "the local service does not run")))
                }
            }
            let client = ClientSource {
                for await address in addresses {
                    switch address {
                    case .failure(let failure): return .failure(failure)
                    case .success((let address, let isKept)):
                        var connection = settings.connection
                        connection.host = Settings.host(of: address.baseURL) + (isKept ? "" : " in memory")
                        queue.post(.connected(connection))
                        guard
                            let configuration = try? clientConfiguration(address.baseURL, settings, address.token)
                        else { break }
                        return .success(ITwinsClient(configuration, logger: logger))
                    }
                }
                return .failure(ClientSource.StartFailure(reason: "the local service does not run"))
            }
            return (service, client)
        }
    }

    /// The local service on its database, or in memory when that cannot be used, which is told (reliability L14, D6,
    /// D7). A damaged one is kept aside (D5); every other one is left as it is.
    private static func localService(
        _ database: ServiceConfiguration.Database,
        logFile: String?,
        _ queue: EventQueue,
        _ logger: Logger
    ) throws(ServiceError) -> (ITwinsService, isKept: Bool) {
        var configuration = ServiceConfiguration(database: database, sampleData: .standard)
        configuration.sampleDataOnlyIfNew = true
        // The browser has its token; nobody else on this machine is to get one.
        configuration.signsPeopleIn = false
        do {
            let service = try ITwinsService(configuration, logger: logger)
            if let kept = service.keptDatabase {
                // The command is too long for the screen, and cannot be copied from there.
                let log = logFile.map { " The log, \($0), has the command that gets back what can be read." } ?? ""
                queue.post(.notice(kept.summary + log))
            }
            return (service, isKept: database != .memory)
        } catch .unusableDatabase(let path, let reason, let remedy) where database != .memory {
            let message = ServiceError.unusableDatabase(path: path, reason: reason, remedy: remedy).message
            logger.error("\(message)")
            queue.post(.notice("\(message) Until then you see sample data in memory, gone at the end."))
            configuration.database = .memory
            return (try ITwinsService(configuration, logger: logger), isKept: false)
        }
    }

    /// - Throws: `Failure` of wrong usage for a URL that cannot be used.
    private static func clientConfiguration(_ baseURL: String, _ settings: Settings, _ token: Secret) throws
        -> ClientConfiguration
    {
        do throws(ConfigurationError) {
            return try ClientConfiguration(
                baseURL: baseURL,
                routes: settings.routes,
                userAgent: "twinscope/\(version)",
                network: settings.network
            ) { _ in token }
        } catch {
            throw Failure.usage("TWINSCOPE_API_URL: \(error.message)")
        }
    }

    /// Lets what changes something end, at most for a second.
    private static func finish(_ writes: [Task<Void, Never>], _ saver: Saver, _ service: Task<Void, Never>?) async {
        // A group of tasks would wait for both: what hangs in the network must not keep anybody from leaving.
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        Task {
            for write in writes { await write.value }
            await saver.finish()
            end.finish()
        }
        Task {
            try? await Task.sleep(for: .seconds(1))
            end.finish()
        }
        for await _ in ended {}
        service?.cancel()
    }
}
