import ITwinsAPI

/// Sending requests, and their ends. What each of them means is declared with its kind.
extension Session {
    /// Sends a request, and cancels an older one of the same key. What the routes do not have fails without being sent.
    mutating func send(_ request: any BrowserRequest, at now: Timestamp) -> [Effect] {
        if let request = request as? any LoadRequest, !isSupported(request.operation) {
            self[keyPath: request.load].fail(RequestError(.notInDocumentRoutes, operation: request.operation.id))
            return []
        }
        let (id, replaced) = requests.begin(request, at: now)
        return (replaced.map { [.cancel($0)] } ?? []) + [request.effect(id)]
    }
}

extension LoadRequest {
    /// Loads what it fills where that is older than a number of seconds and not on its way.
    func refresh(olderThan seconds: Double, in browser: inout Browser, at now: Timestamp) -> [Effect] {
        let age = maximumAge(seconds, in: browser)
        return browser.loadStatus(of: self).isStale(after: age, at: now) ? start(in: &browser, at: now) : []
    }
}

extension Requests {
    /// Drops requests that nobody waits for any more: as if they had never been sent.
    mutating func drop(where condition: (any BrowserRequest) -> Bool) -> [Effect] { drop(all(where: condition)) }

    mutating func drop(_ requests: [InFlight]) -> [Effect] {
        requests.map {
            end($0.id)
            return .cancel($0.id)
        }
    }

    /// Notes what an end tells of whether the service can be reached.
    ///
    /// - Returns: true when the service is back after it was offline.
    fileprivate mutating func noteReach(_ result: Result<Answer, RequestError>, at now: Timestamp) -> Bool {
        guard case .failure(let error) = result, error.apiError == nil else { return reach.answered() }
        if error.isOffline || reach.isOffline { reach.failed(at: now) }
        return false
    }
}

extension Requests.InFlight {
    /// Cancels it: a user does not want it any more.
    func cancel(in browser: inout Browser, at now: Timestamp) -> [Effect] {
        browser.session.requests.end(id)
        if let download = request as? DownloadExport {
            browser.session.exports.stoppedDownload(id, of: download.exportID)
        }
        let error = RequestError(.cancelled, operation: request.operation.id)
        return [.cancel(id)] + request.fail(error, in: &browser, at: now)
    }
}

extension Browser {
    mutating func received(_ page: PreparedPage, of id: RequestID, at now: Timestamp) -> [Effect] {
        guard let request = session.requests[id]?.request else { return [] }
        request.received(page, in: &self, at: now)
        return session.requests.reach.answered() ? refreshVisible(olderThan: SidePaneState.maximumAge, at: now) : []
    }

    mutating func answered(_ result: Result<Answer, RequestError>, to id: RequestID, at now: Timestamp) -> [Effect] {
        guard let request = session.requests[id]?.request else { return [] }
        // While the request is in flight still, so that what it brings is not asked for once more.
        let isBack = session.requests.noteReach(result, at: now)
        let refreshed = isBack ? refreshVisible(olderThan: SidePaneState.maximumAge, at: now) : []
        session.requests.end(id)
        notices.request = id
        defer { notices.request = nil }
        switch result {
        case .success(let answer): return refreshed + request.succeed(answer, in: &self, at: now)
        case .failure(let error):
            error.noteMissingToken(for: request, in: &self, at: now)
            return refreshed + request.fail(error, in: &self, at: now)
        }
    }
}
