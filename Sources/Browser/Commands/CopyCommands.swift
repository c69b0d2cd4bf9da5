import ITwinsAPI
import Screen

/// Taking things along.
extension Command {
    /// Copies the id of what is under the cursor, or of what a text is about.
    static let copyID = Command("copy.id", "Copy ID", "copy ID", .lists, ["y y"]) { browser in
        let here = browser.kind(of: browser.pane)
        let list = here.asList ?? browser.kind(of: browser.place.firstPane).asList
        let id = browser.pane == .details ? browser.selectedITwinID : list?.selectedID(in: browser)
        return id.map(Availability.possible) ?? .impossible("Nothing with an ID is selected.")
    } run: { browser, id, now in
        browser.show(.success, "Copied the ID \(id)", at: now)
        return [.copy(id)]
    }
}
