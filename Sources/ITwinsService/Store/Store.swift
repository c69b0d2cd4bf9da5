import Crypto
import GRDB
import ITwinsAPI

/// Everything the service keeps, in one SQLite database that several programs may use at the same time.
///
/// What a write returned from is on the disk: the journal is truncated only after the database file is synchronized.
struct Store: Sendable {
    private let queue: DatabaseQueue
    /// What was made with the database and never changes.
    let identity: Identity

    /// What a database is known by.
    struct Identity: Sendable {
        /// The bearer token.
        let token: Secret
        /// The key that signs links to files, in hexadecimal digits.
        let linkKey: Secret
        /// The key that signs tokens.
        let signingKey: P256.Signing.PrivateKey
        /// The secret of the service client.
        let clientSecret: Secret
        /// The id of the Account that new iTwins go to.
        let accountID: String
    }

    init(queue: DatabaseQueue, identity: Identity) {
        self.queue = queue
        self.identity = identity
    }

    /// Reads in one transaction.
    func read<Value: Sendable>(_ value: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await queue.read(value)
    }

    /// Writes in one transaction, which is undone when the closure throws.
    func write<Value: Sendable>(_ value: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await queue.write(value)
    }

    /// Closes the database, so that its file is complete without this program.
    func close() throws {
        try queue.close()
    }
}
