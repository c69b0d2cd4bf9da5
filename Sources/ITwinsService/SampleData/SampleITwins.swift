import Crypto
import Foundation
import ITwinsAPI

/// The iTwins of the sample data. Ids and names are always the same, times lie before the moment of seeding.
enum SampleITwins {
    /// The id of the Account.
    static let accountID = "0d0c7a52-6a0e-4b7c-8f0a-2f1b8b9c0d11"
    /// The id of the organization's administrator, the one user.
    static let userID = "11111111-2222-4333-8444-555555555555"
    /// Colleagues, who made and changed some of the sample data.
    static let colleagueIDs = ["2b6f0c1a-91d4-4f0b-a2c3-6d5e4f3a2b1c", "9e8d7c6b-5a49-4382-9716-05f4e3d2c1b0"]

    /// The Account, which is in every database.
    static func account(now: Timestamp) -> ITwin {
        let name = "Sample Infrastructure Group"
        var account = ITwin(id: accountID)
        account.class = .account
        account.subClass = .account
        account.number = name
        account.displayName = name
        account.dataCenterLocation = .eastUS
        account.status = .active
        account.iTwinAccountId = accountID
        account.createdDateTime = now.adding(seconds: -2000 * 86_400)
        account.createdBy = userID
        account.lastModifiedDateTime = account.createdDateTime
        account.lastModifiedBy = userID
        return account
    }

    /// The id that belongs to a number: a UUID of RFC 9562's version 8, made from a digest.
    static func id(ofNumber number: String) -> String {
        if number == "BR-0042" { return "6f2d7c1e-0b3a-4a55-9f6e-1c2b3d4e5f60" }
        var bytes = Array(SHA256.hash(data: Data("sample iTwin \(number)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = Hexadecimal.text(of: bytes)
        for offset in [20, 16, 12, 8] { text.insert("-", at: text.index(text.startIndex, offsetBy: offset)) }
        return text
    }
}

/// One iTwin of the sample data, as it stands in the tables.
struct SampleITwin: Sendable {
    let number: String
    let name: String
    let subClass: ITwinSubClass
    var type: String?
    var place: SamplePlace?
    var status: ITwinStatus = .active
    /// The number of the iTwin above; nil for the Account.
    var parent: String?
    /// How many days before seeding it was made.
    let age: Double
    /// How many days before seeding it was changed last.
    let changed: Double

    /// The iTwin as it is at a moment.
    func iTwin(now: Timestamp) -> ITwin {
        var iTwin = ITwin(id: SampleITwins.id(ofNumber: number))
        iTwin.class = ITwinClass.known.first { $0.subClasses.contains(subClass) }
        iTwin.subClass = subClass
        iTwin.type = type
        iTwin.number = number
        iTwin.displayName = name
        iTwin.geographicLocation = place?.name
        iTwin.latitude = place?.latitude
        iTwin.longitude = place?.longitude
        iTwin.ianaTimeZone = place?.timeZone
        iTwin.dataCenterLocation = place?.dataCenter ?? .eastUS
        iTwin.status = status
        iTwin.parentId = parent.map(SampleITwins.id(ofNumber:)) ?? SampleITwins.accountID
        iTwin.iTwinAccountId = SampleITwins.accountID
        let (made, modified) = secondsAgo
        iTwin.createdDateTime = now.adding(seconds: -made)
        iTwin.createdBy = person(number.utf8.count)
        iTwin.lastModifiedDateTime = now.adding(seconds: -modified)
        iTwin.lastModifiedBy = person(name.utf8.count)
        return iTwin
    }

    /// When it was made and changed, at times of the day that differ from one to the other.
    private var secondsAgo: (made: Double, modified: Double) {
        let seed = number.utf8.reduce(UInt32(17)) { $0 &* 31 &+ UInt32($1) }
        let made = age * 86_400 + Double(seed % 30_011) + Double(seed % 9973) / 9973
        return (made, min(changed * 86_400 + Double(seed % 1801) + Double(seed % 997) / 997, made))
    }

    private func person(_ number: Int) -> String {
        let people = [SampleITwins.userID] + SampleITwins.colleagueIDs
        return people[number % people.count]
    }
}

/// A real place with its time zone and the data center nearest to it.
struct SamplePlace: Sendable {
    let name: String
    let latitude: Double
    let longitude: Double
    let timeZone: String
    let dataCenter: DataCenter

    init(_ name: String, _ latitude: Double, _ longitude: Double, _ timeZone: String, _ dataCenter: DataCenter) {
        self.name = name
        self.latitude = latitude
        self.longitude = longitude
        self.timeZone = timeZone
        self.dataCenter = dataCenter
    }
}
