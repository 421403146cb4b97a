import Language

extension PullSession {
    /// Opens a page and does `work` with its body, anew where that may help. What comes is kept, or comes from what was kept.
    /// `whole` gives the bytes of what was read, where these are all of the page.
    func withRetries<Result>(
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

    func replayed<Result>(
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

    func fetched<Result>(
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

    func begin(_ address: WebAddress) -> Exchange? {
        replay == nil && (source.paging.isCounted || recorder?.has(address) != true) ? requests.begin(address) : nil
    }

    /// An address as reports show it.
    func shown(_ address: PageAddress) -> String { requests.redactor.hiding(address.redacted) }

    func notes(_ facts: PageFacts) -> [String] {
        [source.counting.note(facts).map { requests.redactor.hiding($0) }].compactMap(\.self)
    }

    /// The partner's clock when it answered.
    func answeredAt(_ head: Transfer.Head?) -> Instant? { head?.first("date").flatMap(HTTPDate.instant) }

    /// What links of a page are relative to: where it came from, behind redirects.
    func origin(of address: PageAddress, _ head: Transfer.Head?) -> PageAddress {
        head?.address.map { .web($0) } ?? address
    }
}
