import Browser
import Foundation
import ITwinsAPI

/// What the program remembers from run to run, in one file for all services: written whole, or not at all (reliability
/// A13).
actor StateFile {
    private let path: String
    private let origin: String
    private static let limit = 4 * 1_048_576
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
        guard FileManager.default.fileExists(atPath: path) else { return Remembered() }
        let content = try content()
        var remembered = Remembered(opened: Self.opened(content[origin]), sorts: Self.sorts(content[origin]))
        remembered.theme = content[Self.everywhere]?["theme"]?.string
        remembered.borders = Self.borders(content[Self.everywhere]?["borders"])
        return remembered
    }

    private static func borders(_ json: JSON?) -> Borders {
        func share(_ name: String) -> Int? { json?[name]?.int.flatMap { (0...1000).contains($0) ? $0 : nil } }
        return Borders(list: share("list"), middle: share("middle"))
    }

    private static func json(_ borders: Borders) -> JSON {
        let members = [("list", borders.list), ("middle", borders.middle)]
        return .object(
            JSON.Object(members.compactMap { name, share in share.map { .init(name: name, value: .int($0)) } })
        )
    }

    private static func opened(_ json: JSON?) -> [String: Timestamp] {
        let members = json?["opened"]?.object?.members ?? []
        return Dictionary(
            members.compactMap { member in member.value.string.flatMap(Timestamp.init).map { (member.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Lists and columns that are not known here are left out: another version wrote them.
    private static func sorts(_ json: JSON?) -> [SortableList: ListSort] {
        let members = json?["sorts"]?.object?.members ?? []
        let known = members.compactMap { member -> (SortableList, ListSort)? in
            guard let list = SortableList(rawValue: member.name),
                let column = member.value["column"]?.string.flatMap(SortColumn.init(rawValue:))
            else { return nil }
            return (list, ListSort(column, isDescending: member.value["descending"]?.bool ?? false))
        }
        return Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    /// Writes what belongs to this service and keeps what belongs to others.
    ///
    /// - Throws: `Failure` when it cannot be written, or when what is there is none of this program's; it then stays.
    func write(_ remembered: Remembered) throws {
        try Folders.prepareState()
        var all = FileManager.default.fileExists(atPath: path) ? try content() : JSON.Object()
        // Another browser may have written meanwhile: the later moment counts.
        let both = remembered.opened.merging(Self.opened(all[origin])) { max($0, $1) }
        let newestFirst = both.sorted { $0.value > $1.value }.prefix(Remembered.capacity)
        let opened = newestFirst.map { JSON.Object.Member(name: $0.key, value: .string($0.value.description)) }
        // What was sorted in this run counts; what was not stays as another run left it.
        let sorts = Self.sorts(all[origin]).merging(remembered.sorts) { _, mine in mine }
            .sorted { $0.key.rawValue < $1.key.rawValue }
            .map { list, order in
                JSON.Object.Member(
                    name: list.rawValue,
                    value: ["column": .string(order.column.rawValue), "descending": .bool(order.isDescending)]
                )
            }
        all[origin] = ["opened": .object(JSON.Object(opened)), "sorts": .object(JSON.Object(sorts))]
        var everywhere = all[Self.everywhere]?.object ?? JSON.Object()
        if let theme = remembered.theme { everywhere["theme"] = .string(theme) }
        everywhere["borders"] = Self.json(remembered.borders)
        all[Self.everywhere] = .object(everywhere)
        try replace(with: JSON.object(all).prettyText + "\n")
    }

    private func content() throws -> JSON.Object {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
        guard size <= Self.limit, let data = FileManager.default.contents(atPath: path) else {
            throw Failure.failed("\(path) cannot be read")
        }
        guard let object = (try? JSON.parse(data))?.object else {
            throw Failure.failed("\(path) is no JSON object. It is kept; move it away to begin anew")
        }
        return object
    }

    /// Writes beside the file and renames, so that a crash leaves the old or the new file. A link is followed first.
    private func replace(with text: String) throws {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let temporary = "\(target).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("\(temporary) cannot be made") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
            guard rename(temporary, target) == 0 else { throw Self.failure("\(target) cannot be replaced") }
        } catch {
            unlink(temporary)
            throw error is Failure
                ? error : Failure.failed("\(target) cannot be written: \(error.localizedDescription)")
        }
        let folder = open((target as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private static func failure(_ what: String) -> Failure { .failed("\(what): \(String(cString: strerror(errno)))") }
}
