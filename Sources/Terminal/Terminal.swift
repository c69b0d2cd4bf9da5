import CNcurses
import Foundation
public import Screen

/// The terminal: takes frames, gives what is typed. There is one, and it belongs to the thread that made it.
public struct Terminal: ~Copyable {
    private var theme: Theme
    private var palette: Palette
    private let depth: ColorDepth
    private var decoder: KeyDecoder
    private var shown: Frame?
    /// The rows on the terminal that have clusters of whose width it may think otherwise.
    private var disputedRows: Set<Int> = []
    private let isUTF8: Bool
    private let inputDescriptor: Int32
    private let outputDescriptor: Int32
    private var savedErrorDescriptor: Int32
    private var encoder = CellEncoder { Int(tc_width($0)) }
    private var isGone = false

    /// By so many columns a terminal takes a cluster for wider at most: a flag for two wide letters, Jamo for letters.
    private static let edge = 5

    /// Something to tell the user about this terminal; nil when all is well.
    public let notice: String?
    /// Where signals arrive as bytes, to be polled.
    public let signalDescriptor: Int32

    /// Whether colours may be used.
    public enum ColorUse: Sendable {
        /// As many as the terminal has.
        case automatic
        /// None, as `NO_COLOR` asks for.
        case none
    }

    /// Opens the terminal on standard input and output and takes over the whole screen.
    ///
    /// - Parameters:
    ///   - type: the value of `TERM`.
    ///   - crashMessage: what is said on the terminal when the program crashes, after it was restored.
    ///   - errorDescriptor: where standard error goes while the screen is in use.
    /// - Throws: `TerminalError` before anything was changed.
    public init(
        type: String?,
        theme: Theme,
        colors: ColorUse,
        crashMessage: String,
        errorDescriptor: Int32
    ) throws(TerminalError) {
        try Self.check(type: type)
        setlocale(LC_ALL, "")
        // ncurses' own handlers are not safe and not wanted: ours come first, and it respects them.
        let signals = tc_forward_signals()
        guard signals >= 0 else { throw .unusable("no pipe for signals") }
        try self.init(type, theme, colors, input: STDIN_FILENO, output: STDOUT_FILENO, signals: signals)
        tc_guard_crashes(crashMessage)
        savedErrorDescriptor = dup(STDERR_FILENO)
        dup2(errorDescriptor, STDERR_FILENO)
    }

    /// Opens a terminal on two descriptors, and leaves signals and standard error as they are.
    init(
        _ type: String?,
        _ theme: Theme,
        _ colors: ColorUse,
        input: Int32,
        output: Int32,
        signals: Int32 = -1
    ) throws(TerminalError) {
        notice = try Self.open(type, input, output)
        let count = colors == .none ? 0 : Int(tc_start_colors())
        depth = ColorDepth(colors: count, isDirect: tc_has_direct_color())
        signalDescriptor = signals
        inputDescriptor = input
        outputDescriptor = output
        isUTF8 = String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
        self.theme = theme
        palette = Palette(theme: theme, depth: depth)
        decoder = KeyDecoder(learned: Self.learnedKeys())
        savedErrorDescriptor = -1
    }

    deinit {
        tc_leave()
        if savedErrorDescriptor >= 0 {
            dup2(savedErrorDescriptor, STDERR_FILENO)
            close(savedErrorDescriptor)
        }
    }

    /// Finds out what can be told without touching the terminal.
    ///
    /// - Throws: `TerminalError` when standard input or output is none, or when its type cannot place a cursor.
    public static func check(type: String?) throws(TerminalError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
        if type == "dumb" { throw .tooSimple("dumb") }
    }

    /// Tries the terminal's own type, then those that nearly every terminal understands.
    private static func open(_ type: String?, _ input: Int32, _ output: Int32) throws(TerminalError) -> String? {
        let own = type ?? ""
        for candidate in [own, "xterm-256color", "xterm", "vt100"] where !candidate.isEmpty {
            switch tc_open(candidate, input, output) {
            case 0:
                if candidate == own { return nil }
                return own.isEmpty
                    ? "TERM is not set; \(candidate) is used."
                    : "The terminal type “\(own)” is unknown; \(candidate) is used."
            case -2 where candidate == own: throw .tooSimple(own)
            default: continue
            }
        }
        throw .unknownType(own)
    }

    private static func learnedKeys() -> [[UInt8]: Key] {
        let capabilities: [(String, Key)] = [
            ("kcuu1", Key(.up)), ("kcud1", Key(.down)), ("kcub1", Key(.left)), ("kcuf1", Key(.right)),
            ("khome", Key(.home)),
            ("kend", Key(.end)), ("kpp", Key(.pageUp)), ("knp", Key(.pageDown)), ("kdch1", Key(.delete)),
            ("kich1", Key(.insert)),
            ("kcbt", Key(.tab, .shift)),
        ]
        var learned: [[UInt8]: Key] = [:]
        for (name, key) in capabilities {
            guard let text = tc_capability(name) else { continue }
            let bytes = Array(String(cString: text).utf8)
            // Shorter ones would be keys of their own.
            if bytes.count > 2, bytes[0] == 0x1B { learned[bytes] = key }
        }
        return learned
    }

    // MARK: Size

    /// How large the terminal is now.
    public var size: Size {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard tc_size(outputDescriptor, &columns, &rows) else { return shown?.size ?? Size(width: 80, height: 24) }
        return Size(width: Int(columns), height: Int(rows))
    }

    /// Takes over the terminal's new size.
    public mutating func resize() -> Size {
        let size = size
        tc_resize(Int32(size.width), Int32(size.height))
        shown = nil
        return size
    }

    // MARK: Input

    /// The descriptor to poll for input.
    public var descriptor: Int32 { inputDescriptor }

    /// How long to wait for more input before `flush`, in milliseconds; nil when nothing is begun.
    public var pendingTimeout: Int? { decoder.pendingTimeout }

    /// True when the terminal was closed.
    public var isLost: Bool { isGone }

    /// Reads all that was typed and does not wait for more.
    public mutating func read() -> [InputEvent] {
        var events: [InputEvent] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(inputDescriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                events += decoder.decode(buffer[..<count])
                if count < buffer.count { return events }
            } else if count < 0, errno == EINTR {
                continue
            } else {
                if count < 0, errno != EAGAIN { isGone = true }
                return events
            }
        }
    }

    /// Notes that the descriptor was reported as hung up.
    public mutating func noteHangup() { isGone = true }

    /// What was typed when no more comes.
    public mutating func flush() -> [InputEvent] { decoder.flush() }

    /// The signals that came.
    public mutating func readSignals() -> [TerminalSignal] {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = buffer.withUnsafeMutableBytes { Foundation.read(signalDescriptor, $0.baseAddress, $0.count) }
        tc_signals_were_read()
        guard count > 0 else { return [] }
        return buffer[..<count].compactMap { number -> TerminalSignal? in
            switch Int32(number) {
            case SIGINT: .interrupt
            case SIGTERM: .terminate
            case SIGHUP: .hangup
            case SIGQUIT: .quit
            case SIGTSTP: .suspend
            case SIGCONT: .resume
            case SIGWINCH: .windowChanged
            default: nil
            }
        }
    }

    // MARK: Output

    /// Whether themes can show colours here.
    public var hasColors: Bool { depth != .monochrome }

    /// Draws with a theme from the next frame on; costs nothing while it is the one in use.
    public mutating func use(_ theme: Theme) {
        guard theme != self.theme else { return }
        self.theme = theme
        tc_forget_pairs()
        palette = Palette(theme: theme, depth: depth)
        shown = nil
    }

    /// Puts a frame on the terminal; only what differs from the frame before is sent.
    public mutating func present(_ frame: Frame) {
        let frame = isUTF8 ? frame : frame.asciiFolded()
        let before = shown?.size == frame.size ? shown : nil
        if before == nil { disputedRows = [] }
        var disputed: [(y: Int, ends: [Int])] = []
        for y in 0..<frame.size.height {
            let row = frame.row(y)
            let changed = before.map { Self.changedCells(from: $0.row(y), to: row) } ?? row.startIndex..<row.endIndex
            guard let changed else { continue }
            let ends = DisputedClusters.ends(in: row)
            if ends.isEmpty, !disputedRows.contains(y) {
                draw(row[changed], at: Point(x: changed.lowerBound - row.startIndex, y: y))
            } else {
                // What the terminal has in such a row is not known cell by cell: it is drawn anew on blanks.
                tc_clear_row(Int32(y))
                disputed.append((y, ends))
                if ends.isEmpty { disputedRows.remove(y) } else { disputedRows.insert(y) }
            }
        }
        if !disputed.isEmpty { tc_place(Int32(frame.size.height - 1), 0) }
        for (y, ends) in disputed { draw(frame.row(y), y: y, placingAt: ends) }
        tc_update(Int32(frame.cursor?.y ?? -1), Int32(frame.cursor?.x ?? 0))
        shown = frame
    }

    /// The cells from the first to the last that differ, wide characters whole; nil when none does.
    private static func changedCells(from old: ArraySlice<Cell>, to new: ArraySlice<Cell>) -> Range<Int>? {
        guard var first = new.indices.first(where: { old[$0] != new[$0] }),
            var last = new.indices.last(where: { old[$0] != new[$0] })
        else { return nil }
        while first > new.startIndex, new[first].isContinuation || old[first].isContinuation { first -= 1 }
        while last + 1 < new.endIndex, new[last + 1].isContinuation || old[last + 1].isContinuation { last += 1 }
        return first..<(last + 1)
    }

    /// Draws a row in parts, and behind each but the last places the cursor whatever the terminal believes.
    private mutating func draw(_ row: ArraySlice<Cell>, y: Int, placingAt ends: [Int]) {
        var start = row.startIndex
        for end in ends {
            // What a terminal takes for wider must not go on in the next row.
            let isAtEdge = row.endIndex - end < Self.edge
            if isAtEdge { tc_wrap(false) }
            draw(row[start..<end], at: Point(x: start - row.startIndex, y: y))
            tc_place(Int32(y), Int32(end - row.startIndex))
            if isAtEdge { tc_wrap(true) }
            start = end
        }
        draw(row[start...], at: Point(x: start - row.startIndex, y: y))
    }

    private mutating func draw(_ row: ArraySlice<Cell>, at point: Point) {
        var text: [UInt32] = []
        var lengths: [UInt8] = []
        var attributes: [UInt32] = []
        var pairs: [Int32] = []
        text.reserveCapacity(row.count)
        lengths.reserveCapacity(row.count)
        attributes.reserveCapacity(row.count)
        pairs.reserveCapacity(row.count)
        guard var style = row.first?.style else { return }
        var look = palette.look(of: style)
        for cell in row where !cell.isContinuation {
            if cell.style != style {
                style = cell.style
                look = palette.look(of: style)
            }
            // Most cells are one ASCII character, about which nobody disagrees.
            if cell.text.utf8.count == 1, let byte = cell.text.utf8.first {
                text.append(UInt32(byte))
                lengths.append(1)
                attributes.append(look.attributes)
                pairs.append(look.pair)
                continue
            }
            for part in encoder.parts(of: cell) {
                text += part
                lengths.append(UInt8(part.count))
                attributes.append(look.attributes)
                pairs.append(look.pair)
            }
        }
        tc_draw(Int32(point.y), Int32(point.x), Int32(lengths.count), text, lengths, attributes, pairs)
    }

    /// Draws everything anew with the next frame.
    public mutating func redraw() {
        shown = nil
        tc_redraw_all()
    }

    /// Rings the bell, or flashes where the terminal has none.
    public func bell() { tc_bell() }

    /// Puts a text into the clipboard of the user's terminal, where that allows it.
    public func copy(_ text: String) {
        let environment = ProcessInfo.processInfo.environment
        guard let sequence = Clipboard.sequence(copying: text, environment: environment) else { return }
        tc_send(sequence, sequence.utf8.count)
    }

    // MARK: Leaving

    /// Gives the terminal back and stops the whole job; when the shell continues it in the foreground, takes the
    /// terminal over again.
    ///
    /// - Returns: the signals that came meanwhile. With one among them that ends the program the terminal is left alone.
    public mutating func suspend() -> [TerminalSignal] {
        tc_leave()
        return stop()
    }

    /// Takes the terminal over again after something else has stopped and continued the process.
    ///
    /// - Returns: as `suspend()`.
    public mutating func resume() -> [TerminalSignal] {
        guard tc_is_foreground() else { return stop() }
        tc_leave()
        takeOver()
        return []
    }

    /// Stops the job, again when it is continued in the background: there the terminal is the shell's.
    private mutating func stop() -> [TerminalSignal] {
        var signals: [TerminalSignal] = []
        repeat {
            tc_stop_job()
            let came = awaitSignals(milliseconds: 300)
            signals += came
            if signals.contains(where: { $0.endingNumber != nil }) { return signals }
            guard came.contains(.resume) else {
                // Nothing was stopped: there is no shell that could continue it.
                if !tc_is_foreground() { isGone = true }
                break
            }
        } while !tc_is_foreground()
        if !isGone {
            tc_leave()
            takeOver()
        }
        return signals
    }

    private mutating func awaitSignals(milliseconds: Int32) -> [TerminalSignal] {
        var descriptor = pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&descriptor, 1, milliseconds)
        return readSignals()
    }

    private mutating func takeOver() {
        tc_enter()
        shown = nil
    }

    /// Gives the terminal back as it was; safe to call more than once.
    public mutating func restore() { tc_leave() }

    /// Ends the process as a signal that is not caught does, so that the shell sees 128 and its number.
    public static func die(by signal: Int32) -> Never {
        tc_leave()
        tc_die(signal)
        exit(128 + signal)
    }
}
