import Language

extension PullSession {
    /// Learns from a page which ones follow, and sends for those that are known: as many at once as the source allows.
    func planNext(
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

    /// Many systems say 404 where a number is asked for behind the last page. It is believed where something else says so
    /// too: the page before was not full, or all that was announced is read.
    func isBehindLast(_ page: PlannedPage, _ stop: Stop) -> Bool {
        guard stop.status == 404, pagesRead > 0 else { return false }
        return walk.isBehindLast(page.position, records: lastRecords, largest: announced == recordsRead ? .max : mostRecords)
    }

    /// Plans pages until there are so many.
    func plan(_ count: Int, from address: PageAddress) throws(Stop) {
        while planned.count < count, let place = walk.take() {
            let next = try resolve(place.step, from: address)
            var page = PlannedPage(address: next, position: place.position)
            if case .web(let web) = next, pagesRead + planned.count < source.limits.maxPages { page.transfer = begin(web) }
            planned.append(page)
        }
    }

    func forgetPlanned() {
        for page in planned { page.transfer?.cancel() }
        planned = []
    }

    func resolve(_ step: PageWalk.Step, from address: PageAddress) throws(Stop) -> PageAddress {
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
    func finish() throws(Stop) {
        if let announced, recordsRead < announced {
            let missing = announced - recordsRead
            throw Stop(
                "fewer_records", "\(announced) records were announced, and \(recordsRead) came: \(missing) are missing")
        }
        end(.complete)
    }

    func refuseForeign(_ next: WebAddress, from address: PageAddress) throws(Stop) {
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
        let isWhole = path.hasPrefix("/")
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if name.hasPrefix("/"), isWhole, name.hasPrefix(folder + "/") { name = String(name.dropFirst(folder.utf8.count + 1)) }
        // Who writes the files of a source decides nothing about others of this machine, another partner's among them.
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
            throw Stop("foreign_origin", "a file names a next page that is not beside it")
        }
        return folder.isEmpty && !isWhole ? name : folder + "/" + name
    }
}
