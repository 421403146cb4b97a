import Language

/// One pull of one source, page by page.
///
/// Unchecked: an iterator has it alone, and an iterator is used by one task at a time.
final class PullSession: @unchecked Sendable {
    let source: Source
    var patience: Patience { puller.patience }
    /// Kept, since the transfer loop ends with it.
    private let puller: Puller
    let requests: Requester
    /// What notes the pull for a snapshot, and what answers in the place of the partner.
    let recorder: ExchangeRecorder?
    let replay: ExchangeReplay?
    let started: Duration
    var pending: [PullEvent] = []
    private var isOver = false
    var walk: PageWalk
    /// Pages that are known to come, in order; their requests are sent ahead.
    var planned: [PlannedPage] = []
    var open: OpenPage?
    var pagesRead = 0
    /// Bytes of the largest page so far.
    var largestPage = 0
    var bytesRead = 0
    /// Addresses seen, with the hash of what they gave: the same again is a loop.
    var seen: [String: Set<String>] = [:]
    /// Contents of pages that are counted, whatever their address.
    var contents: Set<String> = []
    /// Records of the pages read, and how many there are in all. What comes during a pull is nobody's fault, so the least that
    /// a page said counts; but where pages are counted, a record that goes moves others to pages that were read, and the most
    /// counts.
    var recordsRead = 0
    var announced: Int?
    /// Records of the page that was read last, and of the one that had most.
    var lastRecords = 0
    var mostRecords = 0

    /// A page to be read: its address, and its transfer where that has begun.
    struct PlannedPage {
        let address: PageAddress
        /// As `PageWalk` counts them.
        let position: Int
        var transfer: Exchange?
    }

    enum PageAddress: Sendable {
        case web(WebAddress)
        case file(String)

        /// The whole address, never shown.
        var key: String {
            switch self {
            case .web(let web): web.text
            case .file(let path): path
            }
        }

        var redacted: String {
            switch self {
            case .web(let address): address.redacted
            // Where a file lies differs from machine to machine; its name does not.
            case .file(let path): "file:" + (path.split(separator: "/").last.map(String.init) ?? path)
            }
        }
    }

    /// A page of rows whose bytes are being handed over.
    struct OpenPage {
        let address: PageAddress
        let position: Int
        let body: PageBody
        let head: Transfer.Head?
        let attempt: Int
        /// Read, but not yet handed over.
        var first: [[UInt8]]
        var digest = Digest()
        var text = UTF8Check()
        var byteCount = 0
        var rows: RowCounter?
    }

    /// The end of a pull, on its way up.
    struct Stop: Error {
        let reason: Outcome.Reason
        var isUntried = false
        /// Of an answer that was no page.
        var status: Int?
        init(_ code: String, _ message: String) { reason = Outcome.Reason(code, message) }
        init(_ failure: RequestFailure) {
            reason = Outcome.Reason(failure.code, failure.message)
            isUntried = failure.isUntried
            status = failure.status
        }
        init(_ problem: TransferError, at address: PageAddress) {
            reason = Outcome.Reason(problem.code.rawValue, "\(address.redacted): \(problem.message)")
        }
    }

    init(
        _ source: Source, _ puller: Puller, since beginning: Puller.Beginning? = nil, recorder: ExchangeRecorder? = nil,
        replay: ExchangeReplay? = nil
    ) {
        self.source = source
        self.puller = puller
        self.recorder = recorder
        self.replay = replay
        recorder?.begin(source)
        let beginning = beginning ?? puller.begin()
        requests = Requester(source, puller, since: beginning)
        started = beginning.time
        walk = PageWalk(source.paging)
    }

    deinit {
        open?.body.cancel()
        for page in planned { page.transfer?.cancel() }
    }

    func next() async -> PullEvent? {
        while pending.isEmpty, !isOver {
            do {
                try await step()
            } catch {
                // A page may have put a secret into whatever went wrong with it.
                let hidden = hiding(error.reason)
                let reason = replay?.reason(for: hidden, of: source) ?? hidden
                end(pagesRead > 0 ? .partial(reason) : error.isUntried ? .notAttempted(reason) : .failed(reason))
            }
        }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    func hiding(_ reason: Outcome.Reason) -> Outcome.Reason {
        Outcome.Reason(reason.code, requests.redactor.hiding(reason.message))
    }

    func end(_ outcome: Outcome) {
        isOver = true
        recorder?.end(outcome, of: source)
        open?.body.cancel()
        open = nil
        forgetPlanned()
        pending.append(.ended(outcome))
    }

    /// Reads a JSON page, or the next bytes of a page of rows, or ends the pull.
    private func step() async throws(Stop) {
        if open != nil { return try await readRows() }
        // Before the first page nothing is planned.
        if pagesRead == 0 || !planned.isEmpty { try refuseLate() }
        if pagesRead == 0 { try plan(1, from: source.address) }
        guard !planned.isEmpty else { return try finish() }
        guard pagesRead < source.limits.maxPages else {
            throw Stop(Limits.maxPagesCode, "there are more than \(source.limits.maxPages) pages")
        }
        let page = planned.removeFirst()
        do {
            if source.format == .json { try await readJSONPage(page) } else { try await openRows(page) }
        } catch {
            guard isBehindLast(page, error) else { throw error }
            forgetPlanned()
        }
    }

    // MARK: Bounds

    func account(_ count: Int) throws(Stop) {
        bytesRead += count
        if bytesRead > source.limits.maxBytes {
            throw Stop("too_large", "the source is larger than \(source.limits.maxBytes) bytes")
        }
        try refuseLate()
    }

    func refuseLate() throws(Stop) {
        if case .web = source.location, replay == nil, patience.now() - started > source.limits.deadline {
            throw Stop("deadline", "the source took longer than \(source.limits.deadline.components.seconds) s")
        }
    }

    /// A sign-in page with status 200 is the commonest way in which a partner's system lies.
    func refuseHTML(_ bytes: [UInt8], _ head: Transfer.Head?, _ address: PageAddress) throws(Stop) {
        let type = head?.first("content-type")?.lowercased() ?? ""
        let begins = bytes.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
        guard type.hasPrefix("text/html") || begins == UInt8(ascii: "<") else { return }
        throw Stop("html", "page \(pagesRead + 1), \(address.redacted): an HTML page came instead of \(source.format.rawValue)")
    }

    /// The same address with the same bytes is a loop. Where pages are counted so are the same records at another address:
    /// the system does not look at the position. Pages without records are alike.
    func refuseLoop(
        _ address: PageAddress, _ hash: String, records: Int, content: Counting.Records? = nil
    ) throws(Stop) {
        var isNew = seen[address.key, default: []].insert(hash).inserted
        if source.paging.isCounted, records > 0 {
            isNew = contents.insert(content?.digest ?? hash).inserted && isNew
        }
        guard isNew else {
            throw Stop("loop", "\(address.redacted): the same page came again with the same content")
        }
    }
}
