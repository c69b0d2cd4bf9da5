import Browser
import ITwinsAPI
import Screen
import TestSupport
import Testing

/// What a user asks for just now is asked for although much failed before (reliability H4).
struct RefreshKeyTests {
    /// Whether each request among effects is one that a user asks for.
    private func isAsked(_ effects: [Effect]) -> [Bool] {
        effects.compactMap { effect in
            switch effect {
            case .perform(_, _, let isUserInitiated), .load(_, _, _, let isUserInitiated): isUserInitiated
            default: nil
            }
        }
    }

    @Test func `r counts as a manual request, and automatic reloads don't`() {
        var robot = Robot(width: 100, height: 30)
        #expect(!robot.effects.isEmpty)
        #expect(!isAsked(robot.effects).contains(true))
        robot.serve(.sample)
        robot.press("2")
        robot.serve(.sample)
        robot.forgetEffects()
        robot.press("r")
        #expect(isAsked(robot.effects).count > 1)
        #expect(!isAsked(robot.effects).contains(false))
    }
}
