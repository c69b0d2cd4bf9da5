import ArgumentParser
import Foundation
import ITwinsAPI
import ITwinsService
import Logging
import Screen
import ServiceLifecycle
import UnixSignals

/// `twinscope serve`: the local iTwins service on its own.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the iTwins API locally, for development and tests without an account.",
        discussion: """
            Prints two lines when ready: the base URL and the bearer token. Logs to standard error. Ends on SIGINT and SIGTERM.
            TWINSCOPE_SERVICE_TOKEN sets the token; otherwise it is random and stored with the database.
            With --require-sign-in the service is an OpenID provider for its sample users, and accepts only the provider's \
            tokens and those of --token-file. It then prints no token, unless that file has one for the administrator. \
            Before the base URL it prints to standard error the sign-in code that the \
            sign-in page asks for (TWINSCOPE_SERVICE_SIGN_IN_CODE sets it; otherwise it is random) and the secret of the client \
            twinscope-service (TWINSCOPE_SERVICE_CLIENT_SECRET sets it).
            """
    )

    /// How many iTwins the sample data has.
    enum SampleSize: ExpressibleByArgument, CustomStringConvertible {
        /// Those that are always the same, about 60.
        case standard
        case count(Int)

        init?(argument: String) {
            guard let count = Int(argument) else { return nil }
            self = .count(count)
        }

        var description: String {
            switch self {
            case .standard: "about 60"
            case .count(let count): "\(count)"
            }
        }
    }

    @Option(help: "The TCP port; 0 chooses a free one.")
    var port = 0

    @Option(help: "The address to listen on. Any other than 127.0.0.1 allows access from other machines.")
    var host = "127.0.0.1"

    @Option(help: "The database file, or :memory: (default: the browser's).")
    var database: String?

    @Option(
        name: .customLong("sample-data"),
        defaultAsFlag: SampleSize.standard,
        help: ArgumentHelp(
            "Add sample data: about 60 iTwins, or COUNT. Repeating it changes nothing.",
            valueName: "count"
        )
    )
    var sampleData: SampleSize?

    @Option(help: "Raise the maximum of X-Max-Return above 10000.")
    var maxReturn: Int?

    @Option(help: "Duration of an export in seconds.")
    var exportSeconds = 5.0

    @Option(help: "A file with lines USER TOKEN, for the sample users \(users).")
    var tokenFile: String?

    @Flag(help: "Start an OpenID provider; accept only its tokens and those of --token-file.")
    var requireSignIn = false

    @Option(
        help: ArgumentHelp(
            "Another client of the provider and its redirect URI; may be repeated.",
            valueName: "id=redirect"
        )
    )
    var client: [String] = []

    @Option(help: "Lifetime of the provider's tokens in seconds.")
    var tokenSeconds = 3600

    @Option(
        help: ArgumentHelp(
            "Delay every response by seconds, or by a range such as 0.1-2.",
            valueName: "seconds"
        )
    )
    var latency: Latency?

    @Option(
        help: ArgumentHelp(
            "Simulate a fault; may be repeated: METHOD PATH ACTION [every N | N%]. "
                + "In PATH, * matches a segment and ** the rest. ACTION is a status [retry-after SECONDS], delay SECONDS, "
                + "redirect URL, drop (no response, nothing done) or lose (done, no response). "
                + "Example: --fault 'GET /itwins/*/repositories 503 every 3'.",
            valueName: "rule"
        )
    )
    var fault: [String] = []

    @Option(help: ArgumentHelp("Maximum number of requests per user and minute.", valueName: "count"))
    var rateLimit: Int?

    @Option(
        help: ArgumentHelp(
            "Allow requests from a site's web pages, such as https://app.example.org.",
            valueName: "origin"
        )
    )
    var allowOrigin: [String] = []

    private static let longestTokenSeconds = 30 * 86_400

    private static let users = SampleUser.allCases.map(\.rawValue).joined(separator: ", ")

    /// How long answers are held back.
    struct Latency: ExpressibleByArgument {
        let seconds: ClosedRange<Double>

        init?(argument: String) {
            let sides = argument.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
            guard (1...2).contains(sides.count), let least = sides[0], let most = sides[sides.count - 1],
                (0...60).contains(least), (0...60).contains(most), least <= most
            else { return nil }
            seconds = least...most
        }
    }

    func validate() throws {
        guard (0...65_535).contains(port) else {
            throw ValidationError("--port must be between 0 and 65535, not \(port).")
        }
        if case .count(let count)? = sampleData, !(1...1_000_000).contains(count) {
            throw ValidationError("--sample-data must be between 1 and 1000000, not \(count).")
        }
        if let maxReturn, maxReturn < 1 {
            throw ValidationError("--max-return must be at least 1, not \(maxReturn).")
        }
        guard exportSeconds.isFinite, (0...3600).contains(exportSeconds) else {
            throw ValidationError("--export-seconds must be between 0 and 3600, not \(exportSeconds).")
        }
        guard (1...Self.longestTokenSeconds).contains(tokenSeconds) else {
            throw ValidationError(
                "--token-seconds must be between 1 and \(Self.longestTokenSeconds) (30 days), not \(tokenSeconds)."
            )
        }
        if !client.isEmpty, !requireSignIn {
            throw ValidationError("--client requires --require-sign-in.")
        }
        if let id = Dictionary(grouping: try clients, by: \.id).first(where: { $1.count > 1 })?.key {
            throw ValidationError("--client \(id) is given twice.")
        }
        _ = try faults
        if let rateLimit, rateLimit < 1 {
            throw ValidationError("--rate-limit must be at least 1, not \(rateLimit).")
        }
        for origin in allowOrigin where !Self.isOrigin(origin) {
            throw ValidationError(
                "--allow-origin must be scheme and host, such as https://app.example.org, not \(origin)."
            )
        }
        if !isLoopback, requireSignIn {
            throw ValidationError(
                "--require-sign-in requires a loopback address, because codes and secrets are sent unencrypted. Remove --host."
            )
        }
        if !isLoopback, latency != nil || !fault.isEmpty {
            throw ValidationError("--latency and --fault require a loopback address. Remove --host.")
        }
    }

    private var clients: [AddedClient] { get throws { try Self.read(client, "--client", AddedClient.init) } }

    private var faults: [FaultRule] { get throws { try Self.read(fault, "--fault", FaultRule.init) } }

    /// Reads the values of an option.
    private static func read<Value>(_ texts: [String], _ option: String, _ read: (String) throws -> Value) throws
        -> [Value]
    {
        try texts.map { text in
            do {
                return try read(text)
            } catch {
                throw ValidationError("\(option) “\(text)”: \(error).")
            }
        }
    }

    /// Whether no other machine can reach it. Not every address that leads here is listened on here alone: 0.0.0.0 is not.
    private var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

    /// True for a scheme and a host with nothing behind (RFC 6454 section 6.2).
    private static func isOrigin(_ text: String) -> Bool {
        guard let components = URLComponents(string: text), ["http", "https"].contains(components.scheme),
            components.host?.isEmpty == false
        else { return false }
        return components.path.isEmpty && components.query == nil && components.fragment == nil
            && components.user == nil
    }

    func run() async throws {
        let logger = Logger(label: "twinscope") { _ in LineLogHandler(append: StandardError.write) }
        if !isLoopback {
            logger.warning("listening on \(host): other machines can reach this service")
        }
        do {
            let service = try await ITwinsService(configuration, logger: logger)
            let group = ServiceGroup(
                services: [Runner(service: service)],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
            )
            try await group.run()
        } catch let error as ServiceError {
            throw Failure.failed(error.message)
        }
    }

    private var configuration: ServiceConfiguration {
        get throws {
            let token = try secret("TWINSCOPE_SERVICE_TOKEN", called: "token")
            let clientSecret = try secret("TWINSCOPE_SERVICE_CLIENT_SECRET", called: "client's secret")
            let signInCode = try secret("TWINSCOPE_SERVICE_SIGN_IN_CODE", called: "sign-in code")
            // Five tries a minute would find a shorter one in days.
            if let signInCode, signInCode.revealed.count < Self.shortestSignInCode {
                throw Failure.usage(
                    "The sign-in code (TWINSCOPE_SERVICE_SIGN_IN_CODE) must have at least \(Self.shortestSignInCode) characters."
                )
            }
            let sample: ServiceConfiguration.SampleData =
                switch sampleData {
                case nil: .none
                case .standard?: .standard
                case .count(let count)?: .count(count)
                }
            // Wrong usage is told before anything is made on disk.
            let tokens = try tokenFile.map { try TokenFile.tokens(path: $0) } ?? [:]
            let faults = try faults
            let clients = try clients
            let path = try database ?? defaultDatabase
            var configuration = ServiceConfiguration(
                database: path == ":memory:" ? .memory : .file(path),
                token: token,
                sampleData: sample
            )
            configuration.host = host
            configuration.port = port
            configuration.maxReturn = maxReturn
            configuration.exportSeconds = exportSeconds
            configuration.tokens = tokens
            configuration.requiresSignIn = requireSignIn
            configuration.signInCode = signInCode
            configuration.clients = clients
            configuration.accessTokenSeconds = tokenSeconds
            configuration.clientSecret = clientSecret
            configuration.latency = latency?.seconds
            configuration.faults = faults
            configuration.rateLimit = rateLimit
            configuration.allowedOrigins = allowOrigin
            return configuration
        }
    }

    private static let shortestSignInCode = 8

    /// What a variable of the environment holds; nil when that is empty or missing.
    private func secret(_ variable: String, called name: String) throws -> Secret? {
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else { return nil }
        guard Settings.canBeSent(text) else {
            throw Failure.usage(
                "The \(name) (\(variable)) contains characters that aren't allowed in a header, such as a space."
            )
        }
        return Secret(text)
    }

    /// The browser's database; a service that was asked for keeps nothing in memory unasked.
    private var defaultDatabase: String {
        get throws {
            do {
                return try Folders.prepareData()
            } catch let failure as Failure {
                throw Failure.failed(
                    "\(CellText(failure.message).string). Or choose a file with --database, or :memory:."
                )
            }
        }
    }

    /// Runs the service as a part of the group that signals stop.
    private struct Runner: Service {
        let service: ITwinsService

        func run() async throws {
            let (addresses, ready) = AsyncStream.makeStream(of: ServiceAddress.self)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    defer { ready.finish() }
                    try await service.run {
                        ready.yield($0)
                        ready.finish()
                    }
                    return true
                }
                group.addTask {
                    for await address in addresses { try await tell(address) }
                    return false
                }
                // The first that fails ends the other; a service that has ended has nothing more to tell.
                while let hasServiceEnded = try await group.next() {
                    if hasServiceEnded { group.cancelAll() }
                }
            }
        }

        /// Tells where the service is, behind what was logged until then. Without that it is of no use.
        private func tell(_ address: ServiceAddress) async throws {
            if let provider = address.provider {
                StandardError.write("sign-in code: \(provider.signInCode.revealed)")
                StandardError.write("secret of twinscope-service: \(provider.clientSecret.revealed)")
            }
            // Before the lines that others wait for: who has read those finds these.
            await StandardError.flush()
            // One write, so that whoever waits for the lines gets all.
            let token = address.acceptsToken ? "\(address.token.revealed)\n" : ""
            try await StandardOutput.write("\(address.baseURL)\n\(token)")
        }
    }
}
