import ITwinsAPI

extension SampleITwins {
    /// The standard sample data but the Account: a tree, parents before children.
    static let standard: [SampleITwin] = groups + bridges + tunnelsAndRail + waterAndCoast + portsAndPower

    /// - Parameters:
    ///   - parent: the number of the iTwin above; nil for the Account.
    ///   - age: how many days before seeding it was made.
    ///   - changed: how many days before seeding it was changed last.
    private static func row(
        _ number: String,
        _ name: String,
        _ subClass: ITwinSubClass,
        _ type: String,
        _ place: SamplePlace,
        _ parent: String?,
        _ age: Double,
        _ changed: Double,
        _ status: ITwinStatus = .active
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
        row("PF-100", "European Transport", .portfolio, "Transport", .brussels, nil, 1420, 61),
        row("PF-200", "Asia-Pacific Assets", .portfolio, "Mixed", .singapore, nil, 1380, 44),
        row("PF-300", "North American Infrastructure", .portfolio, "Utilities", .chicago, nil, 1350, 90),
        row("PF-400", "Gulf and Levant", .portfolio, "Mixed", .dubai, nil, 1100, 33),
        row("RP-0001", "Riverside Program", .program, "Bridge", .london, nil, 1205, 12),
        row("CD-0001", "Coastal Defence Programme", .program, "Coast", .rotterdam, nil, 1190, 5.2),
        row("NL-1000", "Northern Line Upgrade", .program, "Rail", .kingsCross, nil, 980, 21),
        row("ZH-0900", "Bahnknoten Zürich 2035", .program, "Rail", .zurich, nil, 930, 16),
        row("TK-0100", "東京湾岸プログラム", .program, "Tunnel", .tokyo, "PF-200", 910, 27),
        row("DX-0200", "برنامج موانئ الخليج", .program, "Port", .dubai, "PF-400", 760, 40),
        row("GL-0500", "Great Lakes Water Renewal", .program, "Water", .chicago, "PF-300", 720, 71),
    ]

    private static let bridges: [SampleITwin] = [
        row("BR-0042", "Harbour Bridge Deck", .project, "Bridge", .towerBridge, "RP-0001", 660, 0.08),
        row("RB-0421", "Riverside Bridge Rehabilitation", .project, "Bridge", .richmond, "RP-0001", 610, 0.3),
        row("RB-0430", "Riverside Bridge Approach Roads", .workPackage, "Road", .richmond, "RB-0421", 402, 30),
        row("RB-0431", "Riverside Bridge Bearings", .workPackage, "Bridge", .richmond, "RB-0421", 398, 18),
        row(
            "RB-0432",
            "Riverside Bridge Inspection",
            .workPackage,
            "Bridge",
            .richmond,
            "RB-0421",
            590,
            220,
            .inactive
        ),
        row("OM-0007", "Old Mill Footbridge", .asset, "Bridge", .bradford, "PF-100", 870, 3),
        row("PT-0311", "Ponte Rio–Niterói: Reforço", .project, "Bridge", .rio, nil, 540, 35),
        row("PL-0075", "Most Łazienkowski", .asset, "Bridge", .warsaw, "PF-100", 830, 102),
        row("UA-0014", "Міст через Дніпро, опора 14", .project, "Bridge", .kyiv, "PF-100", 480, 9),
        row("TH-0209", "สะพานขึงพระราม 3", .asset, "Bridge", .bangkok, "PF-200", 515, 77),
        row("SF-1933", "Bay Suspension Cable Monitoring", .asset, "Bridge", .sanFrancisco, nil, 440, 1.5),
        row("SF-1934", "Bay Cable Trial Sensors", .workPackage, "Bridge", .sanFrancisco, "SF-1933", 61, 2.4, .trial),
        row("NO-0610", "Bømlafjord Floating Bridge Study", .project, "Bridge", .bergen, "PF-100", 95, 14, .trial),
    ]

    private static let tunnelsAndRail: [SampleITwin] = [
        row("TK-0118", "東京湾岸トンネル 第二期", .asset, "Tunnel", .tokyo, "TK-0100", 640, 3.1),
        row("TK-0121", "東京湾岸トンネル 換気設備", .workPackage, "Tunnel", .tokyo, "TK-0118", 260, 25),
        row("ZH-0930", "Zürich Hauptbahnhof Gleisfeld", .project, "Rail", .zurich, "ZH-0900", 620, 2.9),
        row("ZH-0931", "Zürich HB Perrondach Süd", .workPackage, "Building", .zurich, "ZH-0930", 310, 8),
        row("ZH-0932", "Zürich HB Stellwerk", .workPackage, "Rail", .zurich, "ZH-0930", 290, 6),
        row("NL-1180", "Northern Line Ventilation", .workPackage, "Tunnel", .kingsCross, "NL-1000", 350, 4.4),
        row("NL-1190", "Northern Line Step-free Access", .project, "Station", .kingsCross, "NL-1000", 330, 19),
        row("GR-0033", "Μετρό Θεσσαλονίκης – Επέκταση", .project, "Rail", .thessaloniki, nil, 420, 51),
        row("KR-0450", "부산항 신항 방파제", .asset, "Port", .busan, "PF-200", 390, 7.5),
        row("AU-0520", "Sydney Metro West Stations", .project, "Rail", .sydney, "PF-200", 370, 10),
        row("AU-0521", "Sydney Metro Station Cavern", .workPackage, "Tunnel", .sydney, "AU-0520", 240, 22),
        row("IN-0770", "मुंबई तटीय सड़क", .project, "Road", .mumbai, "PF-200", 460, 31),
        row("IL-0081", "הרכבת הקלה תל אביב – הקו הירוק", .project, "Rail", .telAviv, "PF-400", 325, 48),
        row("CA-0140", "Montréal REM Viaduct", .asset, "Rail", .montreal, "PF-300", 505, 66),
        row(
            "FR-0299",
            "Tunnel de la Croix-Rousse – Rénovation",
            .project,
            "Tunnel",
            .lyon,
            "PF-100",
            950,
            400,
            .inactive
        ),
    ]

    private static let waterAndCoast: [SampleITwin] = [
        row("PH-7", "Pump House 7", .asset, "Plant", .dublin, "CD-0001", 300, 14.6, .trial),
        row("PH-8", "Pump House 8", .asset, "Plant", .dublin, "CD-0001", 298, 80),
        row("CD-0110", "Maeslant Barrier Renewal", .project, "Coast", .rotterdam, "CD-0001", 540, 13),
        row("CD-0120", "Venice Lagoon Gates", .project, "Coast", .venice, "CD-0001", 500, 37),
        row("CD-0131", "Norfolk Sea Wall", .workPackage, "Coast", .norwich, "CD-0001", 210, 26),
        row("GL-0510", "Chicago Deep Tunnel Shaft 4", .project, "Water", .chicago, "GL-0500", 340, 17),
        row("GL-0520", "Lake Intake Crib", .asset, "Water", .chicago, "GL-0500", 600, 150),
        row("GL-0530", "Old Filtration Hall", .asset, "Plant", .detroit, "GL-0500", 900, 365, .inactive),
        row("BR-0800", "Represa de Guarapiranga", .asset, "Dam", .saoPaulo, nil, 380, 59),
        row("CL-0017", "Embalse El Yeso – Instrumentación", .project, "Dam", .santiago, nil, 275, 24),
        row("ZA-0303", "Cape Town Desalination Plant", .project, "Plant", .capeTown, nil, 235, 11),
        row("KE-0045", "Nairobi Trunk Sewer", .project, "Water", .nairobi, nil, 180, 15),
    ]

    private static let portsAndPower: [SampleITwin] = [
        row("DX-0204", "مشروع ميناء دبي", .project, "Port", .dubai, "DX-0200", 450, 8.2),
        row("DX-0205", "رصيف الحاويات ٣", .workPackage, "Port", .dubai, "DX-0204", 200, 20),
        row("SG-0660", "Tuas Mega Port Phase 2", .project, "Port", .singapore, "PF-200", 425, 12.4),
        row("DE-0912", "Elbvertiefung Messnetz", .asset, "Port", .hamburg, "PF-100", 475, 68),
        row("SC-0150", "Solar Canopy 🌞 Depot West", .project, "Power", .phoenix, "PF-300", 150, 4),
        row("WF-0233", "Hornsea Wind Farm Cables", .project, "Power", .hull, nil, 320, 42),
        row("IS-0021", "Hellisheiði Geothermal Wells", .asset, "Power", .reykjavik, nil, 285, 55),
        row("AP-0401", "Denver Airport Apron 4", .project, "Airport", .denver, "PF-300", 160, 1.1),
        row("HO-0076", "St Mary's Hospital Wing C", .project, "Building", .manchester, nil, 70, 2, .trial),
        row("MX-0090", "Línea 3 – Estación Central", .project, "Rail", .mexicoCity, nil, 120, 6.6),
        row("CN-0888", "上海深水港扩建", .project, "Port", .shanghai, "PF-200", 220, 23),
        row("ML-0002", "Millbrook Road Widening", .project, "Road", .bradford, nil, 780, 300, .inactive),
    ]
}
