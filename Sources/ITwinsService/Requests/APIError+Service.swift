import ITwinsAPI

/// The codes of single problems (contract section 3.3).
enum ProblemCode: String, Sendable {
    case invalidValue = "InvalidValue"
    case invalidParameter = "InvalidParameter"
    case invalidHeaderValue = "InvalidHeaderValue"
    case missingRequiredProperty = "MissingRequiredProperty"
    case readOnlyProperty = "ReadOnlyProperty"
    case invalidRequestBody = "InvalidRequestBody"
    case resourceQuotaExceeded = "ResourceQuotaExceeded"
    case operationNotFound = "OperationNotFound"
}

extension APIError {
    /// A request that HTTP or the URL syntax does not allow (contract section 17.20).
    static func invalidRequest(_ message: String) -> APIError {
        APIError(status: 400, code: "InvalidRequest", message: message)
    }

    /// A body that is not one JSON object (contract section 17.4).
    static func invalidRequestBody(_ message: String) -> APIError {
        APIError(status: 400, code: "InvalidRequestBody", message: message)
    }

    /// No `Authorization` header (contract section 3.2).
    static let headerNotFound = APIError(
        status: 401,
        code: "HeaderNotFound",
        message: "Header Authorization was not found in the request. Access denied."
    )

    /// Another scheme than `Bearer`; the text is one of the fixed ones of contract section 17.19.
    static func invalidAuthorizationScheme(_ scheme: String) -> APIError {
        APIError(
            status: 401,
            code: "InvalidAuthorizationScheme",
            message: "Authorization scheme '\(echo(scheme))' is not valid."
        )
    }

    /// A token that is not the service's.
    static let unauthorized = APIError(status: 401, code: "Unauthorized", message: "The access token is not valid.")

    /// A foreign `Host` or `Origin` (contract section 17.17), or a token that is not for the API (17.20).
    static func forbidden(_ message: String) -> APIError {
        APIError(status: 403, code: "Forbidden", message: message)
    }

    /// No such route, or no such version (contract section 3.2).
    static let operationNotFound = APIError(
        status: 404,
        code: "ResourceNotFound",
        message: "Requested resource is not available.",
        details: [
            Detail(
                code: ProblemCode.operationNotFound.rawValue,
                message: "The operation does not exist. Check the URL and the Accept header."
            )
        ]
    )

    /// A file that does not exist, or a link to it that is wrong or no longer valid: no distinction is made.
    static let fileNotFound = APIError(
        status: 404,
        code: "ResourceNotFound",
        message: "The file does not exist, or the link has expired. Get the export again for a new link."
    )

    /// An unknown iTwin; the text is one of the fixed ones of contract section 17.19.
    static let iTwinNotFound = APIError(
        status: 404,
        code: "iTwinNotFound",
        message: "Requested iTwin is not available."
    )

    /// Something that the caller may see but not do.
    static func insufficientPermissions(_ message: String) -> APIError {
        APIError(status: 403, code: "InsufficientPermissions", message: message)
    }

    /// An iTwin without image.
    static let imageNotFound = APIError(
        status: 404,
        code: "ImageNotFound",
        message: "The iTwin has no image."
    )

    /// An unknown repository.
    static let repositoryNotFound = APIError(
        status: 404,
        code: "iTwinRepositoryNotFound",
        message: "Requested repository is not available."
    )

    /// An unknown resource.
    static let resourceNotFound = APIError(
        status: 404,
        code: "iTwinRepositoryResourceNotFound",
        message: "Requested resource is not available."
    )

    /// An unknown export.
    static let exportNotFound = APIError(
        status: 404,
        code: "iTwinExportNotFound",
        message: "Requested export is not available."
    )

    /// A method that the path does not have; the answer names the ones it has (contract section 17.20).
    static func methodNotAllowed(_ method: String, allowed: String) -> APIError {
        APIError(
            status: 405,
            code: "MethodNotAllowed",
            message: "Method \(echo(method)) is not allowed here, only \(allowed)."
        )
    }

    /// A body that did not arrive in time.
    static let requestTimeout = APIError(
        status: 408,
        code: "RequestTimeout",
        message: "The body of the request did not arrive in time."
    )

    /// A body over the limit, in bytes.
    static func requestTooLarge(limit: Int) -> APIError {
        APIError(status: 413, code: "RequestTooLarge", message: "A body may have \(limit) bytes at most.")
    }

    /// A request target over the limit.
    static let uriTooLong = APIError(
        status: 414,
        code: "UriTooLong",
        message: "A path with its query may have \(ServiceLimits.targetBytes) bytes at most."
    )

    /// A body of another kind than JSON in UTF-8.
    static func unsupportedMediaType(_ message: String) -> APIError {
        APIError(status: 415, code: "UnsupportedMediaType", message: message)
    }

    /// A part of a file that begins behind its end.
    static let rangeNotSatisfiable = APIError(
        status: 416,
        code: "RangeNotSatisfiable",
        message: "The file ends before the first byte requested."
    )

    /// Errors of values (contract section 3.2).
    static func invalidITwinsRequest(_ message: String, _ details: [Detail]) -> APIError {
        APIError(status: 422, code: "InvalidiTwinsRequest", message: message, details: details)
    }

    /// A filter, search or order that looks through more than there is time for (reliability S10).
    ///
    /// - Parameter parameter: which of them, such as `$filter`.
    static func queryTooSlow(_ limit: Duration, _ parameter: String) -> APIError {
        invalidITwinsRequest(
            "Cannot query iTwins.",
            [
                Detail(
                    code: ProblemCode.invalidParameter.rawValue,
                    message: "\(parameter) takes more than \(limit.components.seconds) seconds. Request less, "
                        + "or name subClass as well.",
                    target: parameter
                )
            ]
        )
    }

    /// Fields, number or name, whose value another iTwin has.
    static func iTwinExists(_ fields: [ITwin.Field], _ iTwin: ITwin) -> APIError {
        let details = fields.map { field in
            let value = echo(iTwin[field].string ?? "")
            return Detail(
                code: ProblemCode.invalidValue.rawValue,
                message: "Another \(iTwin.subClass?.rawValue ?? "iTwin") has the \(field.rawValue) '\(value)'.",
                target: field.rawValue
            )
        }
        return APIError(status: 409, code: "iTwinExists", message: "iTwin already exists.", details: details)
    }

    /// A repository that exists already; it names no target (contract section 3.1).
    static let repositoryExists = APIError(
        status: 409,
        code: "iTwinRepositoryExists",
        message: "The iTwin already has a repository with this name, or with this class, subclass and URI."
    )

    /// A resource that exists already.
    static let resourceExists = APIError(
        status: 409,
        code: "iTwinRepositoryResourceExists",
        message: "The repository already has a resource with this ID or name."
    )

    /// Headers over the limit.
    static let headersTooLarge = APIError(
        status: 431,
        code: "HeadersTooLarge",
        message: "The headers may have \(ServiceLimits.headerBytes) bytes at most."
    )

    /// More requests than the rate limit allows (contract section 3.2).
    static let rateLimitExceeded = APIError(
        status: 429,
        code: "RateLimitExceeded",
        message: "There were too many requests. Wait for the time in Retry-After."
    )

    /// A mistake of the service itself; what it was stands in the log alone.
    static let internalServerError = APIError(
        status: 500,
        code: "InternalServerError",
        message: "The service failed. See its log under this response's x-correlation-id."
    )

    /// The service stops before it has begun with the request.
    static let serviceStops = APIError(
        status: 503,
        code: "ServiceUnavailable",
        message: "The service is stopping. Nothing was done."
    )

    /// A database that another program has kept locked for too long; nothing was changed.
    static let databaseBusy = APIError(
        status: 503,
        code: "ServiceUnavailable",
        message: "Another program is using the database. Nothing was changed; try again."
    )

    /// A text of the request as it may stand in a message: cut to 100 characters (reliability S5).
    static func echo(_ text: String) -> String {
        text.unicodeScalars.count <= 100
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(100))) + "…"
    }
}
