import ITwinsAPI

/// How many iTwins there are of each subclass and status.
struct ITwinCounts: ItemCounts {
    private(set) var subClasses: [ITwinSubClass: Int] = [:]
    private(set) var statuses: [ITwinStatus: Int] = [:]

    mutating func count(_ row: ITwinRow, by step: Int) {
        subClasses[row.subClass, default: 0] += step
        statuses[row.status, default: 0] += step
        // A bar is drawn for every kind there is.
        if subClasses[row.subClass] == 0 { subClasses[row.subClass] = nil }
        if statuses[row.status] == 0 { statuses[row.status] = nil }
    }
}

extension ITwinRow: Listed {
    typealias Counts = ITwinCounts
    var isInactive: Bool { status == .inactive }
}

extension Items<ITwinRow> {
    /// How many rows lie directly below an iTwin.
    func childCount(of id: String) -> Int { elements.count { $0.parentId == id } }
}
