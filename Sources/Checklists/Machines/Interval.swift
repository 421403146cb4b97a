import Language

/// `duration`: the time between two moments, less the pauses.
struct Interval: Machine {
    /// Time that does not count: from each event of one kind to the next of another.
    struct Pause: Sendable {
        let from: EventReference
        let until: EventReference
    }

    let from: Moment
    let to: Moment
    let atMost: Limit?
    let atLeast: Limit?
    let pauses: [Pause]

    func run(_ timeline: inout Timeline) -> Finding {
        let start: Moment.Place
        switch from.find(&timeline, in: timeline.range) {
        case .none: return Finding(.notActivated)
        case .unknown(let why): return .notObservable(why)
        case .place(let place): start = place
        }
        do throws(EvaluationError) {
            let most = try timeline.resolve(atMost)
            let least = try timeline.resolve(atLeast)
            var finding: Finding
            switch to.find(&timeline, in: timeline.range, notBefore: start.at) {
            case .unknown(let why): return .notObservable(why)
            case .none: finding = unfinished(start, most, timeline)
            case .place(let end): finding = finished(start, end, most, least, timeline)
            }
            finding.obligations = 1
            finding.obligationDue = most.flatMap { due(start, $0, timeline) }
            finding.first = start.index ?? -1
            return finding
        } catch {
            return .notObservable(error.message)
        }
    }

    private func finished(
        _ start: Moment.Place, _ end: Moment.Place, _ most: Int64?, _ least: Int64?, _ timeline: borrowing Timeline
    ) -> Finding {
        let length = difference(start.at, end.at, timeline)
        let number = length.seconds
        // A moment that later events may move can only make the time longer.
        let moves = timeline.isOpen && end.moves
        if let most, length.seconds > most || (length.seconds == most && length.nanoseconds > 0) {
            // While the first moment may still move, the time may yet become shorter, or another.
            var finding = start.moves ? Finding.owed(timeline) : Finding(.fail)
            finding.second = end.index ?? -1
            finding.number = number
            finding.isExceeded = true
            return finding
        }
        if let least, length.seconds < least {
            var finding = moves || start.moves ? Finding.owed(timeline) : Finding(.fail)
            finding.second = end.index ?? -1
            finding.number = number
            return finding
        }
        let isFinal = !(timeline.isOpen && start.moves) && (!moves || most == nil)
        return Finding(isFinal || !timeline.isOpen ? .pass : .holding, second: end.index ?? -1, number: number)
    }

    /// The second moment has not come: late once the record has closed or the limit has passed.
    private func unfinished(_ start: Moment.Place, _ most: Int64?, _ timeline: borrowing Timeline) -> Finding {
        guard timeline.isOpen else { return Finding(.fail, number: -1) }
        guard let most else { return Finding(.pending, number: -1) }
        // While a pause lasts, the limit moves on with the clock.
        let due = due(start, most, timeline)
        let used = difference(start.at, timeline.asOf, timeline)
        if used.seconds > most || (used.seconds == most && used.nanoseconds > 0) {
            var finding = start.moves ? Finding.owed(timeline, number: -1) : Finding(.fail, number: -1)
            finding.isExceeded = true
            return finding
        }
        var finding = Finding(.pending, number: -1)
        finding.due = due
        return finding
    }

    /// The instant at which the limit passes, as far as the pauses so far tell; nil while one lasts.
    private func due(_ start: Moment.Place, _ most: Int64, _ timeline: borrowing Timeline) -> Instant? {
        var due = start.at.advanced(bySeconds: most)
        for pause in paused(from: start.at, timeline) where pause.start < due {
            guard let end = pause.end else { return nil }
            due = due + (end - pause.start)
        }
        return due
    }

    /// The time between, less the pauses; whole seconds and the rest.
    private func difference(_ a: Instant, _ b: Instant, _ timeline: borrowing Timeline) -> Instant {
        var length = b - a
        for pause in paused(from: a, timeline) where pause.start < b {
            length -= min(pause.end ?? b, b) - pause.start
        }
        let whole = Instant(seconds: 0) + length
        return whole
    }

    private func hasPause(_ timeline: borrowing Timeline) -> Bool {
        for index in pauses.indices {
            for event in timeline.range where timeline.matches(pauses[index].from, event) { return true }
        }
        return false
    }

    /// The pauses after an instant, joined where they overlap, in order.
    private func paused(from: Instant, _ timeline: borrowing Timeline) -> [(start: Instant, end: Instant?)] {
        guard hasPause(timeline) else { return [] }
        var found: [(start: Instant, end: Instant?)] = []
        for pause in pauses {
            var start: Instant?
            for index in timeline.range {
                if let begun = start, timeline.matches(pause.until, index) {
                    found.append((begun, timeline.instants[index]))
                    start = nil
                }
                if start == nil, timeline.matches(pause.from, index) { start = timeline.instants[index] }
            }
            if let start { found.append((start, timeline.closed)) }
        }
        var joined: [(start: Instant, end: Instant?)] = []
        for pause in found.sorted(by: { $0.start < $1.start }) {
            let start = max(pause.start, from)
            if let end = pause.end, end <= start { continue }
            guard let last = joined.last else { joined.append((start, pause.end)); continue }
            guard let end = last.end else { break }
            if start > end {
                joined.append((start, pause.end))
            } else if pause.end.map({ $0 > end }) ?? true {
                joined[joined.count - 1].end = pause.end
            }
        }
        return joined
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        let neverCame = finding.verdict == .fail && finding.number == -1 && finding.second < 0
        let isKept = finding.verdict == .pass || finding.verdict == .holding
        if finding.verdict == .notActivated || neverCame && !finding.isExceeded { return [] }
        // A pause that nobody saw makes the time shorter; an end of one that nobody saw, longer.
        var doubtful: [EventReference] = []
        if isKept && atLeast != nil || finding.isExceeded { doubtful += pauses.map(\.from) }
        if isKept && atMost != nil || !isKept && !finding.isExceeded {
            doubtful += pauses.filter { timeline.firstMatch($0.from, in: timeline.range) != nil }.map(\.until)
        }
        return doubtful
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let most = (try? timeline.resolve(atMost)) ?? nil
        let least = (try? timeline.resolve(atLeast)) ?? nil
        if finding.number == -1, finding.second < 0 {
            return timeline.evidence(
                "after \(from.meaning), \(to.meaning) never came\(" within ", length: most)", finding.first)
        }
        if let most, finding.number >= most {
            return timeline.evidence(
                "\(length: finding.number) from \(from.meaning) to \(to.meaning), at most \(length: most) allowed", finding.first,
                finding.second)
        }
        return timeline.evidence(
            "\(length: finding.number) from \(from.meaning) to \(to.meaning), at least \(length: least ?? 0) needed",
            finding.first, finding.second)
    }

    var meaning: String {
        let bounds = [atMost?.meaning("at most"), atLeast?.meaning("at least")].compactMap(\.self).joined(separator: " and ")
        let less =
            pauses.isEmpty ? "" : ", less " + pauses.map { "\($0.from.name) to \($0.until.name)" }.joined(separator: " and ")
        return "from \(from.meaning) to \(to.meaning) it takes \(bounds)\(less)"
    }
}
