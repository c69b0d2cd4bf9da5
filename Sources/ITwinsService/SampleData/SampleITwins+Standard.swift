import ITwinsAPI

extension SampleITwins {
    /// The standard sample data but the Account: a tree, parents before children.
    static let standard: [SampleITwin] = groups + bridges + tunnelsAndRail + waterAndCoast + portsAndPower

    private static func make(
        _ number: String,
        _ name: String,
        _ subClass: ITwinSubClass,
        _ type: String?,
        _ place: SamplePlace?,
        in parent: String? = nil,
        _ status: ITwinStatus = .active,
        age: Double,
        changed: Double
    ) -> SampleITwin {
        SampleITwin(
            number: number,
            name: name,
            subClass: subClass,
            type: type,
            place: place,
            status: status,
            parent: parent,
            age: age,
            changed: changed
        )
    }

    private static let groups: [SampleITwin] = [
        make("PF-100", "European Crossings", .portfolio, "Transport", Places.brussels, age: 1420, changed: 61),
        make("PF-200", "Asia-Pacific Assets", .portfolio, "Mixed", Places.singapore, age: 1380, changed: 44),
        make(
            "PF-300",
            "North American Water and Power",
            .portfolio,
            "Utilities",
            Places.chicago,
            age: 1350,
            changed: 90
        ),
        make("PF-400", "Gulf and Levant", .portfolio, "Mixed", Places.dubai, age: 1100, changed: 33),
        make("RP-0001", "Riverside Program", .program, "Bridge", Places.london, age: 1205, changed: 12),
        make("CD-0001", "Coastal Defence Programme", .program, "Coast", Places.rotterdam, age: 1190, changed: 5.2),
        make("NL-1000", "Northern Line Upgrade", .program, "Rail", Places.kingsCross, age: 980, changed: 21),
        make("ZH-0900", "Bahnknoten Zürich 2035", .program, "Rail", Places.zurich, age: 930, changed: 16),
        make("TK-0100", "東京湾岸プログラム", .program, "Tunnel", Places.tokyo, in: "PF-200", age: 910, changed: 27),
        make("DX-0200", "برنامج موانئ الخليج", .program, "Port", Places.dubai, in: "PF-400", age: 760, changed: 40),
        make(
            "GL-0500",
            "Great Lakes Water Renewal",
            .program,
            "Water",
            Places.chicago,
            in: "PF-300",
            age: 720,
            changed: 71
        ),
    ]

    private static let bridges: [SampleITwin] = [
        make(
            "BR-0042",
            "Harbour Bridge Deck",
            .project,
            "Bridge",
            Places.towerBridge,
            in: "RP-0001",
            age: 660,
            changed: 0.08
        ),
        make(
            "RB-0421",
            "Riverside Bridge Rehabilitation",
            .project,
            "Bridge",
            Places.richmond,
            in: "RP-0001",
            age: 610,
            changed: 0.3
        ),
        make(
            "RB-0430",
            "Riverside Bridge Approach Roads",
            .workPackage,
            "Road",
            Places.richmond,
            in: "RB-0421",
            age: 402,
            changed: 30
        ),
        make(
            "RB-0431",
            "Riverside Bridge Bearings",
            .workPackage,
            "Bridge",
            Places.richmond,
            in: "RB-0421",
            age: 398,
            changed: 18
        ),
        make(
            "RB-0432",
            "Riverside Bridge Inspection 2023",
            .workPackage,
            "Bridge",
            Places.richmond,
            in: "RB-0421",
            .inactive,
            age: 590,
            changed: 220
        ),
        make("OM-0007", "Old Mill Footbridge", .asset, "Bridge", Places.bradford, in: "PF-100", age: 870, changed: 3),
        make("PT-0311", "Ponte Rio–Niterói: Reforço", .project, "Bridge", Places.rio, age: 540, changed: 35),
        make("PL-0075", "Most Łazienkowski", .asset, "Bridge", Places.warsaw, in: "PF-100", age: 830, changed: 102),
        make(
            "UA-0014",
            "Міст через Дніпро, опора 14",
            .project,
            "Bridge",
            Places.kyiv,
            in: "PF-100",
            age: 480,
            changed: 9
        ),
        make("TH-0209", "สะพานขึงพระราม 3", .asset, "Bridge", Places.bangkok, in: "PF-200", age: 515, changed: 77),
        make(
            "SF-1933",
            "Bay Suspension Cable Monitoring",
            .asset,
            "Bridge",
            Places.sanFrancisco,
            age: 440,
            changed: 1.5
        ),
        make(
            "SF-1934",
            "Bay Cable Trial Sensors",
            .workPackage,
            "Bridge",
            Places.sanFrancisco,
            in: "SF-1933",
            .trial,
            age: 61,
            changed: 2.4
        ),
        make(
            "NO-0610",
            "Bømlafjord Floating Bridge Study",
            .project,
            "Bridge",
            Places.bergen,
            in: "PF-100",
            .trial,
            age: 95,
            changed: 14
        ),
    ]

    private static let tunnelsAndRail: [SampleITwin] = [
        make("TK-0118", "東京湾岸トンネル 第二期", .asset, "Tunnel", Places.tokyo, in: "TK-0100", age: 640, changed: 3.1),
        make("TK-0121", "東京湾岸トンネル 換気設備", .workPackage, "Tunnel", Places.tokyo, in: "TK-0118", age: 260, changed: 25),
        make(
            "ZH-0930",
            "Zürich Hauptbahnhof Gleisfeld",
            .project,
            "Rail",
            Places.zurich,
            in: "ZH-0900",
            age: 620,
            changed: 2.9
        ),
        make(
            "ZH-0931",
            "Zürich HB Perrondach Süd",
            .workPackage,
            "Building",
            Places.zurich,
            in: "ZH-0930",
            age: 310,
            changed: 8
        ),
        make(
            "ZH-0932",
            "Zürich HB Stellwerk",
            .workPackage,
            "Rail",
            Places.zurich,
            in: "ZH-0930",
            age: 290,
            changed: 6
        ),
        make(
            "NL-1180",
            "Northern Line Ventilation",
            .workPackage,
            "Tunnel",
            Places.kingsCross,
            in: "NL-1000",
            age: 350,
            changed: 4.4
        ),
        make(
            "NL-1190",
            "Northern Line Step-free Access",
            .project,
            "Station",
            Places.kingsCross,
            in: "NL-1000",
            age: 330,
            changed: 19
        ),
        make("GR-0033", "Μετρό Θεσσαλονίκης – Επέκταση", .project, "Rail", Places.thessaloniki, age: 420, changed: 51),
        make("KR-0450", "부산항 신항 방파제", .asset, "Port", Places.busan, in: "PF-200", age: 390, changed: 7.5),
        make(
            "AU-0520",
            "Sydney Metro West Stations",
            .project,
            "Rail",
            Places.sydney,
            in: "PF-200",
            age: 370,
            changed: 10
        ),
        make(
            "AU-0521",
            "Sydney Metro Station Cavern",
            .workPackage,
            "Tunnel",
            Places.sydney,
            in: "AU-0520",
            age: 240,
            changed: 22
        ),
        make("IN-0770", "मुंबई तटीय सड़क", .project, "Road", Places.mumbai, in: "PF-200", age: 460, changed: 31),
        make(
            "IL-0081",
            "הרכבת הקלה תל אביב – הקו הירוק",
            .project,
            "Rail",
            Places.telAviv,
            in: "PF-400",
            age: 325,
            changed: 48
        ),
        make("CA-0140", "Montréal REM Viaduct", .asset, "Rail", Places.montreal, in: "PF-300", age: 505, changed: 66),
        make(
            "FR-0299",
            "Tunnel de la Croix-Rousse – Mise à niveau",
            .project,
            "Tunnel",
            Places.lyon,
            in: "PF-100",
            .inactive,
            age: 950,
            changed: 400
        ),
    ]

    private static let waterAndCoast: [SampleITwin] = [
        make("PH-7", "Pump House 7", .asset, "Plant", Places.dublin, in: "CD-0001", .trial, age: 300, changed: 14.6),
        make("PH-8", "Pump House 8", .asset, "Plant", Places.dublin, in: "CD-0001", age: 298, changed: 80),
        make(
            "CD-0110",
            "Maeslant Barrier Renewal",
            .project,
            "Coast",
            Places.rotterdam,
            in: "CD-0001",
            age: 540,
            changed: 13
        ),
        make("CD-0120", "Venice Lagoon Gates", .project, "Coast", Places.venice, in: "CD-0001", age: 500, changed: 37),
        make(
            "CD-0131",
            "Norfolk Sea Wall",
            .workPackage,
            "Coast",
            Places.norwich,
            in: "CD-0001",
            age: 210,
            changed: 26
        ),
        make(
            "GL-0510",
            "Chicago Deep Tunnel Shaft 4",
            .project,
            "Water",
            Places.chicago,
            in: "GL-0500",
            age: 340,
            changed: 17
        ),
        make("GL-0520", "Lake Intake Crib", .asset, "Water", Places.chicago, in: "GL-0500", age: 600, changed: 150),
        make(
            "GL-0530",
            "Old Filtration Hall",
            .asset,
            "Plant",
            Places.detroit,
            in: "GL-0500",
            .inactive,
            age: 900,
            changed: 365
        ),
        make("BR-0800", "Represa de Guarapiranga", .asset, "Dam", Places.saoPaulo, age: 380, changed: 59),
        make("CL-0017", "Embalse El Yeso – Instrumentación", .project, "Dam", Places.santiago, age: 275, changed: 24),
        make("ZA-0303", "Cape Town Desalination Plant", .project, "Plant", Places.capeTown, age: 235, changed: 11),
        make("KE-0045", "Nairobi Trunk Sewer", .project, "Water", Places.nairobi, age: 180, changed: 15),
    ]

    private static let portsAndPower: [SampleITwin] = [
        make("DX-0204", "مشروع ميناء دبي", .project, "Port", Places.dubai, in: "DX-0200", age: 450, changed: 8.2),
        make("DX-0205", "رصيف الحاويات ٣", .workPackage, "Port", Places.dubai, in: "DX-0204", age: 200, changed: 20),
        make(
            "SG-0660",
            "Tuas Mega Port Phase 2",
            .project,
            "Port",
            Places.singapore,
            in: "PF-200",
            age: 425,
            changed: 12.4
        ),
        make("DE-0912", "Elbvertiefung Messnetz", .asset, "Port", Places.hamburg, in: "PF-100", age: 475, changed: 68),
        make(
            "SC-0150",
            "Solar Canopy 🌞 Depot West",
            .project,
            "Power",
            Places.phoenix,
            in: "PF-300",
            age: 150,
            changed: 4
        ),
        make("WF-0233", "Hornsea Wind Farm Cables", .project, "Power", Places.hull, age: 320, changed: 42),
        make("IS-0021", "Hellisheiði Geothermal Wells", .asset, "Power", Places.reykjavik, age: 285, changed: 55),
        make(
            "AP-0401",
            "Denver Airport Apron 4",
            .project,
            "Airport",
            Places.denver,
            in: "PF-300",
            age: 160,
            changed: 1.1
        ),
        make(
            "HO-0076",
            "St Mary's Hospital Wing C",
            .project,
            "Building",
            Places.manchester,
            .trial,
            age: 70,
            changed: 2
        ),
        make("MX-0090", "Línea 3 – Estación Central", .project, "Rail", Places.mexicoCity, age: 120, changed: 6.6),
        make("CN-0888", "上海深水港扩建", .project, "Port", Places.shanghai, in: "PF-200", age: 220, changed: 23),
        make(
            "ML-0002",
            "Millbrook Road Widening",
            .project,
            "Road",
            Places.bradford,
            .inactive,
            age: 780,
            changed: 300
        ),
    ]
}
