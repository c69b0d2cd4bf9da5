import Foundation
public import Screen
public import Testing

/// Compares a screen with the golden one of a name, in `Snapshots/` beside the test.
///
/// A golden that is missing is recorded, and all are with `RECORD_SNAPSHOTS=1`; recording fails the test, so that
/// somebody looks at it.
public func expectScreen(
    _ frame: Frame,
    _ name: String,
    filePath: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectText(frame.snapshot(), name, filePath: filePath, sourceLocation: sourceLocation)
}

/// Compares a text with the golden one of a name, as above.
public func expectText(
    _ actual: String,
    _ name: String,
    filePath: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
    let file = folder.appendingPathComponent("\(name).txt")
    let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
    guard !isRecording, let data = FileManager.default.contents(atPath: file.path) else {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: file)
            Issue.record("recorded \(name); look at it and run again", sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(name) cannot be recorded: \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard actual != expected else { return }
    Issue.record(Comment(rawValue: "\(name) differs:\n\(difference(expected, actual))"), sourceLocation: sourceLocation)
}

/// The lines that differ, as `-` for the golden and `+` for what was drawn.
private func difference(_ expected: String, _ actual: String) -> String {
    let old = expected.components(separatedBy: "\n")
    let new = actual.components(separatedBy: "\n")
    return (0..<max(old.count, new.count)).compactMap { index -> String? in
        let before = index < old.count ? old[index] : nil
        let after = index < new.count ? new[index] : nil
        guard before != after else { return nil }
        return [before.map { "\(index)- \($0)" }, after.map { "\(index)+ \($0)" }].compactMap(\.self).joined(
            separator: "\n"
        )
    }.joined(separator: "\n")
}
