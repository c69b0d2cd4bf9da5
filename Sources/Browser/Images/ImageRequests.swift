import ITwinsAPI

/// The image of an iTwin.
struct LoadImage: LoadRequest {
    let iTwinID: String

    var key: RequestKey { RequestKey(Self.self, iTwinID) }
    var scope: RequestScope? { .iTwin(iTwinID) }
    var operation: Operation { .image(iTwinID: iTwinID) }
    var load: WritableKeyPath<Session, LoadState> { \.subject[iTwinID].image.load }

    func fill(_ answer: Answer, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        guard case .image(let image) = answer else { return [] }
        return browser.set(image, of: iTwinID, at: now)
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
        browser.session.subject[iTwinID].image.bytes = bytes
        return []
    }
}
