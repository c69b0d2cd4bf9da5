import Foundation
import Screen

/// The configuration: the profiles there are, and the one to begin with. The file is never written.
struct Configuration: Sendable {
    /// Those built in, as far as the file changes them, then the person's own in the order of the file.
    private(set) var profiles: [Profile]
    /// The name of the profile to begin with.
    private(set) var standard = Profile.localName
    /// What is wrong with the file, of which nothing is used then; nil when nothing is.
    private(set) var problem: FileProblem?

    /// The file as a person knows it.
    private static let file = "config.yaml"
    /// More profiles are no configuration.
    private static let limit = 200

    /// What holds without a file.
    init() {
        profiles = ProfileMembers.builtIn.compactMap { try? $0.members.profile(named: $0.name) }
    }

    /// Reads a file; without one, and with one that is wrong, there are the profiles built in.
    ///
    /// - Parameter path: nil without a home folder.
    init(path: String?) {
        self.init()
        guard let path, access(path, F_OK) == 0 || errno != ENOENT else { return }
        do throws(FileProblem) {
            let bytes = try HostileFile.content(of: path, file: Self.file, kind: .configuration, isTrusted: true)
            try self.init(bytes)
        } catch {
            problem = error
        }
    }

    /// Reads the content of a file.
    ///
    /// - Throws: `FileProblem` for the first thing that is wrong.
    init(_ bytes: Data) throws(FileProblem) {
        self.init()
        let text = try YAMLText(bytes, file: Self.file, of: .configuration)
        let source = YAMLSource(file: Self.file, kind: .configuration)
        guard let root = try source.root(of: text.yaml) else { return }
        var chosen: (name: String, place: FileProblem.Place)?
        for (key, value) in try source.members(of: root, what: "a configuration") {
            switch key.text {
            case "profile": chosen = (try source.text(value, of: key.text), source.place(value))
            case "profiles":
                let entries = try source.members(of: value, what: "the list of profiles")
                guard entries.count <= Self.limit else {
                    throw source.problem(at: key.place, "more than \(Self.limit) profiles are not read; remove some")
                }
                for (name, node) in entries {
                    try ProfileReader.check(name, source)
                    try take(try ProfileReader(node, source), name, source)
                }
            default:
                let near = Spelling.nearest(to: key.text, in: ["profile", "profiles"]).map { "did you mean “\($0)”?" }
                throw source.problem(
                    at: key.place,
                    "\(quoted(key.text)) is no key of a configuration; \(near ?? "use profile, profiles")"
                )
            }
        }
        guard let chosen else { return }
        guard self[chosen.name] != nil else {
            throw source.problem(
                at: chosen.place,
                "there is no profile \(quoted(chosen.name)). \(hint(for: chosen.name))"
            )
        }
        standard = chosen.name
    }

    private mutating func take(_ reader: ProfileReader, _ name: YAMLSource.Key, _ source: YAMLSource)
        throws(FileProblem)
    {
        let builtIn = ProfileMembers.builtIn.first { $0.name == name.text }?.members ?? ProfileMembers()
        if name.text == Profile.localName, reader.members.apiURL != nil {
            let fault = ProfileFault(
                key: "api-url",
                text: "“local” is the service in this program; give a profile with an api-url another name"
            )
            throw source.problem(at: reader.place(of: fault, orElse: name.place), fault.text)
        }
        do throws(ProfileFault) {
            let profile = try reader.members.completed(by: builtIn).profile(named: name.text)
            if let index = profiles.firstIndex(where: { $0.name == name.text }) {
                profiles[index] = profile
            } else {
                profiles.append(profile)
            }
        } catch {
            throw source.problem(at: reader.place(of: error, orElse: name.place), error.text)
        }
    }

    /// The profile of a name; nil when there is none.
    subscript(_ name: String) -> Profile? { profiles.first { $0.name == name } }

    /// What helps whoever named a profile that there is not.
    func hint(for name: String) -> String {
        let names = profiles.map(\.name)
        let near = Spelling.nearest(to: name, in: names).map { "Did you mean “\($0)”? " } ?? ""
        return "\(near)There are \(names.joined(separator: ", "))"
    }
}
