import Foundation
import Testing

@testable import twinscope

/// What the README says about keys is what the keymap does.
struct ReadmeTests {
    @Test func `The README's table of keys is the keymap's`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        #expect(readme.contains(Keys.table), "put the output of `twinscope keys` into README.md")
    }
}
