import ITwinsAPI
import TestSupport
import Testing

@testable import ITwinsClient

/// Reliability H3 to H5: what follows a failure, and when.
@Suite struct RetryRuleTests {
    @Test(arguments: [
        (RetryRule.Failure.notSent, [RetryRule.Decision.wait, .wait, .wait, .giveUp]),
        (.closed, [.atOnce, .atOnce, .outcomeUnknown, .outcomeUnknown]),
        (.lost, [.wait, .wait, .outcomeUnknown, .outcomeUnknown]),
        (.limited, [.wait, .wait, .wait, .ask]),
        (.unavailable, [.wait, .wait, .ask, .ask]),
        (.broken, [.wait, .wait, .outcomeUnknown, .outcomeUnknown]),
        (.unread, [.giveUp, .giveUp, .outcomeUnknown, .outcomeUnknown]),
        (.final, [.giveUp, .giveUp, .giveUp, .giveUp]),
    ])
    func `Failure and request decide what happens next`(_ failure: RetryRule.Failure, _ decisions: [RetryRule.Decision])
    {
        for (request, decision) in zip(RetryRule.Request.allCases, decisions) {
            #expect(RetryRule.decision(after: failure, of: request) == decision, "\(failure) of \(request)")
        }
    }

    @Test func `Reads, idempotent requests, changes and counted requests are distinguished`() {
        let requests = Dictionary(grouping: OperationID.allCases, by: RetryRule.Request.init).mapValues(Set.init)
        #expect(
            requests[.repeatable] == [
                .deleteITwin, .addITwinToMyFavorites, .removeITwinFromMyFavorites, .addITwinToMyRecents,
                .uploadITwinImage,
                .deleteITwinImage, .deleteRepository, .deleteRepositoryResource,
            ]
        )
        #expect(
            requests[.changing] == [
                .createITwin, .updateITwin, .createRepository, .updateRepository, .createRepositoryResource,
            ]
        )
        #expect(requests[.counted] == [.createExport])
        #expect(requests[.reading]?.allSatisfy { $0.declaration.method == .get } == true)
    }

    @Test(
        .rows(37),
        arguments: [
            (400, false, RetryRule.Failure.final), (401, false, .final), (404, true, .final), (429, false, .limited),
            (429, true, .limited), (500, false, .broken), (500, true, .broken), (501, false, .final),
            (502, false, .broken),
            (503, false, .broken), (503, true, .unavailable), (504, false, .broken), (505, false, .final),
            (507, false, .broken),
        ]
    )
    func `Each status is one kind of failure`(_ status: Int, _ namesTime: Bool, _ failure: RetryRule.Failure) {
        #expect(RetryRule.failure(ofStatus: status, namesTime: namesTime) == failure)
    }

    @Test(.rows(37)) func `The longest wait doubles from a quarter of a second to twenty seconds`() {
        let waits = (2...12).map(RetryRule.longestWait(beforeAttempt:))
        #expect(waits == [0.25, 0.5, 1, 2, 4, 8, 16, 20, 20, 20, 20])
        #expect(RetryRule.longestWait(beforeAttempt: .max) == 20)
        #expect(RetryRule.longestWait(beforeAttempt: 0) == 0.25)
    }

    // MARK: Retry-After (row 36)

    private static let now = Timestamp(secondsSince1970: 784_111_777)

    private static let values: [(value: String?, expected: RetryAfter)] = [
        ("0", RetryAfter.past), ("-1", .past), ("-99999999999999999999", .past), ("1", .seconds(1)),
        (" 7", .seconds(7)), ("007", .seconds(7)), ("3600", .seconds(3600)),
        ("99999999999999999999", .seconds(31_622_400)), ("1.5", .unknown), ("+5", .unknown), ("0x10", .unknown),
        ("1e3", .unknown), ("５", .unknown), ("soon", .unknown), ("", .unknown), ("-", .unknown), (nil, .unknown),
        ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sun, 06 Nov 1994 08:49:37 GMT", .past),
        ("Sat, 05 Nov 1994 08:49:37 GMT", .past), ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(31_622_400)),
        ("Sun, 06 Nov 1994 08:49:47 UTC", .unknown), ("Sun, 31 Feb 1994 08:49:47 GMT", .unknown),
        ("Sunday, 06-Nov-94 08:49:47 GMT", .unknown), ("Sun, 6 Nov 1994 08:49:47 GMT", .unknown),
        ("1994-11-06T08:49:47Z", .unknown),
    ]

    @Test(.rows(36), arguments: values)
    func `Retry-After is read as seconds or a date, and nothing else`(_ value: String?, _ expected: RetryAfter) {
        #expect(RetryAfter(value, date: nil, now: Self.now) == expected)
    }

    @Test(.rows(36)) func `A Retry-After date is relative to the response's own clock`() {
        let value = "Sun, 06 Nov 1994 08:49:57 GMT"
        // This machine's clock may be days off.
        for now in [-86_400.0, 0, 86_400].map(Self.now.adding) {
            #expect(RetryAfter(value, date: "Sun, 06 Nov 1994 08:49:37 GMT", now: now) == .seconds(20))
            #expect(RetryAfter(value, date: "Mon, 07 Nov 1994 08:49:37 GMT", now: now) == .past)
        }
        #expect(RetryAfter(value, date: "garbage", now: Self.now) == .seconds(20))
    }

    @Test(.rows(36)) func `Without Retry-After each wait is longer`() {
        #expect((1...4).map { RetryAfter.unknown.wait(afterAttempt: $0, jitter: 0.1) } == [1, 2, 4, 4])
        #expect(RetryAfter.past.wait(afterAttempt: 1, jitter: 0.1) == 0.1)
        #expect(RetryAfter.seconds(9).wait(afterAttempt: 3, jitter: 0.1) == 9)
    }

    // MARK: The budget

    @Test(.rows(38)) func `Ten retries are available at once, and responses earn new ones`() {
        let budget = RetryBudget()
        #expect((0..<20).filter { _ in budget.take(.afterWait) }.count == 10)
        #expect(!budget.take(.atOnce))
        for _ in 0..<4 { budget.giveBack(nil) }
        #expect(!budget.take(.afterWait))
        #expect(budget.take(.atOnce))
        budget.giveBack(.afterWait)
        #expect(budget.take(.afterWait))
    }

    @Test(.rows(38)) func `Unused retries don't accumulate without limit`() {
        let budget = RetryBudget()
        for _ in 0..<1000 { budget.giveBack(.afterWait) }
        #expect((0..<20).filter { _ in budget.take(.afterWait) }.count == 10)
    }
}
