import Browser
import Foundation
import ITwinsAPI
import SignIn
import Synchronization

/// Where a user signs in to a profile from the browser: one try at a time, told as it goes.
final class SignInSession: Sendable {
    private let report: SignInReport
    private let tokens: Task<Result<ProfileTokens, ClientSource.StartFailure>, Never>
    private let environment: [String: String]
    private let attempt = Mutex<Attempt?>(nil)

    private struct Attempt: Sendable {
        var task: Task<Void, Never>
        var pasted: AsyncStream<String>.Continuation
    }

    init(
        _ tokens: Task<Result<ProfileTokens, ClientSource.StartFailure>, Never>,
        _ report: SignInReport,
        environment: [String: String]
    ) {
        self.tokens = tokens
        self.report = report
        self.environment = environment
    }

    /// Begins to sign in, in the place of a try that may be under way.
    func begin() {
        cancel()
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let task = Task { await signIn(pasted: stream) }
        attempt.withLock { $0 = Attempt(task: task, pasted: continuation) }
    }

    /// Takes what the user pasted.
    func paste(_ text: String) {
        _ = attempt.withLock { $0?.pasted.yield(text) }
    }

    /// Ends the try that is under way.
    func cancel() {
        attempt.withLock { attempt in
            attempt?.task.cancel()
            attempt = nil
        }
    }

    private func signIn(pasted: AsyncStream<String>) async {
        let source: TokenSource
        switch await tokens.valueUnlessCancelled() {
        case nil: return
        case .success(.authority(let found, _, .user)): source = found
        case .success: return report.post(.failed("This profile has no sign-in."))
        case .failure(let failure): return report.post(.failed(failure.reason))
        }
        let host = SSHDestination.text(environment: environment)
        do throws(SignInError) {
            try await source.signIn(browser: WebBrowser(environment: environment), pasted: pasted) {
                [report] progress in
                report.post(.signingIn(SignInStep(progress, host: host)))
            }
            // The source has told that somebody is signed in.
            if let place = Self.place(of: try await source.status()) { report.post(.kept(place)) }
        } catch {
            if error.kind != .cancelled { report.post(.failed(error.message)) }
        }
    }

    /// Where tokens are kept when that is not the desktop's keyring, which one expects (reliability A12).
    private static func place(of status: TokenSource.Status) -> String? {
        switch status.storage {
        case .keyring: return nil
        case .file: return "in \(status.place ?? "a file") (no keyring available)"
        case .memory:
            do {
                _ = try Folders.tokens()
                return "in memory"
            } catch {
                return "in memory: \((error as? Failure)?.message ?? "\(error)")"
            }
        }
    }
}

extension SignInStep {
    /// The step, in the browser's terms.
    ///
    /// - Parameter host: this machine, as others reach it by ssh.
    fileprivate init(_ progress: SignInProgress, host: String) {
        self.init(
            address: progress.address,
            obstacle: progress.obstacle,
            port: progress.port,
            portError: progress.portError,
            forwarding: progress.forwarding(host: host),
            until: progress.until,
            pasteError: progress.pasteError,
            device: progress.device.map { Device(address: $0.address, code: $0.code) },
            deviceError: progress.deviceError
        )
    }
}
