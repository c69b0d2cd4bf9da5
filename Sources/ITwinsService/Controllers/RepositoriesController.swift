import Foundation
import ITwinsAPI

/// The repositories of an iTwin (contract section 10).
struct RepositoriesController: Sendable {
    let store: Store

    /// `get-repositories-by-itwin-id` (contract section 10.1).
    func list(_ call: Call) async throws -> Reply {
        let repositories = try await store.read { db in
            guard try ITwinRecord.exists(call.id, db) else { throw APIError.iTwinNotFound }
            return try RepositoryRecord.all(of: call.id, db)
        }
        var reader = ParameterReader(call)
        let `class`: RepositoryClass? = reader.value("class")
        let subClass: RepositorySubClass? = reader.value("subClass")
        if reader.text("subClass") != nil, reader.text("class") == nil {
            reader.problems.add(.invalidParameter, "subClass", "subClass is possible only together with class.")
        } else if let `class`, let subClass, !`class`.subClasses.contains(subClass) {
            reader.problems.add(.invalidValue, "subClass", "\(subClass) is no subclass of \(`class`).")
        }
        try reader.problems.check("Cannot get repositories.")
        let matches = repositories.filter { repository in
            (`class` == nil || repository.class == `class`) && (subClass == nil || repository.subClass == subClass)
        }
        return .json(["repositories": .array(matches.map(\.json))])
    }

    /// `create-repository` (contract section 10.2).
    func create(_ call: Call) async throws -> Reply {
        let draft = RepositoryBody(call)
        let id = UUID().uuidString.lowercased()
        let repository = try await store.write { db in
            guard try ITwinRecord.exists(call.id, db) else { throw APIError.iTwinNotFound }
            try draft.problems.check("Cannot create repository.")
            guard let repository = draft.repository(id: id) else { throw APIError.internalServerError }
            let exists = try RepositoryRecord.hasEqual(
                to: repository,
                name: draft.displayName,
                iTwinID: call.id,
                db
            )
            guard !exists else { throw APIError.repositoryExists }
            try RepositoryRecord.insert(repository, name: draft.displayName, iTwinID: call.id, db)
            return repository
        }
        return .json(["repository": repository.json], status: 201)
    }
}

/// The body of `create-repository`, read in the field order of contract section 5.4.
private struct RepositoryBody: Sendable {
    let problems: Problems
    /// The name that was sent; nil when it is the default.
    let displayName: String?
    private let `class`: RepositoryClass?
    private let subClass: RepositorySubClass?
    private let uri: String?
    private let authentication: RepositoryAuthentication?
    private let options: RepositoryOptions?

    init(_ call: Call) {
        var reader = FieldReader(call.body, problems: Problems(call.query))
        let name: RepositoryClass? = reader.requiredValue("class", among: RepositoryClass.creatable)
        let part = Self.subClass(&reader, of: name)
        `class` = name
        subClass = part
        displayName =
            reader.value("displayName") == nil
            ? nil : reader.requiredText("displayName", atMost: Rules.repositoryNameLength)
        uri = reader.requiredText("uri", atMost: Rules.uriLength)
        authentication = Self.authentication(&reader)
        options = Self.options(&reader, of: part)
        problems = reader.problems
    }

    /// The new repository; nil when a required field is missing.
    func repository(id: String) -> Repository? {
        guard let `class`, let subClass, let uri else { return nil }
        var repository = Repository(id: id, class: `class`)
        repository.subClass = subClass
        repository.displayName = displayName ?? subClass.rawValue
        repository.uri = uri
        repository.authentication = authentication
        repository.options = options
        return repository
    }

    /// A missing subclass is reported as a wrong value (contract section 10.2).
    private static func subClass(_ reader: inout FieldReader, of name: RepositoryClass?) -> RepositorySubClass? {
        let known = name?.subClasses ?? RepositorySubClass.known
        guard reader.value("subClass") != nil else {
            reader.problems.add(
                .invalidValue,
                "subClass",
                "subClass must be one of \(known.map(\.rawValue).joined(separator: ", "))."
            )
            return nil
        }
        return reader.value("subClass", among: known)
    }

    private static func authentication(_ reader: inout FieldReader) -> RepositoryAuthentication? {
        guard let value = reader.value("authentication") else { return nil }
        guard let object = value.object else {
            reader.problems.add(.invalidValue, "authentication", "authentication must be an object.")
            return nil
        }
        guard let kind = object["type"]?.string.flatMap(RepositoryAuthentication.Kind.init(rawValue:)) else {
            let kinds = RepositoryAuthentication.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            reader.problems.add(.invalidValue, "authentication.type", "authentication.type must be one of \(kinds).")
            return nil
        }
        var members: [String: String] = [:]
        for name in kind.members {
            guard let text = object[name]?.string, !text.isEmpty, !text.utf8.contains(0) else {
                reader.problems.add(
                    .invalidValue,
                    "authentication.\(name)",
                    "\(name) must be a text that is not empty."
                )
                continue
            }
            members[name] = text
        }
        return RepositoryAuthentication(kind: kind, members: members)
    }

    private static func options(_ reader: inout FieldReader, of subClass: RepositorySubClass?) -> RepositoryOptions? {
        guard let value = reader.value("options") else { return nil }
        guard let object = value.object, let parameters = queryParameters(object["queryParameters"]) else {
            reader.problems.add(
                .invalidValue,
                "options",
                "options must be an object, and its queryParameters an object of texts."
            )
            return nil
        }
        var options = RepositoryOptions(queryParameters: parameters)
        guard subClass == .urlTemplate else {
            if subClass != nil,
                ["minimumLevel", "maximumLevel"].contains(where: { object[$0].map { !$0.isNull } ?? false })
            {
                reader.problems.add(.invalidValue, "options", "Levels are for subclass UrlTemplate alone.")
            }
            return options
        }
        options.minimumLevel = level("minimumLevel", of: object, &reader)
        options.maximumLevel = level("maximumLevel", of: object, &reader)
        if let least = options.minimumLevel, let most = options.maximumLevel, least > most {
            reader.problems.add(.invalidValue, "minimumlevel", "minimumLevel must not be above maximumLevel.")
        }
        return options
    }

    private static func level(_ name: String, of object: JSON.Object, _ reader: inout FieldReader) -> Int? {
        guard let level = object[name]?.double.flatMap(Int.init(exactly:)), Rules.zoomLevels.contains(level) else {
            // The spelling of the target is the contract's.
            reader.problems.add(.invalidValue, name.lowercased(), "\(name) must be a whole number from 0 to 24.")
            return nil
        }
        return level
    }

    /// Nil when they are anything but an object of texts; none when they are missing.
    private static func queryParameters(_ json: JSON?) -> [RepositoryOptions.Parameter]? {
        guard let json, !json.isNull else { return [] }
        guard let object = json.object else { return nil }
        let parameters = object.members.compactMap { member in
            member.value.string.map { RepositoryOptions.Parameter(name: member.name, value: $0) }
        }
        return parameters.count == object.members.count ? parameters : nil
    }
}
