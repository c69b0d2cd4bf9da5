import GRDB
import ITwinsAPI

/// Who is what in which of the sample iTwins, besides the administrator, who owns nearly all of them.
enum SampleMemberships {
    private static let setting = "sampleUsers"

    /// Gives the sample users their roles, once for every database; iTwins that are not there are left out.
    static func seed(_ db: Database) throws {
        let done = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [setting])
        guard done == nil else { return }
        try give(.creator, to: .owner, in: SampleITwins.accountID, db)
        try give(.viewer, to: .member, in: SampleITwins.accountID, db)
        try give(.viewer, to: .service, in: SampleITwins.accountID, db)
        for (user, role, numbers) in roles {
            for number in numbers { try give(role, to: user, in: SampleITwins.id(ofNumber: number), db) }
        }
        try db.execute(sql: "INSERT INTO setting (name, value) VALUES (?, '1')", arguments: [setting])
    }

    /// Adds some iTwins of another department, of which the administrator is no member: he sees them only when he looks at
    /// all of the organization.
    static func addForeign(_ db: Database, now: Timestamp) throws {
        for sample in foreign {
            let iTwin = sample.iTwin(now: now)
            try ITwinRecord.insert(iTwin, unlessInTheWay: true, db)
            try Access.makeOwner(SampleUser.owner.user, of: iTwin.id, db)
        }
    }

    private static let roles: [(SampleUser, Role, [String])] = [
        (.owner, .owner, ["RB-0421", "OM-0007", "NL-1180"]),
        (.member, .viewer, ["BR-0042", "RB-0421", "OM-0007", "TK-0118", "ZH-0930", "DX-0204"]),
        (.member, .contributor, ["PH-7", "NL-1180"]),
        (.service, .contributor, ["BR-0042", "RB-0421"]),
    ]

    private static let foreign = [
        SampleITwin(number: "WA-2001", name: "Waste water plant north", subClass: .asset, age: 900, changed: 60),
        SampleITwin(number: "WA-2002", name: "Waste water plant south", subClass: .asset, age: 880, changed: 45),
        SampleITwin(number: "WA-2100", name: "Digester renewal", subClass: .project, age: 210, changed: 12),
        SampleITwin(number: "WA-2110", name: "Outfall survey", subClass: .project, age: 120, changed: 9),
        SampleITwin(number: "WA-3000", name: "Water programme 2030", subClass: .program, age: 400, changed: 30),
    ]

    private static func give(_ role: Role, to user: SampleUser, in iTwinID: String, _ db: Database) throws {
        guard try ITwinRecord.exists(iTwinID, db) else { return }
        try Access.give(role, in: iTwinID, to: user.user, db)
    }
}
