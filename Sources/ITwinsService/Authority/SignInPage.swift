import Crypto
import Foundation
import HTTPTypes

/// The page on which a person picks a sample user, and the page that says why there is none. Neither has scripts.
enum SignInPage {
    /// The names of the form's fields.
    enum Field {
        /// What ties the answer to the request.
        static let handle = "handle"
        /// The sample user that was picked.
        static let user = "user"
        /// There when nobody was picked.
        static let decline = "decline"
    }

    /// The users that people may sign in as; the identity of a program is none of them.
    static let users: [SampleUser] = [.member, .owner, .administrator]

    /// The page that asks for a user.
    static func question(_ request: AuthorizationRequest, handle: String) -> Reply {
        let asks: [HTML] = request.scopes.map { "<li>\($0.meaning) <small>\($0.rawValue)</small></li>" }
        let buttons: [HTML] = users.map { user in
            """
            <button id="\(user.rawValue)" name="\(Field.user)" value="\(user.rawValue)">\
            <b>\(user.displayName)</b> <small>\(meaning(of: user))</small></button>
            """
        }
        return page(
            status: 200,
            """
            <h1>Sign in to the local iTwins service</h1>
            <p>\(request.target.client.name) (<code>\(request.target.client.id)</code>), which waits for the answer at
            <code>\(request.target.origin)</code>, wants to</p>
            <ul>\(asks)</ul>
            <p>These users are made up; none has a password. Go on as</p>
            <form method="post" action="/connect/authorize">
            <input type="hidden" name="\(Field.handle)" value="\(handle)">
            \(buttons)
            <button id="decline" name="\(Field.decline)" value="yes">Do not sign in</button>
            </form>
            """,
            // A browser that is sent on after a form looks at this list too.
            formAction: "'self' \(request.target.origin)"
        )
    }

    /// The page in the place of an answer to the client.
    static func refusal(_ message: String) -> Reply {
        page(
            status: 400,
            """
            <h1>This sign-in cannot go on</h1>
            <p>\(message)</p>
            <p>Nothing was sent to any program. Close this page and start again from the program.</p>
            """,
            formAction: "'none'"
        )
    }

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
        case .member: "looks at some iTwins and may change two"
        case .owner: "owns some iTwins and may create others"
        case .administrator: "may see and change everything"
        case .service: "may change two iTwins"
        }
    }

    private static let styleDigest = Data(SHA256.hash(data: Data(style.source.utf8))).base64EncodedString()

    private static let style: HTML = """
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}
        code{font:.9em ui-monospace,monospace}small{opacity:.75}
        button{display:block;width:100%;margin:.5rem 0;padding:.75rem 1rem;font:inherit;text-align:left;cursor:pointer}
        """
}
