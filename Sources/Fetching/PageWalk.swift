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

    private let paging: Paging
    /// The next page where pages are not counted.
    private var step: Step?
    /// The position to ask for next, and the first one that is not known to be there.
    private var next = 0
    private var limit = 0
    /// From one position to the next; of offsets not known before a page is read.
    private var stride = 1
    private var hasStride = false
    /// What was last told of how many records, or pages, there are.
    private var total: Int?
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
        case .none: break
        case .linkHeader: step = facts.nextLink.flatMap { $0.isEmpty ? nil : .link($0) }
        case .nextURL(let expression):
            step = try facts.text(expression, "the next page's URL").flatMap { $0.isEmpty ? nil : .link($0) }
        case .cursor(let cursor): try read(cursor, &facts)
        case .number(let numbers): try read(numbers, &facts, position, records)
        case .offset(let offsets): try read(offsets, &facts, position, records)
        }
    }

    private mutating func read(_ cursor: Paging.Cursor, _ facts: inout PageFacts) throws {
        if let more = cursor.more, try facts.flag(more, "'more'") == false { return }
        guard let value = try facts.text(cursor.from, "the cursor"), !value.isEmpty else { return }
        step = .query([QueryValue(name: cursor.param, value: value)])
    }

    private mutating func read(
        _ numbers: Paging.Numbers, _ facts: inout PageFacts, _ position: Int, _ records: Int
    ) throws {
        total = try numbers.pages.flatMap { try facts.count($0, "the number of pages") } ?? total
        guard records > 0 else {
            end(after: position)
            if let total, position + 1 - numbers.start < total { throw TooShort(announced: total) }
            return
        }
        // A number of pages that no page could be counted to is no reason to stop counting.
        let end = total.map { numbers.start.addingReportingOverflow($0) }.map { $0.overflow ? Int.max - 1 : $0.partialValue }
        limit = end ?? position + 2
        if limit < next { turn(to: max(limit, position + 1)) }
    }

    private mutating func read(
        _ offsets: Paging.Offsets, _ facts: inout PageFacts, _ position: Int, _ records: Int
    ) throws {
        total = try offsets.total.flatMap { try facts.count($0, "the total") } ?? total
        let (following, overflow) = position.addingReportingOverflow(records)
        guard records > 0, !overflow else { return end(after: position) }
        guard let total else {
            next = following
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
        if following >= total {
            end(after: position)
        } else if records != stride {
            // What lies between this page's end and the next one's start would be lost.
            turn(to: following)
        }
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
