import Browser
import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import twinscope

/// What a configuration may say, and what is said about one that says something else.
@Suite(.rows(60))
struct ConfigurationTests {
    private let folder: TemporaryFolder
    private var file: String { folder.file("config.yaml") }

    init() throws { folder = try TemporaryFolder() }

    private func read(_ text: String) -> Configuration { Configuration(Data(text.utf8)) }

    /// What is wrong with a file first, in one sentence; nil when nothing is.
    private func problem(_ text: String) -> String? { read(text).problem?.description }

    /// Reads a file as the program does.
    private func load(_ bytes: Data) throws -> Configuration {
        try bytes.write(to: URL(fileURLWithPath: file))
        return Configuration(path: file)
    }

    private static let good = """
        # ours
        profile: survey
        profiles:
          survey:
            api-url: https://api.example.org/itwins
            authority: https://sign.example.org/
            client-id: native-123
            scopes: itwin-platform openid
            routes: document
            colour: magenta
            label: Survey
            read-only: true
            redirect-uris: [http://localhost:4000/back, "http://127.0.0.1:4001/back"]
          nightly:
            api-url: https://qa-api.bentley.com/itwins
            client-id: service-9
            client-secret-env: NIGHTLY_SECRET
          scripts:
            api-url: http://localhost:8080/itwins
            access-token-command: pass show itwin | head -1
          production:
            client-id: native-77
            confirm-writes: false
          local: {colour: cyan, label: "Here"}

        """

    // MARK: What it may say

    @Test func `Without a file there are the profiles production, qa, dev and local, and local is the default`() {
        let configuration = Configuration(path: folder.file("none.yaml"))
        #expect(configuration.profiles.map(\.name) == ["production", "qa", "dev", "local"])
        #expect(configuration.standard == "local")
        #expect(configuration.problem == nil)
        #expect(Configuration(path: nil).profiles == configuration.profiles)
        let production = configuration["production"]
        #expect(production?.target == .remote(baseURL: "https://api.bentley.com/itwins"))
        #expect(production?.label == "PROD")
        #expect(production?.color == .red)
        #expect(production?.confirmsWrites == true)
        #expect(configuration["qa"]?.confirmsWrites == false)
        #expect(configuration["dev"]?.target == .remote(baseURL: "https://dev-api.bentley.com/itwins"))
        #expect(configuration["local"]?.access == .local)
    }

    @Test func `A profile has a URL, a sign-in, an appearance and permissions`() throws {
        let configuration = read(Self.good)
        #expect(configuration.standard == "survey")
        #expect(
            configuration.profiles.map(\.name) == ["production", "qa", "dev", "local", "survey", "nightly", "scripts"]
        )
        let survey = try #require(configuration["survey"])
        #expect(survey.target == .remote(baseURL: "https://api.example.org/itwins"))
        #expect(
            survey.access
                == .user(
                    .init(
                        authority: "https://sign.example.org/",
                        id: "native-123",
                        scopes: ["itwin-platform", "openid"]
                    ),
                    redirectURIs: ["http://localhost:4000/back", "http://127.0.0.1:4001/back"]
                )
        )
        #expect((survey.routes, survey.color, survey.label) == (.document, .magenta, "Survey"))
        #expect(survey.isReadOnly)
        #expect(!survey.confirmsWrites)
        let connection = survey.connection(maxReturn: 7)
        #expect(connection.canSignIn && connection.isReadOnly && connection.host == "api.example.org")
    }

    @Test func `The kind of sign-in follows from the settings, and the authority from the host`() throws {
        let configuration = read(Self.good)
        #expect(
            configuration["nightly"]?.access
                == .service(
                    .init(authority: "https://qa-ims.bentley.com", id: "service-9", scopes: ["itwin-platform"]),
                    secret: .variable("NIGHTLY_SECRET")
                )
        )
        #expect(configuration["scripts"]?.access == .command("pass show itwin | head -1"))
        #expect(configuration["dev"]?.access == Profile.Access.none)
        #expect(configuration["dev"]?.problem?.contains("client-id") == true)
        #expect(configuration["nightly"]?.label == "NIGHTLY")
    }

    @Test func `Built-in profiles are overridden setting by setting`() throws {
        let configuration = read(Self.good)
        let production = try #require(configuration["production"])
        #expect(production.target == .remote(baseURL: "https://api.bentley.com/itwins"))
        #expect(production.color == .red)
        #expect(!production.confirmsWrites)
        guard case .user(let client, let uris) = production.access else {
            Issue.record("\(production.access)")
            return
        }
        #expect(client.authority == "https://ims.bentley.com")
        #expect(uris.map { URLComponents(string: $0)?.port } == [3000, 3301, 3302, 3303])
        #expect(configuration["local"]?.color == .cyan)
        #expect(configuration["local"]?.label == "Here")
    }

    @Test func `Every profile for production is red and asks before changes, unless configured otherwise`() throws {
        let text = """
            profiles:
              mine: {api-url: "https://api.bentley.com/itwins", client-id: a}
              calm: {api-url: "https://api.bentley.com/itwins", client-id: a, colour: green, confirm-writes: false}
            """
        let configuration = read(text)
        #expect(configuration["mine"]?.color == .red)
        #expect(configuration["mine"]?.confirmsWrites == true)
        #expect(configuration["calm"]?.color == .green)
        #expect(configuration["calm"]?.confirmsWrites == false)
    }

    @Test func `A byte-order mark, other line endings and an empty file are accepted`() throws {
        let profiles = read(Self.good).profiles
        #expect(read("\u{FEFF}" + Self.good).profiles == profiles)
        #expect(read(Self.good.replacing("\n", with: "\r\n")).profiles == profiles)
        for text in ["", "\n", "# nothing\n", "---\n", "{}", "profiles: {}\n"] {
            #expect(read(text).profiles == Configuration().profiles)
        }
    }

    // MARK: What is wrong

    @Test(arguments: [
        ("profiles: [a]\n", 1, 11, "the list of profiles must be lines of “key: value”, not a list"),
        ("just words\n", 1, 1, "a configuration must be lines of “key: value”, not text"),
        ("profils:\n  a: {}\n", 1, 1, "“profils” isn't a configuration key; did you mean “profile”?"),
        ("theme: dark\n", 1, 1, "“theme” isn't a configuration key; use profile or profiles"),
        ("profile: prodution\n", 1, 10, "there is no profile “prodution”. Did you mean “production”?"),
        ("profile: [a]\n", 1, 10, "“profile” must be text, not a list"),
        ("profiles:\n  a: yes\n", 2, 6, "a profile must be lines of “key: value”, not text"),
        ("profiles:\n  a: {}\n", 2, 3, "the profile “a” has no api-url; add the URL of its service"),
        ("profiles:\n  two words: {}\n", 2, 3, "“two words” isn't a valid profile name; use up to 30 letters"),
        (
            "profiles:\n  environment: {}\n", 2, 3,
            "“environment” is reserved for TWINSCOPE_API_URL and TWINSCOPE_ACCESS_TOKEN"
        ),
        ("profiles:\n  qa:\n    colr: red\n", 3, 5, "“colr” isn't a profile key; did you mean “colour”?"),
        ("profiles:\n  qa:\n    color: red\n", 3, 5, "did you mean “colour”?"),
        ("profiles:\n  qa:\n    colour: grene\n", 3, 13, "colour is “grene”; did you mean “green”?"),
        ("profiles:\n  qa:\n    colour: crimson\n", 3, 13, "colour is “crimson”; use red, yellow, green,"),
        ("profiles:\n  qa:\n    routes: both\n", 3, 13, "routes is “both”; use live, document"),
        ("profiles:\n  qa:\n    read-only: yes\n", 3, 16, "read-only is “yes”; use true or false"),
        ("profiles:\n  qa:\n    confirm-writes: 1\n", 3, 21, "confirm-writes is “1”; use true or false"),
        ("profiles:\n  qa:\n    label: [a]\n", 3, 12, "“label” must be text, not a list"),
        ("profiles:\n  qa:\n    label:\n", 3, 11, "“label” is empty; give it a value, or remove the line"),
        ("profiles:\n  qa:\n    label: much too long for it\n", 3, 12, "use up to 12 visible characters"),
        ("profiles:\n  qa:\n    label: a\u{200B}b\n", 3, 12, "is too long or has invisible characters"),
        ("profiles:\n  qa:\n    api-url: api.bentley.com\n", 3, 14, "api-url isn't a URL of scheme, host and path"),
        ("profiles:\n  qa:\n    api-url: http://api.bentley.com\n", 3, 14, "api-url would send tokens unencrypted"),
        ("profiles:\n  qa:\n    authority: https://a.example.org?x=1\n", 3, 16, "authority isn't a URL"),
        ("profiles:\n  qa:\n    client-id: two words\n", 3, 16, "client-id contains spaces or invalid characters"),
        (
            "profiles:\n  qa:\n    redirect-uris: http://localhost/x\n", 3, 20,
            "the redirect URI “http://localhost/x” can't be"
        ),
        (
            "profiles:\n  qa:\n    redirect-uris: https://example.org:80/x\n", 3, 20,
            "write it as http://localhost:3000/"
        ),
        ("profiles:\n  qa:\n    client-secret-env: a-b\n", 3, 24, "client-secret-env isn't the name of a variable"),
        (
            "profiles:\n  qa:\n    client-id: a\n    client-secret-env: A\n    client-secret-file: b\n", 5, 5,
            "only one source of the secret is allowed; remove client-secret-file or the other one"
        ),
        (
            "profiles:\n  qa:\n    client-secret-env: A\n", 3, 5,
            "client-secret requires client-id; add it"
        ),
        (
            "profiles:\n  qa:\n    client-id: a\n    access-token-command: b\n", 4, 5,
            "either access-token-command or client-id, not both; remove one"
        ),
        (
            "profiles:\n  qa:\n    client-id: a\n    client-secret-env: A\n    redirect-uris: http://localhost:1/a\n",
            5, 5,
            "is a service and has no redirect"
        ),
        (
            "profiles:\n  mine:\n    api-url: https://a.example.org\n    client-id: a\n", 4, 5,
            "the authority of a.example.org is unknown; add authority"
        ),
        ("profiles:\n  local:\n    api-url: https://a.example.org\n", 3, 5, "“local” is the built-in service"),
        (
            "profiles:\n  local:\n    client-id: a\n", 3, 5,
            "“local” is the built-in service and needs no client-id"
        ),
        ("profiles:\n  qa: {}\n  qa: {}\n", 2, 3, "“qa” appears twice; remove one"),
        ("profiles:\n\tqa: {}\n", 2, 1, "this isn't valid YAML: "),
        ("profiles: {qa: {}\n", 2, 1, "this isn't valid YAML: "),
        ("profile: qa\n---\nprofile: qa\n", 2, 1, "this isn't valid YAML: "),
        ("profile: 'qa\n", 1, 10, "a quote isn't closed on its line"),
        ("profile: q\u{7}a\n", 1, 11, "the control character U+7 isn't allowed in a configuration; remove it"),
        ("profiles: &p {qa: *p}\n", 1, 11, "YAML anchors and aliases aren't allowed in configurations"),
    ])
    func `A mistake in the configuration is reported with file, line, column and a suggestion`(
        _ text: String,
        _ line: Int,
        _ column: Int,
        _ expected: String
    ) throws {
        let told = try #require(problem(text))
        #expect(told.hasPrefix("config.yaml line \(line) column \(column): "), "\(told)")
        #expect(told.contains(expected), "\(told)")
    }

    @Test(arguments: [
        "client-secret: canary", "access-token: canary", "refresh-token: canary", "Client-Secret: canary",
        "token: canary",
        "password: canary", "client-id: ca nary canary", "client-secret-env: canary-canary",
        "api-url: https://me:canary@api.example.org/", "authority: https://a.example.org/?token=canary",
    ])
    func `A secret in the file is rejected with the alternative, and never shown`(_ line: String) throws {
        let told = try #require(problem("profiles:\n  qa:\n    \(line)\n"))
        #expect(told.hasPrefix("config.yaml line 3 column "))
        #expect(!told.contains("canary"), "\(told)")
    }

    @Test func `A configuration that is too large or too deep is rejected without being read to its end`() throws {
        #expect(
            try load(Data(count: 10 * 1_048_576)).problem?.description.contains("larger than the limit of 1 MiB")
                == true
        )
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(problem("profiles: \(deep)\n")?.contains("isn't valid YAML") == true)
        let many = (0..<300).map { "  p\($0): {api-url: https://a.example.org}\n" }.joined()
        #expect(problem("profiles:\n\(many)")?.contains("at most 200 profiles") == true)
        #expect(try load(Data([0x61, 0xFF])).problem?.description.contains("isn't UTF-8") == true)
    }

    // MARK: What holds of a file that is wrong

    private static let names = ["production", "qa", "dev", "local"]

    @Test(arguments: [
        "theme: dark\n", "profile: nowhere\n", "profiles:\n  qa: {colr: red}\n", "profiles:\n  two words: {}\n",
    ])
    func `A mistake elsewhere in the file keeps a read-only profile read-only`(_ slip: String) throws {
        let slips = slip.hasPrefix("profiles:") ? slip : slip + "profiles:\n"
        let configuration = try load(Data((slips + "  production: {read-only: true, client-id: a}\n").utf8))
        #expect(configuration["production"]?.isReadOnly == true)
        #expect(configuration["production"]?.problem == nil)
        #expect(configuration["dev"]?.isReadOnly == false)
    }

    @Test func `An unreadable file makes all profiles but local read-only`() throws {
        let unreadable = [
            Data("profiles: {qa: {}\n".utf8), Data([0x61, 0xFF]), Data(count: 2 * 1_048_576), Data("words\n".utf8),
            Data("profils:\n  production: {read-only: true}\n".utf8), Data("profiles: [production]\n".utf8),
        ]
        for bytes in unreadable {
            let configuration = try load(bytes)
            #expect(configuration.profiles.filter { !$0.isReadOnly }.map(\.name) == ["local"])
            #expect(configuration.profiles.map(\.name) == Self.names)
        }
    }

    @Test func `A dangling link doesn't count as a missing file`() throws {
        let nowhere = folder.file("nowhere")
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: nowhere)
        #expect(Configuration(path: file)["production"]?.isReadOnly == true)
        try FileManager.default.createSymbolicLink(atPath: folder.file("folder"), withDestinationPath: nowhere)
        #expect(Configuration(path: folder.file("folder/config.yaml"))["production"]?.isReadOnly == true)
    }

    @Test func `The path of the file comes first in its error messages`() throws {
        let configuration = try load(Data("profiles:\n  qa: {colr: red}\n".utf8))
        #expect(
            configuration.problem?.description.hasPrefix("\(file) line 2 column 8: “colr” isn't a profile key") == true
        )
    }

    @Test(arguments: [
        "colr: red", "colour: crimson", "label: much too long for it", "routes: both", "read-only: yes",
    ])
    func `A profile with an unreadable part is read-only, and the rest of it applies`(_ line: String) throws {
        let text = """
            profiles:
              mine:
                api-url: https://a.example.org/itwins
                \(line)
                access-token-command: print
                confirm-writes: true
              qa: {client-id: a}
            """
        let configuration = read(text)
        let mine = try #require(configuration["mine"])
        #expect(configuration.problems.count == 1)
        #expect(mine.isReadOnly && mine.confirmsWrites)
        #expect(mine.access == .command("print"))
        #expect(mine.problem == nil)
        #expect(configuration["qa"]?.isReadOnly == false)
        #expect(configuration["production"]?.isReadOnly == false)
        #expect(configuration.notice?.hasSuffix("Until this is fixed “mine” allows no changes.") == true)
    }

    @Test func `If the confirmation setting can't be read, changes are confirmed`() {
        #expect(read("profiles: {qa: {confirm-writes: perhaps}}\n")["qa"]?.confirmsWrites == true)
    }

    @Test(arguments: [
        "client-secret-env: a-b", "client-secret: canary", "authority: http://a.example.org", "scopes: {}",
        "redirect-uris: ftp://localhost/", "access-token-command: {}", "access-token-command: print",
        "<<: {client-secret-env: A}", "<: {client-secret-env: A}", "[client-secret-env]: A",
    ])
    func `If part of the sign-in settings can't be read, the rest isn't used to sign in`(_ line: String) {
        let place = "api-url: https://qa-api.bentley.com/itwins"
        let qa = read("profiles:\n  qa:\n    \(place)\n    client-id: native-1\n    \(line)\n")["qa"]
        #expect(qa?.access == Profile.Access.none)
        #expect(qa?.isReadOnly == true)
        #expect(qa?.problem?.hasPrefix("config.yaml line ") == true)
    }

    @Test(arguments: ["qa", "mine"])
    func `A profile whose URL can't be read can't be used, and sends nothing elsewhere`(_ name: String) {
        let configuration = read("profile: \(name)\nprofiles:\n  \(name): {api-url: nowhere, client-id: a}\n")
        #expect(configuration[name] == nil)
        #expect(configuration.unusable[name]?.place == .init(line: 3, column: 5 + name.count + 10))
        #expect(configuration.standard == "local")
        #expect(configuration.notice?.hasSuffix("Until this is fixed “\(name)” can't be used.") == true)
    }

    @Test(arguments: [
        "https://qa.example.org/itwins", "[https://qa.example.org/itwins]",
        "{<<: {api-url: https://qa.example.org/itwins}, client-id: a}",
        "{<: {api-url: https://qa.example.org/itwins}, client-id: a}",
        "{[api-url]: https://qa.example.org/itwins, client-id: a}",
    ])
    func `A profile whose URL may be in an unreadable part can't be used, and doesn't use the built-in URL`(
        _ profile: String
    ) {
        let configuration = read("profiles:\n  qa: \(profile)\n")
        #expect(configuration["qa"] == nil)
        #expect(configuration.unusable["qa"]?.place?.line == 2)
        #expect(configuration["production"]?.isReadOnly == false)
        #expect(configuration.notice?.hasSuffix("Until this is fixed “qa” can't be used.") == true)
    }

    @Test(arguments: [
        "prodution: {}", "Production: {label: P}", "PROD: {read-only: true}", "live: {read-only: tru}",
        "PROD: read-only", "PROD: {<<: {read-only: true}}", "production:\n  read-only: true",
    ])
    func `A misspelled name doesn't lift the restrictions of production`(_ entry: String) {
        let configuration = read("profiles:\n  \(entry)\n")
        #expect(configuration["production"]?.isReadOnly == true)
        #expect(configuration["local"]?.isReadOnly == false)
    }

    @Test func `All mistakes are found at once, in the order of the file`() {
        let configuration = read("profile: nowhere\nprofils: {}\nprofiles:\n  qa: {colr: red, rots: live}\ntheme: x\n")
        #expect(configuration.problems.compactMap(\.place?.line) == [1, 2, 4, 4, 5])
        #expect(configuration.notice?.contains(" There are 4 more mistakes. All profiles except local") == true)
    }

    // MARK: The file itself

    @Test func `A file with mistakes is left unchanged, and the local service is the default`() throws {
        let bytes = Data("profile: nowhere\nprofiles:\n  mine: {api-url: https://a.example.org}\n".utf8)
        let configuration = try load(bytes)
        #expect(configuration.problem?.place == .init(line: 1, column: 10))
        #expect(configuration.profiles.map(\.name) == Self.names + ["mine"])
        #expect(configuration.standard == "local")
        #expect(FileManager.default.contents(atPath: file) == bytes)
    }

    @Test func `A link is followed, and a cycle of links or a special file is reported`() throws {
        let shared = folder.url.appendingPathComponent("team.yaml")
        try Data("profile: qa\n".utf8).write(to: shared)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: shared.path)
        #expect(Configuration(path: file).standard == "qa")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file)
        #expect(Configuration(path: file).problem?.description.contains("config.yaml: it can't be read") == true)
        try FileManager.default.removeItem(atPath: file)
        mkfifo(file, 0o600)
        #expect(Configuration(path: file).problem?.description.contains("it isn't a regular file") == true)
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        #expect(Configuration(path: file).problem != nil)
    }

    @Test func `A file that anyone can write to is ignored, since it can name commands`() throws {
        _ = try load(Data("profile: qa\n".utf8))
        chmod(file, 0o666)
        let configuration = Configuration(path: file)
        #expect(configuration.standard == "local")
        #expect(configuration.problem?.description.contains("chmod o-w") == true)
    }

    @Test func `A file in a folder that anyone can write to is ignored, also behind a link`()
        throws
    {
        _ = try load(Data("profile: qa\n".utf8))
        chmod(folder.path, 0o777)
        let problem = Configuration(path: file).problem?.description
        #expect(
            problem?.contains(
                "a folder on its path, and it can name commands; run chmod o-w '\(folder.path)'"
            ) == true
        )
        let links = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: links.file("config.yaml"), withDestinationPath: file)
        #expect(Configuration(path: links.file("config.yaml")).problem != nil)
        // As /tmp is: nobody can rename what is somebody else's.
        chmod(folder.path, 0o1777)
        #expect(Configuration(path: links.file("config.yaml")).problem == nil)
        chmod(links.path, 0o777)
        #expect(Configuration(path: links.file("config.yaml")).problem != nil)
    }

    @Test func `If a user can't restrict a folder on the path, the message says who can and what to do instead`() {
        let theirs = UntrustedFile.remedy(forOpen: "/srv/team", isOwn: false)
        #expect(
            theirs.hasPrefix("move it to a folder of your own, or ask root or the owner of '/srv/team' to run chmod")
        )
        #expect(UntrustedFile.remedy(forOpen: "/srv/team", isOwn: true) == "run chmod o-w '/srv/team'")
    }

    @Test func `No folder on the path may be writable for everyone, whether reached through a link or not`() throws {
        _ = try load(Data("profile: qa\n".utf8))
        let (open, links) = (folder.file("open"), try TemporaryFolder())
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(open)/inner", withIntermediateDirectories: true)
        try manager.moveItem(atPath: file, toPath: "\(open)/inner/config.yaml")
        try manager.createSymbolicLink(atPath: file, withDestinationPath: "\(open)/inner/config.yaml")
        try manager.createSymbolicLink(atPath: "\(open)/link", withDestinationPath: "inner/config.yaml")
        try manager.createSymbolicLink(atPath: links.file("config.yaml"), withDestinationPath: "\(open)/link")
        try manager.createSymbolicLink(atPath: links.file("folder"), withDestinationPath: "\(open)/inner")
        let ways = [
            "\(open)/inner/config.yaml", file, links.file("config.yaml"), links.file("folder/config.yaml"),
            links.file("folder/../inner/config.yaml"),
        ]
        for way in ways { #expect(Configuration(path: way).problem == nil, "\(way)") }
        chmod(open, 0o777)
        for way in ways {
            let problem = Configuration(path: way).problem?.description
            #expect(problem?.contains("chmod o-w '\(open)'") == true, "\(way)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
    func `In a shared folder such as /tmp nothing owned by another user is followed`()
        throws
    {
        _ = try load(Data("profile: qa\n".utf8))
        let (shared, links) = (folder.file("shared"), try TemporaryFolder())
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(shared)/theirs", withIntermediateDirectories: true)
        try manager.moveItem(atPath: file, toPath: "\(shared)/theirs/config.yaml")
        try manager.createSymbolicLink(atPath: links.file("folder"), withDestinationPath: "\(shared)/theirs")
        chmod(shared, 0o1777)
        let way = links.file("folder/config.yaml")
        #expect(Configuration(path: way).standard == "qa")
        chown("\(shared)/theirs", 65534, 65534)
        #expect(Configuration(path: way).standard == "local")
    }
}
