import ITwinsAPI

/// The image of an iTwin: shown with its details, put there from a file, taken away (contract section 9).
extension Browser {
    /// Asks for the image of the iTwin whose details are on the screen, where it has one.
    mutating func loadImage(at now: Timestamp) -> [Effect] {
        guard shownTabs.contains(.details), let id = subjectID, let name = subject.details[id]?.iTwin?.imageName else {
            return []
        }
        // The name is another one for every new image; links are good for an hour.
        let held = subject.images[id]
        let isSame = held?.image?.smallImageName == nil || held?.image?.smallImageName == name
        return askForImage(of: id, olderThan: isSame ? Self.linkFreshness : 0, at: now)
    }

    /// How old the links of an image may be before they are read anew, in seconds.
    private static let linkFreshness = 600.0

    private mutating func askForImage(of id: String, olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        guard exists(.image(iTwinID: id)), subject.images[id]?.load.isStale(after: seconds, at: now) ?? true else {
            return []
        }
        let (request, effects) = ask(.image(iTwinID: id), .image(iTwinID: id), at: now)
        subject.change(imageOf: id) { $0.load.begin(request, at: now) }
        return effects
    }

    /// Takes over an image, and asks how large its file is.
    mutating func received(_ image: ITwinImage, of id: String, at now: Timestamp) -> [Effect] {
        let isSame = subject.images[id]?.image?.id == image.id
        subject.change(imageOf: id) {
            $0.image = image
            if !isSame { $0.bytes = nil }
            $0.load.succeed(at: now)
        }
        // Whether an upload was done is told by what was there before.
        if case .form(let form, .image(id, _)) = dialog, form.phase == .editing {
            dialog = .form(form, .image(iTwinID: id, before: image.id))
        }
        updateDeleteDialog()
        guard let link = image.largeImageUrl ?? image.smallImageUrl, subject.images[id]?.bytes == nil else { return [] }
        let (request, replaced) = requests.begin(.measureImage(iTwinID: id), at: now)
        return (replaced.map { [Effect.cancel($0)] } ?? []) + [.measure(request, link: link)]
    }

    /// The lines of the details about the image.
    func imageFields(of iTwin: ITwin) -> [(label: String, value: String)] {
        guard let name = iTwin.imageName else {
            let isKnown = subject.details[iTwin.id]?.iTwin != nil && connection.routes == .live
            return [("image", isKnown ? "none" : "")]
        }
        let held = subject.images[iTwin.id]
        var fields = [("image", [name, held?.bytes?.byteText].compactMap(\.self).joined(separator: ", "))]
        if let failure = held?.load.failure {
            fields.append(("", "✗ \(Wording.text(failure))"))
        } else if let image = held?.image {
            fields.append(("large", image.largeImageUrl ?? ""))
            fields.append(("small", image.smallImageUrl ?? ""))
        }
        return fields
    }

    // MARK: Changing

    /// Why there is nothing to do with an image here; nil where there is.
    func imageHindrance(removing: Bool) -> String? {
        guard let id = focusedITwinID else { return "There is no iTwin here whose image it could be." }
        guard exists(.image(iTwinID: id)) else { return "Images are not in the document routes." }
        guard removing, let detail = subject.details[id]?.iTwin, detail.imageName == nil else { return nil }
        return "“\(detail.title)” has no image.  u  uploads one"
    }

    mutating func beginUpload(at now: Timestamp) -> [Effect] {
        guard let id = focusedITwinID else { return [] }
        let form = Form(ImageForm(iTwinID: id, iTwinName: name(of: id)))
        dialog = .form(form, .image(iTwinID: id, before: subject.images[id]?.image?.id))
        return askForImage(of: id, olderThan: SubjectPane.freshness, at: now)
    }

    mutating func beginRemovingImage(at now: Timestamp) -> [Effect] {
        guard let id = focusedITwinID, let form = deleteForm(of: .image(iTwinID: id)) else { return [] }
        dialog = .form(Form(form), .delete(.image(iTwinID: id)))
        return askForImage(of: id, olderThan: SubjectPane.freshness, at: now)
    }

    /// The question before an image is taken away.
    func imageDeleteForm(of id: String) -> DeleteForm {
        let operation = Operation.deleteImage(iTwinID: id)
        let held = subject.images[id]
        let what = [held?.image?.largeImageName ?? iTwin(id)?.imageName, held?.bytes?.byteText].compactMap(\.self)
        return DeleteForm(
            kind: "Image of",
            name: name(of: id),
            heading: "Remove the image of “\(name(of: id))”",
            consequences: [
                FormFact(label: "Goes", text: what.isEmpty ? "the image" : what.joined(separator: ", ")),
                FormFact(label: "Stays behind", text: "the iTwin"),
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
            effects += received(image, of: id, at: now)
        } else {
            subject.change(imageOf: id) { $0 = SubjectPane.HeldImage() }
        }
        subject.change(detailsOf: id) {
            $0.iTwin?.imageName = image?.smallImageName
            $0.load.stop()
        }
        return effects + stop { $0 == .details(iTwinID: id) } + loadDetails(of: id, olderThan: -1, at: now)
    }
}
