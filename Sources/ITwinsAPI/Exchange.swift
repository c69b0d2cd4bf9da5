import Foundation
import Synchronization

/// What went over the wire for one request, or goes still: for who wants to see it. Nothing in it is a secret.
public struct Exchange: Hashable, Sendable, Identifiable {
    /// Which one it is in this run, from 1.
    public let number: Int
    /// The number as text.
    public var id: String { String(number) }
    /// The request it was made for, as `currentRequest` was when it began; nil where nobody said so.
    public let request: String?
    /// What was asked for; nil for what is no operation of the API.
    public let operation: OperationID?
    /// Such as `GET`.
    public let method: String
    /// Path and query without the host; what a signed link holds is masked.
    public let target: String
    /// Host and port.
    public let host: String
    /// When it began.
    public let began: Timestamp
    /// How long it took in all, further tries and waits included, in seconds; nil while it is not over.
    public var seconds: Double?
    /// How many tries there were.
    public var tries = 1
    /// The status of the last answer; nil while there is none.
    public var status: Int?
    /// The length of the body of the last answer in bytes.
    public var bytes: Int?
    /// The correlation id of the last answer, to quote in a support case.
    public var correlationID: String?
    /// Why there was no answer that could be used; nil when there was, and while it is not over.
    public var failure: RequestError.Reason?
    /// What was sent with the last try; nil before that, and where it is not kept.
    public var sent: Message?
    /// What came of it; nil while nothing has, and where it is not kept.
    public var received: Message?

    /// The request for which the exchanges of the present task are made, by whatever names it.
    @TaskLocal public static var currentRequest: String?

    /// Counts those of this run.
    private static let count = Atomic(0)

    /// An exchange that begins.
    ///
    /// - Parameters:
    ///   - operation: nil for what is no operation of the API.
    ///   - target: path and query.
    ///   - began: now by default.
    public init(
        _ operation: OperationID? = nil,
        method: String,
        target: String,
        host: String,
        at began: Timestamp? = nil
    ) {
        number = Self.count.add(1, ordering: .relaxed).newValue
        (self.operation, self.method, self.host) = (operation, method, host)
        self.began = began ?? Timestamp(secondsSince1970: Date().timeIntervalSince1970)
        self.target = Self.masked(target)
        request = Self.currentRequest
    }

    /// One that begins now, with an absolute link.
    public init(method: String, link: String) {
        let parts = Self.parts(of: link)
        self.init(method: method, target: parts.target, host: parts.host)
    }

    /// Host with port, and path with query, of an absolute link.
    public static func parts(of link: String) -> (host: String, target: String) {
        guard let scheme = link.firstRange(of: "://") else { return ("", link) }
        let rest = link[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        return (String(rest[..<end]), end == rest.endIndex ? "/" : String(rest[end...]))
    }

    /// Lets go of the bodies; the headers stay.
    public mutating func dropBodies() {
        sent?.drop()
        received?.drop()
    }

    /// Headers and body of a request or an answer. Tokens, passwords and signatures are masked.
    public struct Message: Hashable, Sendable {
        /// Names and values in their order.
        public let headers: [Header]
        /// The body as text, as much of it as is kept; nil for one that is no text, that was dropped, or that may hold secrets
        /// that cannot be told.
        public private(set) var body: String?
        /// Whether only the beginning of the body is kept.
        public let isCut: Bool
        /// Whether the body was dropped, as those of newer exchanges need the room.
        public private(set) var isDropped = false
        /// How many bytes the body has.
        public let bytes: Int

        /// More headers are not kept, and no more of their values, in characters.
        private static let headerLimit = 100
        private static let headerLength = 2000
        /// More of a body is not kept, in bytes.
        public static let bodyLimit = 65_536
        /// A longer body is not looked through for secrets.
        private static let searchedBody = 1_048_576

        /// A line of the head.
        public struct Header: Hashable, Sendable {
            /// Its name as it was written.
            public let name: String
            /// Its value, masked for one that lets somebody in.
            public let value: String
        }

        /// - Parameters:
        ///   - bytes: the body; nil for one that is not kept.
        ///   - count: how many bytes that has.
        ///   - isSearched: whether the body is looked through for secrets, which takes time for a long one.
        ///   - secrets: what is masked wherever it stands: the other side may quote it.
        public init(
            headers: [(name: String, value: String)],
            body bytes: [UInt8]?,
            count: Int? = nil,
            isSearched: Bool = true,
            hiding secrets: [Secret] = []
        ) {
            self.headers = headers.prefix(Self.headerLimit).map { name, value in
                let isSecret = ["authorization", "proxy-authorization", "cookie", "set-cookie"].contains(
                    name.lowercased()
                )
                // Cut last: the beginning of a secret would be found no more.
                let shown = Exchange.masked(value.hiding(secrets)).prefix(Self.headerLength)
                return Header(name: name, value: isSecret ? Secret(value).description : String(shown))
            }
            self.bytes = count ?? bytes?.count ?? 0
            let text = bytes.flatMap {
                Self.text(of: $0, isSearched: isSearched, hiding: secrets.flatMap(\.spellings))
            }
            body = text?.prefix(bytes: Self.bodyLimit)
            isCut = text?.utf8.count ?? 0 > Self.bodyLimit
        }

        fileprivate mutating func drop() {
            guard body != nil else { return }
            (body, isDropped) = (nil, true)
        }

        /// JSON is laid out here, where nobody waits for it, and its secrets are masked. Of other bodies that may hold secrets
        /// none is shown, as they cannot be told.
        private static func text(of bytes: [UInt8], isSearched: Bool, hiding secrets: [Secret]) -> String? {
            // As much more is looked through as a secret is long that begins before the cut.
            let limit = bodyLimit + max(4, secrets.map { $0.revealed.utf8.count }.max() ?? 0)
            if bytes.count <= (isSearched ? searchedBody : bodyLimit), let json = try? JSON.parse(bytes) {
                return Exchange.masked(json.maskingSecrets.prettyText(limit: limit).hiding(secrets))
            }
            let isHidden =
                isSearched
                && (bytes.count > searchedBody || JSON.secretNames.contains { bytes.contains("\($0)".utf8) })
            return isHidden ? nil : text(of: bytes, first: limit).map { Exchange.masked($0.hiding(secrets)) }
        }

        /// So many bytes at the most as text, cut before a character; nil for what is none.
        private static func text(of bytes: [UInt8], first count: Int) -> String? {
            var kept = bytes.prefix(count)
            while kept.count < bytes.count, bytes[kept.count] & 0xC0 == 0x80 { kept = kept.dropLast() }
            return String(validating: kept, as: UTF8.self)
        }
    }

    /// A text with the signatures of links masked, and the tokens in them.
    public static func masked(_ text: String) -> String {
        // Most texts have none: the search for these is cheaper than that for the whole.
        let ends = ["ig=", "IG=", "Ig=", "ignature=", "IGNATURE=", "oken=", "OKEN="]
        guard ends.contains(where: { text.contains($0) }) else { return text }
        return text.replacing(
            /((?:[?&;#]|\\u0026)(?:sig|(?:x-(?:amz|goog)-)?signature|x-amz-security-token|access_token|id_token)=)[^&"\s\\<]+/
                .ignoresCase()
        ) { "\($0.output.1)\(Secret("").description)" }
    }
}

extension Secret {
    /// The secret, and as it stands in JSON.
    public var spellings: [Secret] {
        [self, Secret(String(JSON.string(revealed).text.dropFirst().dropLast()))]
    }
}

extension String {
    /// The first bytes, cut before a character.
    fileprivate func prefix(bytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: count)
        while utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

extension JSON {
    /// The members that let somebody in.
    fileprivate static let secretNames: Set = ["authentication", "password"]

    /// What is in members named `authentication` or `password`, but for the type of it.
    public var secrets: [Secret] {
        switch self {
        case .object(let object):
            object.members.flatMap { member in
                Self.secretNames.contains(member.name) ? member.value.texts : member.value.secrets
            }
        case .array(let values): values.flatMap(\.secrets)
        default: []
        }
    }

    /// The texts in it but those of `type`.
    private var texts: [Secret] {
        switch self {
        case .object(let object): object.members.filter { $0.name != "type" }.flatMap(\.value.texts)
        case .array(let values): values.flatMap(\.texts)
        case .string(let text): [Secret(text)]
        default: []
        }
    }

    /// The same with what is in members named `authentication` or `password` masked, but for the type of it.
    var maskingSecrets: JSON {
        switch self {
        case .object(let object):
            .object(
                JSON.Object(
                    object.members.map { member in
                        let isSecret = Self.secretNames.contains(member.name)
                        return .init(
                            name: member.name,
                            value: isSecret ? member.value.masked : member.value.maskingSecrets
                        )
                    }
                )
            )
        case .array(let values): .array(values.map(\.maskingSecrets))
        default: self
        }
    }

    /// The same with every text masked but that of `type`.
    public var masked: JSON {
        switch self {
        case .object(let object):
            .object(
                JSON.Object(
                    object.members.map { .init(name: $0.name, value: $0.name == "type" ? $0.value : $0.value.masked) }
                )
            )
        case .array(let values): .array(values.map(\.masked))
        case .null, .bool: self
        default: .string(Secret("").description)
        }
    }
}
