import ITwinsAPI
import Screen

/// Taking things along.
extension Command {
    /// Copies the id of what is under the cursor, or of what a text is about.
    static let copyID = Command("copy.id", "copy the id", "copy id", .lists, ["y y"]) { browser in
        let here = browser.kind(of: browser.pane)
        let list = here.asList ?? browser.kind(of: browser.place.firstPane).asList
        let id = browser.pane == .details ? browser.subjectID : list?.selectedID(in: browser)
        return id.map(Availability.possible) ?? .impossible("Nothing selected that has an ID.")
    } run: { browser, id, now in
        browser.show(.success, "Copied the id \(id)", at: now)
        return [.copy(id)]
    }
}
