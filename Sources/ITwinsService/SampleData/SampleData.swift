import GRDB
import ITwinsAPI

/// Puts sample data into a database, inside the caller's transaction.
enum SampleData {
    private static let setting = "sampleITwins"

    /// Adds what is missing to the number of iTwins asked for; what was seeded before is never touched or added
    /// again, even when it was removed since.
    static func seed(_ db: Database, _ data: ServiceConfiguration.SampleData, now: Timestamp) throws {
        let wanted = count(data)
        let done = try Int.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [setting]) ?? 0
        guard wanted > done else { return }
        // Indices of many rows are filled in no order: with the usual cache that is mostly reading and
        // writing of pages.
        try db.execute(sql: "PRAGMA cache_size = -131072")
        defer { try? db.execute(sql: "PRAGMA cache_size = -\(Store.cacheKiB); PRAGMA shrink_memory") }
        // The Account, the first of them, is in every database.
        for index in max(1, done)..<max(1, wanted) {
            var iTwin = sample(index).iTwin(now: now)
            // One above that was left out because its name is taken leaves no gap in the tree.
            if let parent = iTwin.parentId, try !ITwinRecord.exists(parent, db) {
                iTwin.parentId = SampleITwins.accountID
            }
            try ITwinRecord.insert(iTwin, unlessInTheWay: true, db)
        }
        try addRepositories(db, of: SampleITwins.standard.prefix(wanted - 1).dropFirst(max(0, done - 1)))
        if done == 0 { try addActivity(db, now: now) }
        // With a number, that many are the administrator's.
        if done == 0, case .standard = data { try SampleMemberships.addForeign(db, now: now) }
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
            arguments: [setting, String(wanted)]
        )
    }

    private static func count(_ data: ServiceConfiguration.SampleData) -> Int {
        switch data {
        case .none: 0
        case .standard: SampleITwins.standard.count + 1
        case .count(let count): max(1, count)
        }
    }

    private static func sample(_ index: Int) -> SampleITwin {
        let standard = SampleITwins.standard
        return index <= standard.count ? standard[index - 1] : SampleITwins.generated(index)
    }

    private static func addRepositories(_ db: Database, of iTwins: ArraySlice<SampleITwin>) throws {
        for iTwin in iTwins {
            let id = SampleITwins.id(ofNumber: iTwin.number)
            guard try ITwinRecord.exists(id, db) else { continue }
            for name in SampleRepositories.automatic[iTwin.number] ?? [] {
                try RepositoryRecord.insertAutomatic(name, iTwinID: id, db)
            }
            for sample in SampleRepositories.manual where sample.iTwin == iTwin.number {
                let repository = sample.repository
                try RepositoryRecord.Entry(repository, name: repository.displayName).insert(intoITwin: id, db)
            }
            for sample in SampleResources.all where sample.iTwin == iTwin.number {
                try sample.record.insert(into: RepositoryPath(iTwinID: id, id: sample.repositoryID), db)
            }
        }
    }

    private static let favorites = ["BR-0042", "ZH-0930", "TK-0118", "PH-7", "CD-0001"]
    private static let recents = [
        "BR-0042", "RB-0421", "OM-0007", "TK-0118", "ZH-0930", "DX-0204", "PH-7", "NL-1180", "CD-0001", "KR-0450",
    ]

    private static func addActivity(_ db: Database, now: Timestamp) throws {
        // The last one added comes first.
        for number in favorites.reversed() {
            let id = SampleITwins.id(ofNumber: number)
            if try ITwinRecord.exists(id, db) { try UserLists.addFavorite(id, userID: SampleITwins.userID, db) }
        }
        for number in recents.reversed() {
            let id = SampleITwins.id(ofNumber: number)
            if try ITwinRecord.exists(id, db) { try UserLists.addRecent(id, userID: SampleITwins.userID, db) }
        }
        var workPackages = ExportRequest(outputFormat: "JsonGZip")
        workPackages.subClass = ITwinSubClass.workPackage.rawValue
        try addExport(db, workPackages, hoursAgo: 3, hasFailed: true, now: now)
        var assets = ExportRequest(outputFormat: .csv)
        assets.subClass = ITwinSubClass.asset.rawValue
        assets.select = "number,displayName,type,geographicLocation,latitude,longitude,status"
        try addExport(db, assets, hoursAgo: 2, hasFailed: false, now: now)
    }

    private static func addExport(
        _ db: Database,
        _ request: ExportRequest,
        hoursAgo: Double,
        hasFailed: Bool,
        now: Timestamp
    ) throws {
        var conditions = ITwinConditions()
        conditions.add(subClasses: request.subClass.map { [ITwinSubClass(rawValue: $0)] } ?? [])
        conditions.add(status: nil, includeInactive: request.includeInactive)
        let fields = try CommaList.fields(request.select ?? "")
        let content = ExportContent(
            format: request.outputFormat,
            fields: fields.isEmpty ? ITwin.Field.minimal : fields,
            conditions: conditions,
            imageLink: { $0 }
        )
        let created = now.adding(seconds: -hoursAgo * 3600)
        var record = ExportRecord(
            id: SampleITwins.id(ofNumber: "export \(request.outputFormat)"),
            userID: SampleITwins.userID,
            iTwinID: nil,
            request: request,
            created: created,
            started: created.adding(seconds: 2),
            completed: created.adding(seconds: 9),
            outcome: hasFailed ? .failed : .beingMade
        )
        try record.insert(db)
        guard !hasFailed else { return }
        try record.complete(try ExportFile(content, of: record.id, at: created).make(db), at: record.completed, db)
    }
}
