import ArgumentParser
import CProcess
import Foundation
import Screen

/// The program's version, as `--version` says it and requests carry it.
let version = "0.1.0"

/// The command line: opens the browser, or serves the API locally.
struct Twinscope: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twinscope",
        abstract: "Browse the iTwin Platform in the terminal, or a local iTwins service.",
        discussion: """
            Without a URL and a token in the environment the browser starts the local service in this process, with sample \
            data on first use. For its options, --local, --profile NAME, --max-return N and --theme NAME, see \
            `twinscope browse --help`.

            Environment:
              TWINSCOPE_API_URL       base URL, such as https://api.bentley.com/itwins
              TWINSCOPE_ACCESS_TOKEN  its bearer token; required with the URL
              TWINSCOPE_PROFILE       the profile to browse; --profile and --local override it
              TWINSCOPE_API_ROUTES    live (default) or document: which routes are used
              https_proxy, all_proxy  the HTTP proxy for remote services; no_proxy: hosts to exclude
              SSL_CERT_FILE           additional trusted certificate authorities; SSL_CERT_DIR: folders of them
              NO_COLOR                when set, colours are off
              TWINSCOPE_CORE          when set, a crash may leave a core file, which contains tokens

            Files:
              \(shown(Folders.databasePath) ?? "(no home folder: the database is kept in memory)")
              \(shown(Folders.configuration) ?? "(no home folder: no configuration)")   profiles
              \(shown(Folders.statePath("state.json")) ?? "(no home folder: no state is saved)")
              \(shown(Folders.themes) ?? "(no home folder: no custom themes)")/*.yaml   your themes
              \(shown(Folders.statePath("twinscope.log")) ?? "(no home folder: no log)")   the log

            Exit status: 0 done, 1 failed, 2 usage error or no usable terminal, 128+n ended by signal n.
            """,
        version: version,
        subcommands: [Browse.self, Serve.self, Auth.self, Keys.self],
        defaultSubcommand: Browse.self
    )

    /// A path from the environment, fit for a terminal.
    private static func shown(_ path: String?) -> String? { path.map { CellText($0, .detail).string } }
}

@main
enum Main {
    static func main() async {
        umask(0o077)
        // There are tokens in what a crash would leave (reliability A20).
        if getenv(coreVariable) == nil { _ = tp_forbid_core() }
        // A file that may not grow is an error to tell, not the program's end (reliability L14).
        signal(SIGXFSZ, SIG_IGN)
        openStandardDescriptors()
        do {
            if let options = Browse.Options(plain: CommandLine.arguments.dropFirst()) {
                return try await Browse.run(options)
            }
            var command = try Twinscope.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            tell("twinscope: \(failure.message)")
            exit(failure.status)
        } catch {
            let code = Twinscope.exitCode(for: error)
            guard code == .validationFailure else { Twinscope.exit(withError: error) }
            tell(Twinscope.fullMessage(for: error))
            exit(Failure.usageStatus)
        }
    }

    /// Says something that may quote an argument or the name of a file: nothing in it can move a cursor.
    private static func tell(_ message: String) {
        for line in message.split(separator: "\n", omittingEmptySubsequences: false) {
            StandardError.write(CellText(String(line), .detail).string)
        }
    }
}

/// The variable that asks for a core file of a crash.
private let coreVariable = "TWINSCOPE_CORE"

/// Gives standard input, output and error that are closed a place: the next file opened would take it otherwise. Nothing
/// can be written there, as before.
private func openStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
        _ = open("/dev/null", O_RDONLY)
    }
}

/// Why the program ends without having done its work.
struct Failure: Error {
    let message: String
    let status: Int32

    static let usageStatus: Int32 = 2

    /// The command line or the environment asks for something impossible, or there is no usable terminal.
    static func usage(_ message: String) -> Failure { Failure(message: message, status: usageStatus) }

    /// The work could not be done.
    static func failed(_ message: String) -> Failure { Failure(message: message, status: 1) }
}
