import ITwinsAPI

/// Sending requests, and their ends. What each of them means is declared with its kind.
extension Browser {
    /// Sends a request, and cancels an older one of the same key. What the routes do not have fails without being sent.
    mutating func request(_ request: any BrowserRequest, at now: Timestamp) -> [Effect] {
        if let request = request as? any LoadRequest, !isSupported(request.operation) {
            session[keyPath: request.load].fail(RequestError(.notInDocumentRoutes, operation: request.operation.id))
            return []
        }
        let (id, replaced) = session.requests.begin(request, at: now)
        return (replaced.map { [.cancel($0)] } ?? []) + [request.effect(id)]
    }

    /// Loads what is older than a number of seconds and not on its way; nothing without a request.
    mutating func load(_ request: (any LoadRequest)?, olderThan seconds: Double, at now: Timestamp) -> [Effect] {
        guard let request else { return [] }
        let age = request.maximumAge(seconds, in: self)
        return loadStatus(of: request).isStale(after: age, at: now) ? request.start(in: &self, at: now) : []
    }

    /// True when the routes in use have an operation; what they lack is shown as such and sends nothing.
    func isSupported(_ operation: ITwinsAPI.Operation) -> Bool { operation.exists(in: session.connection.routes) }

    /// Drops requests that nobody waits for any more: as if they had never been sent.
    mutating func drop(where condition: (any BrowserRequest) -> Bool) -> [Effect] {
        drop(session.requests.all(where: condition))
    }

    mutating func drop(_ requests: [Requests.InFlight]) -> [Effect] {
        requests.map {
            session.requests.end($0.id)
            return .cancel($0.id)
        }
    }

    /// Cancels for a person the request that they most likely mean: the download under the cursor, what the focused pane
    /// waits for, the newest of what fills the screen, the newest change.
    ///
    /// - Returns: nil when there is none.
    mutating func cancelRequest(at now: Timestamp) -> [Effect]? {
        guard
            let found = focusedExport.flatMap({ download(of: $0.id) })
                ?? loadRequest(of: pane).flatMap({ session.requests[$0.key] }) ?? session.requests.all(where: {
                    $0.role == .load
                }).last
                ?? session.requests.all(where: { $0.role == .write }).last
        else { return nil }
        return cancel(found, at: now)
    }

    /// Cancels a request that is in flight: a person does not want it any more.
    mutating func cancel(_ found: Requests.InFlight, at now: Timestamp) -> [Effect] {
        session.requests.end(found.id)
        if let download = found.request as? DownloadExport {
            session.exports.stoppedDownload(found.id, of: download.exportID)
        }
        let error = RequestError(.cancelled, operation: found.request.operation.id)
        return [.cancel(found.id)] + found.request.fail(error, in: &self, at: now)
    }

    // MARK: Ends

    mutating func answered(_ result: Result<Answer, RequestError>, to id: RequestID, at now: Timestamp) -> [Effect] {
        guard let request = session.requests[id]?.request else { return [] }
        // While the request is in flight still, so that what it brings is not asked for once more.
        let refreshed = noteReach(result, at: now)
        session.requests.end(id)
        notices.request = id
        defer { notices.request = nil }
        switch result {
        case .success(let answer): return refreshed + request.succeed(answer, in: &self, at: now)
        case .failure(let error):
            noteTokenFailure(error, of: request, at: now)
            return refreshed + request.fail(error, in: &self, at: now)
        }
    }

    /// Notes what an end tells of whether the service can be reached; when it is back, what is on the screen is read again.
    private mutating func noteReach(_ result: Result<Answer, RequestError>, at now: Timestamp) -> [Effect] {
        if case .failure(let error) = result, error.apiError == nil {
            if error.isOffline || session.reach.isOffline { session.reach.failed(at: now) }
            return []
        }
        return session.reach.answered() ? refreshVisible(olderThan: SubjectPane.maximumAge, at: now) : []
    }

    mutating func measured(_ bytes: Int?, by id: RequestID, at now: Timestamp) -> [Effect] {
        return session.requests.end(id)?.measured(bytes, in: &self, at: now) ?? []
    }

    mutating func noteUnreadable(_ count: Int, of what: String, at now: Timestamp) {
        guard count > 0 else { return }
        show(.failure, "\(count) of the \(what) could not be read and \(count == 1 ? "is" : "are") not shown.", at: now)
    }
}
