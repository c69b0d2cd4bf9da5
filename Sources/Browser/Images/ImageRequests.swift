import ITwinsAPI

/// The image of an iTwin.
struct LoadImage: ITwinPartRequest {
    let iTwinID: String

    static var part: Part { \.image.load }
    var operation: Operation { .image(iTwinID: iTwinID) }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .image(let image) = answer else { return [] }
        return Self.show(image, of: iTwinID, in: &browser, at: now)
    }

    /// Loads the image of the iTwin whose details are on the screen, where it has one.
    static func refresh(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard browser.shownTabs.contains(.details), let id = browser.selectedITwinID,
            let name = browser.session.sidePane[id].details.iTwin?.imageName
        else { return [] }
        // The name is another one for every new image; links are good for an hour.
        let known = browser.session.sidePane[id].image.image?.smallImageName
        let age = known == nil || known == name ? maximumLinkAge : 0
        return refresh(of: id, olderThan: age, in: &browser, at: now)
    }

    /// How old the links of an image may be before they are read anew, in seconds.
    private static let maximumLinkAge = 600.0

    static func refresh(
        of iTwinID: String,
        olderThan seconds: Double,
        in browser: inout Browser,
        at now: Timestamp
    ) -> [Effect] {
        guard browser.session.isSupported(.image(iTwinID: iTwinID)) else { return [] }
        return LoadImage(iTwinID: iTwinID).refresh(olderThan: seconds, in: &browser, at: now)
    }

    /// Shows an image, and asks how large its file is.
    private static func show(_ image: ITwinImage, of iTwinID: String, in browser: inout Browser, at now: Timestamp)
        -> [Effect]
    {
        browser.session.sidePane[iTwinID].image.set(image, at: now)
        guard let link = image.largeImageUrl ?? image.smallImageUrl,
            browser.session.sidePane[iTwinID].image.bytes == nil
        else { return [] }
        return browser.session.send(MeasureImage(iTwinID: iTwinID, link: link), at: now)
    }

    /// Shows the image that an iTwin has now, nil for none, and reads again what tells of it.
    static func changed(of iTwinID: String, to image: ITwinImage?, in browser: inout Browser, at now: Timestamp)
        -> [Effect]
    {
        var effects: [Effect] = []
        if let image {
            effects = show(image, of: iTwinID, in: &browser, at: now)
        } else {
            browser.session.sidePane[iTwinID].image = SidePaneState.CachedImage()
        }
        browser.session.sidePane[iTwinID].details.iTwin?.imageName = image?.smallImageName
        return effects + browser.session.send(LoadDetails(iTwinID: iTwinID), at: now)
    }
}

/// How large the file of the image of an iTwin is.
struct MeasureImage: BrowserRequest {
    let iTwinID: String
    let link: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var scope: RequestScope? { .iTwin(iTwinID) }
    var operation: Operation { .image(iTwinID: iTwinID) }

    func effect(_ id: RequestID) -> Effect { .measure(id, link: link) }

    func measured(_ bytes: Int?, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.sidePane[iTwinID].image.bytes = bytes
        return []
    }
}
