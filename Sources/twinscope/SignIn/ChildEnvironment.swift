import Foundation

/// The environment as other programs see it that are started from here: a command, the keyring's tool, a web browser. The
/// secrets of profiles are none of their business (reliability A20).
struct ChildEnvironment: Sendable {
    private let variables: [String: String]
    private let secrets: Set<String>

    /// - Parameter profiles: all that are known, whichever is browsed.
    init(_ environment: [String: String], hidingSecretsOf profiles: [Profile]) {
        variables = environment
        secrets = Set(profiles.compactMap(\.secretVariable))
    }

    /// What any program sees.
    var shared: [String: String] { variables.filter { !secrets.contains($0.key) } }

    /// What is used for a profile: the variable with its own secret is there to be read, and nothing is started then.
    func own(of profile: Profile) -> [String: String] {
        var own = shared
        if let name = profile.secretVariable { own[name] = variables[name] }
        return own
    }
}

extension Profile {
    /// The variable that holds the secret of its service; nil where none does.
    fileprivate var secretVariable: String? {
        guard case .service(_, .variable(let name)) = access else { return nil }
        return name
    }
}
