import Foundation
import Screen
import TestSupport
import Testing

@testable import Terminal

/// What the terminal makes of frames with ncurses itself, of which a process has one: its tests come one by one.
@Suite(.serialized) enum NcursesTests {}

/// What ncurses sends for frames, into a file that stands for a terminal of 80×24; one at a time, as ncurses has one
/// terminal.
struct Drawing {
    private let folder: TemporaryFolder
    private let file: Int32
    private let sides: (main: Int32, program: Int32)

    init() throws {
        // Widths are those of the locale, which is the program's own elsewhere.
        setlocale(LC_CTYPE, "C.UTF-8")
        folder = try TemporaryFolder()
        file = open(folder.file("output"), O_RDWR | O_CREAT, 0o600)
        var main: Int32 = -1
        var program: Int32 = -1
        guard file >= 0, openpty(&main, &program, nil, nil, nil) == 0 else { throw POSIXError(.ENXIO) }
        sides = (main, program)
    }

    /// Draws frames one after another on a new terminal.
    ///
    /// - Returns: the bytes of each, those of opening among the first; and those of leaving it.
    func bytes(of frames: some Sequence<Frame>, on type: String = "xterm-256color") throws -> (
        frames: [[UInt8]], end: [UInt8]
    ) {
        var chunks: [[UInt8]] = []
        func take() -> [UInt8] {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var bytes: [UInt8] = []
            while case let count = read(reader, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
            return bytes
        }
        let reader = open(folder.file("output"), O_RDONLY)
        defer { close(reader) }
        _ = lseek(reader, 0, SEEK_END)
        do {
            var terminal = try Terminal(type, .terminal, .automatic, input: sides.program, output: file)
            for frame in frames {
                terminal.present(frame)
                chunks.append(take())
            }
            terminal.restore()
        }
        return (chunks, take())
    }

    func end() {
        for descriptor in [file, sides.main, sides.program] { close(descriptor) }
    }
}
