import ITwinsAPI

/// Reads the members of a repository's body that are objects (contract section 5.4).
enum RepositoryMembers {
    /// How the data is asked for; nil when it is missing or wrong.
    ///
    /// - Parameter prefix: what stands before the members' names in problems.
    static func authentication(_ reader: inout FieldReader, prefix: String) -> RepositoryAuthentication? {
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
                    prefix + name,
                    "\(name) must be a non-empty string."
                )
                continue
            }
            members[name] = text
        }
        return RepositoryAuthentication(kind: kind, members: members)
    }

    /// What is sent along; nil when it is missing or wrong.
    static func options(_ reader: inout FieldReader, of subClass: RepositorySubClass?) -> RepositoryOptions? {
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
                reader.problems.add(.invalidValue, "options", "Levels are allowed only for subclass UrlTemplate.")
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
