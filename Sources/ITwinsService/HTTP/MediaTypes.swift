import Foundation
import HTTPTypes
import ITwinsAPI

/// The media types that the service speaks (contract sections 2.2, 17.2 and 17.20).
enum MediaTypes {
    /// The media type of every answer with a body but files.
    static let json = "application/json"

    private static let acceptable = ["*/*", json, "application/vnd.bentley.itwin-platform.v1+json"]

    /// True when one element of the `Accept` headers with a weight over 0 is what the service sends; also when there
    /// is none.
    static func accepts(_ headers: HTTPFields) -> Bool {
        let elements = headers[values: .accept].flatMap { $0.split(separator: ",") }.map(parse)
        let named = elements.filter { !$0.type.isEmpty }
        return named.isEmpty || named.contains { acceptable.contains($0.type) && weight($0.parameters) > 0 }
    }

    /// The media types of JSON bodies; that of JSON Patch passes on PATCH (contract section 17.20).
    static func bodyTypes(isPatch: Bool) -> [String] { isPatch ? [json, jsonPatch] : [json] }

    /// Checks that a body is said to be JSON in UTF-8 without a coding.
    ///
    /// - Parameter isPatch: whether the type of JSON Patch passes too (contract section 17.20).
    /// - Throws: `UnsupportedMediaType`.
    static func checkBody(_ headers: HTTPFields, isPatch: Bool = false) throws(APIError) {
        let type = try bodyType(headers)
        guard bodyTypes(isPatch: isPatch).contains(type.name) else {
            throw .unsupportedMediaType("The Content-Type must be \(json).")
        }
        for parameter in type.parameters
        where parameter.name == "charset" && !["utf-8", "utf8"].contains(parameter.value) {
            throw .unsupportedMediaType("The charset must be UTF-8.")
        }
    }

    /// Checks that a body is said to be a form.
    ///
    /// - Throws: `UnsupportedMediaType`.
    static func checkForm(_ headers: HTTPFields) throws(APIError) {
        guard try bodyType(headers).name == "application/x-www-form-urlencoded" else {
            throw .unsupportedMediaType("The Content-Type must be application/x-www-form-urlencoded.")
        }
    }

    /// The kind of image that a body is said to be.
    ///
    /// - Throws: `UnsupportedMediaType`.
    static func imageType(_ headers: HTTPFields) throws(APIError) -> UploadedImage.Kind {
        guard let kind = UploadedImage.Kind(rawValue: try bodyType(headers).name) else {
            throw .unsupportedMediaType("The Content-Type must be image/png or image/jpeg.")
        }
        return kind
    }

    private static let jsonPatch = "application/json-patch+json"

    private static func bodyType(_ headers: HTTPFields) throws(APIError) -> (name: String, parameters: [Parameter]) {
        let coding = headers[.contentEncoding]?.lowercased() ?? "identity"
        guard coding == "identity" else {
            throw .unsupportedMediaType("Content-Encoding \(APIError.echo(coding)) is not supported.")
        }
        let types = headers[values: .contentType]
        guard types.count == 1, let type = types.first.map({ parse(Substring($0)) }) else {
            throw .unsupportedMediaType("Exactly one Content-Type is required.")
        }
        return (type.type, type.parameters)
    }

    private typealias Parameter = (name: String, value: String)

    private static func parse(_ text: Substring) -> (type: String, parameters: [Parameter]) {
        var parts = text.lowercased().split(separator: ";", omittingEmptySubsequences: false).map(trim)
        let type = parts.removeFirst()
        let parameters = parts.map { part -> Parameter in
            let sides = part.split(separator: "=", maxSplits: 1).map { trim($0) }
            let value = sides.count > 1 ? sides[1] : ""
            let isQuoted = value.count > 1 && value.hasPrefix("\"") && value.hasSuffix("\"")
            return (sides.first ?? "", isQuoted ? String(value.dropFirst().dropLast()) : value)
        }
        return (type, parameters)
    }

    private static func trim(_ text: some StringProtocol) -> String {
        text.trimmingCharacters(in: .whitespaces)
    }

    /// The weight of RFC 9110 section 12.4.2; 1 when there is none, 0 when it cannot be read.
    private static func weight(_ parameters: [Parameter]) -> Double {
        guard let text = parameters.first(where: { $0.name == "q" })?.value else { return 1 }
        return Double(text) ?? 0
    }
}
