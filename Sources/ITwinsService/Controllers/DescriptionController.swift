import HTTPTypes
import ITwinsAPI
import Synchronization

/// What the service says of itself, to programs and to people, without a token (contract section 17.20).
struct DescriptionController: Sendable {
    private let document: OnDemand<[UInt8]>
    private let page: OnDemand<DescriptionPage>

    /// Both are written when somebody asks for them first, as most services are started for something else.
    ///
    /// - Parameter hasProvider: whether the service is an OpenID provider too.
    init(maxReturns: ClosedRange<Int>, hasProvider: Bool) {
        document = OnDemand { OpenAPIDocument(maxReturns: maxReturns, hasProvider: hasProvider).json.bytes }
        page = OnDemand { DescriptionPage(maxReturns: maxReturns, hasProvider: hasProvider) }
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
                body: page.value.bytes(origin: origin)
            )
        case ["openapi.json"]:
            Reply(status: 200, headers: [.contentType: MediaTypes.json], body: document.value)
        default: nil
        }
    }
}

/// A value that is made when it is asked for first.
private final class OnDemand<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) {
        self.make = make
    }

    var value: Value {
        made.withLock { made in
            let value = made ?? make()
            made = value
            return value
        }
    }
}
