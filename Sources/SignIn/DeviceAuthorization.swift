import Foundation
import ITwinsAPI

/// What an authority gives for signing in on another device (RFC 8628 section 3.2).
struct DeviceAuthorization: Sendable {
    /// What tokens are asked for with; the user never sees it.
    let code: Secret
    /// What the user does. The address that has the code in it is for pictures alone (RFC 8628 section 3.3.1).
    let device: SignInProgress.Device
    /// When the codes end, by this machine's clock.
    let expires: Timestamp
    /// Seconds between two questions for tokens.
    let interval: Double

    /// Reads the answer of the device authorization endpoint.
    ///
    /// - Throws: `SignInError` for one that cannot be shown to a user, or not used.
    init(_ body: JSON.Object, of authority: Authority, at now: Timestamp) throws(SignInError) {
        func wrong(_ what: String) -> SignInError {
            SignInError(.malformed, "The device authorization response of \(authority.host) \(what)")
        }
        func text(_ name: String, upTo limit: Int) throws(SignInError) -> String {
            guard let text = body[name]?.string, !text.isEmpty, text.utf8.count <= limit, text.isVisibleASCII else {
                throw wrong("has no usable \(name)")
            }
            return text
        }
        func seconds(_ name: String, in range: ClosedRange<Double>) throws(SignInError) -> Double {
            guard let number = body[name]?.seconds, range.contains(number) else {
                throw wrong("has no usable \(name)")
            }
            return number
        }
        code = Secret(try text("device_code", upTo: 8192))
        let address = try text("verification_uri", upTo: 256)
        guard let components = URLComponents(string: address), let origin = try? Origin(components),
            components.user == nil, components.string == address
        else { throw wrong("has no usable verification_uri") }
        guard origin.isProtected, authority.origin.isLoopback || origin.scheme == "https" else {
            throw wrong("has a verification_uri that isn't https")
        }
        device = SignInProgress.Device(address: address, code: try text("user_code", upTo: 40))
        guard !device.code.contains(code.revealed), !address.contains(code.revealed) else {
            throw wrong("contains its device_code in other fields")
        }
        expires = now.adding(seconds: try seconds("expires_in", in: 1...31_536_000))
        let hasInterval = body["interval"].map { $0 != .null } ?? false
        interval = hasInterval ? try seconds("interval", in: 1...300) : 5
    }
}
