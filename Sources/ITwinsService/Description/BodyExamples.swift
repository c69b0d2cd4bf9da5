import ITwinsAPI

/// What can be sent along with the operations of the standard sample data.
enum BodyExamples {
    /// A body that an operation takes; nil for none and for images.
    static func example(of body: OperationDeclaration.Body) -> JSON? {
        switch body {
        case .none, .image: nil
        case .iTwin: iTwin
        case .iTwinChanges: ["displayName": "Riverside Bridge Renewal", "status": "Trial", "latitude": .null]
        case .recent: ["iTwinId": .string(SampleITwins.id(ofNumber: "RB-0421"))]
        case .export: export
        case .repository: repository
        case .repositoryChanges: ["displayName": "Flood maps, revised", "authentication": .null]
        case .resource: ResourceDraft(id: "hq300", displayName: "Flood of 300 years", type: "layer").json
        }
    }

    private static let iTwin: JSON = {
        var draft = ITwinDraft(class: .thing, subClass: .asset, displayName: "Pump House 9")
        draft.number = "PH-9"
        draft.type = "Plant"
        draft.ianaTimeZone = "Europe/Dublin"
        draft.dataCenterLocation = "North Europe"
        draft.status = .trial
        return draft.json
    }()

    private static let export: JSON = {
        var draft = ExportDraft(outputFormat: .csv)
        draft.subClasses = [.asset, .project]
        draft.select = [.number, .displayName, .status]
        return draft.json
    }()

    private static let repository: JSON = {
        var draft = RepositoryDraft(
            class: .geographicInformationSystem,
            subClass: .urlTemplate,
            displayName: "Aerial tiles",
            uri: "https://tiles.example.org/{z}/{x}/{y}.png"
        )
        draft.authentication = .queryParameter(key: "token", value: Secret("example"))
        draft.options = RepositoryOptions(minimumLevel: 0, maximumLevel: 18)
        return draft.json
    }()
}
