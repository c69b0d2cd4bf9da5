import ITwinsAPI

/// The iTwins of the sample data.
enum SampleITwins {
    /// The id of the Account.
    static let accountID = "0d0c7a52-6a0e-4b7c-8f0a-2f1b8b9c0d11"
    /// The id of the organization's administrator, the one user.
    static let userID = "11111111-2222-4333-8444-555555555555"

    /// The Account, which is in every database.
    static func account(now: Timestamp) -> ITwin {
        let name = "Sample Infrastructure Group"
        var account = ITwin(id: accountID)
        account.class = .account
        account.subClass = .account
        account.number = name
        account.displayName = name
        account.dataCenterLocation = .eastUS
        account.status = .active
        account.iTwinAccountId = accountID
        account.createdDateTime = now
        account.createdBy = userID
        account.lastModifiedDateTime = now
        account.lastModifiedBy = userID
        return account
    }
}
