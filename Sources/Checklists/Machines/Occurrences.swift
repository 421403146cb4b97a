import Language

/// `existence`, `absence` and `count`: how often an event happens.
struct Occurrences: Machine {
    let event: EventReference
    let atLeast: Int?
    let atMost: Int?

    func run(_ timeline: inout Timeline) -> Finding {
        var count = 0
        let enough = atLeast ?? 0
        let range = timeline.mayMatch(event) ? timeline.range : 0..<0
        for index in range where timeline.matches(event, index) {
            count += 1
            if let atMost, count > atMost { return Finding(.fail, first: index, number: Int64(count)) }
            if atMost == nil, count >= enough { return Finding(.pass, first: index, number: Int64(count)) }
        }
        var finding = count < enough ? Finding.owed(timeline) : atMost == nil ? Finding(.pass) : .kept(timeline)
        finding.number = Int64(count)
        return finding
    }

    var shortcut: [Shortcut] {
        switch (atLeast, atMost) {
        case (1, nil): [Shortcut(.existence, event)]
        case (nil, _?), (0, _?): [Shortcut(.absence, event)]
        default: []
        }
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        if finding.verdict == .fail, finding.first >= 0 { return [] }
        return finding.verdict == .pass && atMost == nil ? [] : [event]
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        if finding.first >= 0 {
            guard atMost != 0 else {
                return timeline.evidence("\(timeline.told(finding.first, as: event)) must not happen", finding.first)
            }
            let all = timeline.range.filter { timeline.matches(event, $0) }
            return Evidence(
                reason: "\(event.name) happened \(times(all.count)), at most \(times(atMost ?? 0)) allowed",
                events: all.prefix(20).map(timeline.cite))
        }
        if atLeast == 1 { return Evidence(reason: "\(event.name) never happened") }
        let all = timeline.range.filter { timeline.matches(event, $0) }
        return Evidence(
            reason: "\(event.name) happened \(times(Int(finding.number))), at least \(times(atLeast ?? 0)) needed",
            events: all.prefix(20).map(timeline.cite))
    }

    var meaning: String {
        switch (atLeast, atMost) {
        case (1, nil): "\(event.name) happens"
        case (nil, 0), (0, 0): "\(event.name) never happens"
        case (let least?, let most?):
            least == most ? "\(event.name) happens exactly \(times(least))" : "\(event.name) happens \(least) to \(times(most))"
        case (let least?, nil): "\(event.name) happens at least \(times(least))"
        case (_, let most): "\(event.name) happens at most \(times(most ?? 0))"
        }
    }
}

/// `once`, `twice`, `3 times`
func times(_ count: Int) -> String {
    switch count {
    case 0: "never"
    case 1: "once"
    case 2: "twice"
    default: "\(count) times"
    }
}

/// `first` and `last`: how a timeline begins or ends.
struct Boundary: Machine {
    enum End: Sendable { case first, last }

    let event: EventReference
    let end: End

    func run(_ timeline: inout Timeline) -> Finding {
        guard !timeline.range.isEmpty else { return .owed(timeline) }
        switch end {
        case .first:
            var finding = Finding(timeline.matches(event, timeline.lower) ? .pass : .fail, first: timeline.lower)
            finding.horizon = timeline.lower + 1
            // What is the last of its kind now need not stay so.
            if event.moves, finding.verdict == .pass { finding = .kept(timeline, first: timeline.lower) }
            return finding
        case .last:
            let last = timeline.upper - 1
            return timeline.matches(event, last) ? .kept(timeline, first: last) : .owed(timeline, first: last)
        }
    }

    var shortcut: [Shortcut] {
        if end == .first, event.moves { return [] }
        return [Shortcut(end == .first ? .begins : .ends, event)]
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        let isKept = finding.verdict == .pass || finding.verdict == .holding
        return isKept && !event.moves ? [] : [event]
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        guard finding.first >= 0 else { return Evidence(reason: "nothing happened, \(event.name) least of all") }
        let word = end == .first ? "begins" : "ends"
        return timeline.evidence(
            "the timeline \(word) with \(timeline.told(finding.first)), not with \(event.name)", finding.first)
    }

    var meaning: String { "the timeline \(end == .first ? "begins" : "ends") with \(event.name)" }
}

/// `choice`, `exclusive_choice`, `coexistence`, `not_coexistence` and `responded_existence`: which of two events happen.
struct Companions: Machine {
    enum Kind: Sendable { case choice, exclusiveChoice, coexistence, notCoexistence, respondedExistence }

    let kind: Kind
    let a: EventReference
    let b: EventReference

    func run(_ timeline: inout Timeline) -> Finding {
        let first = timeline.firstMatch(a, in: timeline.range) ?? -1
        let second = timeline.firstMatch(b, in: timeline.range) ?? -1
        var finding = verdict(hasA: first >= 0, hasB: second >= 0, timeline)
        finding.first = first
        finding.second = second
        return finding
    }

    private func verdict(hasA: Bool, hasB: Bool, _ timeline: borrowing Timeline) -> Finding {
        switch kind {
        case .choice: return hasA || hasB ? Finding(.pass) : .owed(timeline)
        case .exclusiveChoice: return hasA && hasB ? Finding(.fail) : hasA || hasB ? .kept(timeline) : .owed(timeline)
        case .coexistence: return hasA && hasB ? Finding(.pass) : hasA || hasB ? .owed(timeline) : Finding(.notActivated)
        case .notCoexistence: return hasA && hasB ? Finding(.fail) : hasA || hasB ? .kept(timeline) : Finding(.notActivated)
        case .respondedExistence: return !hasA ? Finding(.notActivated) : hasB ? Finding(.pass) : .owed(timeline)
        }
    }

    var shortcut: [Shortcut] {
        switch kind {
        case .choice: [Shortcut(.choice, a, b)]
        case .exclusiveChoice: [Shortcut(.exclusiveChoice, a, b)]
        case .coexistence: [Shortcut(.coexistence, a, b)]
        case .notCoexistence: [Shortcut(.notCoexistence, a, b)]
        case .respondedExistence: [Shortcut(.respondedExistence, a, b)]
        }
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        if kind == .choice, finding.verdict == .pass { return [] }
        // What has been seen once stays seen; the second of `responded_existence` matters only once the first is there.
        var doubtful = finding.first < 0 ? [a] : []
        if finding.second < 0, kind != .respondedExistence || finding.first >= 0 { doubtful.append(b) }
        return doubtful
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let events = (finding.first, finding.second)
        if events.0 < 0, events.1 < 0 { return Evidence(reason: "neither \(a.name) nor \(b.name) happened") }
        if events.0 >= 0, events.1 >= 0 {
            return timeline.evidence(
                "\(timeline.told(events.0)) and \(timeline.told(events.1)) exclude each other", events.0, events.1)
        }
        let there = max(events.0, events.1)
        return timeline.evidence("\(timeline.told(there)) happened, but never \(events.0 < 0 ? a.name : b.name)", there)
    }

    var meaning: String {
        switch kind {
        case .choice: "\(a.name) or \(b.name) happens"
        case .exclusiveChoice: "either \(a.name) or \(b.name) happens, not both"
        case .coexistence: "\(a.name) and \(b.name) happen both or not at all"
        case .notCoexistence: "\(a.name) and \(b.name) do not both happen"
        case .respondedExistence: "where \(a.name) happens, \(b.name) happens too, before or after"
        }
    }
}
