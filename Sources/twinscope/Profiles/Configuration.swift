import Foundation
import Screen
import Yams

/// The configuration: the profiles there are, and the one to begin with. The file is never written.
///
/// Of a file that is wrong what can be read holds, and whatever cannot is taken for what allows least: nobody shall change
/// something because a word was mistyped that forbids it.
struct Configuration: Sendable {
    /// Those built in, as far as the file changes them, then the user's own in the order of the file.
    private(set) var profiles: [Profile]
    /// The name of the profile to begin with.
    private(set) var standard = Profile.localName
    /// What is wrong with the file, in its order; empty when nothing is.
    private(set) var problems: [FileProblem] = []
    /// What cannot be read of the file and may be about any profile, so that all but the local one are read-only.
    private(set) var closedBy: FileProblem?
    /// Whether nothing of the file can be read.
    private(set) var isUnreadable = false
    /// Why a profile that the file has cannot be used, by name.
    private(set) var unusable: [String: FileProblem] = [:]

    /// Whether all profiles but the local one are read-only.
    var isClosed: Bool { closedBy != nil }

    /// What is wrong with the file first; nil when nothing is.
    var problem: FileProblem? { problems.first }

    /// More profiles are no configuration.
    private static let limit = 200

    /// What holds without a file.
    init() {
        profiles = PartialProfile.builtIn.compactMap { try? $0.members.profile(named: $0.name) }
    }

    /// Reads a file.
    ///
    /// - Parameter path: nil without a home folder.
    init(path: String?) {
        self.init()
        guard let path else { return }
        do throws(FileProblem) {
            let bytes = try UntrustedFile.content(of: path, file: path, kind: .configuration, isTrusted: true)
            if let bytes { self.init(bytes, file: path) }
        } catch {
            refuse(error)
        }
    }

    /// Reads the content of a file.
    ///
    /// - Parameter file: the file as a user knows it.
    init(_ bytes: Data, file: String = "config.yaml") {
        self.init()
        do throws(FileProblem) {
            let text = try YAMLText(bytes, file: file, of: .configuration)
            let source = YAMLSource(file: file, kind: .configuration)
            guard let root = try source.root(of: text.yaml) else { return }
            guard case .mapping = root else {
                _ = try source.members(of: root, what: "a configuration")
                return
            }
            read(root, source)
        } catch {
            refuse(error)
        }
    }

    /// Takes a file of which nothing can be read.
    private mutating func refuse(_ problem: FileProblem) {
        problems = [problem]
        isUnreadable = true
        close(for: problem)
        closeProfiles()
    }

    /// Notes that something may be about any profile.
    private mutating func close(for problem: FileProblem?) { closedBy = closedBy ?? problem }

    /// Makes all profiles but the local one read-only where something may be about any of them.
    private mutating func closeProfiles() {
        guard let closedBy else { return }
        for index in profiles.indices where !profiles[index].isLocal { profiles[index].close(for: closedBy) }
    }

    // MARK: Reading

    private mutating func read(_ root: Node, _ source: YAMLSource) {
        var chosen: Node?
        let members = source.members(of: root, what: "a configuration", noting: &problems)
        // Under a key that is no word may be anything.
        close(for: problems.first)
        for (key, value) in members {
            switch key.text {
            case "profile": chosen = value
            case "profiles": readProfiles(value, at: key.place, source)
            default:
                let near = Spelling.question(about: key.text, in: ["profile", "profiles"])
                problems.append(
                    source.problem(
                        at: key.place,
                        "\(quoted(key.text)) isn't a configuration key; \(near ?? "use profile or profiles")"
                    )
                )
                // What stands under a mistyped key may be the profiles.
                if case .scalar = value { continue }
                close(for: problems.last)
            }
        }
        closeProfiles()
        if let chosen { choose(chosen, source) }
        problems.sort { one, other in
            guard let one = one.place, let other = other.place else { return false }
            return (one.line, one.column) < (other.line, other.column)
        }
    }

    private mutating func readProfiles(_ node: Node, at place: FileProblem.Place, _ source: YAMLSource) {
        let before = problems.count
        let entries = source.members(of: node, what: "the list of profiles", noting: &problems)
        if problems.count > before { close(for: problems[before]) }
        guard entries.count <= Self.limit else {
            problems.append(source.problem(at: place, "at most \(Self.limit) profiles are allowed; remove some"))
            close(for: problems.last)
            return
        }
        for (name, value) in entries { take(ProfileReader(value, source), name, source) }
    }

    private mutating func choose(_ node: Node, _ source: YAMLSource) {
        do throws(FileProblem) {
            let name = try source.text(node, of: "profile")
            if self[name] != nil {
                standard = name
            } else if unusable[name] == nil {
                throw source.problem(node, "there is no profile \(quoted(name)). \(hint(for: name))")
            }
        } catch {
            problems.append(error)
        }
    }

    /// Takes one profile as far as it can be read: one that cannot be read whole is read-only, and one of which it is not
    /// sure where it goes cannot be used.
    private mutating func take(_ reader: ProfileReader, _ name: YAMLSource.Key, _ source: YAMLSource) {
        var found = reader.problems
        var profile: Profile?
        do throws(FileProblem) {
            try ProfileReader.check(name, source)
            if name.text == Profile.localName, reader.members.apiURL != nil {
                let fault = ProfileFault(
                    key: "api-url",
                    text: "“local” is the built-in service; give a profile with an api-url another name"
                )
                throw source.problem(at: reader.place(of: fault, orElse: name.place), fault.text)
            }
            if !reader.hasUnreadTarget { profile = try self.profile(reader, name, source, &found) }
        } catch {
            found.append(error)
        }
        problems += found
        let index = profiles.firstIndex { $0.name == name.text }
        guard var profile else {
            if reader.forbidsSomewhere, index == nil { close(for: found.first) }
            return refuse(name.text, found, at: index)
        }
        if let first = found.first {
            profile.close(for: first)
            profile.fault = first
        }
        if let index { profiles[index] = profile } else { profiles.append(profile) }
    }

    private func profile(
        _ reader: ProfileReader,
        _ name: YAMLSource.Key,
        _ source: YAMLSource,
        _ found: inout [FileProblem]
    ) throws(FileProblem) -> Profile? {
        let builtIn = PartialProfile.builtIn.first { $0.name == name.text }?.members ?? PartialProfile()
        let members = reader.members.completed(by: builtIn)
        do throws(ProfileFault) {
            return try (reader.hasUnreadAccess ? members.withoutAccess : members).profile(named: name.text)
        } catch {
            // What the profile lacks may stand where it cannot be read.
            let isConsequence = !found.isEmpty && error.key == nil
            if !isConsequence {
                found.append(source.problem(at: reader.place(of: error, orElse: name.place), error.text))
            }
            return try? members.withoutAccess.profile(named: name.text)
        }
    }

    /// Takes an entry that makes no profile. One that is built in under that name goes: the file says another place. What
    /// is built in under nearly that name was meant, perhaps, and is read-only.
    private mutating func refuse(_ name: String, _ found: [FileProblem], at index: Int?) {
        guard name != Profile.localName else {
            if let index { close(index, for: found.first) }
            return
        }
        if let index {
            profiles.remove(at: index)
        } else if let near = Spelling.nearest(to: name, in: profiles.map(\.name)),
            let index = profiles.firstIndex(where: { $0.name == near })
        {
            close(index, for: found.first)
        }
        unusable[name] = found.first
    }

    private mutating func close(_ index: Int, for problem: FileProblem?) {
        if let problem { profiles[index].close(for: problem) }
        profiles[index].fault = problem
    }

    // MARK: Using

    /// The profile of a name; nil when there is none.
    subscript(_ name: String) -> Profile? { profiles.first { $0.name == name } }

    /// What helps whoever named a profile that there is not.
    func hint(for name: String) -> String {
        let names = profiles.map(\.name)
        let near = Spelling.question(about: name, in: names, isSentence: true).map { $0 + " " } ?? ""
        return "\(near)The profiles are \(names.joined(separator: ", "))"
    }

    /// What is wrong with the file and what follows from that, for the user at the screen; nil when nothing is.
    var notice: String? {
        guard let problem else { return nil }
        let others =
            switch problems.count - 1 {
            case 0: ""
            case 1: " There is one more mistake."
            case let count: " There are \(count) more mistakes."
            }
        return "\(problem.description)\(others) \(consequence)"
    }

    private var consequence: String {
        if isClosed { return "All profiles except local are read-only until this is fixed." }
        func list(_ names: [String]) -> String { names.map { "“\($0)”" }.joined(separator: ", ") }
        let closed = profiles.filter { $0.fault != nil }.map(\.name)
        let gone = unusable.keys.sorted()
        var sentences: [String] = []
        if !gone.isEmpty { sentences.append("Until this is fixed \(list(gone)) can't be used.") }
        if !closed.isEmpty { sentences.append("Until this is fixed \(list(closed)) allows no changes.") }
        return sentences.isEmpty ? "It starts with “\(standard)”." : sentences.joined(separator: " ")
    }
}
