import HTTPTypes
import ITwinsAPI

/// The `_links` of a page (contract section 2.4).
struct PageLinks: Sendable {
    /// The link without a query, such as `http://127.0.0.1:41873/iTwins/`.
    let base: String
    /// The query of the request, whose other parameters follow in every link.
    let query: Query
    let skip: Int
    let top: Int
    let hasMore: Bool
    /// Whether the list tells the page before too.
    var hasPrevious = true

    /// The object of links: always `self`, `next` when more follows, `prev` when something was skipped.
    var json: JSON {
        var links: JSON.Object = ["self": link(skip: skip)]
        if hasMore { links["next"] = link(skip: skip + top) }
        if skip > 0, hasPrevious { links["prev"] = link(skip: max(0, skip - top)) }
        return .object(links)
    }

    /// A name or a value of a query; `$` and `,` stay as they are (contract section 2.4).
    private static func encoded(_ text: String) -> String { PercentEncoding.encode(text, keeping: "$,") }

    private func link(skip: Int) -> JSON {
        let others = query.items.filter { !["$skip", "$top"].contains($0.name.lowercased()) && !$0.value.isEmpty }
        let parameters = others.map { "&\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return ["href": .string("\(base)?$skip=\(skip)&$top=\(top)\(parameters.joined())")]
    }
}

extension Reply {
    /// A page of iTwins with its links.
    static func page(_ rows: ITwinRows, _ links: PageLinks) -> Reply {
        var body = Array("{\"iTwins\":".utf8)
        body.reserveCapacity(rows.array.count + 1024)
        body.append(contentsOf: rows.array)
        body.append(contentsOf: ",\"_links\":".utf8)
        links.json.write(to: &body)
        body.append(UInt8(ascii: "}"))
        return Reply(status: 200, headers: [.contentType: MediaTypes.json], body: body)
    }
}
