import ITwinsAPI

/// What went wrong, in one sentence for a user: what happened, to what, and what helps.
enum Wording {
    /// One line for a failed request.
    static func text(_ error: RequestError) -> String {
        let host = error.host ?? "The service"
        let outcome = error.outcomeUnknown ? " The outcome is unknown." : ""
        let later = error.retryAt.map { " Retry after \($0.readable)." } ?? ""
        return sentence(error.reason, host: host) + outcome + later
    }

    private static func sentence(_ reason: RequestError.Reason, host: String) -> String {
        switch reason {
        case .refused(let error): refusal(error)
        case .unreachable(let why): "Can't reach the service: \(why)."
        case .timedOut(let seconds): "\(host) didn't respond within \(seconds) s."
        case .interrupted(let how): "The connection to \(host) broke: \(how)."
        case .unexpectedAnswer(let what): "Unexpected response: \(what)"
        case .tooLarge(let limit): "The response of \(host) is larger than \(limit / 1_048_576) MiB and was rejected."
        case .redirected(let why): "\(host) sent a redirect that wasn't followed: \(why)."
        case .pagingStopped(let why): "The list ends early: \(why)."
        case .notInDocumentRoutes: "Not available in the document routes."
        case .noToken(let why): "No access token: \(why)."
        case .signedOut(let why): "Signed out: \(why)."
        case .unusableFile(let why): why
        case .cancelled: "Cancelled."
        }
    }

    /// Why the file of an export is not here.
    static func text(_ failure: DownloadFailure) -> String {
        switch failure {
        case .exists(let path): "\(path) already exists. Choose another name or replace it"
        case .request(let error): text(error)
        case .unwritable(let why), .damaged(let why): why
        }
    }

    private static func refusal(_ error: APIError) -> String {
        let message = error.details.isEmpty ? error.message : error.details.map(\.message).joined(separator: " ")
        switch error.status {
        case 401: return "The access token was rejected (\(error.code)): \(message)"
        case 403: return "Not permitted (\(error.code)): \(message)"
        case 404 where error.code == "iTwinRepositoryNotFound": return "This repository isn't available."
        case 404 where error.code == "iTwinRepositoryResourceNotFound": return "This resource isn't available."
        case 404 where error.code == "iTwinNotFound": return "This iTwin isn't available."
        default: return "The service returned \(error.status) (\(error.code)): \(message)"
        }
    }

    /// A few words for a border, where a list that has rows could not be refreshed.
    static func short(_ error: RequestError) -> String {
        switch error.reason {
        case .refused(let error): "refused (\(error.status))"
        case .unreachable: "offline"
        case .timedOut: "timed out"
        case .interrupted: "connection broke"
        case .unexpectedAnswer, .tooLarge, .redirected: "unexpected response"
        case .pagingStopped: "ends early"
        case .notInDocumentRoutes: "not in the document routes"
        case .noToken: "no access token"
        case .signedOut: "signed out"
        case .unusableFile: "unusable file"
        case .cancelled: "cancelled"
        }
    }
}
