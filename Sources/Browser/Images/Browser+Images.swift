import ITwinsAPI

/// The image of an iTwin: shown with its details, put there from a file, taken away (contract section 9).
extension Browser {
    /// Loads the image of the iTwin whose details are on the screen, where it has one.
    mutating func loadImage(at now: Timestamp) -> [Effect] {
        guard shownTabs.contains(.details), let id = subjectID, let name = session.subject[id].details.iTwin?.imageName
        else {
            return []
        }
        // The name is another one for every new image; links are good for an hour.
        let known = session.subject[id].image.image?.smallImageName
        return loadImage(of: id, olderThan: known == nil || known == name ? Self.maximumLinkAge : 0, at: now)
    }

    /// How old the links of an image may be before they are read anew, in seconds.
    private static let maximumLinkAge = 600.0

    mutating func loadImage(of id: String, olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        isSupported(.image(iTwinID: id)) ? load(LoadImage(iTwinID: id), olderThan: seconds, at: now) : []
    }

    /// Shows an image, and asks how large its file is.
    mutating func set(_ image: ITwinImage, of id: String, at now: Timestamp) -> [Effect] {
        session.subject[id].image.set(image, at: now)
        guard let link = image.largeImageUrl ?? image.smallImageUrl, session.subject[id].image.bytes == nil else {
            return []
        }
        return request(MeasureImage(iTwinID: id, link: link), at: now)
    }

    // MARK: Changing

    /// Reads what tells of the image again after it was changed.
    mutating func imageChanged(of id: String, to image: ITwinImage?, at now: Timestamp) -> [Effect] {
        var effects: [Effect] = []
        if let image {
            effects = set(image, of: id, at: now)
        } else {
            session.subject[id].image = SubjectPane.CachedImage()
        }
        session.subject[id].details.iTwin?.imageName = image?.smallImageName
        return effects + reloadDetails(of: id, at: now)
    }
}

extension Session {
    /// The lines of the details about the image.
    func imageFields(of iTwin: ITwin) -> [(label: String, value: String)] {
        guard let name = iTwin.imageName else {
            let isKnown = subject[iTwin.id].details.iTwin != nil && connection.routes == .live
            return [("image", isKnown ? "none" : "")]
        }
        let cached = subject[iTwin.id].image
        var fields = [("image", [name, cached.bytes?.byteText].compactMap(\.self).joined(separator: ", "))]
        if let failure = cached.load.failure {
            fields.append(("", "✗ \(Wording.text(failure))"))
        } else if let image = cached.image {
            fields.append(("large", image.largeImageUrl ?? ""))
            fields.append(("small", image.smallImageUrl ?? ""))
        }
        return fields
    }
}
