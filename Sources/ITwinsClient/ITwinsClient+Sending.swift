import ITwinsAPI

extension ITwinsClient {
    typealias Headers = [(name: String, value: String)]

    /// A try that failed.
    struct FailedTry: Error {
        var error: RequestError
        let kind: RetryRule.Failure
        /// When the service wants to be asked again, in seconds; nil when it does not say so.
        var pause: Double?
    }

    /// Sends a request once, follows redirects where that is allowed, and reads the answer.
    ///
    /// - Parameters:
    ///   - file: the opened file that is the request's body.
    ///   - attempt: which try this is, from 1.
    ///   - time: what is left of the time that the request may take.
    ///   - record: is told what is sent and comes.
    ///   - progress: is told how much of the file was sent.
    /// - Returns: nil when a pause began before its turn came, and nothing was sent.
    func send(
        _ made: RequestCall,
        of operation: ITwinsAPI.Operation,
        file: UploadFile?,
        attempt: Int,
        within time: Duration,
        record: RequestRecord,
        progress: @escaping @Sendable (RequestProgress) -> Void
    ) async throws(FailedTry) -> (answer: Answer, reply: Transport.Reply)? {
        let end = ContinuousClock.now + time
        let request = made.request
        var token: Secret
        let url: String
        do throws(RequestError) {
            guard let place = self.url(of: request) else {
                throw error(.pagingStopped("the next page is on another server or route"), operation.id)
            }
            url = place
            token = try await self.token(made.token, for: operation.id, insteadOf: nil, until: end)
        } catch {
            throw FailedTry(error: error, kind: .final)
        }
        var call = Transport.Call(
            method: request.method.rawValue,
            url: url,
            headers: headers(of: request, token, file),
            body: request.body.map { .bytes($0.bytes) }
        )
        if let file {
            call.body = .file(file) { progress(.sent(bytes: $0, of: file.count)) }
            call.total = configuration.limits.upload
        }
        var trail = RedirectPolicy(base: configuration.origin, url: url)
        var isRenewed = false
        // One of a few letters is found everywhere, and not looked for.
        let sent = (request.body?.secrets ?? []).filter { $0.revealed.count > 3 }
        while true {
            let secrets = [token] + sent
            record.sending(call, attempt: attempt, secrets: secrets)
            guard let (reply, pause) = try await send(call, secrets, of: operation.id, attempt, until: end) else {
                return nil
            }
            record.received(reply, of: operation.id)
            if reply.status == 401, !trail.hasLeft, !isRenewed {
                let other = try await renewedToken(made.token, for: operation.id, insteadOf: token, until: end)
                isRenewed = true
                if other != token {
                    // Nothing of a request that was refused so was done: sending it once more repeats nothing.
                    token = other
                    call.url = url
                    call.headers = headers(of: request, token, file)
                    trail = RedirectPolicy(base: configuration.origin, url: url)
                    continue
                }
            }
            guard (300..<400).contains(reply.status) else {
                return (try answer(to: operation, reply, pause), reply)
            }
            do throws(RedirectPolicy.Refusal) {
                guard operation.id.mayRedirect else {
                    throw RedirectPolicy.Refusal(reason: "no redirect is expected here")
                }
                call.url = try trail.follow(reply.status, to: reply.header("Location"))
            } catch {
                throw FailedTry(error: failure(.redirected(error.reason), operation.id, reply), kind: .final)
            }
            if trail.hasLeft { call.headers.removeAll { !Self.headersForOthers.contains($0.name) } }
        }
    }

    /// What a service other than the configured one is told (reliability H6).
    private static let headersForOthers: Set = ["Authorization", "Accept", "Accept-Encoding", "User-Agent"]

    /// Sends a request once, and begins the pause that its answer wants before another one has its turn.
    ///
    /// - Returns: the answer, with nothing of the secrets in it that could be shown.
    private func send(
        _ call: Transport.Call,
        _ secrets: [Secret],
        of operation: OperationID,
        _ attempt: Int,
        until end: ContinuousClock.Instant
    ) async throws(FailedTry) -> (reply: Transport.Reply, pause: Double?)? {
        do throws(Transport.Failure) {
            let left = ContinuousClock.now.duration(to: end)
            return try await transport.send(call, within: left) {
                rateLimit.rest == nil
            } _: { reply in
                let reply = reply.quoting(nothingOf: secrets)
                let wanted = pauseWanted(by: reply, attempt)
                if let wanted, wanted <= RetryAfter.longestWait {
                    rateLimit.begin(wanted, because: .refused(refusal(reply, from: configuration.origin.authority)))
                }
                return (reply, wanted)
            }
        } catch {
            throw FailedTry(error: self.error(error.reason, operation), kind: error.kind)
        }
    }

    /// How long an answer wants the service to be left alone, in seconds (reliability H5).
    private func pauseWanted(by reply: Transport.Reply, _ attempt: Int) -> Double? {
        let value = reply.header("Retry-After")
        switch RetryRule.failure(ofStatus: reply.status, namesTime: value != nil) {
        case .limited, .unavailable:
            let time = configuration.time
            return RetryAfter(value, date: reply.header("Date"), now: time.now()).wait(
                afterAttempt: attempt,
                jitter: time.random(0...RetryRule.longestWait(beforeAttempt: attempt + 1))
            )
        default: return nil
        }
    }

    private func answer(
        to operation: ITwinsAPI.Operation,
        _ reply: Transport.Reply,
        _ pause: Double?
    ) throws(FailedTry) -> Answer {
        do throws(RequestError) {
            return try answer(to: operation, reply)
        } catch {
            guard case .refused = error.reason else { throw FailedTry(error: error, kind: .unread) }
            let kind = RetryRule.failure(ofStatus: reply.status, namesTime: reply.header("Retry-After") != nil)
            throw FailedTry(error: error, kind: kind, pause: pause)
        }
    }

    /// The file that is a request's body, opened; nil when it has none.
    func file(of request: APIRequest, _ operation: OperationID) async throws(RequestError) -> UploadFile? {
        guard let path = request.file else { return nil }
        do {
            return try await FileWork.pieces.run { try UploadFile(at: path) }
        } catch let problem as UploadFile.Problem {
            throw error(.unusableFile(problem.text), operation)
        } catch let obstacle as FileWork.ThreadUnavailable {
            throw error(
                .unusableFile("The file can't be read: \(obstacle). Close other programs and try again."),
                operation
            )
        } catch {
            throw self.error(.cancelled, operation)
        }
    }

    private func renewedToken(
        _ source: @escaping ClientConfiguration.AccessToken,
        for operation: OperationID,
        insteadOf refused: Secret,
        until end: ContinuousClock.Instant
    ) async throws(FailedTry) -> Secret {
        do throws(RequestError) {
            return try await token(source, for: operation, insteadOf: refused, until: end)
        } catch {
            throw FailedTry(error: error, kind: .final)
        }
    }

    /// The token, asked for anew. The wait for it is part of the request's time, and ends when the task is cancelled.
    private func token(
        _ source: @escaping ClientConfiguration.AccessToken,
        for operation: OperationID,
        insteadOf refused: Secret?,
        until end: ContinuousClock.Instant
    ) async throws(RequestError) -> Secret {
        let asking = Task<Result<Secret, any Error>, Never> {
            do { return .success(try await source(refused)) } catch { return .failure(error) }
        }
        let result = await withTaskGroup(of: Result<Secret, any Error>?.self) { group in
            group.addTask { await asking.valueUnlessCancelled() }
            group.addTask {
                try? await Task.sleep(until: end, clock: .continuous)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next().flatMap(\.self)
        }
        let token: Secret
        switch result {
        case .success(let found): token = found
        case .failure(let error as SignedOut): throw self.error(.signedOut(error.reason.oneLine(300)), operation)
        case .failure(let error):
            throw self.error(
                Task.isCancelled || error is CancellationError ? .cancelled : .noToken("\(error)".oneLine(300)),
                operation
            )
        case nil:
            asking.cancel()
            throw self.error(Task.isCancelled ? .cancelled : .noToken("none arrived in time"), operation)
        }
        // RFC 6750 section 2.1; the library's own complaint about such a header would quote it.
        guard !token.revealed.isEmpty, token.revealed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            let what =
                token.revealed.isEmpty
                ? "the access token is empty" : "the access token has spaces or characters outside ASCII"
            throw self.error(.noToken(what), operation)
        }
        return token
    }

    private func headers(of request: APIRequest, _ token: Secret, _ file: UploadFile?) -> Headers {
        var headers = [
            (name: "Authorization", value: "Bearer \(token.revealed)"),
            (name: "Accept", value: "application/vnd.bentley.itwin-platform.v1+json"),
            (name: "Accept-Encoding", value: "identity"),
            (name: "User-Agent", value: configuration.userAgent),
        ]
        headers += request.headers
        if request.body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        if let file { headers.append((name: "Content-Type", value: file.mediaType)) }
        return headers
    }
}
