import Language

extension PullSession {
    func openRows(_ page: PlannedPage) async throws(Stop) {
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

    func readRows() async throws(Stop) {
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
                        sha256: hash, notes: notes(facts), answeredAt: answeredAt(page.head))))
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

    func notText(_ offset: Int, _ address: PageAddress) -> Stop {
        Stop("not_utf8", "page \(pagesRead), \(address.redacted): not UTF-8 at byte \(offset)")
    }
}
