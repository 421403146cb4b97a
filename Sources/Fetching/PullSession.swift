import Language

/// One pull of one source, page by page.
///
/// Unchecked: an iterator has it alone, and an iterator is used by one task at a time.
final class PullSession: @unchecked Sendable {
    private let source: Source
    private var loop: TransferLoop? { puller.loop }
    private var patience: Patience { puller.patience }
    /// Kept, since the transfer loop ends with it.
    private let puller: Puller
    /// What notes the pull for a snapshot, and what answers in the place of the partner.
    private let recorder: ExchangeRecorder?
    private let replay: ExchangeReplay?
    private let started: Duration
    private var pending: [PullEvent] = []
    private var isOver = false
    private var nextPage: PlannedPage?
    private var open: OpenPage?
    private var pagesRead = 0
    private var bytesRead = 0
    /// Addresses seen, with the hash of what they gave: the same again is a loop.
    private var seen: [String: Set<String>] = [:]

    /// A page to be read: its address, and its transfer where that has begun.
    private struct PlannedPage {
        let address: PageAddress
        var transfer: Transfer?
    }

    enum PageAddress: Sendable {
        case web(WebAddress)
        case file(String)

        var redacted: String {
            switch self {
            case .web(let address): address.redacted
            // Where a file lies differs from machine to machine; its name does not.
            case .file(let path): "file:" + (path.split(separator: "/").last.map(String.init) ?? path)
            }
        }

        /// The whole address, never shown.
        var key: String {
            switch self {
            case .web(let web): web.text
            case .file(let path): path
            }
        }
    }

    /// A page of rows whose bytes are being handed over.
    private struct OpenPage {
        let address: PageAddress
        let body: PageBody
        let head: Transfer.Head?
        let attempt: Int
        /// Read, but not yet handed over.
        var first: [[UInt8]]
        var digest = Digest()
        var text = UTF8Check()
        var byteCount = 0
    }

    /// The end of a pull, on its way up.
    private struct Stop: Error {
        let reason: Outcome.Reason
        init(_ code: String, _ message: String) { reason = Outcome.Reason(code, message) }
        init(_ problem: TransferError, at address: PageAddress) {
            reason = Outcome.Reason(problem.code.rawValue, "\(address.redacted): \(problem.message)")
        }
    }

    init(_ source: Source, _ puller: Puller, recorder: ExchangeRecorder? = nil, replay: ExchangeReplay? = nil) {
        self.source = source
        self.puller = puller
        self.recorder = recorder
        self.replay = replay
        recorder?.begin()
        started = puller.patience.now()
        let address: PageAddress =
            switch source.location {
            case .web(let address): .web(address)
            case .file(let path): .file(path)
            }
        nextPage = PlannedPage(address: address)
    }

    deinit {
        open?.body.cancel()
        if let transfer = nextPage?.transfer { loop?.cancel(transfer) }
    }

    func next() async -> PullEvent? {
        while pending.isEmpty, !isOver {
            do {
                try await step()
            } catch {
                let reason = replay?.reason(for: error.reason) ?? error.reason
                end(pagesRead > 0 ? .partial(reason) : .failed(reason))
            }
        }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    private func end(_ outcome: Outcome) {
        isOver = true
        recorder?.end(outcome)
        open?.body.cancel()
        open = nil
        if let transfer = nextPage?.transfer { loop?.cancel(transfer) }
        nextPage = nil
        pending.append(.ended(outcome))
    }

    /// Reads a JSON page, or the next bytes of a page of rows, or ends the pull.
    private func step() async throws(Stop) {
        if open != nil { return try await readRows() }
        guard let page = nextPage else { return end(.complete) }
        guard pagesRead < source.limits.maxPages else {
            throw Stop("max_pages", "there are more than \(source.limits.maxPages) pages")
        }
        nextPage = nil
        if source.format == .json { try await readJSONPage(page) } else { try await openRows(page) }
    }

    // MARK: JSON

    private func readJSONPage(_ page: PlannedPage) async throws(Stop) {
        let most = source.limits.maxPage
        let (whole, head, attempt) = try await withRetries(page) { body throws(TransferError) in
            var bytes: [UInt8] = []
            while let chunk = try await body.next() {
                if bytes.isEmpty { bytes = chunk } else { bytes.append(contentsOf: chunk) }
                guard bytes.count <= most else { throw TransferError(.tooLarge, "the page is larger than \(most) bytes") }
            }
            return bytes
        }
        do {
            try account(whole.count)
        } catch {
            recorder?.refuse(page.address, error.reason)
            throw error
        }
        let hash = sha256Hex(whole)
        var document: JSONDocument?
        if head?.status != 204 {
            try refuseHTML(whole, head, page.address)
            document = try parse(whole, page.address)
        }
        try refuseLoop(page.address, hash)
        pagesRead += 1
        let body = document.flatMap { $0.root.value }
        if let document { pending.append(.page(Page(number: pagesRead, document: document))) }
        let summary = PageSummary(
            number: pagesRead, url: page.address.redacted, attempt: attempt, byteCount: whole.count, sha256: hash)
        pending.append(.pageEnded(summary))
        try planNext(body: body, head: head, from: page.address)
    }

    private func parse(_ whole: [UInt8], _ address: PageAddress) throws(Stop) -> JSONDocument {
        do {
            return try JSONDocument(parsing: whole)
        } catch {
            let place = error.place(in: whole).map { ", line \($0.line), column \($0.column)" } ?? ""
            let isText = whole.withUnsafeBufferPointer { isUTF8($0) }
            throw Stop(isText ? "not_json" : "not_utf8", "page \(pagesRead + 1), \(address.redacted): \(error)\(place)")
        }
    }

    // MARK: Rows

    private func openRows(_ page: PlannedPage) async throws(Stop) {
        // Until something is handed over a page may be read anew: so a page of one chunk is read to its end first.
        // A kept page that was cut was handed over before: its first bytes are.
        let ahead = replay == nil ? 2 : 1
        let ((body, first), head, attempt) = try await withRetries(page) { body throws(TransferError) in
            var first: [[UInt8]] = []
            while first.count < ahead, let chunk = try await body.next() { first.append(chunk) }
            return (body, first)
        }
        do {
            try refuseHTML(first.first ?? [], head, page.address)
        } catch {
            body.cancel()
            throw error
        }
        open = OpenPage(address: page.address, body: body, head: head, attempt: attempt, first: first)
        pagesRead += 1
    }

    private func readRows() async throws(Stop) {
        guard var page = open else { return }
        let chunk: [UInt8]?
        do {
            chunk = page.first.isEmpty ? try await page.body.next() : page.first.removeFirst()
        } catch {
            throw Stop(error, at: page.address)
        }
        guard let chunk else {
            open = nil
            guard page.text.isWhole else { throw notText(page.byteCount, page.address) }
            let hash = page.digest.hex
            try refuseLoop(page.address, hash)
            pending.append(
                .pageEnded(
                    PageSummary(
                        number: pagesRead, url: page.address.redacted, attempt: page.attempt, byteCount: page.byteCount,
                        sha256: hash)))
            return try planNext(body: nil, head: page.head, from: page.address)
        }
        // What is good of a chunk is handed over, so that where chunks are cut decides nothing.
        let start = page.byteCount
        let fault = page.text.fault(in: chunk)
        let good = min(fault ?? chunk.count, source.limits.maxBytes - bytesRead)
        page.digest.update(chunk)
        page.byteCount += chunk.count
        open = page
        if good > 0 { pending.append(.bytes(good < chunk.count ? Array(chunk[..<good]) : chunk, page: pagesRead)) }
        if let fault, fault <= good { throw notText(start + fault, page.address) }
        try account(chunk.count)
    }

    private func notText(_ offset: Int, _ address: PageAddress) -> Stop {
        Stop("not_utf8", "page \(pagesRead), \(address.redacted): not UTF-8 at byte \(offset)")
    }

    // MARK: One answer

    /// Opens a page and does `work` with its body; tries again what may pass: no connection, a stall, a cut body, and
    /// statuses 408, 425, 429 and 5xx.
    private func withRetries<Result>(
        _ page: PlannedPage, _ work: (PageBody) async throws(TransferError) -> Result
    ) async throws(Stop) -> (Result, Transfer.Head?, Int) {
        do {
            return try await tries(page, work)
        } catch {
            recorder?.fail(page.address, error.reason)
            throw error
        }
    }

    private func tries<Result>(
        _ page: PlannedPage, _ work: (PageBody) async throws(TransferError) -> Result
    ) async throws(Stop) -> (Result, Transfer.Head?, Int) {
        var transfer = page.transfer
        var attempt = 1
        while true {
            let answer = try await answer(page.address, begun: transfer)
            transfer = nil
            switch answer {
            case .ready(let body, let head):
                do {
                    return (try await work(body), head, attempt)
                } catch {
                    // It may be the reader that gives up, in the middle of the answer.
                    body.cancel()
                    guard error.mayPass else { throw Stop(error, at: page.address) }
                    try await waitForRetry(attempt, retryAfter: nil, else: Stop(error, at: page.address))
                }
            case .refused(let stop, let retryAfter, let mayPass):
                guard mayPass else { throw stop }
                try await waitForRetry(attempt, retryAfter: retryAfter, else: stop)
            }
            attempt += 1
        }
    }

    private func waitForRetry(_ attempt: Int, retryAfter: Duration?, else stop: Stop) async throws(Stop) {
        guard attempt <= source.limits.retries, !Task.isCancelled else { throw stop }
        let delay = max(retryAfter ?? .zero, .milliseconds(250) * (1 << min(attempt - 1, 7)))
        guard patience.now() - started + delay < source.limits.deadline else { throw stop }
        await patience.wait(delay)
    }

    private enum Answer {
        case ready(PageBody, Transfer.Head?)
        case refused(Stop, retryAfter: Duration?, mayPass: Bool)
    }

    private func answer(_ address: PageAddress, begun: Transfer?) async throws(Stop) -> Answer {
        if let replay {
            switch replay.answer(to: address) {
            case .page(let body, let head): return .ready(body, head)
            case .refused(let reason): throw Stop(reason.code, reason.message)
            }
        }
        let answer = try await fetched(address, begun: begun)
        guard let recorder, case .ready(let body, let head) = answer else { return answer }
        return .ready(recorder.recording(body, from: address, head), head)
    }

    private func fetched(_ address: PageAddress, begun: Transfer?) async throws(Stop) -> Answer {
        switch address {
        case .file(let path):
            guard let reader = FileReader(path: path, endsAtLines: source.format != .json) else {
                throw Stop("missing_file", "\(address.redacted): there is no such file")
            }
            return .ready(.file(reader), nil)
        case .web(let web):
            guard let loop, let transfer = begun ?? begin(web) else { throw Stop("connection", "libcurl cannot be started") }
            return await withTaskCancellationHandler {
                await headOf(transfer, loop, address)
            } onCancel: {
                loop.cancel(transfer)
            }
        }
    }

    private func headOf(_ transfer: Transfer, _ loop: TransferLoop, _ address: PageAddress) async -> Answer {
        let body = PageBody.transfer(transfer, loop)
        let head: Transfer.Head
        do {
            head = try await transfer.head()
        } catch {
            return .refused(Stop(error, at: address), retryAfter: nil, mayPass: error.mayPass)
        }
        // A part of a page, which nobody asked for, is not the page.
        if (200..<300).contains(head.status), head.status != 206 { return .ready(body, head) }
        // What the partner says of it is not repeated: error pages echo requests, with the secrets in them.
        body.cancel()
        if (300..<400).contains(head.status) {
            return .refused(
                Stop("redirect", "\(address.redacted): status \(head.status), and redirects are not followed"), retryAfter: nil,
                mayPass: false)
        }
        let retryAfter = head.first("retry-after").flatMap { Int64($0) }.map { Duration.seconds(max(0, min($0, 1 << 31))) }
        let mayPass = [408, 425, 429].contains(head.status) || head.status >= 500
        return .refused(
            Stop("http_status", "\(address.redacted): status \(head.status)"), retryAfter: retryAfter, mayPass: mayPass)
    }

    private func begin(_ address: WebAddress) -> Transfer? {
        guard replay == nil else { return nil }
        let limits = source.limits
        let transfer = Transfer(
            Transfer.Request(
                url: address.text, isLoopback: address.isLoopback, connectTimeout: limits.connectTimeout,
                stallTimeout: limits.stallTimeout,
                mostBytes: source.format == .json ? limits.maxPage : limits.maxBytes))
        loop?.start(transfer)
        return transfer
    }

    // MARK: Bounds

    private func account(_ count: Int) throws(Stop) {
        bytesRead += count
        if bytesRead > source.limits.maxBytes {
            throw Stop("too_large", "the source is larger than \(source.limits.maxBytes) bytes")
        }
        if case .web = source.location, replay == nil, patience.now() - started > source.limits.deadline {
            throw Stop("deadline", "the source took longer than \(source.limits.deadline.components.seconds) s")
        }
    }

    /// A sign-in page with status 200 is the commonest way in which a partner's system lies.
    private func refuseHTML(_ bytes: [UInt8], _ head: Transfer.Head?, _ address: PageAddress) throws(Stop) {
        let type = head?.first("content-type")?.lowercased() ?? ""
        let begins = bytes.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
        guard type.hasPrefix("text/html") || begins == UInt8(ascii: "<") else { return }
        throw Stop("html", "page \(pagesRead + 1), \(address.redacted): an HTML page came instead of \(source.format.rawValue)")
    }

    private func refuseLoop(_ address: PageAddress, _ hash: String) throws(Stop) {
        guard seen[address.key, default: []].insert(hash).inserted else {
            throw Stop("loop", "\(address.redacted): the same page came again with the same content")
        }
    }

    // MARK: The next page

    private func planNext(body: Value?, head: Transfer.Head?, from address: PageAddress) throws(Stop) {
        let link: String?
        do {
            link = try source.paging.next(body: body, headers: head?.headers ?? [])
        } catch {
            throw Stop("paging", "page \(pagesRead), \(address.redacted): the next page cannot be told: \(error.message)")
        }
        guard let link, !link.isEmpty else { return }
        switch address {
        case .file(let path): nextPage = PlannedPage(address: .file(try Self.sibling(link, of: path)))
        case .web(let web):
            guard let next = WebAddress(link, relativeTo: web) else {
                throw Stop("bad_url", "page \(pagesRead), \(address.redacted): the next page's URL cannot be used")
            }
            try refuseForeign(next, from: address)
            nextPage = PlannedPage(address: .web(next), transfer: pagesRead < source.limits.maxPages ? begin(next) : nil)
        }
    }

    private func refuseForeign(_ next: WebAddress, from address: PageAddress) throws(Stop) {
        guard case .web(let own) = source.location, next.origin != own.origin, !source.origins.contains(next.origin) else {
            return
        }
        throw Stop(
            "foreign_origin",
            "page \(pagesRead), \(address.redacted): the next page is at \(next.origin), which the source does not list")
    }

    /// A link in a file names a file beside it.
    private static func sibling(_ link: String, of path: String) throws(Stop) -> String {
        var name = link
        if name.hasPrefix("file:") { name = String(name.dropFirst(5)) }
        guard !name.contains("://"), !name.hasPrefix("//") else {
            throw Stop("foreign_origin", "a file names a next page that is no file")
        }
        if name.hasPrefix("/") { return name }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return folder.isEmpty && !path.hasPrefix("/") ? name : folder + "/" + name
    }
}

extension TransferError {
    /// True for what another try may mend.
    fileprivate var mayPass: Bool {
        switch code {
        case .resolve, .connect, .timeout, .stalled, .truncated, .connection: true
        case .tls, .badEncoding, .tooLarge, .badURL, .cancelled, .unreadable, .cut: false
        }
    }
}
