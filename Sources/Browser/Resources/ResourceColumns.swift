import ITwinsAPI

extension ListColumns<Resource> {
    static let resources = ListColumns(
        "resources",
        [
            .text("name", "Name", width: 14) { $0.title }
                .with { column in
                    column.isFlexible = true
                    column.cell = { resource, _ in ListCell(name: resource.title) }
                },
            .text("type", "Type", width: 13, rank: 1) { $0.type },
        ]
    )
}
