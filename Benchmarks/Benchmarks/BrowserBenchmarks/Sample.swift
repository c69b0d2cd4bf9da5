import ITwinsAPI

/// Made-up iTwins, the same in every run: names of four words in several scripts, distinct numbers.
enum Sample {
    private static let places = ["Riverside", "Harbour", "Zürich", "東京", "Old Mill", "Bømlafjord", "Міст", "Niterói"]
    private static let things = ["Bridge", "Tunnel", "Pump House", "Sea Wall", "Viaduct", "Substation", "Reservoir"]
    private static let parts = ["Deck", "Bearings", "Rehabilitation", "Approach", "Ventilation", "Monitoring"]
    private static let subClasses: [ITwinSubClass] = [.project, .asset, .workPackage, .program, .portfolio]

    static func iTwins(_ count: Int) -> [ITwin] { (0..<count).map(iTwin) }

    /// iTwins with names that nobody should give: a letter under a thousand marks, a megabyte, blanks alone, nothing, and letters
    /// that look like nothing.
    static func hostile(_ count: Int) -> [ITwin] {
        let marks = String(String.UnicodeScalarView((0..<1000).compactMap { Unicode.Scalar(0x300 + UInt32($0 % 112)) }))
        let names = [
            "Z" + marks, String(repeating: "bridge ", count: 150_000), String(repeating: "Z" + marks, count: 500),
            String(repeating: " ", count: 255), "", String(repeating: "\u{3164}", count: 255),
        ]
        return iTwins(count).enumerated().map { index, iTwin in
            var iTwin = iTwin
            iTwin.displayName = names[index % names.count]
            return iTwin
        }
    }

    /// A page as the service sends it.
    static func page(_ count: Int) -> String {
        let elements = iTwins(count).map { $0.json() }
        return JSON.object(["iTwins": .array(elements), "_links": [:]]).text
    }

    private static func iTwin(_ index: Int) -> ITwin {
        let digits = String(index)
        var iTwin = ITwin(id: "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)
        let words = [places[index % 8], things[index / 8 % 7], parts[index / 56 % 6], String(index / 336)]
        iTwin.displayName = words.joined(separator: " ")
        iTwin.number = "\(things[index / 8 % 7].prefix(1))\(places[index % 8].prefix(1))-\(digits)"
        iTwin.class = index % 5 == 1 ? .thing : .endeavor
        iTwin.subClass = subClasses[index % 5]
        iTwin.status = index % 23 == 0 ? .inactive : .active
        iTwin.type = "Bridge"
        iTwin.parentId = "00000000-0000-4000-8000-000000000001"
        iTwin.createdDateTime = Timestamp("2025-02-03T04:05:06.7000000+00:00")
        iTwin.lastModifiedDateTime = iTwin.createdDateTime?.adding(seconds: Double(index * 7919 % 1_000_000))
        return iTwin
    }
}
