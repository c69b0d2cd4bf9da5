extension OperationID {
    /// What the contract says about the operation.
    public var declaration: OperationDeclaration {
        guard let declaration = Self.table[self] else { preconditionFailure("\(rawValue) is not in the table") }
        return declaration
    }

    /// The one table of the API, in the contract's order.
    private static let table = Dictionary(
        uniqueKeysWithValues: OperationDeclaration.all.map { ($0.id, $0) }
    )

    /// True when asking twice may change something twice, so that it is never repeated by itself (reliability H3).
    public var createsSomething: Bool { declaration.method == .post && declaration.success == 201 }

    /// True when a lost answer leaves a doubt about something that matters, which is told and can be cleared up
    /// (reliability H3). Favorites and recents are read again after every change.
    public var changesSomething: Bool {
        switch self {
        case .addITwinToMyFavorites, .removeITwinFromMyFavorites, .addITwinToMyRecents: false
        default: declaration.method != .get
        }
    }

    /// True when its answer may lead to a federated service, which is followed (contract section 2.7).
    public var mayRedirect: Bool {
        switch declaration.answer {
        case .resources, .resource, .graphics: declaration.method == .get
        default: false
        }
    }
}

extension OperationDeclaration {
    /// Every operation of the contract, in its order.
    public static let all = groups.flatMap(\.operations)

    /// The operations by what they are about, each group with its title for people.
    public static let groups: [(title: String, operations: [OperationDeclaration])] = [
        ("iTwins and accounts", iTwins), ("Favorites and recents", userLists), ("Exports", exports),
        ("Images", images), ("Repositories", repositories), ("Resources and graphics", resources),
        ("Global repositories", globalRepositories),
    ]

    private static let iTwins: [OperationDeclaration] = [
        OperationDeclaration(
            .getMyITwins,
            .get,
            "/itwins",
            document: "/itwins",
            parameters: [
                .subClass, .status, .type, .number, .displayName, .parentID, .accountID, .search,
                .filter, .orderBy, .select, .top, .skip, .includeInactive, .prefer, .maxReturn, .queryScope,
            ],
            answer: .iTwins,
            failures: [.insufficientPermissions, .invalidRequest],
            "Lists the iTwins the caller is a member of"
        ),
        OperationDeclaration(
            .createITwin,
            .post,
            "/itwins",
            document: "/itwins",
            body: .iTwin,
            answer: .iTwin,
            failures: [.insufficientPermissions, .iTwinExists, .invalidRequest],
            "Creates an iTwin; the caller becomes its owner"
        ),
        OperationDeclaration(
            .getITwin,
            .get,
            "/itwins/{id}",
            parameters: [.prefer],
            answer: .iTwin,
            failures: [.iTwinNotFound, .invalidRequest],
            "Gets all fields of an iTwin"
        ),
        OperationDeclaration(
            .updateITwin,
            .patch,
            "/itwins/{id}",
            body: .iTwinChanges,
            answer: .iTwin,
            failures: [.insufficientPermissions, .iTwinNotFound, .iTwinExists, .invalidRequest],
            "Changes fields of an iTwin"
        ),
        OperationDeclaration(
            .deleteITwin,
            .delete,
            "/itwins/{id}",
            failures: [.insufficientPermissions, .iTwinNotFound, .invalidRequest],
            "Deletes an iTwin and its repositories"
        ),
        OperationDeclaration(
            .getITwinAccount,
            .get,
            "/itwins/{iTwinId}/account",
            parameters: [.prefer],
            answer: .iTwin,
            failures: [.iTwinNotFound, .invalidRequest],
            "Gets the Account that an iTwin belongs to"
        ),
        OperationDeclaration(
            .getMyPrimaryAccount,
            .get,
            "/itwins/myprimaryaccount",
            answer: .iTwin,
            failures: [.invalidRequest],
            "Gets the primary account, the default parent of new iTwins"
        ),
    ]

    private static let userLists: [OperationDeclaration] = [
        OperationDeclaration(
            .getMyFavoriteITwins,
            .get,
            "/itwins/favorites",
            parameters: OperationParameter.userList,
            answer: .iTwins,
            failures: [.invalidRequest],
            "Lists the caller's favorites"
        ),
        OperationDeclaration(
            .addITwinToMyFavorites,
            .post,
            "/itwins/favorites/{id}",
            failures: [.insufficientPermissions, .iTwinNotFound, .invalidRequest],
            "Adds an iTwin to the favorites"
        ),
        OperationDeclaration(
            .removeITwinFromMyFavorites,
            .delete,
            "/itwins/favorites/{id}",
            failures: [.iTwinNotFound, .invalidRequest],
            "Removes an iTwin from the favorites"
        ),
        OperationDeclaration(
            .getMyRecentlyUsedITwins,
            .get,
            "/itwins/recents",
            document: "/itwins/myitwins/recents",
            parameters: OperationParameter.userList,
            answer: .iTwins,
            failures: [.invalidRequest],
            "Lists the 25 most recently used iTwins, newest first"
        ),
        OperationDeclaration(
            .addITwinToMyRecents,
            .post,
            "/itwins/recents/{id}",
            document: "/itwins/myitwins/recents",
            documentBody: .recent,
            documentAnswer: .iTwin,
            documentSuccess: 201,
            failures: [.insufficientPermissions, .iTwinNotFound, .invalidRequest],
            "Adds an iTwin to the recents"
        ),
    ]

    private static let exports: [OperationDeclaration] = [
        OperationDeclaration(
            .createExport,
            .post,
            "/itwins/exports",
            document: "/itwins/{iTwinId}/exports",
            body: .export,
            answer: .export,
            failures: [.insufficientPermissions, .iTwinNotFound, .invalidRequest],
            isPreview: true,
            "Starts an export of iTwins to a file"
        ),
        OperationDeclaration(
            .getMyExports,
            .get,
            "/itwins/exports",
            document: "/itwins/{iTwinId}/exports",
            answer: .exports,
            failures: [.iTwinNotFound, .invalidRequest],
            isPreview: true,
            "Lists the caller's exports of the last 4 hours"
        ),
        OperationDeclaration(
            .getExport,
            .get,
            "/itwins/exports/{id}",
            answer: .export,
            failures: [.exportNotFound, .invalidRequest],
            isPreview: true,
            "Gets an export with a fresh link to its file"
        ),
    ]

    private static let images: [OperationDeclaration] = [
        OperationDeclaration(
            .uploadITwinImage,
            .put,
            "/itwins/{iTwinId}/image",
            body: .image,
            answer: .image,
            success: 201,
            failures: [.insufficientPermissions, .iTwinNotFound, .requestTooLarge, .invalidRequest],
            "Uploads an iTwin's image, replacing the current one"
        ),
        OperationDeclaration(
            .getITwinImage,
            .get,
            "/itwins/{iTwinId}/image",
            answer: .image,
            failures: [.iTwinNotFound, .imageNotFound, .invalidRequest],
            "Gets links to an iTwin's image"
        ),
        OperationDeclaration(
            .deleteITwinImage,
            .delete,
            "/itwins/{iTwinId}/image",
            failures: [.insufficientPermissions, .iTwinNotFound, .imageNotFound, .invalidRequest],
            "Deletes an iTwin's image"
        ),
    ]
}
