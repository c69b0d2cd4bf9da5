import Browser
import Foundation
import ITwinsAPI
import PrivateFiles

/// What the program remembers from run to run, in one file for all services: written whole, or not at all (reliability
/// A13).
actor StateFile {
    private let path: String
    private let origin: String
    /// What this process last read or wrote: what differs from it was changed here since.
    private var known = Remembered()
    private static let limit = 4 * 1_048_576
    private static let longestWait = Duration.seconds(2)
    /// What holds for every service; no host is called so.
    private static let everywhere = "*"

    init(path: String, origin: String) {
        self.path = path
        self.origin = origin
    }

    /// Reads what belongs to this service or to all; nothing when there is no file yet.
    ///
    /// - Throws: `Failure` for a file that cannot be read or is none of this program's.
    func read() throws -> Remembered {
        guard let content = try content() else { return Remembered() }
        let opened = Self.moments(content[origin]?["opened"])
        var remembered = Remembered(opened: opened, sorts: Self.sorts(content[origin]))
        remembered.theme = content[Self.everywhere]?["theme"]?.string
        remembered.borders = Self.borders(content[Self.everywhere]?["borders"])
        known.sorts = remembered.sorts
        known.borders = remembered.borders
        return remembered
    }

    private static var shares: [(name: String, path: KeyPath<Borders, Int?>)] {
        [("list", \.list), ("listOfThree", \.listOfThree), ("middle", \.middle)]
    }

    private static func borders(_ json: JSON?) -> Borders {
        func share(_ name: String) -> Int? { json?[name]?.int.flatMap { (0...1000).contains($0) ? $0 : nil } }
        return Borders(list: share("list"), listOfThree: share("listOfThree"), middle: share("middle"))
    }

    private static func moments(_ json: JSON?) -> [String: Timestamp] {
        let members = json?.object?.members ?? []
        return Dictionary(
            members.compactMap { member in moment(member.value).map { (member.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func moment(_ json: JSON) -> Timestamp? { json.string.flatMap(Timestamp.init) }

    private static func sorts(_ json: JSON?) -> [String: ListSort] {
        let members = json?["sorts"]?.object?.members ?? []
        let sorts = members.compactMap { member -> (String, ListSort)? in
            guard let column = member.value["column"]?.string.map(ColumnID.init(rawValue:)) else { return nil }
            return (member.name, ListSort(column, isDescending: member.value["descending"]?.bool ?? false))
        }
        return Dictionary(sorts, uniquingKeysWith: { first, _ in first })
    }

    /// Writes what was changed here since it was last read or written, and keeps everything else: what belongs to other
    /// services, what another browser wrote meanwhile, and what only another version understands.
    ///
    /// - Throws: `Failure` when it cannot be written, or when what is there is none of this program's; it then stays.
    func write(_ remembered: Remembered) async throws {
        try Folders.prepareState()
        let lock = try await lock()
        defer { lock?.release() }
        var all = try content() ?? JSON.Object()
        var mine = all[origin]?.object ?? JSON.Object()
        mine["opened"] = Self.opened(mine["opened"], merging: remembered.opened)
        mine["sorts"] = .object(sorts(mine["sorts"]?.object ?? JSON.Object(), changedTo: remembered.sorts))
        all[origin] = .object(mine)
        var everywhere = all[Self.everywhere]?.object ?? JSON.Object()
        // The browser names a theme only once it was chosen in this run.
        if let theme = remembered.theme, theme != known.theme { everywhere["theme"] = .string(theme) }
        var borders = everywhere["borders"]?.object ?? JSON.Object()
        for (name, share) in Self.shares {
            guard let value = remembered.borders[keyPath: share], value != known.borders[keyPath: share] else {
                continue
            }
            borders[name] = .int(value)
        }
        everywhere["borders"] = .object(borders)
        all[Self.everywhere] = .object(everywhere)
        try replace(with: JSON.object(all).prettyText + "\n")
        known.sorts.merge(remembered.sorts) { _, written in written }
        known.theme = remembered.theme ?? known.theme
        known.borders = remembered.borders.completed(by: known.borders)
    }

    /// What was opened here and elsewhere, as far as it is remembered, the newest first. What is no moment stays.
    private static func opened(_ json: JSON?, merging opened: [String: Timestamp]) -> JSON {
        // Another browser may have written meanwhile: the later moment counts.
        let both = opened.merging(moments(json)) { max($0, $1) }
        let newestFirst = both.sorted { $0.value > $1.value }.prefix(Remembered.capacity)
        let known = newestFirst.map { JSON.Object.Member(name: $0.key, value: .string($0.value.description)) }
        let unknown = (json?.object?.members ?? []).filter { moment($0.value) == nil && both[$0.name] == nil }
        return .object(JSON.Object(known + unknown))
    }

    /// Sorts with those that were changed here, in their places and with whatever else stands beside the column.
    private func sorts(_ json: JSON.Object, changedTo sorts: [String: ListSort]) -> JSON.Object {
        var json = json
        for (list, order) in sorts.sorted(by: { $0.key < $1.key }) where order != known.sorts[list] {
            var entry = json[list]?.object ?? JSON.Object()
            entry["column"] = .string(order.column.rawValue)
            entry["descending"] = .bool(order.isDescending)
            json[list] = .object(entry)
        }
        return json
    }

    /// What is in the file; nil when there is none.
    private func content() throws -> JSON.Object? {
        let bytes: [UInt8]
        do throws(PlainFile.Problem) {
            guard let content = try PlainFile(path: path).content(atMost: Self.limit) else { return nil }
            bytes = content
        } catch {
            switch error {
            case .unreadable(let reason): throw Failure.failed("\(path) can't be read: \(reason)")
            case .tooLarge: throw Failure.failed("\(path) is larger than 4 MiB. Move it away to start over")
            case .noFile, .leadsNowhere, .notTrusted:
                throw Failure.failed("\(path) isn't a file. Move it away to start over")
            }
        }
        guard let object = (try? JSON.parse(Data(bytes)))?.object else {
            throw Failure.failed("\(path) isn't a JSON object. Move it away to start over")
        }
        return object
    }

    /// A lock beside the file, so that of several browsers one at a time reads, changes and writes it.
    ///
    /// - Returns: nil where there can be none; one goes on without.
    /// - Throws: `Failure` when another process holds it for more than 2 s.
    private func lock() async throws -> FileLock? {
        let name = path + ".lock"
        switch await FileLock.take(name, within: Self.longestWait) {
        case .taken(let lock): return lock
        case .busy:
            throw Failure.failed("another program has locked \(name). Close it, or resume it if it is suspended")
        // What forbids this file forbids the state file too, and is told when that is written.
        case .impossible: return nil
        case .cancelled: throw CancellationError()
        }
    }

    /// Leaves the old or the new file at a crash. A link is followed first.
    private func replace(with text: String) throws {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        do throws(FileError) {
            try PrivateFile(path: target).replace(with: Array(text.utf8))
        } catch {
            throw Failure.failed(error.description)
        }
    }
}
