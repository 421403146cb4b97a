import Language
import Timelines

/// The templates that follow time along a whole record.
extension CheckReader {
    func recurrence(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "recurrence") else { return nil }
        let of = mapping.required("of").flatMap { event($0) }
        let every = mapping.required("every").flatMap { limit($0) }
        let from = mapping.node("from").map { moment($0) } ?? .beginning
        let untilNode = mapping.node("until")
        let until = untilNode.flatMap { moment($0) }
        let clock = clock(&mapping)
        close(&mapping)
        guard let of, let every, let from, untilNode == nil || until != nil else { return nil }
        return Recurrence(of: of, every: every, from: from, until: until, clock: clock)
    }

    // MARK: SLA clocks

    func slaClock(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "clock") else { return nil }
        let start = mapping.required("start").map { events($0) } ?? []
        let stopNode = mapping.required("stop")
        let stop = stopNode.map { events($0) } ?? []
        let pauseNode = mapping.node("pause")
        let pauses = pauseNode.map { clockPauses($0) } ?? []
        let resumeNode = mapping.node("resume")
        let resume = resumeNode.map { events($0) } ?? []
        let reset = mapping.node("reset").map { events($0) } ?? []
        let cancel = mapping.node("cancel").map { events($0) } ?? []
        let target = mapping.required("target").flatMap { limit($0, Names.ofEvent) }
        let reopening = mapping.node("on_reopen").map { self.reopening($0) } ?? (.restart, [])
        let clock = clock(&mapping)
        close(&mapping)
        if let resumeNode, pauseNode == nil {
            diagnostics.warning(
                .missingKey, at: resumeNode.position, "a clock without 'pause' has nothing that 'resume' could set going again")
        }
        if let stopNode, !start.isEmpty, Set(start.map(\.matcher)) == Set(stop.map(\.matcher)) {
            diagnostics.warning(
                .contradiction, at: stopNode.position, "the same events start and stop the clock",
                help: "one of them may be misspelt")
        }
        if let pauseNode, resumeNode == nil {
            diagnostics.error(
                .missingKey, at: pauseNode.position, "a clock that pauses needs 'resume' to say what sets it going again")
        }
        guard !start.isEmpty, !stop.isEmpty, let target else { return nil }
        return SLAClock(
            start: start, stop: stop, pauses: pauses, resume: resume, reset: reset, cancel: cancel, reopen: reopening.events,
            target: target, clock: clock, onReopen: reopening.then)
    }

    /// An event, or a list of events any of which will do.
    private func events(_ node: YAMLNode) -> [EventReference] {
        guard case .sequence(let nodes) = node.kind else { return event(node).map { [$0] } ?? [] }
        if nodes.isEmpty { diagnostics.error(.wrongShape, at: node.position, "a list of events needs at least one") }
        return nodes.compactMap { event($0) }
    }

    /// Events, each with the party whose time then passes where it says so: `{event: waiting, party: customer}`.
    private func clockPauses(_ node: YAMLNode) -> [SLAClock.Pause] {
        let nodes = if case .sequence(let nodes) = node.kind { nodes } else { [node] }
        return nodes.compactMap { node in
            guard case .mapping(let entries) = node.kind, entries.contains(where: { $0.key.text == "event" }),
                var mapping = YAMLMapping(node, "a pause", diagnostics)
            else { return event(node).map { SLAClock.Pause(event: $0) } }
            let event = mapping.required("event").flatMap { self.event($0) }
            let party: Party? = mapping.oneOf("party")
            mapping.finish()
            return event.map { SLAClock.Pause(event: $0, party: party) }
        }
    }

    /// `resume`, or `{event: reopened, then: resume}` where something else than a start reopens.
    private func reopening(_ node: YAMLNode) -> (then: SLAClock.Reopening, events: [EventReference]) {
        guard case .mapping = node.kind, var mapping = YAMLMapping(node, "'on_reopen'", diagnostics) else {
            let names = SLAClock.Reopening.allCases.map(\.rawValue)
            if let then = node.text.flatMap(SLAClock.Reopening.init(rawValue:)) { return (then, []) }
            diagnostics.error(
                .wrongValue, at: node.position, "\(node.summary) is nothing that a clock does on a reopening",
                help: didYouMean(node.text ?? "", among: names) ?? "write " + names.joined(separator: ", "))
            return (.restart, [])
        }
        let events = mapping.required("event").map { self.events($0) } ?? []
        let thenNode = mapping.required("then")
        let then: SLAClock.Reopening? = thenNode == nil ? nil : mapping.oneOf("then")
        mapping.finish()
        return (then ?? .restart, events)
    }

    // MARK: Ownership

    func ownership(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "ownership") else { return nil }
        let of = mapping.required("of").flatMap { holding($0) }
        let from = mapping.node("from").map { moment($0) } ?? .beginning
        let untilNode = mapping.node("until")
        let until = untilNode.flatMap { moment($0) }
        let maxGap = mapping.node("max_gap").map { limit($0) } ?? .length(.seconds(0))
        let clock = clock(&mapping)
        close(&mapping)
        guard let of, let from, let maxGap, untilNode == nil || until != nil else { return nil }
        return Ownership(of: of, from: from, until: until, maxGap: maxGap, clock: clock)
    }

    /// A CEL for the owner or owners from an event on, or `{taken, released, owner}`.
    private func holding(_ node: YAMLNode) -> Ownership.Holding? {
        guard case .mapping = node.kind, var mapping = YAMLMapping(node, "'of'", diagnostics) else {
            return expression(node, Names.ofEvent, for: .owner).map { .value($0) }
        }
        let taken = mapping.required("taken").flatMap { event($0) }
        let releasedNode = mapping.required("released")
        let released = releasedNode.flatMap { event($0) }
        let owner = mapping.required("owner").flatMap { expression($0, Names.ofEvent, for: .owner) }
        mapping.finish()
        if let releasedNode, let taken, let released, taken.matcher == released.matcher {
            diagnostics.warning(
                .contradiction, at: releasedNode.position,
                "\(taken.name) takes it and releases it, so nobody ever would release it")
        }
        guard let taken, let released, let owner else { return nil }
        return .handed(taken: taken, released: released, owner: owner)
    }
}
