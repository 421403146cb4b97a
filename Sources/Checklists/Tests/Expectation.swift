import Language

/// What the author of a test expects of one item: a verdict, when what is owed falls due, and what the evidence says. What is
/// nil is not asked for.
struct Expectation: Sendable {
    let item: String
    /// Of the item's name in the test.
    let position: Position
    var verdict: Verdict?
    var due: Due?
    /// What the sentence of the evidence contains.
    var reason: String?
    /// The activities of the events that the evidence cites, in its order.
    var events: [String]?

    enum Due: Sendable {
        case never
        case at(Instant)
    }

    func isMet(by got: ItemVerdict) -> Bool {
        if let verdict, verdict != got.verdict { return false }
        switch due {
        case nil: break
        case .never?: if got.due != nil { return false }
        case .at(let instant)?: if got.due != instant { return false }
        }
        if let reason, !(got.evidence?.reason.contains(reason) ?? false) { return false }
        if let events, events != Self.cited(got) { return false }
        return true
    }

    private static func cited(_ got: ItemVerdict) -> [String] { got.evidence?.events.map(\.activity) ?? [] }

    /// `pending, due 2026-01-05T09:30:00Z`: what is expected, and what came of the same.
    func words(besides got: ItemVerdict) -> (expected: String, got: String) {
        var parts: [(expected: String, got: String)] = []
        // The verdict says what the rest is about.
        parts.append((verdict?.rawValue ?? "any verdict", got.verdict.rawValue))
        if let due {
            let expected = if case .at(let instant) = due { "due \(instant)" } else { "never due" }
            parts.append((expected, got.due.map { "due \($0)" } ?? "never due"))
        }
        if let reason { parts.append(("evidence with '\(reason)'", got.evidence.map { "'\($0.reason)'" } ?? "no evidence")) }
        if let events { parts.append((Self.list(events), Self.list(Self.cited(got)))) }
        return (parts.map(\.expected).joined(separator: ", "), parts.map(\.got).joined(separator: ", "))
    }

    private static func list(_ activities: [String]) -> String {
        activities.isEmpty ? "citing no event" : "citing " + activities.joined(separator: ", ")
    }
}

extension TrialLoader {
    /// What a case expects, item by item. Lengths of `due` count from the record's beginning.
    func expectations(_ node: YAMLNode, from beginning: Instant) -> [Expectation] {
        guard var mapping = YAMLMapping(node, "'expect'", diagnostics) else { return [] }
        let entries = mapping.all()
        if entries.isEmpty { diagnostics.error(.expectsNothing, at: node.position, "a case must expect at least one verdict") }
        return entries.compactMap { item, itemNode, value in
            if let items, !items.contains(item) {
                diagnostics.error(
                    .unknownItem, at: itemNode.position, "there is no item '\(item)'", help: didYouMean(item, among: items))
            }
            var expectation = Expectation(item: item, position: itemNode.position)
            if case .mapping = value.kind { return details(value, of: &expectation, from: beginning) ? expectation : nil }
            expectation.verdict = verdict(value)
            return expectation.verdict == nil ? nil : expectation
        }
    }

    private func verdict(_ node: YAMLNode) -> Verdict? {
        if let verdict = node.text.flatMap(Verdict.init(rawValue:)) { return verdict }
        diagnostics.error(
            .unknownVerdict, at: node.position, "\(node.summary) is no verdict",
            help: didYouMean(node.text ?? "", among: Verdict.allCases.map(\.rawValue)))
        return nil
    }

    /// `{verdict, due, evidence}`; false where something in it is wrong.
    private func details(_ node: YAMLNode, of expectation: inout Expectation, from beginning: Instant) -> Bool {
        guard var mapping = YAMLMapping(node, "what is expected of an item", diagnostics) else { return false }
        let verdictNode = mapping.node("verdict")
        let dueNode = mapping.node("due")
        let evidence = mapping.node("evidence")
        mapping.finish()
        if verdictNode == nil, dueNode == nil, evidence == nil {
            diagnostics.error(
                .expectsNothing, at: node.position, "nothing is expected of the item",
                help: "write a verdict, or {verdict, due, evidence}")
            return false
        }
        expectation.verdict = verdictNode.flatMap { verdict($0) }
        expectation.due = dueNode.flatMap { due($0, beginning) }
        let isEvidenceRight = evidence.map { self.evidence($0, of: &expectation) } ?? true
        return (verdictNode == nil || expectation.verdict != nil) && (dueNode == nil || expectation.due != nil) && isEvidenceRight
    }

    private func due(_ node: YAMLNode, _ beginning: Instant) -> Expectation.Due? {
        if node.text == "never" { return .never }
        if let instant = moment(node, from: beginning) { return .at(instant) }
        diagnostics.error(
            .wrongValue, at: node.position, "\(node.summary) is nothing that 'due' can be",
            help: "write an instant, a length after the record's beginning such as '30m', or 'never'")
        return nil
    }

    /// A text that the sentence contains, or `{reason, events}`.
    private func evidence(_ node: YAMLNode, of expectation: inout Expectation) -> Bool {
        if let text = node.text {
            expectation.reason = text
            return true
        }
        guard var mapping = YAMLMapping(node, "'evidence'", diagnostics) else { return false }
        expectation.reason = mapping.text("reason")
        if mapping.node("events") != nil { expectation.events = mapping.texts("events") }
        mapping.finish()
        if expectation.reason == nil, expectation.events == nil {
            diagnostics.error(.expectsNothing, at: node.position, "nothing is expected of the evidence")
            return false
        }
        return true
    }
}
