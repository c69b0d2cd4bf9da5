import NIOHTTP1

/// What the browser shows at the end: fixed texts alone, so that nothing from outside can be in them (reliability A4 and
/// A5).
struct SignInPage: Sendable {
    let status: HTTPResponseStatus
    private let title: String
    private let text: String

    static let success = SignInPage(
        status: .ok,
        title: "Signed in",
        text: "Twinscope has its tokens. You can close this page."
    )
    static let failure = SignInPage(
        status: .badRequest,
        title: "Not signed in",
        text: "Twinscope says why. You can close this page and try again there."
    )
    static let strange = SignInPage(
        status: .badRequest,
        title: "Not expected",
        text: "This answer is not for the sign-in that Twinscope waits for. Use the address that it shows now."
    )
    static let used = SignInPage(
        status: .gone,
        title: "Used already",
        text: "This sign-in has ended. Twinscope says how."
    )
    static let notFound = SignInPage(
        status: .notFound,
        title: "Nothing here",
        text: "Twinscope waits for a sign-in elsewhere."
    )
    static let otherMethod = SignInPage(
        status: .methodNotAllowed,
        title: "Not possible",
        text: "Only GET is possible here."
    )

    /// Whatever the page: not kept, tells nobody where it came from, loads nothing.
    static let headers: HTTPHeaders = [
        "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Connection": "close",
    ]

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><meta charset="utf-8"><title>\(title)</title>
        <h1>\(title)</h1>
        <p>\(text)</p>
        </html>

        """
    }
}
