extension OperationDeclaration {
    static let repositories: [OperationDeclaration] = [
        OperationDeclaration(
            .getRepositoriesByITwinID,
            .get,
            "/itwins/{iTwinId}/repositories",
            document: "/itwins/{iTwinId}/repositories",
            parameters: [.repositoryClass, .repositorySubClass],
            answer: .repositories,
            failures: [.iTwinNotFound, .invalidRequest],
            "Lists the repositories of an iTwin"
        ),
        OperationDeclaration(
            .createRepository,
            .post,
            "/itwins/{iTwinId}/repositories",
            document: "/itwins/{iTwinId}/repositories",
            body: .repository,
            answer: .repository,
            failures: [.insufficientPermissions, .iTwinNotFound, .repositoryExists, .invalidRequest],
            "Adds a repository to an iTwin"
        ),
        OperationDeclaration(
            .getRepository,
            .get,
            repository,
            answer: .repository,
            failures: [.iTwinNotFound, .repositoryNotFound, .invalidRequest],
            isPreview: true,
            "Gets a repository"
        ),
        OperationDeclaration(
            .updateRepository,
            .patch,
            repository,
            body: .repositoryChanges,
            answer: .repository,
            failures: [
                .insufficientPermissions, .iTwinNotFound, .repositoryNotFound, .repositoryExists, .invalidRequest,
            ],
            isPreview: true,
            "Changes a manually added repository"
        ),
        OperationDeclaration(
            .deleteRepository,
            .delete,
            repository,
            failures: [.insufficientPermissions, .iTwinNotFound, .repositoryNotFound, .invalidRequest],
            "Deletes a manually added repository and its resources"
        ),
    ]

    static let resources: [OperationDeclaration] = [
        OperationDeclaration(
            .getRepositoryResources,
            .get,
            "\(repository)/resources",
            parameters: OperationParameter.resourceList,
            answer: .resources,
            failures: [.iTwinNotFound, .repositoryNotFound, .invalidRequest],
            isPreview: true,
            "Lists the resources of a repository"
        ),
        OperationDeclaration(
            .createRepositoryResource,
            .post,
            "\(repository)/resources",
            body: .resource,
            answer: .resource,
            failures: [
                .insufficientPermissions, .iTwinNotFound, .repositoryNotFound, .resourceExists, .invalidRequest,
            ],
            isPreview: true,
            "Adds a resource to a GeographicInformationSystem repository"
        ),
        OperationDeclaration(
            .getRepositoryResource,
            .get,
            "\(repository)/resources/{resourceId}",
            parameters: [.prefer],
            answer: .resource,
            failures: [.iTwinNotFound, .repositoryNotFound, .resourceNotFound, .invalidRequest],
            isPreview: true,
            "Gets a resource"
        ),
        OperationDeclaration(
            .deleteRepositoryResource,
            .delete,
            "\(repository)/resources/{resourceId}",
            failures: [.insufficientPermissions, .iTwinNotFound, .resourceNotFound, .invalidRequest],
            isPreview: true,
            "Deletes a manually added resource"
        ),
        OperationDeclaration(
            .getResourceGraphics,
            .get,
            "\(repository)/resources/{resourceId}/graphics",
            answer: .graphics,
            failures: [.iTwinNotFound, .invalidRequest],
            isPreview: true,
            "Gets the graphics of a resource"
        ),
    ]

    static let globalRepositories: [OperationDeclaration] = [
        OperationDeclaration(
            .getGlobalRepositories,
            .get,
            "/itwins/repositories",
            parameters: [.repositoryClass, .repositorySubClass],
            answer: .repositories,
            failures: [.invalidRequest],
            isPreview: true,
            "Lists the global repositories"
        ),
        OperationDeclaration(
            .getGlobalRepository,
            .get,
            globalRepository,
            answer: .repository,
            failures: [.repositoryNotFound, .invalidRequest],
            isPreview: true,
            "Gets a global repository"
        ),
        OperationDeclaration(
            .getGlobalRepositoryResources,
            .get,
            "\(globalRepository)/resources",
            parameters: OperationParameter.resourceList,
            answer: .resources,
            failures: [.repositoryNotFound, .invalidRequest],
            isPreview: true,
            "Lists the resources of a global repository"
        ),
        OperationDeclaration(
            .getGlobalRepositoryResource,
            .get,
            "\(globalRepository)/resources/{resourceId}",
            parameters: [.prefer],
            answer: .resource,
            failures: [.repositoryNotFound, .resourceNotFound, .invalidRequest],
            isPreview: true,
            "Gets a resource of a global repository"
        ),
        OperationDeclaration(
            .getGlobalResourceGraphics,
            .get,
            "\(globalRepository)/resources/{resourceId}/graphics",
            answer: .graphics,
            failures: [.invalidRequest],
            isPreview: true,
            "Gets the graphics of a resource of a global repository"
        ),
    ]

    private static let repository = "/itwins/{iTwinId}/repositories/{repositoryId}"
    private static let globalRepository = "/itwins/repositories/{repositoryId}"
}
