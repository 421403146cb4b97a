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

    /// The records of a page.
    enum Records {
        case values(ListValue)
        case cut(JSONList)
    }

    /// The list of records; nil where there is none, which the reader of the records says.
    func list(_ facts: inout PageFacts, in content: Page.Content?, body: Value?) -> Records? {
        if case .list(let list)? = content { return .cut(list) }
        let value = if let records { try? facts.value(records) } else { body }
        guard case .list(let list)? = value else { return nil }
        return .values(list)
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
}

extension Counting.Records {
    var count: Int {
        switch self {
        case .cut(let list): list.elements.count
        case .values(.array(let values)): values.count
        case .values(.json(let array)): array.count
        case .values(.source(let source)): source.count
        }
    }

    /// The same for pages of the same records, whatever else the page says: how many there are, the first and the last.
    var digest: String? {
        guard let (first, last) = ends else { return nil }
        var writer = JSONWriter()
        writer.array { writer in
            writer.int(count)
            writer.element(first)
            writer.element(last)
        }
        return sha256Hex(writer.bytes)
    }

    private var ends: (first: JSONElement, last: JSONElement)? {
        switch self {
        case .cut(let list):
            guard let first = list.elements.first, let last = list.elements.last,
                let opening = try? list.document(of: first), let closing = try? list.document(of: last)
            else { return nil }
            return (opening.root, closing.root)
        case .values(.json(let array)):
            var ends: (first: JSONElement, last: JSONElement)?
            for element in array.children() { ends = (ends?.first ?? element, element) }
            return ends
        case .values: return nil
        }
    }
}

extension Source {
    /// The keys that lead to the records of a page; nil where an expression makes the list, or one about the page looks at it.
    var pathOfRecords: [String]? {
        let path = counting.records?.path
        guard counting.records == nil || path?.variable == Paging.body else { return nil }
        let keys = path?.keys ?? []
        let isSeen = (paging.expressions + [counting.total].compactMap { $0 }).contains { $0.syntax.sees(keys) }
        return isSeen ? nil : keys
    }
}

extension Syntax {
    /// Whether it looks at what the keys lead to in the body, or at anything that holds it.
    fileprivate func sees(_ keys: [String]) -> Bool {
        if let path = asPath, path.variable == Paging.body {
            return zip(path.keys, keys).allSatisfy { $0 == $1 }
        }
        if case .presence(let operand, let field) = kind, let path = operand.asPath, path.variable == Paging.body {
            return zip(path.keys + [field], keys).allSatisfy { $0 == $1 }
        }
        return parts.contains { $0.sees(keys) }
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
