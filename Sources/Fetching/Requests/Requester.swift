import Language

/// All requests of one pull. Each waits for its turn, says who asks where that is allowed, follows redirects by itself, and
/// is tried again where that may help.
///
/// What a source must keep to itself goes to the origin of its own URL and nowhere else, on every hop: headers, values in
/// the query, and client certificates are put onto a request for that origin, and taken out of the address of any other.
final class Requester: Sendable {
    static let mostRedirects = 5
    /// Accepted and not ready, nothing to show, a part of a page, or several answers of which some may be refusals: what
    /// comes with these is not the page that was asked for.
    private static let unfinished: Set = [202, 205, 206, 207, 208, 226]

    let source: Source
    /// Every sentence of the pull goes through it.
    let redactor: Redactor
    let puller: Puller
    private let started: Duration

    /// The deadline counts from `beginning`, else from now.
    init(_ source: Source, _ puller: Puller, since beginning: Puller.Beginning? = nil) {
        self.source = source
        self.puller = puller
        started = (beginning ?? puller.begin()).time
        redactor = source.credentials?.redactor ?? Redactor()
        redactor.learn(source.secretsInURL.map { Secret($0.value) })
    }

    var patience: Patience { puller.patience }
    var limits: Limits { source.limits }
    /// What is left of the source's time.
    var remaining: Duration { started + limits.deadline - patience.now() }

    /// Asks for a page now; `read` waits for it.
    func begin(_ address: WebAddress) -> Exchange {
        Exchange { exchange in await self.fetch(address, exchange) }
    }

    /// Fetches a page and does `work` with its body and head, anew where either fails and may pass. Gives the head of the
    /// answer, and the attempt that succeeded, from 1.
    func read<Result>(
        _ address: WebAddress, begun: Exchange? = nil, _ work: (PageBody, Transfer.Head) async throws(TransferError) -> Result
    ) async throws(RequestFailure) -> (Result, Transfer.Head, Int) {
        var begun = begun
        let ((result, head), attempt) = try await retrying { () async throws(Refusal) -> (Result, Transfer.Head) in
            let exchange = begun ?? begin(address)
            begun = nil
            switch await exchange.answer() {
            case .refused(let refusal): throw refusal
            case .ready(let body, let head):
                do throws(TransferError) {
                    return (try await work(body, head), head)
                } catch {
                    // It may be the reader that gives up, in the middle of the answer.
                    body.cancel()
                    throw Refusal(error, at: head.address ?? address)
                }
            }
        }
        return (result, head, attempt)
    }

    /// One request with its redirects.
    private func fetch(_ address: WebAddress, _ exchange: Exchange) async -> Exchange.Answer {
        var hop = address
        var redirects = 0
        var isRenewed = false
        do throws(Refusal) {
            while true {
                try await waitForTurn(hop)
                let (request, token) = try await request(for: hop)
                let (body, head) = try await send(request, to: hop, exchange)
                switch head.status {
                case 200...299 where !Self.unfinished.contains(head.status): return .ready(body, head)
                case 301, 302, 303, 307, 308:
                    await discard(body, head)
                    redirects += 1
                    hop = try target(of: head, from: hop, after: redirects)
                case 401 where token != nil && !isRenewed:
                    await discard(body, head)
                    isRenewed = true
                    if let token, let client = source.credentials?.oauth2 { await puller.tokens.forget(token, of: client) }
                default: throw await refusal(body, head, hop)
                }
            }
        } catch {
            return .refused(error)
        }
    }

    /// Sends a request and waits for the head of its answer.
    func send(
        _ request: Transfer.Request, to address: WebAddress, _ exchange: Exchange
    ) async throws(Refusal) -> (PageBody, Transfer.Head) {
        guard let loop = puller.loop else { throw Refusal(RequestFailure("connection", "libcurl cannot be started")) }
        let transfer = Transfer(request)
        exchange.start(transfer, on: loop)
        do throws(TransferError) {
            var head = try await transfer.head()
            head.address = address
            if head.status >= 500 {
                puller.origins.note(.serverError, at: address.origin, retries: limits.retries, now: patience.now())
            } else {
                puller.origins.noteAnswer(address.origin)
            }
            return (.transfer(transfer, loop), head)
        } catch {
            if error.mayPass { puller.origins.note(.silence, at: address.origin, retries: limits.retries, now: patience.now()) }
            throw Refusal(error, at: address)
        }
    }

    /// Where a redirect leads; throws where it may not lead there.
    private func target(of head: Transfer.Head, from address: WebAddress, after redirects: Int) throws(Refusal) -> WebAddress {
        guard redirects <= Self.mostRedirects else {
            throw Refusal(
                RequestFailure("too_many_redirects", "\(address.redacted): redirected more than \(Self.mostRedirects) times"))
        }
        guard let location = head.first("location"), let next = WebAddress(location, relativeTo: address) else {
            throw Refusal(RequestFailure("redirect", "\(address.redacted): status \(head.status) and no place to go to"))
        }
        guard source.mayAsk(next) else {
            throw Refusal(
                RequestFailure(
                    "foreign_origin", "\(address.redacted): redirected to \(next.origin), which the source does not list"))
        }
        return next
    }

    /// An answer that is no page: what it says, and whether it may pass.
    private func refusal(_ body: PageBody, _ head: Transfer.Head, _ address: WebAddress) async -> Refusal {
        let said = head.status >= 400 ? RefusalText.line(of: await beginning(of: body), redactor) : nil
        body.cancel()
        var refusal = Refusal(
            RequestFailure("http_status", "\(address.redacted): status \(head.status)" + (said.map { ": " + $0 } ?? "")))
        refusal.failure.status = head.status
        refusal.allowRetry(head, now: patience.date())
        return refusal
    }

    /// The first bytes of a body; what goes wrong on the way is of no interest.
    func beginning(of body: PageBody, most: Int = RefusalText.mostBytes) async -> [UInt8] {
        var bytes: [UInt8] = []
        if case .transfer(let transfer, _) = body { transfer.hurry() }
        while bytes.count < most, let more = try? await body.next() { bytes += more }
        return Array(bytes.prefix(most))
    }

    /// Reads a short body to its end, which keeps the connection for the next request, and gives up a long one.
    private func discard(_ body: PageBody, _ head: Transfer.Head) async {
        if let length = head.first("content-length").flatMap({ Int($0) }), length <= RefusalText.mostBytes {
            _ = await beginning(of: body)
        }
        body.cancel()
    }
}
