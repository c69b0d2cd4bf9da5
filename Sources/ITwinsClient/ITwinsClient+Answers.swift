import ITwinsAPI

extension ITwinsClient {
    /// Reads a complete answer.
    ///
    /// - Throws: `RequestError` for every status but 2xx and for an answer that is not what the contract promises
    ///   (reliability H9).
    func answer(to operation: ITwinsAPI.Operation, _ reply: Transport.Reply) throws(RequestError) -> Answer {
        let host = configuration.origin.authority
        switch reply.status {
        case 200..<300: break
        case 300..<400: throw failure(.redirected, operation, reply)
        default: throw failure(.refused(refusal(reply, from: host)), operation, reply)
        }
        if let coding = reply.coding {
            throw failure(
                .unexpectedAnswer("\(host) sent a coded body nobody asked for (\(coding.oneLine(40)))"),
                operation,
                reply
            )
        }
        var body: JSON?
        if !reply.body.isEmpty {
            guard reply.isJSON else {
                throw failure(.unexpectedAnswer(preview(of: reply, from: host)), operation, reply)
            }
            do throws(JSON.SyntaxError) {
                body = try JSON.parse(reply.body)
            } catch {
                let what = "\(host) sent no UTF-8 JSON: at byte \(error.offset), \(error.reason.oneLine(120))"
                throw failure(.unexpectedAnswer(what), operation, reply)
            }
        }
        do throws(ITwinsAPI.Operation.UnexpectedAnswer) {
            return try operation.answer(body: body, maxReturn: reply.header("X-Max-Return").flatMap { Int($0) })
        } catch {
            throw failure(.unexpectedAnswer("\(error.reason) (\(host), status \(reply.status))"), operation, reply)
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

    private func failure(_ reason: RequestError.Reason, _ operation: ITwinsAPI.Operation, _ reply: Transport.Reply)
        -> RequestError
    {
        var error = error(reason, operation.id)
        error.correlationID = reply.header("x-correlation-id").map { $0.oneLine(100) }
        error.outcomeUnknown = operation.id.createsSomething && Self.leavesDoubt(reason, reply)
        return error
    }

    /// Whether the request may have been done although the answer does not say so (reliability H3). A 503 that names a
    /// time to come back was not processed, nor was anything that the service finds fault with.
    private static func leavesDoubt(_ reason: RequestError.Reason, _ reply: Transport.Reply) -> Bool {
        switch (reason, reply.status) {
        case (.unexpectedAnswer, _): true
        case (.refused, 501), (.refused, 505): false
        case (.refused, 503): reply.header("Retry-After") == nil
        case (.refused, 500...): true
        default: false
        }
    }
}

extension Transport.Reply {
    /// The answer with a body that can be shown to people: the pages of some proxies quote the request, token and all.
    ///
    /// JSON of a success is left alone, as nothing of it gets into an error.
    func quoting(nothingOf token: Secret) -> Self {
        if (200..<300).contains(status), isJSON { return self }
        var reply = self
        let text = String(decoding: body, as: UTF8.self)
        if text.contains(token.revealed) {
            reply.body = Array(text.replacing(token.revealed, with: token.description).utf8)
        }
        return reply
    }
}
