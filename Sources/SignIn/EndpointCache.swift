import Foundation
import ITwinsAPI
import PrivateFiles
import Synchronization

/// What discovery said, kept for a day: in memory, and in a file so that starting the program needs no discovery.
final class EndpointCache: Sendable {
    private let file: String?
    private let known = Mutex<(endpoints: Endpoints, until: Timestamp)?>(nil)
    private static let seconds = 86_400.0
    private static let secondsOfFallback = 300.0

    init(file: String?) {
        self.file = file
    }

    /// What is known and not too old.
    func endpoints(of authority: Authority, at now: Timestamp) -> Endpoints? {
        if let known = known.withLock(\.self), now < known.until { return known.endpoints }
        // A file that another version wrote, or that was cut off, is as good as none; what it says is checked like an answer.
        guard let content = content(), let entry = content[authority.issuer],
            let until = entry["until"]?.string.flatMap(Timestamp.init), now < until,
            until < now.adding(seconds: 2 * Self.seconds), let document = entry["document"],
            let endpoints = try? Endpoints(document, of: authority)
        else { return nil }
        known.withLock { $0 = (endpoints, until) }
        return endpoints
    }

    /// Keeps what discovery said. That it cannot be written costs another discovery and no more.
    func keep(_ document: JSON.Object, _ endpoints: Endpoints, of authority: Authority, at now: Timestamp) {
        let until = now.adding(seconds: Self.seconds)
        known.withLock { $0 = (endpoints, until) }
        // The port of a local one is another each time.
        guard let file, !authority.origin.isLoopback else { return }
        var all = content() ?? JSON.Object()
        all[authority.issuer] = .object(["until": .string(until.description), "document": .object(document)])
        try? PrivateFile.makeFolder((file as NSString).deletingLastPathComponent)
        try? PrivateFile(path: file).replace(with: Array(JSON.object(all).prettyText.utf8))
    }

    /// Keeps what is documented for a short time, so that not every call waits for a discovery that cannot be reached.
    func fallBack(to endpoints: Endpoints, at now: Timestamp) {
        known.withLock { $0 = (endpoints, now.adding(seconds: Self.secondsOfFallback)) }
    }

    private func content() -> JSON.Object? {
        guard let file, let bytes = (try? PrivateFile(path: file).read()) ?? nil else { return nil }
        return (try? JSON.parse(bytes))?.object
    }
}
