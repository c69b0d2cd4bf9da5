import Foundation
import ITwinsAPI
import Screen
import SignIn
import Synchronization
import Terminal

/// Says how signing in stands, on standard error.
final class SignInConsole: Sendable {
    private let profile: String
    private let destination: String
    private let isTerminal: Bool
    private let shown = Mutex(Shown())

    private struct Shown {
        var progress: SignInProgress?
        /// Characters that wait for Enter.
        var waiting = 0
        var hasInputEnded = false
    }

    /// - Parameters:
    ///   - profile: what is signed in to.
    ///   - destination: this machine, as ssh is given it.
    init(profile: String, destination: String) {
        self.profile = profile
        self.destination = destination
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    /// Notes that nothing more can be pasted.
    func noteInputEnd() { shown.withLock { $0.hasInputEnded = true } }

    /// Whether nobody can come back any more: not by pasting, the web browser not by itself, and not on another device.
    var isStuck: Bool {
        shown.withLock { $0.hasInputEnded && $0.progress?.port == nil && $0.progress?.awaitsDevice != true }
    }

    /// Says what is new.
    func tell(_ progress: SignInProgress) {
        let before = shown.withLock { shown in
            defer { shown.progress = progress }
            return shown.progress
        }
        if let obstacle = progress.pasteError { return say("That isn't a valid response: \(obstacle).") }
        guard let before else { return introduce(progress) }
        if let device = progress.device, device != before.device { return introduce(device) }
        if let obstacle = progress.deviceError, obstacle != before.deviceError {
            return say("The device code can't be used any longer: \(obstacle).")
        }
        guard before.obstacle != progress.obstacle, let obstacle = progress.obstacle else { return }
        say("No web browser was opened: \(obstacle). Open the URL yourself.")
    }

    private func introduce(_ progress: SignInProgress) {
        say("Sign in to \(profile) in the web browser. If none opens, use this URL:")
        // On a line of its own and whole, so that it can be copied.
        StandardError.write("\n\(CellText(progress.address, .detail).string)\n")
        if progress.obstacle != nil, isTerminal { copy(progress.address) }
        if let obstacle = progress.obstacle { say("No web browser was opened: \(obstacle).") }
        if let obstacle = progress.portError { say("The web browser can't return automatically: \(obstacle).") }
        if progress.obstacle != nil, let forwarding = progress.forwarding(host: destination) {
            say("For a web browser on another machine, first run there: \(forwarding)")
        }
        say("Or paste the web browser's final URL here (it isn't shown) and press Enter.")
    }

    private func introduce(_ device: SignInProgress.Device) {
        say("Or open this URL on any device and enter the code \(device.code):")
        StandardError.write("\n\(CellText(device.address, .detail).string)\n")
        say(Self.deviceWarning)
    }

    /// Codes of other devices are what is asked for to deceive people (RFC 8628 section 5.4, reliability A9).
    private static let deviceWarning = "Don't share this code: whoever enters it signs in here."

    private func copy(_ address: String) {
        let environment = ProcessInfo.processInfo.environment
        guard let sequence = Clipboard.sequence(copying: address, environment: environment) else { return }
        StandardError.writePart(sequence)
        say("It was also copied to the clipboard, if the terminal allows it.")
    }

    /// Says something about what was pasted.
    func say(_ text: String) {
        StandardError.write((isTerminal ? Self.lineStart : "") + CellText(text, .detail).string)
    }

    /// Says how much of what is not shown has come.
    func tell(waiting count: Int) {
        let isNew = shown.withLock { shown in
            defer { shown.waiting = count }
            return shown.waiting != count
        }
        if isNew { showTime() }
    }

    /// Counts the time that is left in a line, until the task is cancelled.
    func countDown() async {
        while !Task.isCancelled {
            showTime()
            try? await Task.sleep(for: .seconds(1))
        }
        if isTerminal { StandardError.writePart(Self.lineStart) }
    }

    private func showTime() {
        // Behind the shell's back nothing is written over what it shows.
        guard isTerminal, NoEchoInput.isForeground(STDERR_FILENO) else { return }
        let (progress, waiting) = shown.withLock { ($0.progress, $0.waiting) }
        guard let progress else { return }
        let left = max(0, Int(progress.until.secondsSince1970 - Clock.now.secondsSince1970))
        let time = "\(ClockText.text(seconds: left)) left"
        let pasted = waiting == 0 ? "" : "; \(waiting) character\(waiting == 1 ? "" : "s") received, Enter sends them"
        let line = "\(time)\(pasted); ^C cancels "
        // A line that wraps cannot be written over.
        StandardError.writePart(Self.lineStart + line.prefix(max(Self.columns - 1, 1)))
    }

    private static let lineStart = "\r\u{1B}[K"

    private static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
