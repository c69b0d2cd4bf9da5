import ITwinsAPI

extension SampleITwins {
    /// The made-up iTwin of an index, always the same. Names and numbers are distinct for all indices; the larger the
    /// index, the older the iTwin.
    static func generated(_ index: Int) -> SampleITwin {
        var random = SplitMix64(state: UInt64(truncatingIfNeeded: index))
        let pair = index % (SamplePlace.short.count * kinds.count)
        let place = SamplePlace.short[pair % SamplePlace.short.count]
        let kind = kinds[pair / SamplePlace.short.count]
        let round = index / (SamplePlace.short.count * kinds.count) + 1
        let subClass = subClass(random.next(below: 1000))
        let age = 40 + Double(index) / 72 + random.fraction() / 72
        return SampleITwin(
            number: number(index, kind),
            name: "\(place.name) \(kind.name) \(kind.part) \(round)",
            subClass: subClass,
            type: kind.type,
            place: around(place.place, &random),
            status: status(random.next(below: 1000)),
            parent: parent(of: subClass, index, &random),
            age: age,
            changed: random.fraction() * age
        )
    }

    private static func number(_ index: Int, _ kind: Kind) -> String {
        let digits = String(index)
        return "\(kind.prefix)-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits)"
    }

    /// About half projects and a third assets, as organizations have them.
    private static func subClass(_ draw: Int) -> ITwinSubClass {
        switch draw {
        case ..<533: .project
        case ..<841: .asset
        case ..<947: .workPackage
        case ..<984: .program
        default: .portfolio
        }
    }

    private static func status(_ draw: Int) -> ITwinStatus {
        switch draw {
        case ..<915: .active
        case ..<966: .trial
        default: .inactive
        }
    }

    private static func parent(of subClass: ITwinSubClass, _ index: Int, _ random: inout SplitMix64) -> String? {
        let numbers: [String]
        switch subClass {
        case .project: numbers = programs
        case .asset: numbers = portfolios
        case .workPackage: numbers = projects
        default: return nil
        }
        let draw = random.next(below: numbers.count + 1)
        return draw < numbers.count ? numbers[draw] : nil
    }

    private static let programs = standard.filter { $0.subClass == .program }.map(\.number)
    private static let portfolios = standard.filter { $0.subClass == .portfolio }.map(\.number)
    private static let projects = standard.filter { $0.subClass == .project }.map(\.number)

    private static func around(_ place: SamplePlace, _ random: inout SplitMix64) -> SamplePlace {
        // Four digits are about ten meters.
        func near(_ degrees: Double) -> Double {
            ((degrees + (random.fraction() - 0.5) * 0.4) * 10_000).rounded() / 10_000
        }
        return SamplePlace(place.name, near(place.latitude), near(place.longitude), place.timeZone, place.dataCenter)
    }

    private struct Kind {
        let name: String
        let prefix: String
        let type: String
        let part: String
    }

    private static let kinds: [Kind] = [
        Kind(name: "Bridge", prefix: "BG", type: "Bridge", part: "Span"),
        Kind(name: "Viaduct", prefix: "VD", type: "Bridge", part: "Section"),
        Kind(name: "Footbridge", prefix: "FB", type: "Bridge", part: "No."),
        Kind(name: "Road Tunnel", prefix: "RT", type: "Tunnel", part: "Lot"),
        Kind(name: "Rail Tunnel", prefix: "TN", type: "Tunnel", part: "Lot"),
        Kind(name: "Metro Station", prefix: "MS", type: "Station", part: "Stage"),
        Kind(name: "Light Rail", prefix: "LR", type: "Rail", part: "Section"),
        Kind(name: "Rail Yard", prefix: "RY", type: "Rail", part: "Track"),
        Kind(name: "Ring Road", prefix: "RR", type: "Road", part: "Section"),
        Kind(name: "Interchange", prefix: "IC", type: "Road", part: "Ramp"),
        Kind(name: "Pump House", prefix: "PU", type: "Plant", part: "No."),
        Kind(name: "Water Treatment", prefix: "WT", type: "Plant", part: "Line"),
        Kind(name: "Trunk Sewer", prefix: "TS", type: "Water", part: "Reach"),
        Kind(name: "Reservoir", prefix: "RE", type: "Dam", part: "Basin"),
        Kind(name: "Flood Wall", prefix: "FW", type: "Coast", part: "Segment"),
        Kind(name: "Container Terminal", prefix: "CT", type: "Port", part: "Berth"),
        Kind(name: "Breakwater", prefix: "BW", type: "Port", part: "Phase"),
        Kind(name: "Airport Apron", prefix: "AA", type: "Airport", part: "Stand"),
        Kind(name: "Wind Farm", prefix: "WI", type: "Power", part: "Turbine"),
        Kind(name: "Substation", prefix: "SU", type: "Power", part: "Bay"),
        Kind(name: "Solar Park", prefix: "SP", type: "Power", part: "Field"),
        Kind(name: "Hospital", prefix: "HP", type: "Building", part: "Wing"),
        Kind(name: "Slope Monitoring", prefix: "SL", type: "Geotechnics", part: "Site"),
        Kind(name: "Retaining Wall", prefix: "RW", type: "Road", part: "Wall"),
    ]
}

/// Numbers that look random and are the same in every run (Steele, Lea and Flood, 2014).
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A whole number from 0 on.
    mutating func next(below bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    /// A number from 0 to less than 1.
    mutating func fraction() -> Double {
        Double(next() >> 11) / Double(UInt64(1) << 53)
    }
}
