import Language

/// One pull of one source, page by page.
///
/// Unchecked: an iterator has it alone, and an iterator is used by one task at a time.
final class PullSession: @unchecked Sendable {
    private let source: Source
    private var patience: Patience { puller.patience }
    /// Kept, since the transfer loop ends with it.
    private let puller: Puller
    private let requests: Requester
    /// What notes the pull for a snapshot, and what answers in the place of the partner.
    private let recorder: ExchangeRecorder?
    private let replay: ExchangeReplay?
    private let started: Duration
    private var pending: [PullEvent] = []
    private var isOver = false
    private var walk: PageWalk
    /// Pages that are known to come, in order; their requests are sent ahead.
    private var planned: [PlannedPage] = []
    private var open: OpenPage?
    private var pagesRead = 0
    /// Bytes of the largest page so far.
    private var largestPage = 0
    private var bytesRead = 0
    /// Addresses seen, with the hash of what they gave: the same again is a loop.
    private var seen: [String: Set<String>] = [:]
    /// Contents of pages that are counted, whatever their address.
    private var contents: Set<String> = []
    /// Records of the pages read, and how many there are in all. What comes during a pull is nobody's fault, so the least that
    /// a page said counts; but where pages are counted, a record that goes moves others to pages that were read, and the most
    /// counts.
    private var recordsRead = 0
    private var announced: Int?
    /// Records of the page that was read last, and of the one that had most.
    private var lastRecords = 0
    private var mostRecords = 0

    /// A page to be read: its address, and its transfer where that has begun.
    private struct PlannedPage {
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
    private struct OpenPage {
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
    private struct Stop: Error {
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

    private func hiding(_ reason: Outcome.Reason) -> Outcome.Reason {
        Outcome.Reason(reason.code, requests.redactor.hiding(reason.message))
    }

    private func end(_ outcome: Outcome) {
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

    /// Many systems say 404 where a number is asked for behind the last page. It is believed where something else says so
    /// too: the page before was not full, or all that was announced is read.
    private func isBehindLast(_ page: PlannedPage, _ stop: Stop) -> Bool {
        guard stop.status == 404, pagesRead > 0 else { return false }
        return walk.isBehindLast(page.position, records: lastRecords, largest: announced == recordsRead ? .max : mostRecords)
    }

    // MARK: JSON

    private func readJSONPage(_ page: PlannedPage) async throws(Stop) {
        let most = source.limits.maxPage
        let (whole, head, attempt) = try await withRetries(page, whole: { (bytes: [UInt8]) in bytes }) {
            body throws(TransferError) in
            var bytes: [UInt8] = []
            while let chunk = try await body.next() {
                if bytes.isEmpty {
                    bytes = chunk
                } else {
                    makeRoom(in: &bytes, for: chunk.count)
                    bytes.append(contentsOf: chunk)
                }
                guard bytes.count <= most else { throw TransferError(.tooLarge, "the page is larger than \(most) bytes") }
            }
            return bytes
        }
        do {
            try account(whole.count)
        } catch {
            recorder?.refuse(page.address, hiding(error.reason), requests.redactor)
            throw error
        }
        largestPage = max(largestPage, whole.count)
        let hash = sha256Hex(whole)
        var document: JSONDocument?
        if head?.status != 204 {
            try refuseHTML(whole, head, page.address)
            document = try parse(whole, page.address)
        }
        let body = document.flatMap { $0.root.value }
        var facts = PageFacts(body: body, headers: head?.headers ?? [])
        let list = source.counting.list(&facts, body: body)
        let records = list.map(Counting.count) ?? 0
        try refuseLoop(page.address, hash, records: records, content: list)
        pagesRead += 1
        if let document { pending.append(.page(Page(number: pagesRead, document: document))) }
        let summary = PageSummary(
            number: pagesRead, url: shown(page.address), attempt: attempt, byteCount: whole.count, sha256: hash,
            notes: notes(facts))
        pending.append(.pageEnded(summary))
        try planNext(&facts, records: records, position: page.position, from: origin(of: page.address, head))
    }

    /// Room for what comes, for as much as pages before had, and for the parser to read behind the end: then the page is
    /// copied neither while it grows nor for the parser.
    private func makeRoom(in bytes: inout [UInt8], for count: Int) {
        let needed = bytes.count + count + JSONDocument.padding
        guard bytes.capacity < needed else { return }
        bytes.reserveCapacity(max(needed, largestPage + JSONDocument.padding, min(2 * needed, source.limits.maxPage)))
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
            try refuseNothing(first, head, page.address)
        } catch {
            body.cancel()
            throw error
        }
        open = OpenPage(
            address: page.address, position: page.position, body: body, head: head, attempt: attempt, first: first,
            rows: source.countsRows(head?.headers ?? []) ? RowCounter(source.format) : nil)
        pagesRead += 1
    }

    /// A table without even a header row is none, but for the page behind the last.
    private func refuseNothing(_ first: [[UInt8]], _ head: Transfer.Head?, _ address: PageAddress) throws(Stop) {
        let isEnd = source.paging.isCounted && pagesRead > 0
        guard first.isEmpty, source.format == .csv, head?.status != 204, !isEnd else { return }
        throw Stop("no_header", "page \(pagesRead + 1), \(address.redacted): there is nothing in it, not even a header row")
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
            let records = page.rows?.finish() ?? 0
            try refuseLoop(page.address, hash, records: records)
            var facts = PageFacts(body: nil, headers: page.head?.headers ?? [])
            pending.append(
                .pageEnded(
                    PageSummary(
                        number: pagesRead, url: shown(page.address), attempt: page.attempt, byteCount: page.byteCount,
                        sha256: hash, notes: notes(facts))))
            return try planNext(
                &facts, records: records, position: page.position, from: origin(of: page.address, page.head))
        }
        // What is good of a chunk is handed over, so that where chunks are cut decides nothing.
        let start = page.byteCount
        let fault = page.text.fault(in: chunk)
        let good = min(fault ?? chunk.count, source.limits.maxBytes - bytesRead)
        page.digest.update(chunk)
        page.rows?.add(chunk)
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

    /// Opens a page and does `work` with its body, anew where that may help. What comes is kept, or comes from what was kept.
    /// `whole` gives the bytes of what was read, where these are all of the page.
    private func withRetries<Result>(
        _ page: PlannedPage, whole: (Result) -> [UInt8]? = { _ in nil },
        _ work: (PageBody) async throws(TransferError) -> Result
    ) async throws(Stop) -> (Result, Transfer.Head?, Int) {
        if let replay { return try await replayed(page, replay, work) }
        guard let recorder else { return try await fetched(page, work) }
        if let (body, head) = recorder.resume(page.address) {
            if let result = try? await work(body), mayResume(page.address, head, body: whole(result)) {
                return (result, head, 1)
            }
            recorder.forget(page.address)
        }
        do {
            let fetched = try await fetched(page) { body throws(TransferError) in
                try await work(recorder.recording(body, from: page.address, requests.redactor))
            }
            if let head = fetched.1 { recorder.note(head, of: page.address, requests.redactor) }
            return fetched
        } catch {
            recorder.fail(page.address, hiding(error.reason), status: error.status, requests.redactor)
            throw error
        }
    }

    private func mayResume(_ address: PageAddress, _ head: Transfer.Head?, body: [UInt8]?) -> Bool {
        guard case .web(let web) = address else { return false }
        let value = body.flatMap { try? JSONDocument(parsing: $0) }.flatMap { $0.root.value }
        return PageWalk.mayResume(
            source.paging, at: head?.address ?? web, PageFacts(body: value, headers: head?.headers ?? []))
    }

    private func replayed<Result>(
        _ page: PlannedPage, _ replay: ExchangeReplay, _ work: (PageBody) async throws(TransferError) -> Result
    ) async throws(Stop) -> (Result, Transfer.Head?, Int) {
        switch replay.answer(to: page.address) {
        case .refused(let reason, let status):
            var stop = Stop(reason.code, reason.message)
            stop.isUntried = reason.code == RequestFailure.circuitOpen
            stop.status = status
            throw stop
        case .page(let body, let head):
            do {
                return (try await work(body), head, 1)
            } catch {
                throw Stop(error, at: page.address)
            }
        }
    }

    private func fetched<Result>(
        _ page: PlannedPage, _ work: (PageBody) async throws(TransferError) -> Result
    ) async throws(Stop) -> (Result, Transfer.Head?, Int) {
        switch page.address {
        case .file(let path):
            guard let reader = FileReader(path: path, endsAtLines: source.format != .json) else {
                throw Stop("missing_file", "\(page.address.redacted): there is no such file")
            }
            do {
                return (try await work(.file(reader)), nil, 1)
            } catch {
                throw Stop(error, at: page.address)
            }
        case .web(let web):
            do {
                return try await requests.read(web, begun: page.transfer) { body, _ throws(TransferError) in try await work(body)
                }
            } catch {
                throw Stop(error)
            }
        }
    }

    private func begin(_ address: WebAddress) -> Exchange? {
        replay == nil && (source.paging.isCounted || recorder?.has(address) != true) ? requests.begin(address) : nil
    }

    /// An address as reports show it.
    private func shown(_ address: PageAddress) -> String { requests.redactor.hiding(address.redacted) }

    private func notes(_ facts: PageFacts) -> [String] {
        [source.counting.note(facts).map(requests.redactor.hiding)].compactMap(\.self)
    }

    /// What links of a page are relative to: where it came from, behind redirects.
    private func origin(of address: PageAddress, _ head: Transfer.Head?) -> PageAddress {
        head?.address.map { .web($0) } ?? address
    }

    // MARK: Bounds

    private func account(_ count: Int) throws(Stop) {
        bytesRead += count
        if bytesRead > source.limits.maxBytes {
            throw Stop("too_large", "the source is larger than \(source.limits.maxBytes) bytes")
        }
        try refuseLate()
    }

    private func refuseLate() throws(Stop) {
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

    /// The same address with the same bytes is a loop. Where pages are counted so are the same records at another address:
    /// the system does not look at the position. Pages without records are alike.
    private func refuseLoop(
        _ address: PageAddress, _ hash: String, records: Int, content: ListValue? = nil
    ) throws(Stop) {
        var isNew = seen[address.key, default: []].insert(hash).inserted
        if source.paging.isCounted, records > 0 {
            isNew = contents.insert(content.flatMap(Counting.digest) ?? hash).inserted && isNew
        }
        guard isNew else {
            throw Stop("loop", "\(address.redacted): the same page came again with the same content")
        }
    }

    // MARK: The next pages

    /// Learns from a page which ones follow, and sends for those that are known: as many at once as the source allows.
    private func planNext(
        _ facts: inout PageFacts, records: Int, position: Int, from address: PageAddress
    ) throws(Stop) {
        recordsRead += records
        lastRecords = records
        mostRecords = max(mostRecords, records)
        do {
            try walk.read(&facts, position: position, records: records)
            if let total = try source.counting.total(&facts) {
                let before = announced ?? total
                announced = source.paging.isCounted ? max(before, total) : min(before, total)
            }
        } catch let short as PageWalk.TooShort {
            throw Stop(
                "fewer_records",
                "page \(pagesRead), \(address.redacted): no records, though there should be \(short.announced) pages")
        } catch is PageWalk.Unfollowed {
            throw Stop(
                "more_pages",
                "page \(pagesRead), \(address.redacted): the header 'Link' names a next page, and 'page' does not follow it; "
                    + "write 'page: {link_header: true}'")
        } catch {
            throw Stop("paging", "page \(pagesRead), \(address.redacted): the next page cannot be told: \(error)")
        }
        if walk.isTurned { forgetPlanned() }
        try plan(source.limits.concurrency, from: address)
    }

    /// Plans pages until there are so many.
    private func plan(_ count: Int, from address: PageAddress) throws(Stop) {
        while planned.count < count, let place = walk.take() {
            let next = try resolve(place.step, from: address)
            var page = PlannedPage(address: next, position: place.position)
            if case .web(let web) = next, pagesRead + planned.count < source.limits.maxPages { page.transfer = begin(web) }
            planned.append(page)
        }
    }

    private func forgetPlanned() {
        for page in planned { page.transfer?.cancel() }
        planned = []
    }

    private func resolve(_ step: PageWalk.Step, from address: PageAddress) throws(Stop) -> PageAddress {
        switch (step, address, source.address) {
        case (.first, _, let own): return own
        case (.link(let link), .file(let path), _): return .file(try Self.sibling(link, of: path))
        case (.link(let link), .web(let web), _):
            guard let next = WebAddress(link, relativeTo: web) else {
                throw Stop("bad_url", "page \(pagesRead), \(address.redacted): the next page's URL cannot be used")
            }
            try refuseForeign(next, from: address)
            return .web(requests.withoutEchoes(next))
        case (.query(let values), _, .web(let own)):
            guard let next = own.setting(values) else {
                throw Stop("bad_url", "page \(pagesRead), \(address.redacted): the next page's URL cannot be used")
            }
            return .web(next)
        case (.query, _, .file): throw Stop("bad_url", "a file has no query")
        }
    }

    /// The last page is read. Fewer records than were announced are not all.
    private func finish() throws(Stop) {
        if let announced, recordsRead < announced {
            let missing = announced - recordsRead
            throw Stop(
                "fewer_records", "\(announced) records were announced, and \(recordsRead) came: \(missing) are missing")
        }
        end(.complete)
    }

    private func refuseForeign(_ next: WebAddress, from address: PageAddress) throws(Stop) {
        guard !source.mayAsk(next) else { return }
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
