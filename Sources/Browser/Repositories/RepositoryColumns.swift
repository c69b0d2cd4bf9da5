import ITwinsAPI
import Screen

extension ListColumns<Repository> {
    static let repositories = ListColumns(
        "repositories",
        [
            .text("name", "Name", width: 12) { $0.title }
                .with { column in
                    column.isFlexible = true
                    column.cell = { repository, _ in ListCell(name: repository.title) }
                },
            .text("class", "Class", width: 20, rank: 1) { $0.classText }
                .with { column in
                    column.isFlexible = true
                    column.cell = { repository, _ in
                        ListCell(CellText(repository.classText), repository.isAutomatic ? .dim : .text)
                    }
                },
        ]
    )
}
