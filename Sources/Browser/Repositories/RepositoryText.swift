import ITwinsAPI
import Screen

extension Repository {
    /// Class and subclass in one column.
    var classText: String {
        guard let subClass else { return "\(`class`.rawValue)  auto" }
        let short = `class` == .geographicInformationSystem ? "GIS" : `class`.rawValue
        return "\(short) · \(subClass.rawValue)"
    }

    /// What is to be known of it; secrets are masked unless they are revealed.
    func fields(revealed: Bool) -> [(label: String, value: String)] {
        var fields: [(String, String)] = [
            ("invisible", CellText.hiddenCharacters(in: title) ?? ""), ("uri", uri ?? ""),
        ]
        if let authentication { fields.append(("auth", authentication.text(revealed: revealed))) }
        if let options {
            var texts = options.queryParameters.map { "\($0.name) = \($0.value)" }
            if let minimum = options.minimumLevel, let maximum = options.maximumLevel {
                texts.append("zoom \(minimum) to \(maximum)")
            }
            fields.append(("options", texts.joined(separator: "  ")))
        }
        fields.append(("class", `class`.rawValue + (subClass.map { " · \($0.rawValue)" } ?? ", added automatically")))
        fields.append(("id", id))
        return fields
            + additional.members.map { member in
                // One of a kind that is not known here may have its secret in any member.
                let value = member.name == "authentication" && !revealed ? member.value.masked : member.value
                return (member.name, value.string ?? value.text)
            }
    }
}

extension RepositoryAuthentication {
    /// Kind and members in one line; secrets are masked unless they are revealed.
    func text(revealed: Bool) -> String {
        let members = members.map { member in
            let isHidden = !revealed && kind.secretMembers.contains(member.name)
            return "\(member.name) = \(isHidden ? Secret(member.value).description : member.value)"
        }
        return ([kind.label] + members).joined(separator: "  ")
    }
}
