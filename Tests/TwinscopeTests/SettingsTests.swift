import Browser
import Foundation
import ITwinsAPI
import TestSupport
import Testing

@testable import twinscope

/// Which profile is browsed: what comes before what, and who gets the token of the environment.
struct SettingsTests {
    private static let url = "https://api.example.org/itwins"
    private static let configuration = """
        profile: survey
        profiles:
          survey: {api-url: https://survey.example.org/itwins, access-token-command: "true", read-only: true, colour: cyan}
          qa: {client-id: native-1}
        """

    private func settings(
        local: Bool = false,
        profile: String? = nil,
        _ environment: [String: String] = [:],
        _ configuration: String = ""
    ) throws -> Settings {
        try Settings(
            isLocal: local,
            profile: profile,
            maxReturn: nil,
            environment: environment,
            configuration: Configuration(Data(configuration.utf8))
        )
    }

    /// What is told of wrong usage; nil when there is none.
    private func refusal(
        local: Bool = false,
        profile: String? = nil,
        _ environment: [String: String] = [:],
        _ configuration: String = ""
    ) -> String? {
        do {
            _ = try settings(local: local, profile: profile, environment, configuration)
            return nil
        } catch {
            return (error as? Failure)?.message
        }
    }

    private static let given = ["TWINSCOPE_API_URL": url, "TWINSCOPE_ACCESS_TOKEN": "canary"]

    @Test func `Without settings the local service is used, otherwise the configured default`() throws {
        #expect(try settings().profile.name == "local")
        #expect(try settings([:], Self.configuration).profile.name == "survey")
    }

    @Test func `The environment overrides the configuration, and the command line overrides both`() throws {
        let variable = ["TWINSCOPE_PROFILE": "qa"]
        #expect(try settings(variable, Self.configuration).profile.name == "qa")
        #expect(try settings(local: true, variable, Self.configuration).profile.name == "local")
        #expect(try settings(profile: "survey", variable, Self.configuration).profile.name == "survey")
        #expect(try settings(Self.given, Self.configuration).profile.target == .remote(baseURL: Self.url))
        #expect(try settings(profile: "qa", Self.given, Self.configuration).profile.name == "qa")
        #expect(try settings(local: true, profile: "local", Self.given).isLocal)
    }

    @Test func `A URL and a token make a profile of their own`() throws {
        let settings = try settings(Self.given)
        #expect(settings.profile.access == .token(Secret("canary")))
        #expect(settings.connection.label == "ENV")
        #expect(settings.connection.host == "api.example.org")
        #expect(settings.choices.map(\.name) == ["environment", "production", "qa", "dev", "local"])
    }

    @Test(arguments: [
        "https://api.bentley.com/itwins", "https://API.bentley.com:443/itwins", "https://api.bentley.com./itwins",
        "https://api.bentley.com", "https://api.bentley.com:8443/",
    ])
    func `A URL of the production host asks before each change and is red`(_ url: String)
        throws
    {
        let settings = try settings(Self.given.merging(["TWINSCOPE_API_URL": url]) { $1 })
        #expect(settings.connection.confirmsWrites)
        #expect(settings.connection.color == .red)
        let named = try self.settings(
            Self.given.merging(["TWINSCOPE_API_URL": url, "TWINSCOPE_PROFILE": "qa"]) { $1 },
            Self.configuration
        )
        #expect(named.connection.confirmsWrites)
        let file = "profiles:\n  mine: {api-url: \"\(url)\", access-token-command: \"true\"}\n"
        let mine = try self.settings(profile: "mine", [:], file)
        #expect(mine.connection.confirmsWrites)
    }

    @Test(arguments: ["https://qa-api.bentley.com/itwins", "https://api.bentley.com.example.org/itwins"])
    func `A URL of another host doesn't ask`(_ url: String) throws {
        let settings = try settings(Self.given.merging(["TWINSCOPE_API_URL": url]) { $1 })
        #expect(!settings.connection.confirmsWrites)
        #expect(settings.connection.color == nil)
    }

    @Test func `URL and token use the settings of a profile named with them`() throws {
        let settings = try settings(Self.given.merging(["TWINSCOPE_PROFILE": "survey"]) { $1 }, Self.configuration)
        #expect(settings.profile.target == .remote(baseURL: Self.url))
        #expect(settings.profile.access == .token(Secret("canary")))
        #expect(settings.connection.isReadOnly)
        #expect(settings.connection.color == .cyan)
    }

    @Test func `A token with a URL belongs to that URL and isn't used for a profile on the command line`() throws {
        let settings = try settings(profile: "qa", Self.given, Self.configuration)
        #expect(settings.profiles.allSatisfy { if case .token = $0.access { false } else { true } })
    }

    @Test func `A token alone belongs to the named profile and to no other`() throws {
        let token = ["TWINSCOPE_ACCESS_TOKEN": "canary"]
        let option = try settings(profile: "production", token)
        #expect(option.profile.access == .token(Secret("canary")))
        let variable = try settings(token.merging(["TWINSCOPE_PROFILE": "dev"]) { $1 })
        #expect(variable.profile.access == .token(Secret("canary")))
        #expect(variable.profiles.filter { if case .token = $0.access { true } else { false } }.map(\.name) == ["dev"])
        #expect(try settings(profile: "local", token).profile.access == .local)
        #expect(refusal(token, Self.configuration)?.contains("TWINSCOPE_API_URL isn't") == true)
    }

    @Test func `An unknown profile is a usage error that lists the profiles`() {
        #expect(
            refusal(profile: "prodution")
                == "--profile is “prodution”, which isn't a profile. Did you mean “production”? The profiles are production, qa, dev, local."
        )
        #expect(
            refusal(["TWINSCOPE_PROFILE": "x"])?.hasPrefix("TWINSCOPE_PROFILE is “x”, which isn't a profile.")
                == true
        )
    }

    @Test func `A profile without a token source is a usage error with advice, and so are two sources`() {
        #expect(refusal(profile: "production")?.contains("Add client-id to config.yaml") == true)
        #expect(refusal(local: true, profile: "qa")?.contains("can't be combined") == true)
    }

    @Test func `The environment's routes apply to every profile`() throws {
        let settings = try settings(["TWINSCOPE_API_ROUTES": "document"])
        #expect(settings.profiles.allSatisfy { $0.routes == .document })
    }

    @Test func `A broken configuration is reported, also if one of its profiles is requested`() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("config.yaml")
        try Data("profiles:\n  mine: {colr: red}\n".utf8).write(to: file)
        let configuration = Configuration(path: file.path)
        func begin(_ profile: String?) throws -> Settings {
            try Settings(
                isLocal: false,
                profile: profile,
                maxReturn: nil,
                environment: [:],
                configuration: configuration
            )
        }
        #expect(try begin(nil).notice?.contains("config.yaml line 2 column 10: “colr” isn't a profile key") == true)
        do {
            _ = try begin("mine")
            Issue.record("there is no such profile")
        } catch {
            #expect((error as? Failure)?.message.contains("config.yaml line 2 column 10") == true)
        }
    }

    @Test func `If the file can't be read the cause comes first, and the environment's profile is read-only too`()
        throws
    {
        let broken = "profils: {mine: {read-only: true}}\n"
        #expect(
            refusal(profile: "mine", [:], broken)?.hasPrefix("config.yaml line 1 column 1: “profils” isn't a") == true
        )
        #expect(try settings(Self.given, broken).connection.isReadOnly)
        #expect(try !settings(local: true, [:], broken).connection.isReadOnly)
        #expect(
            refusal(profile: "qa", [:], "profiles: {qa: {api-url: x}}\n")?.hasPrefix("config.yaml line 1 column 26: ")
                == true
        )
    }

    @Test func `What the file forbids in production applies to a URL of that host as well`() throws {
        let production = Self.given.merging(["TWINSCOPE_API_URL": "https://api.bentley.com/itwins"]) { $1 }
        #expect(try !settings(production).connection.isReadOnly)
        for profile in ["{read-only: true}", "{colr: red}", "{api-url: nowhere}"] {
            let configuration = "profiles: {production: \(profile)}\n"
            #expect(try settings(production, configuration).connection.isReadOnly, "\(profile)")
            #expect(try !settings(Self.given, configuration).connection.isReadOnly, "\(profile)")
        }
        let calm = "profiles: {production: {confirm-writes: false}}\n"
        #expect(try !settings(production, calm).connection.confirmsWrites)
    }

    @Test func `What a reloaded configuration forbids applies to the environment's profile as well`() throws {
        let named = try settings(profile: "qa", ["TWINSCOPE_ACCESS_TOKEN": "canary"], Self.configuration)
        let forbidding = Configuration(Data("profiles: {qa: {read-only: true}}\n".utf8))
        #expect(named.profiles(of: forbidding).first { $0.name == "qa" }?.isReadOnly == true)
        let made = try settings(Self.given)
        let closed = Configuration(Data("profils: {}\n".utf8))
        #expect(made.profiles(of: closed).first?.isReadOnly == true)
    }

    @Test func `Reloading the configuration leaves the environment's settings unchanged`() throws {
        let settings = try settings(profile: "qa", ["TWINSCOPE_ACCESS_TOKEN": "canary"], Self.configuration)
        let text =
            "profiles:\n  qa: {client-id: other}\n  new: {api-url: https://new.example.org, access-token-command: x}\n"
        let profiles = settings.profiles(of: Configuration(Data(text.utf8)))
        #expect(profiles.first { $0.name == "qa" }?.access == .token(Secret("canary")))
        #expect(profiles.contains { $0.name == "new" })
        #expect(try self.settings(Self.given).profiles(of: Configuration()).first?.name == "environment")
    }

    private func first(_ settings: Settings, _ configuration: String) -> Profile? {
        settings.profiles(of: Configuration(Data(configuration.utf8))).first { $0.name == settings.profile.name }
    }

    @Test func `Once the configuration is fixed, a profile with a token from the environment allows changes again`()
        throws
    {
        let token = ["TWINSCOPE_ACCESS_TOKEN": "canary"]
        let qa = try settings(profile: "qa", token, "profiles: {qa: {colr: red}}\n")
        #expect(qa.profile.isReadOnly)
        #expect(first(qa, "profiles: {qa: {colour: red}}\n")?.isReadOnly == false)
        let production = Self.given.merging(["TWINSCOPE_API_URL": "https://api.bentley.com/itwins"]) { $1 }
        for broken in ["profils: {}\n", "profiles: {production: {colr: red}}\n", "profiles: {production: text}\n"] {
            let made = try settings(production, broken)
            #expect(made.profile.isReadOnly, "\(broken)")
            #expect(first(made, "")?.isReadOnly == false, "\(broken)")
            #expect(first(made, "")?.confirmsWrites == true, "\(broken)")
            #expect(first(made, "profiles: {production: {read-only: true}}\n")?.isReadOnly == true, "\(broken)")
        }
    }

    private static func survey(_ url: String, _ more: String = "") -> String {
        "profiles: {survey: {api-url: \"\(url)\", access-token-command: x\(more)}}\n"
    }

    @Test func `Restrictions on a profile with a token from the environment stay after its URL in the file changes`()
        throws
    {
        let token = ["TWINSCOPE_PROFILE": "survey", "TWINSCOPE_ACCESS_TOKEN": "canary"]
        let (live, qa) = ("https://api.bentley.com/itwins", "https://qa-api.bentley.com/itwins")
        let production = try settings(token, Self.survey(live))
        #expect(production.profile.confirmsWrites)
        let moved = try #require(first(production, Self.survey(qa)))
        #expect(moved.target == .remote(baseURL: live))
        #expect(moved.access == .token(Secret("canary")))
        #expect(moved.confirmsWrites)
        #expect(!moved.isReadOnly)
        let forbidden = "profiles: {production: {read-only: true}, survey: {api-url: \"\(qa)\", client-id: x}}\n"
        #expect(first(production, forbidden)?.isReadOnly == true)
        let calm = try settings(token, Self.survey(live, ", confirm-writes: false"))
        #expect(!calm.profile.confirmsWrites)
        #expect(first(calm, Self.survey(qa))?.confirmsWrites == true)
        #expect(first(calm, Self.survey(live, ", confirm-writes: false"))?.confirmsWrites == false)
        let closed = try settings(token, Self.survey(Self.url, ", read-only: true"))
        #expect(first(closed, Self.survey(qa))?.isReadOnly == true)
        #expect(first(closed, Self.survey(Self.url))?.isReadOnly == false)
        // What is forbidden at the new address is forbidden at the old one too.
        let open = try settings(token, Self.survey(Self.url))
        #expect(first(open, Self.survey(qa))?.isReadOnly == false)
        #expect(first(open, Self.survey(qa, ", read-only: true"))?.isReadOnly == true)
        #expect(first(open, Self.survey(qa, ", confirm-writes: true"))?.confirmsWrites == true)
    }

    @Test func `A profile named with a URL and a token still applies after the configuration is reloaded`() throws {
        let made = try settings(Self.given.merging(["TWINSCOPE_PROFILE": "survey"]) { $1 }, Self.configuration)
        #expect(made.profile.isReadOnly)
        let survey = "api-url: https://survey.example.org/itwins, access-token-command: x"
        #expect(first(made, "profiles: {survey: {\(survey)}}\n")?.isReadOnly == false)
        #expect(first(made, "profiles: {survey: {\(survey), read-only: true}}\n")?.isReadOnly == true)
        #expect(first(made, "profiles: {survey: {\(survey), confirm-writes: true}}\n")?.confirmsWrites == true)
        #expect(first(made, "profiles: {survey: {api-url: x}}\n")?.isReadOnly == true)
        // It is not known what it would say now.
        #expect(first(made, "")?.isReadOnly == true)
    }
}
