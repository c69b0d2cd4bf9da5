import ITwinsAPI
import TestSupport
import Testing

/// Contract section 2.7.
@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2024-05-06T07:08:09.1234567+00:00", 17_149_792_891_234_567),
            ("2024-05-06T07:08:09.1234567Z", 17_149_792_891_234_567), ("2024-05-06T07:08:09Z", 17_149_792_890_000_000),
            ("2024-05-06T07:08:09.1Z", 17_149_792_891_000_000), ("2024-05-06t07:08:09.12z", 17_149_792_891_200_000),
            ("2024-05-06T07:08:09.12345678999Z", 17_149_792_891_234_567),
            ("2024-05-06T09:08:09+02:00", 17_149_792_890_000_000),
            ("2024-05-06T01:38:09-05:30", 17_149_792_890_000_000),
            ("2024-05-06T07:08:09-00:00", 17_149_792_890_000_000),
            ("1969-12-31T23:59:59.9999999Z", -1), ("2000-02-29T00:00:00Z", 9_517_824_000_000_000),
            ("2024-02-29T12:00:00Z", 17_092_080_000_000_000), ("1600-02-29T00:00:00Z", -116_709_984_000_000_000),
            ("2016-12-31T23:59:60Z", 14_832_288_000_000_000), ("0001-01-01T00:00:00Z", -621_355_968_000_000_000),
            ("9999-12-31T23:59:59.9999999Z", 2_534_023_007_999_999_999),
        ] as [(String, Int64)]
    )
    func `Both timestamp formats of the service are read to 100 ns`(_ text: String, _ ticks: Int64) {
        #expect(Timestamp(text)?.ticks == ticks)
    }

    @Test(arguments: [
        "", "2024", "2024-05-06", "2024-05-06T07:08:09", "2024-05-06T07:08Z", "2024-05-06 07:08:09Z", "2024-5-6T7:8:9Z",
        "24-05-06T07:08:09Z", "2024-00-06T07:08:09Z", "2024-13-06T07:08:09Z", "2024-05-00T07:08:09Z",
        "2024-05-32T07:08:09Z",
        "2024-04-31T07:08:09Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-05-06T24:00:00Z", "2024-05-06T07:60:09Z", "2024-05-06T07:08:61Z", "2024-05-06T07:08:09.Z",
        "2024-05-06T07:08:09,1Z",
        "2024-05-06T07:08:09+0000", "2024-05-06T07:08:09+00", "2024-05-06T07:08:09+24:00", "2024-05-06T07:08:09+00:60",
        "2024-05-06T07:08:09Z ", " 2024-05-06T07:08:09Z", "2024-05-06T07:08:09ZZ", "２０２４-05-06T07:08:09Z",
        "-2024-05-06T07:08:09Z",
        "12024-05-06T07:08:09Z", "2024-05-06T07:08:09+-1:00", "2024-05-06T07:08:09UTC", "tomorrow",
    ])
    func `Any other text isn't a timestamp`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: 0..<500)
    func `Every timestamp of the years 1 to 9999 is written and read back`(_ seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let moment = Timestamp(
            ticks: Int64.random(in: -621_355_968_000_000_000...2_534_023_007_999_999_999, using: &generator)
        )
        #expect(Timestamp(moment.description) == moment)
        #expect(Timestamp(moment.description.replacing("+00:00", with: "Z")) == moment)
    }

    @Test func `Every day of four centuries follows the previous one`() {
        var moment = Timestamp(ticks: 0)
        var isIncreasing = true
        for _ in 0..<146_097 {
            let next = moment.adding(seconds: 86_400)
            isIncreasing = isIncreasing && next.description > moment.description && Timestamp(next.description) == next
            moment = next
        }
        #expect(isIncreasing)
        #expect(moment.description == "2370-01-01T00:00:00.0000000+00:00")
    }

    @Test func `A timestamp is written in the service's format, and to the second for display`() throws {
        let moment = try #require(Timestamp("2025-02-03T05:05:06.7+01:00"))
        #expect(moment.description == "2025-02-03T04:05:06.7000000+00:00")
        #expect(moment.readable == "2025-02-03 04:05:06 UTC")
        #expect(Timestamp(ticks: -1).description == "1969-12-31T23:59:59.9999999+00:00")
    }

    @Test func `Timestamps are compared, shifted and made from seconds`() {
        let moment = Timestamp(secondsSince1970: 1.5)
        #expect(moment.ticks == 15_000_000)
        #expect(moment.secondsSince1970 == 1.5)
        #expect(moment.adding(seconds: -2).ticks == -5_000_000)
        #expect(moment.adding(seconds: -2) < moment)
        for seconds in [.infinity, 1e300, 1e12, 4e11] as [Double] {
            #expect(moment.adding(seconds: seconds).readable == "9999-12-31 23:59:59 UTC")
            #expect(Timestamp(ticks: .max).adding(seconds: seconds).readable == "9999-12-31 23:59:59 UTC")
            #expect(moment.adding(seconds: -seconds).readable == "0001-01-01 00:00:00 UTC")
            #expect(Timestamp(ticks: .min).adding(seconds: -seconds).readable == "0001-01-01 00:00:00 UTC")
        }
        #expect(moment.adding(seconds: .nan) == moment)
        #expect(Timestamp(secondsSince1970: .nan).ticks == 0)
        #expect(Timestamp(secondsSince1970: .infinity).description.hasPrefix("9999-12-31T23:59:59"))
        #expect(Timestamp(secondsSince1970: -.infinity).description.hasPrefix("0001-01-01T00:00:00"))
    }
}
