import HTTPTypes
import ITwinsAPI

/// A request that has passed every check that does not depend on its operation.
struct Call: Sendable {
    /// The operation and the table by whose path it was asked for.
    let target: RouteMatcher.Target
    /// The text where the path has an id; empty for a path without one. UUIDs are in lower case.
    let id: String
    /// The query.
    let query: Query
    /// The header fields.
    let headers: HTTPFields
    /// The origin by which the service was asked, for links.
    let origin: String
    /// The body's object; without members for operations that take no body.
    let body: JSON.Object
    /// When the request is answered.
    let now: Timestamp
    /// The id of the caller.
    let userID: String

    /// What the caller prefers of the two forms of an answer (RFC 7240); nil when nothing is said.
    var preference: Preference? {
        let preferences = headers[values: .prefer].flatMap { $0.split(separator: ",") }
        for preference in preferences {
            switch preference.lowercased().filter({ $0 != " " && $0 != "\"" }) {
            case "return=minimal": return .minimal
            case "return=representation": return .representation
            default: continue
            }
        }
        return nil
    }

    /// The two forms of an iTwin in an answer (contract section 2.5).
    enum Preference: Sendable {
        case minimal, representation

        /// The fields of the form.
        var fields: [ITwin.Field] {
            switch self {
            case .minimal: ITwin.Field.minimal
            case .representation: ITwin.Field.allCases
            }
        }
    }
}
