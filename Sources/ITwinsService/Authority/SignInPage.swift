import Crypto
import Foundation
import HTTPTypes

/// The page on which a user picks a sample user, and the page that says why there is none. Neither has scripts.
enum SignInPage {
    /// The names of the form's fields.
    enum Field {
        /// What ties the answer to the request.
        static let handle = "handle"
        /// The sign-in code that was typed.
        static let code = "code"
        /// The sample user that was picked.
        static let user = "user"
        /// There when nobody was picked.
        static let decline = "decline"
    }

    /// The users that people may sign in as; the identity of a program is none of them. Enter in the line for the code
    /// presses the first button (HTML, *Implicit submission*): that of the user whose token `serve` prints otherwise.
    static let users: [SampleUser] = [.administrator, .owner, .member]

    /// The page that asks for the sign-in code and a user.
    ///
    /// - Parameter codeWasWrong: whether it comes again because the code was wrong.
    static func question(_ request: AuthorizationRequest, handle: String, codeWasWrong: Bool = false) -> Reply {
        let asks: [HTML] = request.scopes.map { "<li>\($0.meaning) <small>\($0.rawValue)</small></li>" }
        let buttons: [HTML] = users.map { user in
            """
            <button id="\(user.rawValue)" name="\(Field.user)" value="\(user.rawValue)">\
            <b>\(user.displayName)</b> <small>\(meaning(of: user))</small></button>
            """
        }
        return page(
            status: codeWasWrong ? 403 : 200,
            """
            <h1>Sign in to the local iTwins service</h1>
            <p>\(request.target.client.name) (<code>\(request.target.client.id)</code>), which is waiting for the response at
            <code>\(request.target.origin)</code>, wants to</p>
            <ul>\(asks)</ul>
            <form method="post" action="/connect/authorize">
            <input type="hidden" name="\(Field.handle)" value="\(handle)">
            \(codeWasWrong ? wrongCode : "")
            <p><label for="\(Field.code)">Sign-in code, as shown in the terminal where <code>twinscope serve</code> runs</label></p>
            <input id="\(Field.code)" name="\(Field.code)" required autofocus autocomplete="off" autocapitalize="none" spellcheck="false">
            <p>The users are sample data. Sign in as (Enter selects the first)</p>
            \(buttons)
            <button id="decline" name="\(Field.decline)" value="yes" formnovalidate>Don't sign in</button>
            </form>
            """,
            // A browser that is sent on after a form looks at this list too.
            formAction: "'self' \(request.target.origin)"
        )
    }

    private static let wrongCode: HTML = #"<p role="alert"><b>The sign-in code is wrong.</b> Try again.</p>"#

    /// The page in the place of an answer to the client.
    static func refusal(_ message: String) -> Reply {
        page(
            status: 400,
            """
            <h1>This sign-in can't continue</h1>
            <p>\(message)</p>
            <p>Nothing was sent. Close this page and start again from the app.</p>
            """,
            formAction: "'none'"
        )
    }

    /// The page after too many wrong codes.
    static let closed: Reply = {
        var reply = page(
            status: 429,
            """
            <h1>This sign-in can't continue</h1>
            <p>The sign-in code was wrong too often. Wait a minute, then start again from the app.</p>
            """,
            formAction: "'none'"
        )
        reply.headers[.retryAfter] = String(Int(SignInCode.closedSeconds))
        return reply
    }()

    private static func page(status: Int, _ content: HTML, formAction: String) -> Reply {
        let page: HTML = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Local iTwins service: sign in</title><style>\(style)</style></head><body>
            \(content)
            </body></html>

            """
        return Reply(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy: """
                default-src 'none'; style-src 'sha256-\(styleDigest)'; base-uri 'none'; form-action \(formAction); \
                frame-ancestors 'none'
                """,
                // With less a browser would send the form with `Origin: null`, which is refused.
                .referrerPolicy: "same-origin",
            ],
            body: Array(page.source.utf8)
        )
    }

    private static func meaning(of user: SampleUser) -> String {
        switch user {
        case .member: "can view some iTwins and change two"
        case .owner: "owns some iTwins and can create others"
        case .administrator: "can view and change everything"
        case .service: "can change two iTwins"
        }
    }

    private static let styleDigest = Data(SHA256.hash(data: Data(style.source.utf8))).base64EncodedString()

    private static let style: HTML = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}
        code{font:.9em ui-monospace,monospace}small{opacity:.75}
        input{width:100%;box-sizing:border-box;padding:.75rem 1rem;font:inherit}
        button{display:block;width:100%;margin:.5rem 0;padding:.75rem 1rem;font:inherit;text-align:left;cursor:pointer}
        """
}
