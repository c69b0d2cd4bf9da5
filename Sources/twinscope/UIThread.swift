import Browser
import Foundation
import ITwinsAPI
import Logging
import Screen
import Terminal

/// The loop that owns terminal and browser, on a thread of its own: nothing on it waits for network or disk.
struct UIThread: Sendable {
    let settings: Settings
    /// The theme of the first screen.
    let theme: Theme
    let queue: EventQueue
    let sessions: ProfileSessions
    let log: LogFile
    let logger: Logger
    /// Takes what should be remembered.
    let save: @Sendable (Remembered) -> Void
    /// Begins to read the themes that can be chosen.
    let listThemes: @Sendable () -> Void
    /// Takes over that another profile is browsed, with what is remembered of its service.
    let switched: @Sendable (Profile) -> Void
    /// Crashes after the first frame, for the test that a crash leaves the terminal as it was.
    let trapsAfterFirstFrame: Bool

    /// How the loop ended.
    enum Ending: Sendable {
        case quit(status: Int32)
        case signal(Int32)
        case failed(Failure)
    }

    /// Resizes closer than this share one layout.
    private static let resizeInterval = Duration.milliseconds(33)
    /// What takes longer than this from an event to the screen is noted in the log (reliability L10).
    private static let stallLimit = Duration.milliseconds(250)

    /// Runs the loop on a new thread.
    ///
    /// - Returns: how it ended, and what changes something on the service or on the disk and is still under way.
    func run() async -> (Ending, [Task<Void, Never>]) {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: loop()) }
            thread.name = "ui"
            thread.stackSize = 8 * 1_048_576
            thread.start()
        }
    }

    private func loop() -> (Ending, [Task<Void, Never>]) {
        var terminal: Terminal
        do throws(TerminalError) {
            terminal = try Terminal(
                type: settings.terminalType,
                theme: theme,
                colors: settings.usesColor ? .automatic : .none,
                crashMessage: Self.crashMessage,
                errorDescriptor: log.errorDescriptor
            )
        } catch {
            return (.failed(.usage(error.description)), [])
        }
        var runner = EffectRunner(sessions.session(of: settings.profile), queue: queue)
        var browser = Browser(
            connection: settings.connection,
            profiles: settings.choices,
            size: terminal.size,
            theme: theme,
            hasColors: terminal.hasColors
        )
        if settings.isLocal { sessions.announce(settings.profile) }
        var now = Clock.now
        var effects = browser.start(at: now)
        if let notice = terminal.notice { effects += browser.update(.notice(notice), at: now) }
        terminal.present(browser.view(at: now))
        if trapsAfterFirstFrame { preconditionFailure("requested on the command line") }
        // These two are measured by a clock that nobody sets.
        let clock = ContinuousClock()
        var resizedAt = clock.now - Self.resizeInterval
        var typedAt = clock.now
        var awaitsResize = false
        while true {
            for effect in effects {
                if let ending = perform(effect, &terminal, &browser, &runner) {
                    terminal.restore()
                    return (ending, runner.finish())
                }
            }
            effects = []
            // Asked before the wait: afterwards the browser would name the deadline after this one.
            let due = browser.nextDeadline(at: Clock.now)
            let resize = awaitsResize ? clock.now.duration(to: resizedAt + Self.resizeInterval) : nil
            let ready = wait(terminal, timeout(due, resize, terminal))
            now = Clock.now
            let woken = clock.now
            var events: [Event] = []
            for signal in terminal.readSignals() {
                if let number = signal.endingNumber {
                    terminal.restore()
                    return (.signal(number), runner.finish())
                }
                if signal == .windowChanged { awaitsResize = true }
                if signal == .suspend { effects.append(.suspend) }
                if signal == .resume {
                    if let number = terminal.resume().compactMap(\.endingNumber).first {
                        return (.signal(number), runner.finish())
                    }
                    awaitsResize = true
                    events.append(.input(.focused(true)))
                }
            }
            if ready.hasInput {
                events += terminal.read().map(Event.input)
                typedAt = woken
            } else if let pending = terminal.pendingTimeout, typedAt.duration(to: woken) >= .milliseconds(pending) {
                // Only time ends a sequence that has begun: an answer of the network must not cut it in two.
                events += terminal.flush().map(Event.input)
                typedAt = woken
            }
            if ready.isHungUp { terminal.noteHangup() }
            if terminal.isLost { return (.signal(SIGHUP), runner.finish()) }
            let answers = queue.drain()
            for answer in answers { runner.note(answer) }
            events += answers
            if let due, due <= now { events.append(.deadline) }
            if awaitsResize, woken >= resizedAt + Self.resizeInterval {
                events.append(.input(.resized(terminal.resize())))
                resizedAt = woken
                awaitsResize = false
            }
            guard !events.isEmpty || !effects.isEmpty else { continue }
            for event in events { effects += browser.update(event, at: now) }
            terminal.use(browser.theme)
            terminal.present(browser.view(at: now))
            let took = woken.duration(to: clock.now)
            if took > Self.stallLimit {
                logger.warning("the screen took \(Int(took / .milliseconds(1))) ms for \(events.count) events")
            }
        }
    }

    private static var crashMessage: String {
        let path = Folders.statePath("twinscope.log").map { CellText($0).string } ?? "none"
        return "twinscope \(version) crashed. The log: \(path)\n"
    }

    /// Does what the browser asks for; an ending when that is to end.
    private func perform(
        _ effect: Effect,
        _ terminal: inout Terminal,
        _ browser: inout Browser,
        _ runner: inout EffectRunner
    ) -> Ending? {
        switch effect {
        case .perform(let id, let operation, let isAsked): runner.perform(id, operation, isUserInitiated: isAsked)
        case .load(let id, let list, let link, let isAsked):
            runner.load(id, list, from: link, isUserInitiated: isAsked)
        case .measure(let id, let link): runner.measure(id, link)
        case .download(let id, let download): runner.download(id, download)
        case .copy(let text): terminal.copy(text)
        case .bell: terminal.bell()
        case .cancel(let id): runner.cancel(id)
        case .save(let remembered): save(remembered)
        case .listThemes: listThemes()
        case .listProfiles: Task { sessions.list() }
        case .switchProfile(let name): switchTo(name, &runner)
        case .requestFor(let user): runner.requestFor(user: user)
        case .signIn: runner.signIn(to: browser.profileName)
        case .cancelSignIn: runner.cancelSignIn()
        case .pasteSignIn(let text): runner.pasteSignIn(text)
        case .redraw:
            terminal.redraw()
            terminal.present(browser.view(at: Clock.now))
        case .suspend:
            if let number = terminal.suspend().compactMap(\.endingNumber).first { return .signal(number) }
            queue.post(.input(.resized(terminal.resize())))
            queue.post(.input(.focused(true)))
        case .quit(let status): return .quit(status: status)
        }
        return nil
    }

    /// Sends what follows to another profile's service.
    private func switchTo(_ name: String, _ runner: inout EffectRunner) {
        sessions.cancelSignIns()
        guard let profile = sessions.profile(name) else {
            let reason = "the profile “\(name)” is no longer configured"
            runner.use(ProfileSession(ClientSource { .failure(.init(reason: reason)) }))
            queue.post(.notice("The profile “\(name)” is no longer configured. Select another with :profile."))
            return
        }
        let session = sessions.session(of: profile)
        runner.use(session)
        // It may have been configured anew since it was listed: the screen must not say what does not hold.
        sessions.announce(profile)
        session.announce()
        switched(profile)
    }

    /// How long to wait at most, in milliseconds; -1 for as long as it takes.
    private func timeout(_ due: Timestamp?, _ resize: Duration?, _ terminal: borrowing Terminal) -> Int32 {
        var milliseconds: [Double] = []
        if let due { milliseconds.append(max(Double(due.ticks - Clock.now.ticks) / 10_000, 0).rounded(.up)) }
        if let resize { milliseconds.append(max(resize / .milliseconds(1), 0).rounded(.up)) }
        if let pending = terminal.pendingTimeout { milliseconds.append(Double(pending)) }
        return milliseconds.min().map { Int32(min($0, 3_600_000)) } ?? -1
    }

    private func wait(_ terminal: borrowing Terminal, _ timeout: Int32) -> (hasInput: Bool, isHungUp: Bool) {
        var descriptors = [
            pollfd(fd: terminal.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: queue.readDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: terminal.signalDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), timeout) > 0 else { return (false, false) }
        let input = descriptors[0].revents
        return (input & Int16(POLLIN) != 0, input & Int16(POLLHUP | POLLERR | POLLNVAL) != 0)
    }
}
