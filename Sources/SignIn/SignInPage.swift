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
        text: "Twinscope is signed in. You can close this page."
    )
    static let failure = SignInPage(
        status: .badRequest,
        title: "Not signed in",
        text: "Twinscope shows the reason. Close this page and try again there."
    )
    static let strange = SignInPage(
        status: .badRequest,
        title: "Unexpected response",
        text: "This response isn't for the current sign-in. Use the URL that Twinscope shows now."
    )
    static let used = SignInPage(
        status: .gone,
        title: "Already used",
        text: "This sign-in has ended. Twinscope shows its result."
    )
    static let notFound = SignInPage(
        status: .notFound,
        title: "Not found",
        text: "Twinscope waits for a sign-in at another URL."
    )
    static let otherMethod = SignInPage(
        status: .methodNotAllowed,
        title: "Method not allowed",
        text: "Only GET is allowed here."
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
