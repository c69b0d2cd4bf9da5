import ITwinsAPI

extension ITwinsClient {
    /// Reads a complete answer.
    ///
    /// - Parameter reply: not a redirect.
    /// - Throws: `RequestError` for every status but 2xx and for an answer that is not what the contract promises
    ///   (reliability H9).
    func answer(to operation: ITwinsAPI.Operation, _ reply: Transport.Reply) throws(RequestError) -> Answer {
        let host = configuration.origin.authority
        switch reply.status {
        case 200..<300: break
        default: throw failure(.refused(refusal(reply, from: host)), operation.id, reply)
        }
        if let coding = reply.coding {
            throw failure(
                .unexpectedAnswer("\(host) sent an unrequested content encoding (\(coding.oneLine(40)))"),
                operation.id,
                reply
            )
        }
        var body: JSON?
        if !reply.body.isEmpty {
            guard reply.isJSON else {
                throw failure(.unexpectedAnswer(preview(of: reply, from: host)), operation.id, reply)
            }
            do throws(JSON.SyntaxError) {
                body = try JSON.parse(reply.body)
            } catch {
                let what = "\(host) sent invalid JSON: at byte \(error.offset), \(error.reason.oneLine(120))"
                throw failure(.unexpectedAnswer(what), operation.id, reply)
            }
        }
        do throws(ITwinsAPI.Operation.UnexpectedAnswer) {
            return try operation.answer(body: body, maxReturn: reply.header("X-Max-Return").flatMap { Int(digits: $0) })
        } catch {
            throw failure(.unexpectedAnswer("\(error.reason) (\(host), status \(reply.status))"), operation.id, reply)
        }
    }

    /// What came instead of JSON, in one line: a proxy's page tells most by its beginning.
    private func preview(of reply: Transport.Reply, from host: String) -> String {
        let source = "\(reply.mediaType?.oneLine(60) ?? "no media type") from \(host)"
        let text = String(decoding: reply.body.prefix(4096), as: UTF8.self).oneLine(200)
        return text.isEmpty ? source : "\(source): \(text)"
    }

    /// The service's own error, or one made of the status for answers that are not the service's, as those of proxies
    /// are.
    func refusal(_ reply: Transport.Reply, from host: String) -> APIError {
        if reply.coding == nil, let body = try? JSON.parse(reply.body),
            let error = APIError(status: reply.status, body: body)
        {
            return error
        }
        let phrase = reply.reasonPhrase.isEmpty ? "Status \(reply.status)" : reply.reasonPhrase.oneLine(100)
        let hasText = !reply.body.isEmpty && reply.coding == nil
        return APIError(
            status: reply.status,
            code: "HTTP\(reply.status)",
            message: hasText ? "\(phrase) (\(preview(of: reply, from: host)))" : phrase
        )
    }

    /// An error that came of an answer.
    func failure(_ reason: RequestError.Reason, _ operation: OperationID, _ reply: Transport.Reply) -> RequestError {
        var error = error(reason, operation)
        error.correlationID = reply.header("x-correlation-id").map { $0.oneLine(100) }
        error.rateLimit = RateLimit(reply)
        return error
    }
}

extension RateLimit {
    /// What an answer says of the limit that was passed; nil when it says nothing (contract section 2.3).
    init?(_ reply: Transport.Reply) {
        func header(_ name: String) -> String? {
            reply.header("ITwinPlatform-RateLimited-\(name)").map { $0.oneLine(100) }
        }
        self.init(
            tier: header("Tier"),
            api: header("API"),
            operation: header("Operation"),
            application: header("Application")
        )
        if self == RateLimit() { return nil }
    }
}

extension Transport.Reply {
    /// The answer with a body that can be shown to people: the pages of some proxies quote the request, token and all.
    ///
    /// JSON of a success is left alone, as nothing of it gets into an error.
    func quoting(nothingOf secrets: [Secret]) -> Self {
        if (200..<300).contains(status), isJSON { return self }
        var reply = self
        let text = String(decoding: body, as: UTF8.self)
        let shown = text.hiding(secrets.flatMap(\.spellings))
        // What is no UTF-8 stays as it came.
        if shown != text { reply.body = Array(shown.utf8) }
        return reply
    }
}
