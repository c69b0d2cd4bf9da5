import Browser
import Foundation
import ITwinsAPI
import Screen
import SignIn
import Yams

/// Reads one profile of a configuration, as far as it can be read.
struct ProfileReader {
    private(set) var members = PartialProfile()
    /// What cannot be read, in the order of the file.
    private(set) var problems: [FileProblem] = []
    /// The keys whose values cannot be read.
    private var unread: Set<String> = []
    /// Where each key stands.
    private var places: [String: FileProblem.Place] = [:]
    private let source: YAMLSource

    /// The keys of a profile, in the order of the README.
    static let keys = [
        "api-url", "authority", "client-id", "scopes", "routes", "colour", "label", "read-only", "confirm-writes",
        "redirect-uris", "client-secret-env", "client-secret-file", "client-secret-command", "access-token-command",
    ]
    /// What would be secrets in a file that teams share, and what does instead.
    private static let secrets = [
        "client-secret": clientRemedy, "secret": clientRemedy, "password": clientRemedy, "access-token": tokenRemedy,
        "token": tokenRemedy, "refresh-token": tokenRemedy, "id-token": tokenRemedy,
    ]
    private static let clientRemedy =
        "set client-secret-env to the name of a variable, or use client-secret-file or client-secret-command"
    private static let tokenRemedy = "use access-token-command, or set TWINSCOPE_ACCESS_TOKEN"

    /// Columns of the longest label: it is on every screen, the smallest included.
    static let longestLabel = 12
    private static let longestName = 30

    /// - Parameter node: what stands under the name of the profile.
    init(_ node: Node, _ source: YAMLSource) {
        self.source = source
        let entries = source.members(of: node, what: "a profile", noting: &problems)
        // What is no mapping, or stands under what is no word, may say anything.
        var mayBeAny = !problems.isEmpty
        for (key, value) in entries {
            do throws(FileProblem) {
                try read(key, value)
            } catch {
                problems.append(error)
                let name = key.text.lowercased()
                unread.insert(name)
                // A mistyped key was meant for what is built in otherwise, which may be another place or another way in.
                if let near = Spelling.nearest(to: name, in: Self.keys) {
                    unread.insert(near)
                } else if !Self.isScalar(value) {
                    // As under YAML's `<<`, which merges a mapping.
                    mayBeAny = true
                }
            }
        }
        // What the profile says itself comes before what is merged.
        if mayBeAny { unread.formUnion(Self.keys.filter { places[$0] == nil }) }
        if unread.contains("confirm-writes") { members.confirmsWrites = true }
    }

    private static func isScalar(_ node: Node) -> Bool { if case .scalar = node { true } else { false } }

    /// Whether where it goes cannot be read, so that what is built in would be another place.
    var hasUnreadTarget: Bool { unread.contains("api-url") }

    /// Whether it forbids changes, or may, and does not say where: whichever profile was meant.
    var forbidsSomewhere: Bool {
        places["api-url"] == nil && (members.isReadOnly == true || unread.contains("read-only"))
    }

    /// Whether some of how one gets in cannot be read, so that the rest would be another way in.
    var hasUnreadAccess: Bool { !unread.isDisjoint(with: Self.accessKeys) }

    private static let accessKeys: Set<String> = Set(secrets.keys).union([
        "authority", "client-id", "scopes", "redirect-uris", "client-secret-env", "client-secret-file",
        "client-secret-command", "access-token-command",
    ])

    /// Checks the name of a profile.
    ///
    /// - Throws: `FileProblem` for one that no profile can have.
    static func check(_ name: YAMLSource.Key, _ source: YAMLSource) throws(FileProblem) {
        let isPlain = name.text.utf8.allSatisfy {
            ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
        }
        guard isPlain, (1...longestName).contains(name.text.utf8.count), !name.text.hasPrefix("-") else {
            throw source.problem(
                at: name.place,
                "\(quoted(name.text)) isn't a valid profile name; use up to \(longestName) letters, digits, - . and _"
            )
        }
        guard name.text != Profile.environmentName else {
            throw source.problem(
                at: name.place,
                "\(quoted(name.text)) is reserved for TWINSCOPE_API_URL and TWINSCOPE_ACCESS_TOKEN; choose another name"
            )
        }
    }

    /// Where a fault of the profile as a whole is told.
    func place(of fault: ProfileFault, orElse name: FileProblem.Place) -> FileProblem.Place {
        guard let key = fault.key else { return name }
        return places[key] ?? places.filter { $0.key.hasPrefix(key) }.map(\.value).min { $0.line < $1.line } ?? name
    }

    private mutating func read(_ key: YAMLSource.Key, _ node: Node) throws(FileProblem) {
        if let remedy = Self.secrets[key.text.lowercased()] {
            throw source.problem(
                at: key.place,
                "\(quoted(key.text)) would put a secret into a shared file; \(remedy)"
            )
        }
        guard Self.keys.contains(key.text) else {
            let word = key.text == "color" ? "colour" : key.text
            let hint = Spelling.question(about: word, in: Self.keys) ?? "use \(Self.keys.joined(separator: ", "))"
            throw source.problem(at: key.place, "\(quoted(key.text)) isn't a profile key; \(hint)")
        }
        places[key.text] = key.place
        switch key.text {
        case "api-url": members.apiURL = try url(node, key.text)
        case "authority": members.authority = try url(node, key.text)
        case "client-id": members.clientID = try word(node, key.text)
        case "scopes": members.scopes = try scopes(node)
        case "routes": members.routes = try choice(node, key.text, RouteTable.allCases)
        case "colour": members.color = try choice(node, key.text, ProfileColor.allCases)
        case "label": members.label = try label(node)
        case "read-only": members.isReadOnly = try truth(node, key.text)
        case "confirm-writes": members.confirmsWrites = try truth(node, key.text)
        case "redirect-uris": members.redirectURIs = try redirects(node)
        case "client-secret-env": try take(.variable(try variable(node, key.text)), key)
        case "client-secret-file": try take(.file(try source.text(node, of: key.text)), key)
        case "client-secret-command": try take(.command(try source.text(node, of: key.text)), key)
        default: members.tokenCommand = try source.text(node, of: key.text)
        }
    }

    private mutating func take(_ secret: Profile.SecretLocation, _ key: YAMLSource.Key) throws(FileProblem) {
        guard members.secret == nil else {
            throw source.problem(
                at: key.place,
                "only one source of the secret is allowed; remove \(key.text) or the other one"
            )
        }
        members.secret = secret
    }

    // MARK: Values

    /// A word without blanks that a URL or a header can carry; it is not quoted, for who mixes up two lines has a secret
    /// there.
    private func word(_ node: Node, _ key: String) throws(FileProblem) -> String {
        let text = try source.text(node, of: key)
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            throw source.problem(
                node,
                "\(key) contains spaces or invalid characters; copy it from its registration"
            )
        }
        return text
    }

    private func scopes(_ node: Node) throws(FileProblem) -> [String] {
        let scopes = try source.words(node, of: "scopes")
        guard !scopes.isEmpty, scopes.allSatisfy({ $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw source.problem(node, "scopes must be words separated by spaces, such as itwin-platform")
        }
        return scopes
    }

    private func choice<Choice: RawRepresentable<String>>(_ node: Node, _ key: String, _ choices: [Choice])
        throws(FileProblem) -> Choice
    {
        let text = try source.text(node, of: key)
        if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
        let names = choices.map(\.rawValue)
        let near = Spelling.question(about: text, in: names)
        throw source.problem(node, "\(key) is \(quoted(text)); \(near ?? "use \(names.joined(separator: ", "))")")
    }

    private func truth(_ node: Node, _ key: String) throws(FileProblem) -> Bool {
        switch try source.text(node, of: key) {
        case "true": return true
        case "false": return false
        case let text: throw source.problem(node, "\(key) is \(quoted(text)); use true or false")
        }
    }

    private func label(_ node: Node) throws(FileProblem) -> String {
        let text = try source.text(node, of: "label")
        guard CellText(text).width <= Self.longestLabel, CellText.hiddenCharacters(in: text) == nil, text.first != " "
        else {
            throw source.problem(
                node,
                "the label \(quoted(text)) is too long or has invisible characters; use up to \(Self.longestLabel) visible characters"
            )
        }
        return text
    }

    private func variable(_ node: Node, _ key: String) throws(FileProblem) -> String {
        let text = try source.text(node, of: key)
        let isName = text.utf8.allSatisfy {
            ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || (0x30...0x39).contains($0) || $0 == 0x5F
        }
        // What is none may be the secret itself.
        guard isName, text.utf8.first.map({ !(0x30...0x39).contains($0) }) ?? false, text.utf8.count <= 100 else {
            throw source.problem(
                node,
                "\(key) isn't the name of a variable; write only the name, such as BRIDGE_SECRET"
            )
        }
        return text
    }

    /// An address without anything secret in it.
    private func url(_ node: Node, _ key: String) throws(FileProblem) -> String {
        let text = try source.text(node, of: key)
        let example = key == "authority" ? "https://ims.bentley.com" : "https://api.bentley.com/itwins"
        guard let components = URLComponents(string: text), components.host?.isEmpty == false,
            components.user == nil, components.password == nil, components.query == nil, components.fragment == nil,
            components.port.map({ (1...65_535).contains($0) }) ?? true, let origin = try? Origin(components)
        else {
            throw source.problem(node, "\(key) isn't a URL of scheme, host and path; write it as \(example)")
        }
        guard origin.isProtected else {
            throw source.problem(
                node,
                "\(key) would send tokens unencrypted; use https, http is only for this machine"
            )
        }
        return text
    }

    private func redirects(_ node: Node) throws(FileProblem) -> [String] {
        let uris = try source.words(node, of: "redirect-uris")
        for uri in uris {
            guard (try? RedirectURI(uri)) != nil else {
                throw source.problem(
                    node,
                    "the redirect URI \(quoted(uri)) can't be listened on; write it as \(Profile.standardRedirectURIs[0])"
                )
            }
        }
        guard !uris.isEmpty else {
            throw source.problem(node, "redirect-uris is empty; add one, such as \(Profile.standardRedirectURIs[0])")
        }
        return uris
    }
}
