import Language

extension Requester {
    /// Tries until something comes of it, as often and as long as the limits allow. Waits grow twofold, and each is drawn
    /// from nothing to its full length, so that many who failed together do not come back together. Gives the attempt that
    /// succeeded, from 1.
    func retrying<Result>(_ once: () async throws(Refusal) -> Result) async throws(RequestFailure) -> (Result, Int) {
        var attempt = 1
        var last: RequestFailure?
        while true {
            let refusal: Refusal
            do throws(Refusal) {
                return (try await once(), attempt)
            } catch {
                refusal = error
            }
            // What happened is worth more than that we then left them alone.
            if refusal.failure.isUntried, let last { throw last }
            guard refusal.mayPass, attempt <= limits.retries, !Task.isCancelled else { throw refusal.failure }
            let delay = max(refusal.retryAfter ?? .zero, backoff(attempt))
            guard delay < remaining else {
                let failure = refusal.failure
                throw RequestFailure(failure.code, failure.message + "; the next try would be beyond the source's deadline")
            }
            await patience.wait(delay)
            last = refusal.failure
            attempt += 1
        }
    }

    /// Half a second, doubled with each attempt up to half a minute, of which a random part is waited.
    private func backoff(_ attempt: Int) -> Duration {
        let longest = min(Duration.seconds(30), .milliseconds(500) * (1 << min(attempt - 1, 6)))
        return longest * (Double(patience.random() >> 11) / Double(1 << 53))
    }
}

extension Refusal {
    /// Statuses that may pass, and the wait that the partner asks for.
    mutating func allowRetry(_ head: Transfer.Head, now: Instant) {
        // 202: it is being made.
        mayPass = [202, 408, 425, 429].contains(head.status) || head.status >= 500
        retryAfter = head.first("retry-after").flatMap { RetryAfter.wait($0, date: head.first("date"), now: now) }
    }
}
