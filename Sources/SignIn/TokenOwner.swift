/// Who tokens belong to, as far as it takes to tell one person from another.
struct TokenOwner: Hashable, Sendable {
    /// The sign-in that they come from; empty when it is not known.
    let session: String
    /// What the authority calls the person.
    let personID: String?
    /// What the person is shown as.
    let name: String?

    /// Whether both are one person. Who cannot be told from somebody else is somebody else.
    func isSame(as other: TokenOwner) -> Bool {
        if !session.isEmpty, session == other.session { return true }
        if let personID, let theirs = other.personID { return personID == theirs }
        if let name, let theirs = other.name { return name == theirs }
        return session == other.session && name == other.name
    }
}
