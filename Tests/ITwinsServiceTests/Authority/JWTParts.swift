import Foundation
import ITwinsAPI
import Testing

/// A signed token taken apart, so that a test can look at it and put another one together.
struct JWTParts {
    var header: JSON
    var claims: JSON
    var signature: [UInt8]

    init(_ token: String) throws {
        let parts = token.split(separator: ".").compactMap { Self.bytes(String($0)) }
        try #require(parts.count == 3)
        header = try JSON.parse(parts[0])
        claims = try JSON.parse(parts[1])
        signature = parts[2]
    }

    /// The token of the parts.
    var token: String { "\(signed).\(Self.text(signature))" }

    /// What is signed, when the members are in the order in which they came.
    var signed: String { "\(Self.text(header.bytes)).\(Self.text(claims.bytes))" }

    /// A member of the claims, set to another value.
    func with(_ name: String, _ value: JSON) -> JWTParts {
        var parts = self
        var object = claims.object ?? JSON.Object()
        object[name] = value
        parts.claims = .object(object)
        return parts
    }

    static func text(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().filter { $0 != "=" }.replacing("+", with: "-").replacing("/", with: "_")
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map(Array.init)
    }
}
