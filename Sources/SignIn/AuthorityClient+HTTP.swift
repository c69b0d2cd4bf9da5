import AsyncHTTPClient
import Foundation
import ITwinsAPI
import Logging
import NIOCore
import NIOHTTP1
import NetworkErrors

extension AuthorityClient {
    /// An answer, whatever its status.
    struct Reply: Sendable {
        var status: Int
        var mediaType: String?
        var date: String?
        var body: [UInt8]

        /// The body as a JSON object.
        func object(of what: String, _ authority: Authority) throws(SignInError) -> JSON.Object {
            guard mediaType == "application/json", let object = (try? JSON.parse(body))?.object else {
                throw SignInError(
                    .malformed,
                    "The \(what) of \(authority.host) isn't a JSON object. Check authority in the profile, and whether there is a proxy"
                )
            }
            return object
        }
    }

    enum Method: String { case GET, POST }

    /// Asks once, within the limit; the log is told of it.
    func send(
        _ method: Method,
        _ url: String,
        form: String? = nil,
        basic: Secret? = nil,
        what: String
    ) async throws(SignInError) -> Reply {
        var request = HTTPClientRequest(url: url)
        request.method = method == .GET ? .GET : .POST
        request.headers.add(name: "Accept", value: "application/json")
        if let basic { request.headers.add(name: "Authorization", value: "Basic \(basic.revealed)") }
        if let form {
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        }
        let start = ContinuousClock.now
        var metadata: Logger.Metadata = ["request": "\(method.rawValue) \(url)"]
        var exchange = Exchange(method: method.rawValue, link: url)
        recorder?(exchange)
        defer {
            let time = ContinuousClock.now - start
            metadata["ms"] = "\(Int(time / .milliseconds(1)))"
            logger.info("\(what)", metadata: metadata)
            exchange.seconds = time / .seconds(1)
            recorder?(exchange)
        }
        do throws(SignInError) {
            // The library's own limit is for the head of an answer alone.
            let reply = try await limited(to: limit, what) { [request] () throws(SignInError) in
                try await self.reply(to: request, what)
            }
            metadata["status"] = "\(reply.status)"
            (exchange.status, exchange.bytes) = (reply.status, reply.body.count)
            return reply
        } catch {
            metadata["error"] = "\(error.message)"
            exchange.failure = .unreachable(error.message)
            throw error
        }
    }

    private func reply(to request: HTTPClientRequest, _ what: String) async throws(SignInError) -> Reply {
        let request = try await prepared(request, what)
        do {
            let response = try await http.execute(request, timeout: TimeAmount(limit))
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            let type = response.headers.first(name: "Content-Type")?.split(separator: ";").first
            return Reply(
                status: Int(response.status.code),
                mediaType: type?.trimmingCharacters(in: .whitespaces).lowercased(),
                date: response.headers.first(name: "Date"),
                body: Array(buffer: body)
            )
        } catch is NIOTooManyBytesError {
            throw SignInError(
                .malformed,
                "The response of \(authority.host) is too large. Check authority in the profile"
            )
        } catch {
            throw Task.isCancelled ? Self.cancelled(what) : failure(error, request.url, what)
        }
    }

    private func prepared(_ request: HTTPClientRequest, _ what: String) async throws(SignInError) -> HTTPClientRequest {
        var request = request
        do {
            try await prepare(&request)
            return request
        } catch {
            throw Task.isCancelled ? Self.cancelled(what) : SignInError(.unreachable, "\(error)")
        }
    }

    /// Ends work that takes too long.
    func limited<Value: Sendable>(
        to limit: Duration,
        _ what: String,
        _ work: @escaping @Sendable () async throws(SignInError) -> Value
    ) async throws(SignInError) -> Value {
        do {
            return try await withTimeLimit(limit) { try await work() }
        } catch let error as SignInError {
            throw error
        } catch {
            throw Task.isCancelled ? Self.cancelled(what) : unreachable(Self.late)
        }
    }

    private static func cancelled(_ what: String) -> SignInError {
        SignInError(.cancelled, "\(what) was cancelled")
    }

    private func unreachable(_ why: String, remedy: String? = nil) -> SignInError {
        let remedy = remedy ?? "Check the network and try again"
        return SignInError(.unreachable, "\(authority.host) can't be reached: \(why). \(remedy)")
    }

    private static let late = "it didn't respond in time"

    /// Why a call failed, without anything of the call.
    private func failure(_ error: any Error, _ url: String, _ what: String) -> SignInError {
        let origin = URLComponents(string: url).flatMap({ try? Origin($0) }) ?? authority.origin
        let error = NetworkError(
            error,
            asking: NetworkError.Peer(host: origin.host, port: origin.port),
            through: proxy,
            within: NetworkError.Limits(connect: nil, idle: limit, total: limit)
        )
        switch error.reason {
        case .cancelled: return Self.cancelled(what)
        case .timedOut: return unreachable(Self.late, remedy: error.remedy)
        case .unreachable(let why), .unexpectedAnswer(let why):
            return unreachable(why.oneLine(300), remedy: error.remedy)
        case .interrupted(let how):
            return unreachable("the connection broke: \(how.oneLine(300))", remedy: error.remedy)
        default: return unreachable("\(error.reason)".oneLine(300), remedy: error.remedy)
        }
    }
}
