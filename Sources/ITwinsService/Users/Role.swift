/// What a user is in an iTwin.
enum Role: String, Sendable {
    /// May do everything with it. Who creates an iTwin becomes its owner (contract section 6.2).
    case owner
    /// May change it and create below it.
    case contributor
    /// May create below it.
    case creator
    /// May look at it.
    case viewer

    /// The rights that the role gives.
    var permissions: Set<Access.Permission> {
        switch self {
        case .owner: [.create, .modify, .delete]
        case .contributor: [.create, .modify]
        case .creator: [.create]
        case .viewer: []
        }
    }
}
