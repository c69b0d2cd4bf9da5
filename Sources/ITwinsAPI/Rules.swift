import Foundation

/// The contract's limits and rules, for the service that enforces them and the forms that say them while one types.
public enum Rules {
    /// Longest `type` of an iTwin, in characters (contract section 5.1).
    public static let typeLength = 100
    /// Longest number, name and location of an iTwin, in characters (contract section 5.1).
    public static let textLength = 255
    /// Longest name of a repository, in characters (contract section 5.4).
    public static let repositoryNameLength = 200
    /// Longest URI of a repository, in characters (contract section 5.4).
    public static let uriLength = 2000
    /// Degrees north (contract section 5.1).
    public static let latitudes = -90.0...90.0
    /// Degrees east (contract section 5.1).
    public static let longitudes = -180.0...180.0
    /// Longest id and name of a resource, in characters (contract section 5.5).
    public static let resourceTextLength = 200
    /// Longest type of a resource, in characters (contract section 5.5).
    public static let resourceTypeLength = 100
    /// Largest file of an image, in bytes (contract section 9).
    public static let imageBytes = 5 * 1_048_576
    /// How many times as long as the other one side of an image may be (contract section 9).
    public static let imageProportion = 5
    /// Zoom levels of subclass UrlTemplate (contract section 5.4).
    public static let zoomLevels = 0...24
    /// Page sizes (contract section 2.4).
    public static let pageSizes = 1...1000
    /// The page size when none is asked for (contract section 2.4).
    public static let defaultPageSize = 100
    /// Values of `X-Max-Return` (contract section 6.1).
    public static let maxReturns = 1...10000
    /// The sum over all pages when none is asked for (contract section 6.1).
    public static let defaultMaxReturn = 1000
    /// How many recents a user has (contract section 7.3).
    public static let recentsCount = 25
    /// Exports a user may start in an hour (contract section 8.1).
    public static let exportsPerHour = 3

    /// True for the name of an IANA time zone or a link of that database, such as `Europe/London` or `US/Pacific`, in
    /// its own letter case.
    public static func isTimeZone(_ name: String) -> Bool {
        if zonesLikeAbbreviations.contains(name) { return true }
        // Foundation also takes abbreviations and offsets such as GMT+5, the latter under another name.
        return TimeZone.abbreviationDictionary[name] == nil && TimeZone(identifier: name)?.identifier == name
    }

    private static let zonesLikeAbbreviations: Set<String> = [
        "UTC", "GMT", "EST", "MST", "HST", "WET", "CET", "MET", "EET",
    ]

    /// Says that a text is too long; nil when it is not. Characters are code points, as the service counts them.
    public static func problem(inLengthOf text: String, limit: Int) -> String? {
        let length = text.unicodeScalars.count
        return length > limit ? "At most \(limit) characters; this has \(length)" : nil
    }

    /// Says what is wrong with a URI that a user enters; nil when nothing is.
    ///
    /// It must be absolute, http or https, with a host, once the placeholders `{…}` are taken out. The service itself
    /// does not check the syntax (contract section 17.20): a typing mistake would be kept for ever.
    public static func problem(inURI text: String) -> String? {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        if trimmed.isEmpty { return "A URI is required" }
        if let problem = problem(inLengthOf: trimmed, limit: uriLength) { return problem }
        let bare = trimmed.replacing(/\{[^{}]*\}/, with: "0")
        if bare.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 || $0.value == 0x7F }) {
            return "Spaces aren't allowed; use %20"
        }
        guard let scheme = bare.firstMatch(of: /^([A-Za-z][A-Za-z0-9+.\-]*):/)?.1.lowercased() else {
            return "Use an absolute URI, such as https://maps.example.org/wms"
        }
        guard scheme == "http" || scheme == "https" else {
            return "Use http or https, not “\(scheme)”"
        }
        guard let components = URLComponents(string: bare), let host = components.host, !host.isEmpty else {
            return "The URI has no host"
        }
        if let port = components.port, !(1...65535).contains(port) {
            return "The port must be between 1 and 65535, not \(port)"
        }
        if components.user != nil || components.password != nil {
            return "Use Authentication for user and password, not the URI"
        }
        return nil
    }
}
