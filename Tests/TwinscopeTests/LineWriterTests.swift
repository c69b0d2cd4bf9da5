import Foundation
import TestSupport
import Testing

@testable import twinscope

/// What is written for somebody who does not read it holds nobody up.
struct LineWriterTests {
    /// Both ends of a pipe, closed at the end.
    private func withPipe(_ body: (_ reader: Int32, _ writer: Int32) async throws -> Void) async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        defer { for end in ends { close(end) } }
        try await body(ends[0], ends[1])
    }

    /// Takes out what is in a pipe now.
    private func drain(_ reader: Int32, into bytes: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(reader, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }

    private func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    @Test(.timeLimit(.minutes(1)))
    func `Lines that nobody reads are dropped and counted in place, and all others keep their order`() async throws {
        try await withPipe { reader, end in
            let writer = LineWriter(end, capacity: 20_000)
            let rest = String(repeating: ".", count: 1000)
            for number in 0..<300 { writer.write("line \(number) \(rest)\n") }
            var bytes: [UInt8] = []
            try await drain(writer, reader, into: &bytes)
            writer.write("the end\n")
            try await drain(writer, reader, into: &bytes)
            let lines = lines(bytes)
            #expect(lines.last == "the end")
            // Wherever lines are missing stands how many.
            var next = 0
            for line in lines.dropLast() {
                let words = line.split(separator: " ")
                if words[0] == "line" {
                    #expect(words[1] == "\(next)")
                    next += 1
                } else {
                    #expect(line.hasSuffix(" dropped because nothing read standard error"))
                    next += try #require(Int(words[0]))
                }
            }
            #expect(next == 300)
            #expect(lines.count < 300)
        }
    }

    /// Takes out all that a writer has to write.
    private func drain(_ writer: LineWriter, _ reader: Int32, into bytes: inout [UInt8]) async throws {
        while await !writer.flush(atMost: .milliseconds(1)) {
            try Task.checkCancellation()
            drain(reader, into: &bytes)
        }
        drain(reader, into: &bytes)
    }

    @Test(.timeLimit(.minutes(1)))
    func `Flushing waits for a reader, but not for one that doesn't read`() async throws {
        try await withPipe { reader, end in
            let writer = LineWriter(end, capacity: 1_000_000)
            writer.write("short\n")
            #expect(await writer.flush(atMost: .seconds(60)))
            var bytes: [UInt8] = []
            drain(reader, into: &bytes)
            #expect(lines(bytes) == ["short"])
            for _ in 0..<1500 { writer.write(String(repeating: "x", count: 99) + "\n") }
            #expect(await !writer.flush(atMost: .milliseconds(50)))
            writer.flushBlocking(atMost: .milliseconds(50))
            try await drain(writer, reader, into: &bytes)
            #expect(lines(bytes).count == 1501)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `Writing to a closed reader has no effect`() async throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let writer = LineWriter(ends[1])
        for _ in 0..<100 {
            writer.write("a line\n")
            await writer.flush(atMost: .seconds(60))
        }
    }
}
