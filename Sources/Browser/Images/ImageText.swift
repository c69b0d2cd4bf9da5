import ITwinsAPI

extension Session {
    /// The lines of the details about the image.
    func imageFields(of iTwin: ITwin) -> [(label: String, value: String)] {
        guard let name = iTwin.imageName else {
            let isKnown = sidePane[iTwin.id].details.iTwin != nil && connection.routes == .live
            return [("image", isKnown ? "none" : "")]
        }
        let cached = sidePane[iTwin.id].image
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
