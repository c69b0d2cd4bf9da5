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
    /// What this process read or wrote last: what differs from it was changed here, all else may be another's.
    private var known = Remembered()

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
        known = remembered
        return remembered
    }

    private static func borders(_ json: JSON?) -> Borders {
        func share(_ name: String) -> Int? { json?[name]?.int.flatMap { (0...1000).contains($0) ? $0 : nil } }
        return Borders(list: share("list"), listOfThree: share("listOfThree"), middle: share("middle"))
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

    /// Writes what was changed here, and keeps what belongs to other services, browsers that run meanwhile and other
    /// versions of the program.
    ///
    /// - Throws: `Failure` when it cannot be written, or when what is there is none of this program's; it then stays.
    func write(_ remembered: Remembered) throws {
        try Folders.prepareState()
        let lock = lock()
        defer { if lock >= 0 { close(lock) } }
        var all = FileManager.default.fileExists(atPath: path) ? try content() : JSON.Object()
        // Another browser may have written meanwhile: the later moment counts.
        let both = remembered.opened.merging(Self.opened(all[origin])) { max($0, $1) }
        let newestFirst = both.sorted { $0.value > $1.value }.prefix(Remembered.capacity)
        let opened = newestFirst.map { JSON.Object.Member(name: $0.key, value: .string($0.value.description)) }
        var service = all[origin]?.object ?? JSON.Object()
        service["opened"] = .object(JSON.Object(opened))
        var sorts = service["sorts"]?.object ?? JSON.Object()
        for (list, order) in remembered.sorts.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where known.sorts[list] != order {
            sorts[list.rawValue] = [
                "column": .string(order.column.rawValue), "descending": .bool(order.isDescending),
            ]
        }
        service["sorts"] = .object(sorts)
        all[origin] = .object(service)
        var everywhere = all[Self.everywhere]?.object ?? JSON.Object()
        if let theme = remembered.theme, theme != known.theme { everywhere["theme"] = .string(theme) }
        var borders = everywhere["borders"]?.object ?? JSON.Object()
        for (name, share) in [
            ("list", \Borders.list), ("listOfThree", \.listOfThree), ("middle", \.middle),
        ] where remembered.borders[keyPath: share] != known.borders[keyPath: share] {
            borders[name] = remembered.borders[keyPath: share].map(JSON.int)
        }
        everywhere["borders"] = .object(borders)
        all[Self.everywhere] = .object(everywhere)
        try replace(with: JSON.object(all).prettyText + "\n")
        known = remembered
    }

    /// Keeps other browsers from writing between reading and replacing: the descriptor to close afterwards. Who holds it
    /// for long, and a file system without locks, are not waited for.
    private func lock() -> Int32 {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return descriptor }
        for _ in 0..<50 where flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK else { break }
            usleep(10_000)
        }
        return descriptor
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
