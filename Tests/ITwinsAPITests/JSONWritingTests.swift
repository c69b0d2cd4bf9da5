import ITwinsAPI
import Testing

@Suite struct JSONWritingTests {
    @Test func `Control characters are escaped and everything else is unchanged`() {
        let text = JSON.string("\u{0}\u{8}\t\n\r\u{1B}\u{7F}\"\\/é🌞\u{2028}").text
        #expect(text == #""\u0000\u0008\t\n\r\u001b\u007f\"\\/é🌞"# + "\u{2028}\"")
    }

    @Test func `Empty arrays and objects stay on one line in pretty-printed JSON`() {
        let value: JSON = ["a": [], "b": [:], "c": [1, ["d": .null]]]
        #expect(
            value.prettyText == """
                {
                  "a": [],
                  "b": {},
                  "c": [
                    1,
                    {
                      "d": null
                    }
                  ]
                }
                """
        )
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1.0, "1"), (51.5, "51.5"), (-0.12, "-0.12"), (179.99999, "179.99999"),
        (1e14, "100000000000000"),
        (1e300, "1e+300"), (1e-300, "1e-300"),
    ])
    func `Numbers are written briefly and read back unchanged`(_ value: Double, _ text: String) throws {
        #expect(JSON.double(value).text == text)
        #expect(try JSON.parse(text).double == value)
    }

    @Test func `Values that JSON can't represent become null`() {
        for value in [Double.nan, .infinity, -.infinity] { #expect(JSON.double(value) == .null) }
        #expect(JSON.optional(nil) == .null)
        #expect(JSON.optional("a") == "a")
    }

    @Test func `Members of an object are set, replaced and removed in place`() {
        var object: JSON.Object = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        object["missing"] = nil
        #expect(object.members.map(\.name) == ["a", "c"])
        #expect(object["a"] == 3)
        #expect(object["b"] == nil)
        #expect(JSON.object(object).text == #"{"a":3,"c":4}"#)
        #expect(JSON.Object().isEmpty)
    }

    @Test func `Reading a value as another type returns nil`() {
        let values: [JSON] = [.null, true, 1, "text", [1], ["a": 1]]
        #expect(values.map(\.isNull) == [true, false, false, false, false, false])
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(values.map(\.int) == [nil, nil, 1, nil, nil, nil])
        #expect(values.map(\.double) == [nil, nil, 1, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, "text", nil, nil])
        #expect(values.map { $0.array?.count } == [nil, nil, nil, nil, 1, nil])
        #expect(values.map { $0["a"] } == [nil, nil, nil, nil, nil, 1])
    }
}
