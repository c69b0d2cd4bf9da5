import Foundation
public import Screen
public import Testing

/// Compares a screen with the golden one of a name, in `Snapshots/` beside the test.
///
/// A golden that is missing is an error. With `RECORD_SNAPSHOTS=1` all are recorded, which fails the test too, so that
/// somebody looks at them.
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
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
        record(actual, in: folder, file, sourceLocation)
        return
    }
    guard let data = FileManager.default.contents(atPath: file.path) else {
        let text = "there is no golden \(name); RECORD_SNAPSHOTS=1 records this:\n\(actual)"
        Issue.record(Comment(rawValue: text), sourceLocation: sourceLocation)
        return
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard actual != expected else { return }
    Issue.record(Comment(rawValue: "\(name) differs:\n\(difference(expected, actual))"), sourceLocation: sourceLocation)
}

private func record(_ actual: String, in folder: URL, _ file: URL, _ sourceLocation: SourceLocation) {
    let name = file.lastPathComponent
    do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(actual.utf8).write(to: file)
        Issue.record("recorded \(name); look at it and run without RECORD_SNAPSHOTS", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(name) cannot be recorded: \(error)", sourceLocation: sourceLocation)
    }
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

/// The names of the goldens in `Snapshots/` beside a test.
public func goldenNames(filePath: String = #filePath) throws -> Set<String> {
    let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Set(files.map { $0.hasSuffix(".txt") ? String($0.dropLast(4)) : $0 })
}
