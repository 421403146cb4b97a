import Language
import Timelines

extension CheckReader {
    /// `within`, `at_most`, …: a length, or a table of lengths by a value (severities unless `by: CEL` says otherwise).
    /// `by` may name what the environment has.
    func limit(_ node: YAMLNode, _ environment: Environment = Names.ofRecord) -> Limit? {
        if let text = node.text {
            if let length = length(text, node) { return .length(length) }
            badLength(node)
            return nil
        }
        guard var mapping = YAMLMapping(node, "a table of lengths", diagnostics) else { return nil }
        let by = mapping.node("by")
        let expression =
            if let by { self.expression(by, environment, for: .key) } else {
                try? Expression.compile("severity", in: environment)
            }
        let declared = values[by?.text ?? "severity"]
        var entries: [Limit.Entry] = []
        var otherwise: Length?
        var isWhole = true
        for (key, keyNode, value) in mapping.all() where key != "by" {
            guard let text = value.text, let length = length(text, value) else {
                badLength(value)
                isWhole = false
                continue
            }
            if key == "otherwise" {
                otherwise = length
            } else {
                if let declared, !declared.contains(key) {
                    diagnostics.error(
                        .unknownValue, at: keyNode.position, "'\(key)' is no declared value of '\(by?.text ?? "severity")'",
                        help: didYouMean(key, among: declared))
                }
                entries.append(Limit.Entry(key: key, length: length))
            }
        }
        if entries.isEmpty, otherwise == nil, isWhole {
            diagnostics.error(.badLength, at: node.position, "a table of lengths needs at least one")
            return nil
        }
        guard isWhole, let expression else { return nil }
        return .table(Limit.Table(by: expression, text: by?.text ?? "severity", entries: entries, otherwise: otherwise))
    }

    private func length(_ text: String, _ node: YAMLNode) -> Length? {
        guard let seconds = Duration(length: text)?.components.seconds else { return nil }
        guard text.hasSuffix("d") || text.hasSuffix("w") else { return .seconds(seconds) }
        noteDays(node.position)
        return text.hasSuffix("d")
            ? Length(count: seconds / 86_400, unit: .days) : Length(count: seconds / 604_800, unit: .weeks)
    }

    private func badLength(_ node: YAMLNode) {
        diagnostics.error(
            .badLength, at: node.position, "\(node.summary) is no length of time",
            help: "write a number and s, m, h, d or w, such as '30m', or a table of them by severity")
    }

    /// `within`, or `by: {at: CEL}` in its place.
    func deadline(_ mapping: inout YAMLMapping) -> Limit? {
        let within = mapping.node("within")
        guard let by = mapping.node("by") else { return within.flatMap { limit($0) } }
        if within != nil {
            diagnostics.error(
                .contradiction, at: by.position, "'by' stands in the place of 'within': there can only be one of them")
        }
        guard var moment = YAMLMapping(by, "'by'", diagnostics) else { return nil }
        let at = moment.required("at")
        moment.finish()
        return at.flatMap { expression($0, Names.ofActivation, for: .moment) }.map { .instant($0) }
    }

    // MARK: Templates

    func count(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "count") else { return nil }
        let event = mapping.required("of").flatMap { self.event($0) }
        let isBounded = ["exactly", "at_least", "at_most"].contains { mapping.node($0) != nil }
        let exactly = mapping.int("exactly")
        let atLeast = mapping.int("at_least")
        let atMost = mapping.int("at_most")
        close(&mapping)
        guard isBounded else {
            diagnostics.error(.noBound, at: node.position, "'count' needs 'at_least', 'at_most' or 'exactly'")
            return nil
        }
        if exactly == nil, atLeast == nil, atMost == nil { return nil }
        if exactly != nil, atLeast != nil || atMost != nil {
            diagnostics.error(.contradiction, at: node.position, "'exactly' stands alone, without 'at_least' and 'at_most'")
        } else if let atLeast, let atMost, atLeast > atMost {
            diagnostics.error(.contradiction, at: node.position, "'at_least' \(atLeast) is more than 'at_most' \(atMost)")
            return nil
        }
        return event.map { Occurrences(event: $0, atLeast: exactly ?? atLeast, atMost: exactly ?? atMost) }
    }

    func pair(_ node: YAMLNode, _ kind: Companions.Kind) -> (any Machine)? {
        guard case .sequence(let nodes) = node.kind, nodes.count == 2 else {
            diagnostics.error(.wrongShape, at: node.position, "a list of two events belongs here, not \(node.summary)")
            return nil
        }
        let events = (event(nodes[0]), event(nodes[1]))
        guard let a = events.0, let b = events.1 else { return nil }
        warnOfTwins(a, b, at: nodes[1])
        return Companions(kind: kind, a: a, b: b)
    }

    /// An event and itself: whatever the check says of the two, the record has no say in it.
    private func warnOfTwins(_ a: EventReference, _ b: EventReference, at node: YAMLNode) {
        guard a.matcher == b.matcher else { return }
        diagnostics.warning(.contradiction, at: node.position, "both events are \(a.name)", help: "one of them may be misspelt")
    }

    func respondedExistence(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "responded_existence") else { return nil }
        let a = mapping.required("if").flatMap { event($0) }
        let expected = mapping.required("expect")
        let b = expected.flatMap { event($0) }
        close(&mapping)
        guard let a, let b else { return nil }
        if let expected { warnOfTwins(a, b, at: expected) }
        return Companions(kind: .respondedExistence, a: a, b: b)
    }

    func response(_ node: YAMLNode, _ kind: Response.Kind) -> (any Machine)? {
        guard var mapping = parts(node, "response") else { return nil }
        let after = mapping.required("after").flatMap { event($0) }
        let expect = mapping.required("expect").flatMap { event($0) }
        let limit = deadline(&mapping)
        let condition = mapping.node("where").flatMap { question($0, Names.ofAnswer) }
        let clock = clock(&mapping)
        close(&mapping)
        guard let after, let expect else { return nil }
        return Response(kind: kind, after: after, expect: expect, limit: limit, condition: condition, clock: clock)
    }

    func precedence(_ node: YAMLNode, _ kind: Precedence.Kind) -> (any Machine)? {
        guard var mapping = parts(node, "precedence") else { return nil }
        let before = mapping.required("before").flatMap { event($0) }
        let require = mapping.required("require").flatMap { event($0) }
        let limit = mapping.node("within").flatMap { self.limit($0) }
        let condition = mapping.node("where").flatMap { question($0, Names.ofAnswer) }
        let clock = clock(&mapping)
        close(&mapping)
        guard let before, let require else { return nil }
        return Precedence(
            kind: kind, before: before, require: require, limit: limit, condition: condition, clock: clock)
    }

    func notResponse(_ node: YAMLNode, never key: String, isChain: Bool) -> (any Machine)? {
        guard var mapping = parts(node, isChain ? "not_chain_response" : "not_response") else { return nil }
        let after = mapping.required("after").flatMap { event($0) }
        let never = mapping.required(key).flatMap { event($0) }
        let withinNode = mapping.node("within")
        let whereNode = mapping.node("where")
        let limit = withinNode.flatMap { self.limit($0) }
        let condition = whereNode.flatMap { question($0, Names.ofAnswer) }
        let clock = clock(&mapping)
        close(&mapping)
        guard let after, let never else { return nil }
        if withinNode != nil || whereNode != nil {
            return ForbiddenPair(
                after: after, never: never, isChain: isChain, limit: limit, condition: condition, clock: clock)
        }
        return NotResponse(after: after, never: never, isChain: isChain)
    }

    func duration(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "duration") else { return nil }
        let from = mapping.required("from").flatMap { moment($0) }
        let to = mapping.required("to").flatMap { moment($0) }
        let mostNode = mapping.node("at_most")
        let leastNode = mapping.node("at_least")
        let atMost = mostNode.flatMap { limit($0) }
        let atLeast = leastNode.flatMap { limit($0) }
        let pauses = pauses(mapping.node("pause"))
        let clock = clock(&mapping)
        close(&mapping)
        if mostNode == nil, leastNode == nil {
            diagnostics.error(.noBound, at: node.position, "'duration' needs 'at_most' or 'at_least'")
        }
        if case .length(let least) = atLeast, case .length(let most) = atMost, least.elapsedSeconds > most.elapsedSeconds {
            diagnostics.error(.contradiction, at: node.position, "'at_least' is more than 'at_most'")
        }
        guard let from, let to else { return nil }
        return Interval(from: from, to: to, atMost: atMost, atLeast: atLeast, pauses: pauses, clock: clock)
    }

    func pauses(_ node: YAMLNode?) -> [Interval.Pause] {
        guard let node else { return [] }
        let nodes = if case .sequence(let nodes) = node.kind { nodes } else { [node] }
        return nodes.compactMap { node in
            guard var mapping = YAMLMapping(node, "a pause", diagnostics) else { return nil }
            let from = mapping.required("from").flatMap { event($0) }
            let until = mapping.required("until").flatMap { event($0) }
            let party: Party? = mapping.oneOf("party")
            mapping.finish()
            guard let from, let until else { return nil }
            return Interval.Pause(from: from, until: until, party: party)
        }
    }

    func succession(_ node: YAMLNode, bounded: Bool) -> (any Machine)? {
        guard var mapping = parts(node, bounded ? "changes" : "no_return") else { return nil }
        let of = mapping.required("of").flatMap { expression($0, Names.ofEvent) }
        let amongNode = mapping.node("among")
        let among = amongNode.flatMap { event($0) }
        let mostNode = bounded ? mapping.node("at_most") : nil
        let atMost = bounded ? mapping.int("at_most") : nil
        close(&mapping)
        if bounded, mostNode == nil { diagnostics.error(.noBound, at: node.position, "'changes' needs 'at_most'") }
        guard let of, amongNode == nil || among != nil, !bounded || atMost != nil else { return nil }
        return Succession(of: of, among: among, atMost: atMost)
    }

    func runs(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "runs") else { return nil }
        let of = mapping.required("of").flatMap { event($0) }
        let mostNode = mapping.node("at_most")
        let atMost = mapping.int("at_most")
        close(&mapping)
        if mostNode == nil { diagnostics.error(.noBound, at: node.position, "'runs' needs 'at_most'") }
        guard let of, let atMost else { return nil }
        return Runs(of: of, atMost: atMost)
    }

    func each(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "each") else { return nil }
        let event = mapping.required("event").flatMap { self.event($0) }
        let holds = mapping.required("holds").flatMap { question($0, Names.ofEvent) }
        close(&mapping)
        guard let event, let holds else { return nil }
        return Each(event: event, holds: holds)
    }

    func steps(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "steps") else { return nil }
        let whenNode = mapping.node("when")
        let when = whenNode.flatMap { question($0, Names.ofPair) }
        let holds = mapping.required("holds").flatMap { question($0, Names.ofPair) }
        let amongNode = mapping.node("among")
        let among = amongNode.flatMap { event($0) }
        close(&mapping)
        guard let holds, whenNode == nil || when != nil, amongNode == nil || among != nil else { return nil }
        return Steps(holds: holds, when: when, among: among)
    }
}
