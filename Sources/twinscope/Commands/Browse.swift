import ArgumentParser
import Browser
import Foundation
import ITwinsAPI
import Logging
import Terminal

/// `twinscope`: the browser.
struct Browse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Browse iTwins (default).")

    @Flag(help: "Start the local service in this process and browse it, whatever the environment says.")
    var local = false

    @Option(help: "The profile to browse: production, qa, dev, local, or one of your own.")
    var profile: String?

    @Option(help: "Maximum number of iTwins in a list (default: 10000, the live service's maximum).")
    var maxReturn: Int?

    @Option(help: "The theme for this run: a built-in one or one of your own.")
    var theme: String?

    @Flag(help: .hidden)
    var trapAfterFirstFrame = false

    /// What the command line says.
    struct Options: Sendable {
        var isLocal = false
        var profile: String?
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
                case "--profile" where profile == nil:
                    guard let name = arguments.next(), !name.hasPrefix("-") else { return nil }
                    profile = name
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
        options.profile = profile
        options.maxReturn = maxReturn
        options.theme = theme
        options.trapsAfterFirstFrame = trapAfterFirstFrame
        try await Self.run(options)
    }

    /// Opens the browser and ends the process.
    static func run(_ options: Options) async throws {
        let environment = ProcessInfo.processInfo.environment
        let settings = try Settings(
            isLocal: options.isLocal,
            profile: options.profile,
            maxReturn: options.maxReturn,
            environment: environment,
            configuration: Configuration(path: Folders.configuration)
        )
        // Wrong usage is told first, and all of this before anything is made on disk.
        try ProfileSessions.check(settings.profile, environment: environment)
        let library = ThemeLibrary(folder: Folders.themes)
        try options.theme.map { try InitialTheme.check($0, library) }
        do throws(TerminalError) {
            try Terminal.check(type: settings.terminalType)
        } catch {
            throw Failure.usage(error.description)
        }
        let queue = try EventQueue()
        let storage = Storage(isLocal: settings.isLocal)
        // The last one is seen first.
        for notice in [storage.notice, settings.notice] { if let notice { queue.post(.notice(notice)) } }
        let log = LogFile(path: storage.log)
        let logger = Logger(label: "twinscope") { _ in LineLogHandler(append: log.append) }
        let local = LocalServiceHost(storage: settings.isLocal ? storage : nil, queue, logger)
        let sessions = ProfileSessions(settings, environment: environment, local: local, queue, logger)
        // The local service starts while the first screen is made.
        _ = sessions.session(of: settings.profile)
        let stateFile = { @Sendable (profile: Profile) in
            storage.stateFile.map { StateFile(path: $0, origin: profile.origin) }
        }
        let state = stateFile(settings.profile)
        let first = await InitialTheme.first(named: options.theme, state, library, queue)
        let stateWriter = StateWriter(state, queue)
        let thread = UIThread(
            settings: settings,
            theme: first,
            queue: queue,
            sessions: sessions,
            log: log,
            logger: logger,
            save: stateWriter.save,
            listThemes: { Task { queue.post(.themes(library.choices())) } },
            switched: { profile in
                let state = stateFile(profile)
                stateWriter.use(state)
                Task {
                    // What cannot be read was told at the start.
                    if let remembered = try? await state?.read() { queue.post(.remembered(remembered)) }
                }
            },
            trapsAfterFirstFrame: options.trapsAfterFirstFrame
        )
        let (ending, writes) = await thread.run()
        await finish(writes, stateWriter, sessions, local)
        switch ending {
        case .quit(let status): Foundation.exit(status)
        case .signal(let number): Terminal.die(by: number)
        case .failed(let failure): throw failure
        }
    }

    /// Lets what changes something end, at most for a second, and new tokens come that the old ones were given up for.
    private static func finish(
        _ writes: [Task<Void, Never>],
        _ stateWriter: StateWriter,
        _ sessions: ProfileSessions,
        _ local: LocalServiceHost
    ) async {
        // What hangs in the network must not keep anybody from leaving.
        let ending = Task {
            for write in writes { await write.value }
            await stateWriter.finish()
        }
        await ending.value(within: .seconds(1))
        // Whoever loses them has to sign in anew.
        await Task { await sessions.settle() }.value(within: .seconds(5))
        local.stop()
    }
}
