import Browser
import Foundation
import Synchronization

/// What happened elsewhere, in order, for the UI thread; a byte in a pipe wakes it.
final class EventQueue: Sendable {
    private let events = Mutex<[Event]>([])
    /// The descriptor to poll.
    let readDescriptor: Int32
    private let writeDescriptor: Int32

    /// - Throws: when the system has no more descriptors.
    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw Failure.failed("a pipe can't be created: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readDescriptor, writeDescriptor) = (ends[0], ends[1])
    }

    deinit {
        close(readDescriptor)
        close(writeDescriptor)
    }

    /// Adds an event; any thread may.
    func post(_ event: Event) {
        let wasEmpty = events.withLock { events in
            events.append(event)
            return events.count == 1
        }
        guard wasEmpty else { return }
        var byte: UInt8 = 1
        _ = write(writeDescriptor, &byte, 1)
    }

    /// Takes all events.
    func drain() -> [Event] {
        var bytes = [UInt8](repeating: 0, count: 64)
        while bytes.withUnsafeMutableBytes({ read(readDescriptor, $0.baseAddress, $0.count) }) > 0 {}
        return events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
