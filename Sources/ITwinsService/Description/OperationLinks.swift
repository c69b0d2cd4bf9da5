import ITwinsAPI

/// Which operations go on with what another one created or listed.
enum OperationLinks {
    /// The `links` of a success: to every operation that is about the thing in the answer.
    static func links(from source: RouteMatcher.Target) -> JSON.Object {
        if source.operation == .uploadITwinImage { return linksToImage(of: source) }
        guard let thing = Thing(source) else { return JSON.Object() }
        var links = JSON.Object()
        for target in RouteMatcher.Target.all where target != source {
            let names = OperationDeclaration.names(in: target.template)
            guard names.count == thing.depth, Thing.kind(of: target.template) == thing.kind, !needsImage(target)
            else { continue }
            var parameters = JSON.Object()
            for (index, name) in names.enumerated() {
                parameters[name] = .string(
                    index == names.count - 1 ? thing.expression : "$request.path.\(thing.names[index])"
                )
            }
            links[target.operationID] = link(to: target, parameters)
        }
        return links
    }

    /// An iTwin that was created or listed has no image for all one knows.
    private static func needsImage(_ target: RouteMatcher.Target) -> Bool {
        target.declaration.failures.contains(.imageNotFound)
    }

    private static func linksToImage(of source: RouteMatcher.Target) -> JSON.Object {
        let parameters = OperationDeclaration.names(in: source.template).map { name in
            JSON.Object.Member(name: name, value: .string("$request.path.\(name)"))
        }
        return JSON.Object(
            RouteMatcher.Target.all.filter(needsImage).map { target in
                .init(name: target.operationID, value: link(to: target, JSON.Object(parameters)))
            }
        )
    }

    private static func link(to target: RouteMatcher.Target, _ parameters: JSON.Object) -> JSON {
        ["operationId": .string(target.operationID), "parameters": .object(parameters)]
    }

    /// What an answer is about, and where its id stands.
    private struct Thing {
        /// The kinds of things with an id of their own, by the last name in braces of a path.
        enum Kind: Hashable {
            case iTwin, export, repository, resource, globalRepository, globalResource
        }

        let kind: Kind
        /// The names in braces in the path of the operation that answers.
        let names: [String]
        let expression: String

        /// Nil when the answer has no id that other operations take.
        init?(_ source: RouteMatcher.Target) {
            let isGlobal = Self.isGlobal(source.template)
            let isList: Bool
            switch source.answer {
            case .iTwin, .iTwins: kind = .iTwin
            case .export, .exports: kind = .export
            case .repository, .repositories: kind = isGlobal ? .globalRepository : .repository
            case .resource, .resources: kind = isGlobal ? .globalResource : .resource
            case .none, .image, .graphics: return nil
            }
            switch source.answer {
            case .iTwins, .exports, .repositories, .resources: isList = true
            default: isList = false
            }
            // What is got or changed had its id in the path already.
            guard isList || source.declaration.method == .post else { return nil }
            names = OperationDeclaration.names(in: source.template)
            expression = "$response.body#/\(source.answer.rawValue)\(isList ? "/0" : "")/id"
        }

        /// How many names in braces the paths have that are about the thing.
        var depth: Int {
            switch kind {
            case .iTwin, .export, .globalRepository: 1
            case .repository, .globalResource: 2
            case .resource: 3
            }
        }

        static func kind(of template: String) -> Kind? {
            let isGlobal = isGlobal(template)
            return switch OperationDeclaration.names(in: template).last {
            case "repositoryId": isGlobal ? .globalRepository : .repository
            case "resourceId": isGlobal ? .globalResource : .resource
            case nil: nil
            default: template.hasPrefix("/itwins/exports/") ? .export : .iTwin
            }
        }

        private static func isGlobal(_ template: String) -> Bool { template.hasPrefix("/itwins/repositories") }
    }
}
