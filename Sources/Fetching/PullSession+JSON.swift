import Language

extension PullSession {
    func readJSONPage(_ page: PlannedPage) async throws(Stop) {
        let most = source.limits.maxPage
        let usual = largestPage
        var (whole, head, attempt) = try await withRetries(page, whole: { (page: WholePage) in page.bytes }) {
            body throws(TransferError) in
            try await body.whole(atMost: most, usual: usual)
        }
        let byteCount = whole.bytes.count
        do {
            try account(byteCount)
        } catch {
            recorder?.refuse(page.address, hiding(error.reason), requests.redactor)
            throw error
        }
        largestPage = max(largestPage, byteCount)
        var content: Page.Content?
        if head?.status != 204 {
            try refuseHTML(whole.bytes, head, page.address)
            content = try read(&whole.bytes, page.address)
        }
        let body = try body(of: content, page.address)
        var facts = PageFacts(body: body, headers: head?.headers ?? [])
        let list = source.counting.list(&facts, in: content, body: body)
        try refuseLoop(page.address, whole.sha256, records: list?.count ?? 0, content: list)
        pagesRead += 1
        if let content { pending.append(.page(Page(number: pagesRead, content: content))) }
        let summary = PageSummary(
            number: pagesRead, url: shown(page.address), attempt: attempt, byteCount: byteCount, sha256: whole.sha256,
            notes: notes(facts), answeredAt: answeredAt(head))
        pending.append(.pageEnded(summary))
        try planNext(&facts, records: list?.count ?? 0, position: page.position, from: origin(of: page.address, head))
    }

    /// The records are only cut where nothing that is asked of the page looks at them.
    private func read(_ bytes: inout [UInt8], _ address: PageAddress) throws(Stop) -> Page.Content {
        if let path = source.pathOfRecords, let list = JSONList(cutting: &bytes, at: path) { return .list(list) }
        return .document(try parse(bytes, address))
    }

    /// What expressions see as the page's body.
    private func body(of content: Page.Content?, _ address: PageAddress) throws(Stop) -> Value? {
        switch content {
        case nil: nil
        case .document(let document): document.root.value
        case .list(let list): try parse(list.rest, address).root.value
        }
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
}
