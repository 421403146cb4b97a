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
        var transfer: Exchange?
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
        var isUntried = false
        init(_ code: String, _ message: String) { reason = Outcome.Reason(code, message) }
        init(_ failure: RequestFailure) {
            reason = Outcome.Reason(failure.code, failure.message)
            isUntried = failure.isUntried
        }
        init(_ problem: TransferError, at address: PageAddress) {
            reason = Outcome.Reason(problem.code.rawValue, "\(address.redacted): \(problem.message)")
        }
    }

    init(_ source: Source, _ puller: Puller) {
        self.source = source
        self.puller = puller
        requests = Requester(source, puller)
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
        nextPage?.transfer?.cancel()
    }

    func next() async -> PullEvent? {
        while pending.isEmpty, !isOver {
            do {
                try await step()
            } catch {
                // A page may have put a secret into whatever went wrong with it.
                let reason = Outcome.Reason(error.reason.code, requests.redactor.hiding(error.reason.message))
                end(pagesRead > 0 ? .partial(reason) : error.isUntried ? .notAttempted(reason) : .failed(reason))
            }
        }
        return pending.isEmpty ? nil : pending.removeFirst()
    }

    private func end(_ outcome: Outcome) {
        isOver = true
        open?.body.cancel()
        open = nil
        nextPage?.transfer?.cancel()
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
        try account(whole.count)
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
            number: pagesRead, url: shown(page.address), attempt: attempt, byteCount: whole.count, sha256: hash)
        pending.append(.pageEnded(summary))
        try planNext(body: body, head: head, from: origin(of: page.address, head))
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
        let ((body, first), head, attempt) = try await withRetries(page) { body throws(TransferError) in
            var first: [[UInt8]] = []
            while first.count < 2, let chunk = try await body.next() { first.append(chunk) }
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
                        number: pagesRead, url: shown(page.address), attempt: page.attempt, byteCount: page.byteCount,
                        sha256: hash)))
            return try planNext(body: nil, head: page.head, from: origin(of: page.address, page.head))
        }
        if let fault = page.text.fault(in: chunk) { throw notText(page.byteCount + fault, page.address) }
        page.digest.update(chunk)
        page.byteCount += chunk.count
        open = page
        try account(chunk.count)
        pending.append(.bytes(chunk, page: pagesRead))
    }

    private func notText(_ offset: Int, _ address: PageAddress) -> Stop {
        Stop("not_utf8", "page \(pagesRead), \(address.redacted): not UTF-8 at byte \(offset)")
    }

    // MARK: One answer

    /// Opens a page and does `work` with its body, anew where that may help.
    private func withRetries<Result>(
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
                return try await requests.read(web, begun: page.transfer, work)
            } catch {
                throw Stop(error)
            }
        }
    }

    private func begin(_ address: WebAddress) -> Exchange { requests.begin(address) }

    /// An address as reports show it.
    private func shown(_ address: PageAddress) -> String { requests.redactor.hiding(address.redacted) }

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
        if case .web = source.location, patience.now() - started > source.limits.deadline {
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
        let key =
            switch address {
            case .web(let web): web.text
            case .file(let path): path
            }
        guard seen[key, default: []].insert(hash).inserted else {
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
