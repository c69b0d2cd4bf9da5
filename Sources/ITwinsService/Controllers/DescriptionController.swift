import HTTPTypes
import ITwinsAPI

/// What the service says of itself, to programs and to people, without a token (contract section 17.20).
struct DescriptionController: Sendable {
    private let document: [UInt8]
    private let page: DescriptionPage

    /// Writes both once.
    ///
    /// - Parameter hasProvider: whether the service is an OpenID provider too.
    init(maxReturns: ClosedRange<Int>, hasProvider: Bool) {
        document = OpenAPIDocument(maxReturns: maxReturns, hasProvider: hasProvider).json.bytes
        page = DescriptionPage(maxReturns: maxReturns, hasProvider: hasProvider)
    }

    /// The answer for the decoded segments of a path; nil when they lead elsewhere.
    ///
    /// - Parameter origin: the origin by which the service was asked, for the examples of the page.
    func reply(to path: [String], origin: String) -> Reply? {
        switch path {
        case []:
            Reply(
                status: 200,
                headers: [
                    .contentType: "text/html; charset=utf-8",
                    .contentSecurityPolicy: DescriptionPage.policy,
                ],
                body: page.bytes(origin: origin)
            )
        case ["openapi.json"]:
            Reply(status: 200, headers: [.contentType: MediaTypes.json], body: document)
        default: nil
        }
    }
}
