import Crypto
import Foundation
import ITwinsAPI

/// The service's description for people: one page of HTML without scripts, written from the same tables as the
/// document for programs.
struct DescriptionPage: Sendable {
    private let head: HTML
    private let body: HTML
    private let hasProvider: Bool

    /// - Parameter hasProvider: whether the service is an OpenID provider too.
    init(maxReturns: ClosedRange<Int>, hasProvider: Bool) {
        self.hasProvider = hasProvider
        head = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Local iTwins service</title><style>\(Self.style)</style></head><body>
            <h1>Local iTwins service</h1>
            <p>\(OpenAPIDocument.summary). For programs it is described in <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
            """
        let schemas = ParameterSchemas(maxReturns: maxReturns)
        body = """
            \(Self.contents)
            \(Self.errors)
            \(OperationDeclaration.groups.map { group in
                "<h2>\(group.title)</h2>\(group.operations.map { Self.operation($0, schemas) })" as HTML
            })
            </body></html>

            """
    }

    /// What the page may load: nothing but its own style.
    static let policy: String = {
        let digest = Data(SHA256.hash(data: Data(style.source.utf8))).base64EncodedString()
        return
            "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }()

    /// The page, with examples for an origin.
    func bytes(origin: String) -> [UInt8] {
        let page: HTML = "\(head)\(start(origin: origin))\(body)"
        return Array(page.source.utf8)
    }

    private func start(origin: String) -> HTML {
        """
        <h2 id="try">Try it</h2>
        \(hasProvider ? Self.providerToken : Self.printedToken)
        <pre>TOKEN=…
        curl -H "Authorization: Bearer $TOKEN" '\(origin)/itwins?$top=5'
        curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
             -d '\(BodyExamples.example(of: .iTwin)?.text ?? "")' \(origin)/itwins</pre>
        \(hasProvider ? Self.signIn : "")
        """
    }

    private static let printedToken: HTML = """
        <p><code>twinscope serve</code> prints two lines when it is ready: the base URL and the bearer token, which every request needs.
        The token is stored with the database; <code>TWINSCOPE_SERVICE_TOKEN</code> sets another one.</p>
        """

    private static let providerToken: HTML = """
        <p>Every request needs a bearer token: one that the OpenID provider of this service issued (see <a href="#sign-in">Sign
        in</a>), or one from the file given with <code>--token-file</code>.</p>
        """

    private static let signIn: HTML = """
        <h2 id="sign-in">Sign in</h2>
        <p>This service requires signing in: it is an OpenID provider for its sample users, described in
        <a href="/\(Authority.Endpoint.discovery.rawValue)">/\(Authority.Endpoint.discovery.rawValue)</a>. The client
        <code>\(OAuthClient.native.id)</code> gets a code with PKCE for <code>http://localhost:PORT/signin-callback</code> or
        <code>http://127.0.0.1:PORT/signin-callback</code>; <code>\(OAuthClient.service.id)</code> uses its secret and acts as
        the sample user <code>\(SampleUser.service.rawValue)</code>. Only the provider's tokens and those of a token file are
        accepted. <code>twinscope serve</code> prints the sign-in code and the secret to standard error.</p>
        """

    private static let contents: HTML = """
        <h2>Operations</h2><ul class="contents">\(OperationDeclaration.all.map { declaration in
            """
            <li><a href="#\(declaration.id.rawValue)"><code>\(declaration.method.rawValue) \(declaration.live)</code></a> \
            \(declaration.summary)</li>
            """ as HTML
        })</ul>
        """

    /// The errors of all operations together.
    private static let errors: HTML = {
        var seen: Set<String> = []
        let all = RouteMatcher.Target.all.flatMap { ErrorResponses.errors(of: $0) }.flatMap(\.errors)
            .filter { seen.insert("\($0.status) \($0.code)").inserted }.sorted { $0.status < $1.status }
        let rows: [HTML] = all.map {
            "<tr><td>\($0.status)</td><td><code>\($0.code)</code></td><td>\($0.message)</td></tr>"
        }
        return """
            <h2 id="errors">Errors</h2>
            <p>Every error has a body <code>{"error":{"code":…,"message":…,"details":[{"code":…,"message":…,"target":…}]}}</code>.
            Rely on status, codes and targets; the messages are examples.</p>
            <table><thead><tr><th>Status</th><th>Code</th><th>Message</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }()

    private static func operation(_ declaration: OperationDeclaration, _ schemas: ParameterSchemas) -> HTML {
        let target = RouteMatcher.Target(operation: declaration.id, table: .live)
        let aliases = RouteMatcher.Target.all.filter { $0.operation == declaration.id && $0.table == .document }
        let notes: [HTML] =
            aliases.map {
                "<p>Also <code>\($0.declaration.method.rawValue) \($0.template)</code>, with status \($0.success).</p>"
            }
            + (declaration.isPreview ? ["<p>A technology preview of the live API.</p>"] : [])
        return """
            <section id="\(declaration.id.rawValue)"><h3><code>\(declaration.method.rawValue) \(declaration.live)</code></h3>
            <p>\(declaration.summary). <small>\(declaration.id.rawValue)</small></p>\(notes)
            \(parameters(target, schemas))\(example(target))\(answers(target))</section>
            """
    }

    private static func parameters(_ target: RouteMatcher.Target, _ schemas: ParameterSchemas) -> HTML {
        let parameters = schemas.parameters(of: target)
        guard !parameters.isEmpty else { return "" }
        let rows: [HTML] = parameters.map { parameter in
            """
            <tr><td><code>\(parameter["name"]?.string ?? "")</code></td><td>\(parameter["in"]?.string ?? "")</td>\
            <td>\(parameter["description"]?.string ?? "")</td><td>\(values(parameter["schema"]))</td></tr>
            """
        }
        return """
            <table><thead><tr><th>Parameter</th><th>In</th><th>Meaning</th><th>Values</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    /// A schema in few words.
    private static func values(_ schema: JSON?) -> String {
        guard let parameter = schema else { return "" }
        // The other alternative is the empty text.
        let schema = parameter["anyOf"]?.array?.first ?? parameter
        if let texts = (schema["enum"] ?? schema["examples"])?.array {
            return texts.compactMap(\.string).filter { !$0.isEmpty }.joined(separator: ", ")
        }
        if let least = schema["minimum"]?.int, let most = schema["maximum"]?.int {
            let standard = parameter["default"]?.int.map { ", default \($0)" } ?? ""
            return most == .max ? "\(least) or more\(standard)" : "\(least) to \(most)\(standard)"
        }
        if schema["type"] == "boolean" { return "true, false" }
        if let most = schema["maxLength"]?.int { return "up to \(most) characters" }
        return schema["pattern"] == nil ? schema["format"]?.string ?? "text" : "comma list"
    }

    private static func example(_ target: RouteMatcher.Target) -> HTML {
        if target.body == .image { return "<p>Body: the bytes of a PNG or JPEG file, up to \(Rules.imageBytes).</p>" }
        guard let example = BodyExamples.example(of: target.body) else { return "" }
        return "<details><summary>Example body</summary><pre>\(example.prettyText)</pre></details>"
    }

    private static func answers(_ target: RouteMatcher.Target) -> HTML {
        let success = target.answer == .none ? "without a body" : "{\"\(target.answer.rawValue)\":…}"
        let own = target.declaration.failures.map { "\($0.status) \($0.rawValue)" }.joined(separator: ", ")
        return "<p>Returns <b>\(target.success)</b> \(success). Specific errors: \(own).</p>"
    }

    private static let style: HTML = """
        :root{color-scheme:light dark;--line:#8886;--soft:#8882;--link:#0b63b5}@media(prefers-color-scheme:dark){:root{--link:#7cb8f5}}
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}a{color:var(--link)}
        code,pre{font:.9em ui-monospace,monospace}pre{background:var(--soft);padding:.75rem;overflow-x:auto}h2{margin-top:2.5rem}
        section{border-top:1px solid var(--line);margin-top:1.5rem}table{border-collapse:collapse;width:100%;font-size:.9em}
        th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}.contents{list-style:none;padding:0}
        """
}
