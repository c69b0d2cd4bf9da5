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

    private mutating func loadImage(of id: String, olderThan seconds: Double, at now: Timestamp) -> [Effect] {
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

    /// Why there is nothing to do with an image here; nil where there is.
    func imageHindrance(removing: Bool) -> String? {
        guard let id = focusedITwinID else { return "There is no iTwin here whose image it could be." }
        guard isSupported(.image(iTwinID: id)) else { return "Images are not in the document routes." }
        guard removing, let detail = session.subject[id].details.iTwin, detail.imageName == nil else { return nil }
        return "“\(detail.title)” has no image.  u  uploads one"
    }

    mutating func beginUpload(at now: Timestamp) -> [Effect] {
        guard let id = focusedITwinID else { return [] }
        layers.open(ImageForm(iTwinID: id, iTwinName: name(of: id)))
        return loadImage(of: id, olderThan: SubjectPane.maximumAge, at: now)
    }

    mutating func beginRemovingImage(at now: Timestamp) -> [Effect] {
        guard let id = focusedITwinID, let form = deleteForm(of: .image(iTwinID: id)) else { return [] }
        layers.open(form)
        return loadImage(of: id, olderThan: SubjectPane.maximumAge, at: now)
    }

    /// The question before an image is taken away.
    func imageDeleteForm(of id: String) -> DeleteForm {
        let operation = Operation.deleteImage(iTwinID: id)
        let cached = session.subject[id].image
        let what = [cached.image?.largeImageName ?? iTwin(id)?.imageName, cached.bytes?.byteText].compactMap(\.self)
        return DeleteForm(
            target: .image(iTwinID: id),
            kind: "Image of",
            name: name(of: id),
            heading: "Remove the image of “\(name(of: id))”",
            consequences: [
                FormInfo(label: "Goes", text: what.isEmpty ? "the image" : what.joined(separator: ", ")),
                FormInfo(label: "Stays behind", text: "the iTwin"),
            ],
            confirmation: nil,
            operation: operation,
            requestLine: requestLine(of: operation),
            question: .image(iTwinID: id)
        )
    }

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
