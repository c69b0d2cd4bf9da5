/// An iTwin's image in two sizes (contract section 5.3).
public struct ITwinImage: Hashable, Sendable, Identifiable {
    /// The id, a UUID by convention; another one for every new image.
    public var id: String
    /// The name of the thumbnail, a key for caches.
    public var smallImageName: String?
    /// A link to the thumbnail, good for an hour.
    public var smallImageUrl: String?
    /// The name of the large one, a key for caches.
    public var largeImageName: String?
    /// A link to the large one, good for an hour.
    public var largeImageUrl: String?
    /// Members that are no field of this type, and fields whose value has another type than the contract's, as they
    /// came.
    public var additional: JSON.Object = JSON.Object()

    /// Makes an image that is known by its id alone.
    public init(id: String) {
        self.id = id
    }

    /// Reads an image leniently: only an id is needed, everything unknown or of another type is kept in `additional`.
    ///
    /// - Returns: nil when the value is no object or has no id.
    public init?(_ json: JSON) {
        guard case .object(let object) = json, let id = object["id"]?.string, !id.isEmpty else { return nil }
        self.init(id: id)
        let texts: [String: WritableKeyPath<ITwinImage, String?>] = [
            "smallImageName": \.smallImageName, "smallImageUrl": \.smallImageUrl,
            "largeImageName": \.largeImageName, "largeImageUrl": \.largeImageUrl,
        ]
        for member in object.members where member.name != "id" && !member.value.isNull {
            if let path = texts[member.name], let text = member.value.string {
                self[keyPath: path] = text
            } else {
                additional[member.name] = member.value
            }
        }
    }

    /// The image as the service sends it.
    public var json: JSON {
        [
            "id": .string(id), "smallImageName": .optional(smallImageName), "smallImageUrl": .optional(smallImageUrl),
            "largeImageName": .optional(largeImageName), "largeImageUrl": .optional(largeImageUrl),
        ]
    }
}
