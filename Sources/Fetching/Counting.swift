import Language

/// How the records of a page are counted, and where a source says how many there are in all.
struct Counting: Sendable {
    /// The list of records in a JSON page, as `records` names it; nil where the page is the list.
    let records: Expression?
    /// Nil where only the header `x-total-count` can tell.
    let total: Expression?

    /// Reads `total:`, and `records:` as far as counting needs it: what is wrong with that says the mapping.
    static func load(_ mapping: inout YAMLMapping, _ format: PageFormat?, _ paging: Paging?) -> Counting? {
        var records: Expression?
        if format == .json, let text = mapping.node("records")?.text {
            records = try? Expression.compile(text, in: Paging.environment)
        }
        let isCounted = paging?.isCounted == true || mapping.node("total") != nil
        if isCounted, let node = mapping.node("records"), records?.leavesOut == true {
            // A page of which nothing is left would be the last one, and all that follow would be lost.
            mapping.diagnostics.error(
                .filteredRecords, at: node.position, "the records of these pages are counted, so none may be left out here",
                help: "name the whole list; what is not wanted is left out by a checklist's 'applies'")
        }
        var total: Expression?
        if case .offset(let offsets) = paging { total = offsets.total }
        guard let node = mapping.node("total") else { return Counting(records: records, total: total) }
        if total != nil {
            mapping.diagnostics.error(
                .wrongValue, at: node.position, "the total is given twice", help: "'offset' has one already")
            return nil
        }
        let environment = format == .json || format == nil ? Paging.environment : Paging.headersAlone
        guard let own = Expression.compile(node, in: environment, diagnostics: mapping.diagnostics) else { return nil }
        return Counting(records: records, total: own)
    }

    /// The elements of the list of records; empty where there is none, which the reader of the records says.
    func list(_ facts: inout PageFacts, body: Value?) -> ListValue? {
        let value = if let records { try? facts.value(records) } else { body }
        guard case .list(let list)? = value else { return nil }
        return list
    }

    /// How many records the page says there are in all; nil where it does not.
    func total(_ facts: inout PageFacts) throws(EvaluationError) -> Int? {
        if let total { return try facts.count(total, "the total") }
        return facts.header(Self.header).compactMap(PageFacts.digits).max()
    }

    /// What is to be said of a page that tells nothing of how many records there are, though it tries to.
    func note(_ facts: PageFacts) -> String? {
        guard total == nil, let value = facts.header(Self.header).first(where: { PageFacts.digits($0) == nil }) else {
            return nil
        }
        return "the header '\(Self.header)' says '\(value.prefix(40))', which is no whole number: "
            + "how many records there should be is not known"
    }

    private static let header = "x-total-count"

    /// The same for pages of the same records, whatever else the page says: how many there are, the first and the last.
    static func digest(of list: ListValue) -> String? {
        guard case .json(let array) = list, array.count > 0 else { return nil }
        var writer = JSONWriter()
        var last: JSONElement?
        writer.array { writer in
            writer.int(array.count)
            for element in array.children() {
                if last == nil { writer.element(element) }
                last = element
            }
            if let last { writer.element(last) }
        }
        return sha256Hex(writer.bytes)
    }

    static func count(_ list: ListValue) -> Int {
        switch list {
        case .array(let values): values.count
        case .json(let array): array.count
        case .source(let source): source.count
        }
    }
}

extension Expression {
    /// Whether the list may be shorter than the one it is made of.
    fileprivate var leavesOut: Bool {
        syntax.descendants.contains { part in
            if case .macro(let name, _, _) = part.kind { name == "filter" } else { false }
        }
    }
}
