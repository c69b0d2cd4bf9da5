import Foundation
import ITwinsAPI

/// Where the browser comes back after signing in: a path on this machine that is registered with the authority, port
/// included (contract section 13.4).
public struct RedirectURI: Hashable, Sendable, CustomStringConvertible {
    /// The URI, exactly as registered. Port 0 stands for one that the system chooses, for authorities that let it vary (RFC
    /// 8252 section 7.3).
    public let text: String
    /// `localhost`, `127.0.0.1` or `[::1]`.
    let host: String
    let port: Int
    let path: String

    /// Those to register unless something speaks against it. The first two are known from Bentley's own clients.
    public static let standard = [3000, 3301, 3302, 3303].map {
        RedirectURI(host: "localhost", port: $0, path: "/signin-callback")
    }

    /// For the local service's authority, which takes every port.
    public static let anyPort = RedirectURI(host: "127.0.0.1", port: 0, path: "/signin-callback")

    private init(host: String, port: Int, path: String) {
        self.host = host
        self.port = port
        self.path = path
        text = "http://\(host):\(port)\(path)"
    }

    /// Reads a URI.
    ///
    /// - Throws: `SignInError` for anything but http on this machine with a port.
    public init(_ text: String) throws(SignInError) {
        guard text.isVisibleASCII, let components = URLComponents(string: text), components.scheme == "http",
            let host = components.host, ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host),
            let port = components.port, (0...65_535).contains(port), components.query == nil,
            components.fragment == nil, components.user == nil
        else {
            throw SignInError(
                .configuration,
                "The redirect URI “\(text.oneLine(100))” can't be listened on. Write it as http://localhost:3000/signin-callback"
            )
        }
        self.text = text
        self.host = host == "::1" ? "[::1]" : host
        self.port = port
        path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
    }

    /// The URI with the port that the system chose.
    func with(port: Int) -> RedirectURI {
        self.port == 0 ? RedirectURI(host: host, port: port, path: path) : self
    }

    /// The addresses to listen on: a browser may take either for `localhost`; never one that others can reach (reliability
    /// A2).
    var addresses: [String] {
        switch host {
        case "127.0.0.1": ["127.0.0.1"]
        case "[::1]": ["::1"]
        default: ["127.0.0.1", "::1"]
        }
    }

    /// The URI.
    public var description: String { text }
}
