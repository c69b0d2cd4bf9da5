import ArgumentParser
import Foundation
import ITwinsAPI
import Screen
import SignIn

/// `twinscope auth`: signing in and out without the browser of iTwins, for scripts and for a look at how it stands.
struct Auth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign in to a profile, look at how that stands, sign out.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 wrong usage, 3 not signed in, 4 the authority cannot be reached.
            """,
        subcommands: [Login.self, Status.self, Logout.self, Token.self]
    )

    /// Which profile is meant.
    struct Options: ParsableArguments {
        @Option(help: "A profile of the configuration (default: the one the browser would begin with).")
        var profile: String?

        /// The profile's name and what gives its tokens.
        ///
        /// - Throws: `Failure` of wrong usage for one that nobody signs in to.
        func tokens() throws -> (profile: Profile, tokens: ProfileTokens) {
            let environment = ProcessInfo.processInfo.environment
            let settings = try Settings(
                isLocal: false,
                profile: profile,
                maxReturn: nil,
                environment: environment,
                configuration: Configuration(path: Folders.configuration)
            )
            if let notice = settings.notice { Auth.say(notice) }
            guard let tokens = try ProfileTokens(settings.profile, environment: environment) else {
                throw Failure.usage(
                    "The profile “\(settings.profile.name)” is the local service in the browser, to which nobody signs in. "
                        + "Name another one with --profile."
                )
            }
            return (settings.profile, tokens)
        }

        /// The same for a profile that has an authority.
        func authority() throws -> (profile: Profile, source: TokenSource, tokens: ProfileTokens, isPerson: Bool) {
            let (profile, tokens) = try tokens()
            guard case .authority(let source, _, let kind) = tokens else {
                throw Failure.usage(
                    "The profile “\(profile.name)” is given its token; there is nothing to sign in to or out of."
                )
            }
            return (profile, source, tokens, kind == .person)
        }
    }

    /// Says something beside the output.
    static func say(_ line: String) {
        StandardError.write(CellText(line, .detail).string)
    }

    /// How a command ends with an error.
    static func failure(_ error: SignInError) -> Failure {
        switch error.kind {
        case .signedOut: Failure(message: error.message, status: 3)
        case .unreachable: Failure(message: error.message, status: 4)
        case .configuration: .usage(error.message)
        case .cancelled: Failure(message: error.message, status: 130)
        default: .failed(error.message)
        }
    }

    /// Does something with a source of tokens, and closes its connections.
    static func run<Value>(
        _ tokens: ProfileTokens,
        _ body: () async throws(SignInError) -> Value
    ) async throws -> Value {
        do throws(SignInError) {
            let value = try await body()
            await tokens.shutdown()
            return value
        } catch {
            await tokens.shutdown()
            throw failure(error)
        }
    }
}

extension Auth {
    /// `twinscope auth status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell who is signed in, where and how long; never the token."
        )

        @OptionGroup var options: Options

        func run() async throws {
            let (profile, tokens) = try options.tokens()
            switch tokens {
            case .given: print("profile  \(profile.name)\ntoken    given by TWINSCOPE_ACCESS_TOKEN")
            case .command: print("profile  \(profile.name)\ntoken    printed by the profile's access-token-command")
            case .authority(let source, _, _):
                let status = try await Auth.run(tokens) { () throws(SignInError) in try await source.status() }
                print(Self.lines(profile, status).joined(separator: "\n"))
            }
        }

        private static func lines(_ profile: Profile, _ status: TokenSource.Status) -> [String] {
            let minutes = Int((abs(status.skew) / 60).rounded())
            let direction = status.skew > 0 ? "behind" : "ahead of"
            let rows: [(String, String)] = [
                ("profile", profile.name), ("who", status.subject ?? "not known"), ("client", status.clientID),
                ("authority", status.issuer), ("service", status.apiOrigin),
                ("scopes", status.scopes.joined(separator: " ")),
                ("kept in", status.place ?? "this program alone"),
                ("expires", "\(status.expires.readable)\(status.canRefresh ? ", then renewed" : "")"),
                (
                    "clock",
                    abs(status.skew) < TokenSource.largestSkew
                        ? "right" : "\(minutes) min \(direction) the authority's. Set it right"
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
            abstract: "Revoke the tokens where that is possible, and forget them."
        )

        @OptionGroup var options: Options

        func run() async throws {
            let (profile, source, tokens, isPerson) = try options.authority()
            guard isPerson else {
                throw Failure.usage(
                    "The profile “\(profile.name)” is a service's: nothing of it is kept, so that there is nothing to forget."
                )
            }
            let remainder = try await Auth.run(tokens) { () throws(SignInError) in try await source.signOut() }
            switch remainder {
            case nil: print("Signed out of \(profile.name); the tokens are revoked and gone.")
            case .notRevocable:
                print(
                    "Signed out of \(profile.name); the tokens are gone here. The authority revokes none: they end by themselves."
                )
            case .notRevoked(let reason):
                throw Failure(message: "The tokens are gone here, and were not revoked: \(reason)", status: 4)
            }
        }
    }

    /// `twinscope auth token`.
    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a token for another program, such as curl.",
            discussion: "Nothing is printed to a terminal, where it would be seen and stay, unless --force says so."
        )

        @OptionGroup var options: Options

        @Flag(help: "Print it to a terminal too.")
        var force = false

        func run() async throws {
            guard force || isatty(STDOUT_FILENO) == 0 else {
                throw Failure.usage(
                    "A token would stay on this screen. Pipe it into the program that needs it, or add --force."
                )
            }
            let (_, tokens) = try options.tokens()
            do {
                let token = try await tokens.token(insteadOf: nil)
                await tokens.shutdown()
                print(token.revealed)
            } catch let error as SignedOut {
                await tokens.shutdown()
                throw Failure(message: error.reason, status: 3)
            } catch let error as SignInError {
                await tokens.shutdown()
                throw Auth.failure(error)
            }
        }
    }
}
