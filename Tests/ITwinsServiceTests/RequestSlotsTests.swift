import TestSupport
import Testing

@testable import ITwinsService

/// How many requests are worked on at a time (reliability S14).
@Suite(.rows(68), .timeLimit(.minutes(1))) struct RequestSlotsTests {
    @Test func `No more requests than there are slots are worked on at a time, and all get their turn`() async throws {
        let slots = RequestSlots(2)
        let running = Watched((now: 0, most: 0, all: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await slots.run {
                        running.update { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
                        // As many as may be here at a time meet, but for the last ones.
                        try await running.wait { $0.most == 2 }
                        await Task.yield()
                        running.update { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.value.most == 2)
        #expect(running.value.all == 20)
    }

    @Test func `A request that is given up while it waits takes no slot`() async throws {
        let slots = RequestSlots(1)
        let isHeld = Watched(false)
        let mayEnd = Watched(false)
        let holder = Task {
            try await slots.run {
                isHeld.update { $0 = true }
                try await mayEnd.wait { $0 }
            }
        }
        try await isHeld.wait { $0 }
        let waiter = Task { try await slots.run { Issue.record("there was no slot") } }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        mayEnd.update { $0 = true }
        try await holder.value
        #expect(try await slots.run { true })
    }
}
