import ITwinsAPI

/// Where the sample iTwins are.
extension SamplePlace {
    static let london = SamplePlace("London, United Kingdom", 51.5074, -0.1278, "Europe/London", "UK South")
    static let towerBridge = SamplePlace("River Thames, London", 51.5055, -0.0754, "Europe/London", "UK South")
    static let richmond = SamplePlace("Richmond upon Thames", 51.4575, -0.3065, "Europe/London", "UK South")
    static let kingsCross = SamplePlace("King's Cross, London", 51.5308, -0.1238, "Europe/London", "UK South")
    static let bradford = SamplePlace("Bradford on Avon, Wiltshire", 51.3468, -2.2508, "Europe/London", "UK South")
    static let norwich = SamplePlace("Sea Palling, Norfolk", 52.7902, 1.6044, "Europe/London", "UK South")
    static let hull = SamplePlace("Hull, East Riding of Yorkshire", 53.7457, -0.3367, "Europe/London", "UK South")
    static let manchester = SamplePlace("Manchester, United Kingdom", 53.4808, -2.2426, "Europe/London", "UK South")
    static let dublin = SamplePlace("Dublin, Ireland", 53.3498, -6.2603, "Europe/Dublin", "North Europe")
    static let reykjavik = SamplePlace("Hellisheiði, Iceland", 64.0372, -21.4008, "Atlantic/Reykjavik", "North Europe")
    static let bergen = SamplePlace("Bømlo, Norway", 59.7946, 5.2238, "Europe/Oslo", "North Europe")
    static let brussels = SamplePlace("Brussels, Belgium", 50.8503, 4.3517, "Europe/Brussels", "West Europe")
    static let rotterdam = SamplePlace(
        "Hoek van Holland, Netherlands",
        51.9550,
        4.1640,
        "Europe/Amsterdam",
        "West Europe"
    )
    static let hamburg = SamplePlace("Hamburg, Deutschland", 53.5461, 9.9660, "Europe/Berlin", "West Europe")
    static let zurich = SamplePlace("Zürich, Schweiz", 47.3783, 8.5392, "Europe/Zurich", "West Europe")
    static let lyon = SamplePlace("Lyon, France", 45.7772, 4.8270, "Europe/Paris", "West Europe")
    static let venice = SamplePlace("Venezia, Italia", 45.4336, 12.3880, "Europe/Rome", "West Europe")
    static let warsaw = SamplePlace("Warszawa, Polska", 52.2166, 21.0470, "Europe/Warsaw", "West Europe")
    static let kyiv = SamplePlace("Київ, Україна", 50.4265, 30.5890, "Europe/Kyiv", "North Europe")
    static let thessaloniki = SamplePlace("Θεσσαλονίκη, Ελλάδα", 40.6401, 22.9444, "Europe/Athens", "West Europe")
    static let telAviv = SamplePlace("תל אביב, ישראל", 32.0853, 34.7818, "Asia/Jerusalem", "West Europe")
    static let dubai = SamplePlace("ميناء راشد، دبي", 25.2755, 55.2716, "Asia/Dubai", "Central India")
    static let mumbai = SamplePlace("मुंबई, भारत", 19.0176, 72.8165, "Asia/Kolkata", "Central India")
    static let bangkok = SamplePlace("กรุงเทพมหานคร", 13.6836, 100.5430, "Asia/Bangkok", "Southeast Asia")
    static let singapore = SamplePlace("Tuas, Singapore", 1.2580, 103.6360, "Asia/Singapore", "Southeast Asia")
    static let shanghai = SamplePlace("洋山深水港", 30.6260, 122.0650, "Asia/Shanghai", "Southeast Asia")
    static let busan = SamplePlace("부산광역시 강서구", 35.0770, 128.8320, "Asia/Seoul", "Japan East")
    static let tokyo = SamplePlace("東京都江東区", 35.6190, 139.7800, "Asia/Tokyo", "Japan East")
    static let sydney = SamplePlace("Sydney, New South Wales", -33.8688, 151.2093, "Australia/Sydney", "Australia East")
    static let capeTown = SamplePlace(
        "Cape Town, South Africa",
        -33.9249,
        18.4241,
        "Africa/Johannesburg",
        "West Europe"
    )
    static let nairobi = SamplePlace("Nairobi, Kenya", -1.2921, 36.8219, "Africa/Nairobi", "West Europe")
    static let rio = SamplePlace("Baía de Guanabara, Brasil", -22.8706, -43.1537, "America/Sao_Paulo", .eastUS)
    static let saoPaulo = SamplePlace("São Paulo, Brasil", -23.7000, -46.7300, "America/Sao_Paulo", .eastUS)
    static let santiago = SamplePlace("San José de Maipo, Chile", -33.6740, -70.0830, "America/Santiago", .eastUS)
    static let mexicoCity = SamplePlace("Ciudad de México", 19.4326, -99.1332, "America/Mexico_City", .eastUS)
    static let chicago = SamplePlace("Chicago, Illinois", 41.8781, -87.6298, "America/Chicago", .eastUS)
    static let detroit = SamplePlace("Detroit, Michigan", 42.3314, -83.0458, "America/Detroit", .eastUS)
    static let denver = SamplePlace("Denver, Colorado", 39.8561, -104.6737, "America/Denver", .eastUS)
    static let phoenix = SamplePlace("Phoenix, Arizona", 33.4484, -112.0740, "America/Phoenix", .eastUS)
    static let sanFrancisco = SamplePlace(
        "San Francisco Bay, California",
        37.8199,
        -122.4783,
        "America/Los_Angeles",
        .eastUS
    )
    static let montreal = SamplePlace("Montréal, Québec", 45.5019, -73.5674, "America/Toronto", "Canada Central")

    /// Places with the short names that made-up iTwins are called by.
    static let short: [(name: String, place: SamplePlace)] = [
        ("London", london), ("Thames", towerBridge), ("Richmond", richmond), ("Avon", bradford), ("Norfolk", norwich),
        ("Humber", hull), ("Manchester", manchester), ("Dublin", dublin), ("Reykjavík", reykjavik), ("Bergen", bergen),
        ("Brussels", brussels), ("Rotterdam", rotterdam), ("Hamburg", hamburg), ("Zürich", zurich), ("Lyon", lyon),
        ("Venezia", venice), ("Warszawa", warsaw), ("Київ", kyiv), ("Θεσσαλονίκη", thessaloniki), ("Tel Aviv", telAviv),
        ("دبي", dubai), ("Mumbai", mumbai), ("Bangkok", bangkok), ("Singapore", singapore), ("上海", shanghai),
        ("부산", busan),
        ("東京", tokyo), ("Sydney", sydney), ("Cape Town", capeTown), ("Nairobi", nairobi), ("Niterói", rio),
        ("São Paulo", saoPaulo), ("Santiago", santiago), ("Ciudad de México", mexicoCity), ("Chicago", chicago),
        ("Detroit", detroit), ("Denver", denver), ("Phoenix", phoenix), ("San Francisco", sanFrancisco),
        ("Montréal", montreal),
    ]
}
