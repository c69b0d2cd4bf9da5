import ArgumentParser
import Foundation
import ITwinsAPI
import ITwinsClient
import Screen
import SignIn

/// `twinscope auth`: signing in and out without the browser of iTwins, for scripts and for a look at how it stands.
struct Auth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign in to a profile, show the sign-in status, sign out.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 usage error, 3 not signed in, 4 authority unreachable, 128+n ended by \
            signal n.
            """,
        subcommands: [Login.self, Status.self, Logout.self, Token.self]
    )

    /// Which profile is meant.
    struct Options: ParsableArguments {
        @Option(help: "A profile of the configuration (default: the one the browser starts with).")
        var profile: String?

        /// The profile that is meant, with what gives its tokens.
        ///
        /// - Throws: `Failure` of wrong usage for one that nobody signs in to.
        func target() throws -> Target {
            let environment = ProcessInfo.processInfo.environment
            let configuration = Configuration(path: Folders.configuration)
            func settings(_ name: String?) throws -> Settings {
                try Settings(
                    isLocal: false,
                    profile: name,
                    maxReturn: nil,
                    environment: environment,
                    configuration: configuration
                )
            }
            let chosen = try settings(profile)
            let name = chosen.profile.name
            if let notice = chosen.notice { Auth.say(notice) }
            guard
                let tokens = try ProfileTokens(chosen.profile, among: chosen.profiles, environment: environment)
            else {
                throw Failure.usage(
                    "The profile “\(name)” is the browser's local service, which needs no sign-in. "
                        + "Choose another one with --profile."
                )
            }
            let isStandard = profile == nil || (try? settings(nil))?.profile.name == name
            return Target(
                profile: chosen.profile,
                tokens: tokens,
                children: ChildEnvironment(environment, hidingSecretsOf: chosen.profiles),
                login: "twinscope auth login" + (isStandard ? "" : " --profile \(name)")
            )
        }
    }

    /// A profile with what gives its tokens.
    struct Target {
        let profile: Profile
        let tokens: ProfileTokens
        /// What programs see that are started for it.
        let children: ChildEnvironment
        /// The command with which a user signs in to it.
        let login: String

        /// The source of a profile that has an authority, and whether a user signs in there.
        ///
        /// - Throws: `Failure` of wrong usage for any other.
        func authority() throws -> (source: TokenSource, isUser: Bool) {
            guard case .authority(let source, _, let kind) = tokens else {
                throw Failure.usage(
                    "The profile “\(profile.name)” uses a given token; there is no sign-in or sign-out."
                )
            }
            return (source, kind == .user)
        }

        /// Does something with the tokens, and closes the connections to where they come from.
        ///
        /// - Throws: `Failure` in the place of a `SignInError`, and what else the closure throws.
        func run<Value>(_ body: () async throws -> Value) async throws -> Value {
            do {
                let value = try await body()
                await tokens.shutdown()
                return value
            } catch {
                await tokens.shutdown()
                switch error {
                case let error as SignInError: throw failure(error)
                case let error as SignedOut: throw Failure(message: instructed(error.reason), status: 3)
                default: throw error
                }
            }
        }

        private func failure(_ error: SignInError) -> Failure {
            let message = instructed(error.message)
            return switch error.kind {
            case .signedOut: Failure(message: message, status: 3)
            case .unreachable: Failure(message: message, status: 4)
            case .configuration: .usage(message)
            case .cancelled: Failure(message: message, status: 130)
            default: .failed(message)
            }
        }

        /// A message with the command, where it asks a user to sign in.
        private func instructed(_ message: String) -> String {
            guard case .user = profile.access, ["Sign in", "Sign in again"].contains(where: message.hasSuffix) else {
                return message
            }
            return "\(message): \(login)"
        }
    }

    /// Says something beside the output.
    static func say(_ line: String) {
        StandardError.write(CellText(line, .detail).string)
    }
}

extension Auth {
    /// `twinscope auth status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show who is signed in, where and until when; never the token."
        )

        @OptionGroup var options: Options

        func run() async throws {
            let target = try options.target()
            let profile = target.profile
            switch target.tokens {
            case .given: print("profile  \(profile.name)\ntoken    from TWINSCOPE_ACCESS_TOKEN")
            case .command: print("profile  \(profile.name)\ntoken    from the profile's access-token-command")
            case .authority(let source, _, _):
                let status = try await target.run { try await source.status() }
                print(Self.lines(profile, status).joined(separator: "\n"))
            }
        }

        private static func lines(_ profile: Profile, _ status: TokenSource.Status) -> [String] {
            let minutes = Int((abs(status.skew) / 60).rounded())
            let direction = status.skew > 0 ? "behind" : "ahead of"
            let rows: [(String, String)] = [
                ("profile", profile.name), ("user", status.subject ?? "unknown"), ("client", status.clientID),
                ("authority", status.issuer), ("service", status.apiOrigin),
                ("scopes", status.scopes.joined(separator: " ")),
                ("stored in", status.place ?? "memory"),
                ("expires", "\(status.expires.readable)\(status.canRefresh ? ", then renewed" : "")"),
                (
                    "clock",
                    abs(status.skew) < TokenSource.largestSkew
                        ? "correct" : "\(minutes) min \(direction) the authority's. Correct it"
                ),
            ]
            return rows.map { name, value in
                let label = CellText(name).string
                return label + String(repeating: " ", count: max(1, 11 - label.count)) + CellText(value, .detail).string
            }
        }
    }

    /// `twinscope auth logout`.
    struct Logout: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke the tokens if possible, and delete them."
        )

        @OptionGroup var options: Options

        func run() async throws {
            let target = try options.target()
            let profile = target.profile
            let (source, isUser) = try target.authority()
            let remainder = try await target.run {
                guard isUser else {
                    throw Failure.usage(
                        "The profile “\(profile.name)” is a service: no tokens are stored, so there is nothing to delete."
                    )
                }
                return try await source.signOut()
            }
            switch remainder {
            case .nobody: print("You aren't signed in to \(profile.name).")
            case nil: print("Signed out of \(profile.name); the tokens were revoked and deleted.")
            case .notRevocable:
                print(
                    "Signed out of \(profile.name); the tokens were deleted. The authority doesn't support revocation: they stay valid until they expire."
                )
            case .notRevoked(let reason):
                throw Failure(message: "The tokens were deleted but not revoked: \(reason)", status: 4)
            }
        }
    }

    /// `twinscope auth token`.
    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a token for another program, such as curl.",
            discussion: "Nothing is printed to a terminal, where it would stay visible, unless --force is given."
        )

        @OptionGroup var options: Options

        @Flag(help: "Also print to a terminal.")
        var force = false

        func run() async throws {
            guard force || isatty(STDOUT_FILENO) == 0 else {
                throw Failure.usage(
                    "The token would stay visible on the screen. Pipe it to the program that needs it, or add --force."
                )
            }
            let target = try options.target()
            print(try await target.run { try await target.tokens.forRequest()(nil) }.revealed)
        }
    }
}
