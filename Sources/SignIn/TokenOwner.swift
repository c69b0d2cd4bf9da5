/// Who tokens belong to, as far as it takes to tell one user from another.
struct TokenOwner: Hashable, Sendable {
    /// The sign-in that they come from; empty when it is not known.
    let session: String
    /// What the authority calls the user.
    let userID: String?
    /// What the user is shown as.
    let name: String?

    /// Whether both are one user. Who cannot be told from somebody else is somebody else.
    func isSame(as other: TokenOwner) -> Bool {
        if !session.isEmpty, session == other.session { return true }
        if let userID, let theirs = other.userID { return userID == theirs }
        // Two people may have one name: it tells only between tokens of no known sign-in, as those of an older version,
        // which may learn the user by a refresh.
        return session == other.session && name == other.name
    }
}

/// A user and the number that stands for them where nobody else is told who it is.
struct KnownUser: Sendable {
    let owner: TokenOwner
    /// Random, so that another source of tokens does not give the same one to somebody else.
    let number: UInt64

    /// Whoever tokens came from, with the number of who was there before if it is the same user.
    init(_ owner: TokenOwner, after last: KnownUser?) {
        self.owner = owner
        number = last.flatMap { $0.owner.isSame(as: owner) ? $0.number : nil } ?? .random(in: .min ... .max)
    }
}
