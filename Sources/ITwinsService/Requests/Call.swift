import HTTPTypes
import ITwinsAPI

/// A request that has passed every check that does not depend on its operation.
struct Call: Sendable {
    /// The operation and the table by whose path it was asked for.
    let target: RouteMatcher.Target
    /// The ids in the path.
    let ids: PathIDs
    /// The query.
    let query: Query
    /// The header fields.
    let headers: HTTPFields
    /// The origin by which the service was asked, for links.
    let origin: String
    /// What was sent along.
    let body: Body
    /// When the request is answered.
    let now: Timestamp
    /// The caller.
    let user: User

    /// What is sent along with a request.
    enum Body: Sendable {
        case none
        case object(JSON.Object)
        case image(UploadedImage)
    }

    /// The iTwin or export that the path is about, in lower case; empty for none.
    var id: String { ids.id }

    /// The id of the caller.
    var userID: String { user.id }

    /// The body's object; without members for operations that take none.
    var object: JSON.Object {
        guard case .object(let object) = body else { return JSON.Object() }
        return object
    }

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
