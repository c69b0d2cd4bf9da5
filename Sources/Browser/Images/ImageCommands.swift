import ITwinsAPI

/// Changing the image of the iTwin that has the focus.
extension Command {
    static let uploadImage = Command(
        "image.upload",
        "Upload iTwin image",
        "image",
        .lists,
        ["u"],
        changesService: true,
        target: focusedImage
    ) { browser, id, now in
        browser.layers.open(ImageForm(iTwinID: id, iTwinName: browser.session.name(of: id)))
        return LoadImage.refresh(of: id, olderThan: SidePaneState.maximumAge, in: &browser, at: now)
    }

    static let removeImage = Command(
        "image.remove",
        "Remove iTwin image",
        "remove image",
        .lists,
        ["U"],
        changesService: true
    ) { browser -> Availability<String> in
        let image = focusedImage(in: browser)
        if let id = image.target, let iTwin = browser.session.sidePane[id].details.iTwin, iTwin.imageName == nil {
            return .impossible(browser.text("“\(iTwin.title)” has no image.  \(.uploadImage)  uploads one"))
        }
        return image
    } run: { browser, id, now in
        guard let form = DeleteTarget.image(iTwinID: id).form(in: browser) else { return [] }
        browser.layers.open(form)
        return LoadImage.refresh(of: id, olderThan: SidePaneState.maximumAge, in: &browser, at: now)
    }

    private static func focusedImage(in browser: Browser) -> Availability<String> {
        guard let id = browser.focusedITwinID else {
            return .impossible("Select an iTwin to change its image.")
        }
        guard browser.session.isSupported(.image(iTwinID: id)) else {
            return .impossible("The document routes have no images.")
        }
        return .possible(id)
    }
}
