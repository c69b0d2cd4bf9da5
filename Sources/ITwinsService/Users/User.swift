/// Who asks.
struct User: Hashable, Sendable {
    /// The id, as in `createdBy`.
    let id: String
    /// True for an administrator of the organization, who may change everything of it (contract section 12).
    let isAdministrator: Bool
}
