import Language

/// Which pages of a source come next, found out while they are read in order.
///
/// Where a page tells how many there are, the walk gives all of them at once, to be asked for side by side; else it gives
/// one at a time.
struct PageWalk {
    /// What the address of a page is made of.
    enum Step: Hashable, Sendable {
        /// The source's own URL.
        case first
        /// A URL as the page before gives it, relative to that page.
        case link(String)
        /// The source's own URL with these values in its query.
        case query([QueryValue])
    }

    /// A page to ask for.
    struct Place: Hashable, Sendable {
        let step: Step
        /// The number or offset of the page; 0 where pages are not counted.
        let position: Int
    }

    /// More was announced than there is.
    struct TooShort: Error, Hashable {
        let announced: Int
    }

    /// A next page is named to whoever follows none.
    struct Unfollowed: Error {}

    private let paging: Paging
    /// The next page where pages are not counted.
    private var step: Step?
    /// The position to ask for next, and the first one that is not known to be there.
    private var next = 0
    private var limit = 0
    /// From one position to the next; of offsets not known before a page is read.
    private var stride = 1
    private var hasStride = false
    /// The most that was told of how many records, or pages, there are. Where some go away while they are read, others move
    /// to pages that were read: less than was announced first is no reason to stop.
    private var total: Int?
    /// What was told of it last.
    private var lastTotal: Int?
    /// True where pages that were given, but not read yet, are not those that follow: they must be asked for anew.
    private(set) var isTurned = false

    init(_ paging: Paging) {
        self.paging = paging
        switch paging {
        case .none, .nextURL, .linkHeader, .cursor: step = .first
        case .number(let numbers):
            next = numbers.start
            limit = next + 1
        case .offset: limit = 1
        }
    }

    /// The next page to ask for, where one is known.
    mutating func take() -> Place? {
        switch paging {
        case .none, .nextURL, .linkHeader, .cursor:
            defer { step = nil }
            return step.map { Place(step: $0, position: 0) }
        case .number(let numbers): return takePosition(numbers.param, numbers.size)
        case .offset(let offsets): return takePosition(offsets.param, offsets.size)
        }
    }

    private mutating func takePosition(_ param: String, _ size: Paging.Size?) -> Place? {
        guard next < limit else { return nil }
        var values = [QueryValue(name: param, value: String(next))]
        if let size, let name = size.param { values.append(QueryValue(name: name, value: String(size.count))) }
        defer { next += stride }
        return Place(step: .query(values), position: next)
    }

    /// Learns from a page that was read, the pages before it being read too. `records` is how many it has.
    mutating func read(_ facts: inout PageFacts, position: Int, records: Int) throws {
        isTurned = false
        switch paging {
        case .none: if (try? facts.nextLink())?.isEmpty == false { throw Unfollowed() }
        case .linkHeader: step = try facts.nextLink().flatMap { $0.isEmpty ? nil : .link($0) }
        case .nextURL(let expression):
            step = try facts.text(expression, "the next page's URL").flatMap { $0.isEmpty ? nil : .link($0) }
        case .cursor(let cursor): try read(cursor, &facts)
        case .number(let numbers): try read(numbers, &facts, position, records)
        case .offset(let offsets): try read(offsets, &facts, position, records)
        }
    }

    private mutating func read(_ cursor: Paging.Cursor, _ facts: inout PageFacts) throws {
        let more = try cursor.more.flatMap { try facts.flag($0, "'more'") }
        if more == false { return }
        guard let value = try facts.text(cursor.from, "the cursor"), !value.isEmpty else {
            if more == true { throw EvaluationError(.other, "there should be more, and there is no cursor") }
            return
        }
        step = .query([QueryValue(name: cursor.param, value: value)])
    }

    private mutating func read(
        _ numbers: Paging.Numbers, _ facts: inout PageFacts, _ position: Int, _ records: Int
    ) throws {
        try announce(numbers.pages, "the number of pages", &facts)
        guard records > 0 else {
            end(after: position)
            // Where there were more pages before, what was on them may have moved to those that were read.
            if let total, position + 1 - numbers.start < total || lastTotal != total { throw TooShort(announced: total) }
            return
        }
        // A number of pages that no page could be counted to is no reason to stop counting.
        let end = total.map { numbers.start.addingReportingOverflow($0) }.map { $0.overflow ? Int.max - 1 : $0.partialValue }
        // Nor is one that this page goes beyond: it is wrong, and pages are read up to one without records.
        limit = if let end, position < end { end } else { position + 2 }
    }

    private mutating func announce(_ expression: Expression?, _ what: String, _ facts: inout PageFacts) throws {
        guard let told = try expression.flatMap({ try facts.count($0, what) }) else { return }
        total = max(total ?? told, told)
        lastTotal = told
    }

    private mutating func read(
        _ offsets: Paging.Offsets, _ facts: inout PageFacts, _ position: Int, _ records: Int
    ) throws {
        try announce(offsets.total, "the total", &facts)
        let (following, overflow) = position.addingReportingOverflow(records)
        guard records > 0, !overflow else { return end(after: position) }
        // A total that is less than what came is wrong, and pages are read up to one without records.
        guard let total, total >= following else {
            turn(to: following)
            limit = following + 1
            return
        }
        if !hasStride {
            // A system may give fewer than it was asked for, or more.
            stride = records
            next = following
            hasStride = true
        }
        limit = total
        if following == total {
            end(after: position)
        } else if records != stride {
            // What lies between this page's end and the next one's start would be lost.
            turn(to: following)
        }
    }

    /// Whether what a killed pull had of the page that comes next may stand for it. Where pages are named by how many are before
    /// them, records may have moved since from a page that was not read to one that was.
    static func mayResume(_ paging: Paging, at address: WebAddress, _ facts: PageFacts) -> Bool {
        var facts = facts
        switch paging {
        case .none, .cursor: return true
        case .number, .offset: return false
        case .linkHeader, .nextURL:
            var link: String?
            if case .nextURL(let expression) = paging {
                link = (try? facts.text(expression, "")) ?? nil
            } else {
                link = (try? facts.nextLink()) ?? nil
            }
            let next = link.flatMap { WebAddress($0, relativeTo: address) }
            return !address.isPositional && next?.isPositional != true
        }
    }

    /// Whether a page that is not there is the one behind the last: pages are counted up to it, and the one before was not
    /// full. `largest` is the most records that a page had.
    func isBehindLast(_ position: Int, records: Int, largest: Int) -> Bool {
        guard case .number(let numbers) = paging, total == nil, position > numbers.start else { return false }
        return records < max(largest, numbers.size?.count ?? 0)
    }

    /// No page follows.
    private mutating func end(after position: Int) {
        limit = position + 1
        if next > limit { turn(to: limit) }
        next = max(next, limit)
    }

    private mutating func turn(to position: Int) {
        next = position
        isTurned = true
    }
}

/// A name in a query, and what it must say.
struct QueryValue: Hashable, Sendable {
    let name: String
    let value: String
}
