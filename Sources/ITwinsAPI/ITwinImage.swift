/// An iTwin's image in two sizes (contract section 5.3).
public struct ITwinImage: IdentifiedModel, Hashable, Sendable, Identifiable {
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
        self.init(withID: json)
    }

    mutating func read(_ member: JSON.Object.Member) -> Bool {
        switch member.name {
        case "smallImageName": Self.set(&smallImageName, member.value.string)
        case "smallImageUrl": Self.set(&smallImageUrl, member.value.string)
        case "largeImageName": Self.set(&largeImageName, member.value.string)
        case "largeImageUrl": Self.set(&largeImageUrl, member.value.string)
        default: false
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
