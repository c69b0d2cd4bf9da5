import Dispatch
import Foundation
import ServiceLifecycleTestKit
import TestSupport
import Testing

@testable import ITwinsService

/// How many requests are worked on at a time (reliability S14).
@Suite(.rows(68), .timeLimit(.minutes(Soak.count(usually: 1, soak: 10)))) struct RequestSlotsTests {
    @Test func `At most as many requests run as there are slots, and all get their turn`() async throws {
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

    @Test func `A request cancelled while it waits takes no slot`() async throws {
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

    /// Runs tasks on a thread that is no other tasks', so that these go on when it stands still.
    private final class DedicatedThread: TaskExecutor {
        private let queue = DispatchQueue(label: "requests")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    /// Whether all of it comes about in time; it is not waited for any longer then.
    private func comesAbout(_ body: @escaping @Sendable () async throws -> Void) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await body()) != nil }
            group.addTask {
                try? await Task.sleep(for: .seconds(20))
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Whoever tells the service to stop holds a lock that asking whether it stops takes too. For a moment a request that comes
    /// in must not ask then: many rounds with the stop a little later each time meet that moment.
    @Test(.rows(68, soak: "3,000 stops"))
    func `Stopping under full load rejects waiting requests and blocks nothing`()
        async throws
    {
        let thread = DedicatedThread()
        let requests = 20
        for round in 0..<Soak.count(usually: 150, soak: 3000) {
            let slots = RequestSlots(1)
            let isHeld = Watched(false)
            let mayEnd = Watched(false)
            let begun = Watched(0)
            let refused = Watched(0)
            let isTold = Watched(false)
            let isOver = try await testGracefulShutdown { trigger in
                let holder = Task {
                    try await slots.run {
                        isHeld.update { $0 = true }
                        try await mayEnd.wait { $0 }
                    }
                }
                try await isHeld.wait { $0 }
                for _ in 0..<requests {
                    Task(executorPreference: thread) {
                        begun.update { $0 += 1 }
                        await #expect(throws: RequestSlots.Stopping.self) { try await slots.run {} }
                        refused.update { $0 += 1 }
                    }
                }
                DispatchQueue.global().async {
                    while begun.value <= round % requests { sched_yield() }
                    for _ in 0..<(round % 37) where isTold.value { break }
                    trigger.triggerGracefulShutdown()
                    isTold.update { $0 = true }
                }
                let isOver = await comesAbout {
                    try await isTold.wait { $0 }
                    try await refused.wait { $0 == requests }
                }
                mayEnd.update { $0 = true }
                if isOver { try await holder.value }
                return isOver
            }
            try #require(isOver, "round \(round)")
        }
    }
}
