import Language
import Timelines

/// `duration`: the time between two moments, less the pauses.
struct Interval: Machine {
    /// Time that does not count: from each event of one kind to the next of another.
    struct Pause: Sendable {
        let from: EventReference
        let until: EventReference
        /// Whose time it is.
        var party: Party?
    }

    let from: Moment
    let to: Moment
    let atMost: Limit?
    let atLeast: Limit?
    let pauses: [Pause]
    var clock = Clock.elapsed

    /// What a run needs to know of the record.
    private struct Terms {
        let scale: TimeScale
        let most: Int64?
        let least: Int64?
        /// Empty where there are none.
        let pauses: [[TimeSheet.Pause]]

        /// The time between two instants that counts.
        func time(_ a: Instant, _ b: Instant) throws(EvaluationError) -> Duration {
            if pauses.isEmpty || b <= a { return try scale.time(from: a, to: b) }
            return try TimeSheet(from: a, until: b, pauses: pauses).time(on: scale)
        }

        func deadline(_ start: Instant, _ seconds: Int64) throws(EvaluationError) -> Deadline? {
            if pauses.isEmpty { return try scale.deadline(after: start, seconds: seconds) }
            return try TimeSheet.deadline(after: start, .seconds(seconds), pauses: pauses, on: scale)
        }
    }

    private func terms(_ timeline: inout Timeline) throws(EvaluationError) -> Terms {
        let scale = try timeline.scale(clock)
        return Terms(
            scale: scale, most: try timeline.resolve(atMost, on: scale), least: try timeline.resolve(atLeast, on: scale),
            pauses: hasPause(timeline) ? pauses.map { Self.times(of: $0, timeline) } : [])
    }

    var quick: QuickJudge? { QuickInterval(self) }

    /// The time between two instants that counts for the record at hand.
    func time(from start: Instant, to end: Instant, _ timeline: inout Timeline) throws(EvaluationError) -> Duration {
        try terms(&timeline).time(start, end)
    }

    func run(_ timeline: inout Timeline) -> Finding {
        let isOpen = timeline.isOpen
        defer { timeline.isOpen = isOpen }
        // Closing comes after the end of a span as well.
        if timeline.closed == nil, from.namesClosing || to.namesClosing { timeline.isOpen = true }
        let start: Moment.Place
        switch from.find(&timeline, in: timeline.range) {
        case .none: return Finding(.notActivated)
        case .unknown(let why): return .notObservable(why)
        case .place(let place): start = place
        }
        do throws(EvaluationError) {
            let terms = try terms(&timeline)
            var finding: Finding
            var end: Instant?
            switch to.find(&timeline, in: timeline.range, notBefore: start.at) {
            case .unknown(let why): finding = try uncertain(start, why, terms, &timeline)
            case .none:
                timeline.isOpen = timeline.isOpen || start.isNow
                finding = try unfinished(start, terms, timeline)
            case .place(let place):
                guard start.at <= place.at || start.isNow || place.isNow else {
                    let (first, second) = ("\(from.meaning) (\(start.at))", "\(to.meaning) (\(place.at))")
                    return .notObservable("\(second) lies before \(first)")
                }
                // The instant of the audit moves on, whether the record is open or not.
                timeline.isOpen = timeline.isOpen || start.isNow || place.isNow
                finding = try finished(start, place, terms, timeline)
                end = place.at
            }
            finding.obligations = 1
            if let most = terms.most { finding.obligationDue = try terms.deadline(start.at, most)?.last }
            finding.first = start.index ?? -1
            if let decided = finding.isExceeded ? finding.obligationDue : end {
                finding.horizon = timeline.range.first { timeline.instants[$0] > decided }
            }
            return finding
        } catch {
            return .notObservable(error.message)
        }
    }

    /// How the time between two moments may still change.
    private struct Movement {
        var mayShrink = false
        var mayGrow = false
    }

    private func movement(_ start: Moment.Place, _ end: Moment.Place?, _ timeline: borrowing Timeline) -> Movement {
        guard timeline.isOpen else { return Movement() }
        if start.moves || pauses.contains(where: { $0.from.moves || $0.until.moves }) {
            return Movement(mayShrink: true, mayGrow: true)
        }
        guard let end else { return Movement() }
        // A moment that later events may move can only make the time longer, unless it lies ahead, with pauses to come and
        // to end.
        let isAhead = end.at > timeline.asOf
        return Movement(
            mayShrink: isAhead && (end.moves || !pauses.isEmpty), mayGrow: end.moves || isAhead && !pauses.isEmpty)
    }

    private func finished(
        _ start: Moment.Place, _ end: Moment.Place, _ terms: Terms, _ timeline: borrowing Timeline
    ) throws(EvaluationError) -> Finding {
        let length = try terms.time(start.at, end.at)
        let movement = movement(start, end, timeline)
        var finding: Finding
        if let most = terms.most, length > .seconds(most) {
            finding = Finding(movement.mayShrink ? .pending : .fail)
            finding.isExceeded = true
        } else if let least = terms.least, length < .seconds(least) {
            finding = Finding(movement.mayGrow ? .pending : .fail)
        } else {
            let mayBreak = terms.most != nil && movement.mayGrow || terms.least != nil && movement.mayShrink
            finding = Finding(mayBreak ? .holding : .pass)
        }
        finding.second = end.index ?? -1
        finding.number = length.components.seconds
        return finding
    }

    /// The second moment has not come: late once the record has closed or the limit has passed.
    private func unfinished(
        _ start: Moment.Place, _ terms: Terms, _ timeline: borrowing Timeline
    ) throws(EvaluationError) -> Finding {
        guard timeline.isOpen else { return Finding(.fail, number: -1) }
        guard let most = terms.most else { return Finding(.pending, number: -1) }
        let mayShrink = movement(start, nil, timeline).mayShrink
        if try terms.time(start.at, timeline.asOf) > .seconds(most) {
            var finding = Finding(mayShrink ? .pending : .fail, number: -1)
            finding.isExceeded = true
            return finding
        }
        // While a pause lasts, the limit moves on with the clock.
        var finding = Finding(.pending, number: -1)
        if !mayShrink { finding.due = try terms.deadline(start.at, most)?.due }
        return finding
    }

    /// Whether the second moment has come cannot be told: even so it may have come too late, or late enough.
    private func uncertain(
        _ start: Moment.Place, _ why: String, _ terms: Terms, _ timeline: inout Timeline
    ) throws(EvaluationError) -> Finding {
        guard let (end, isCertain) = to.earliest(&timeline, in: timeline.range, notBefore: start.at),
            end.at <= timeline.asOf, !movement(start, nil, timeline).mayShrink
        else { return .notObservable(why) }
        let length = try terms.time(start.at, end.at)
        if let most = terms.most, length > .seconds(most) {
            var finding = Finding(.fail, number: -1)
            finding.isExceeded = true
            return finding
        }
        if isCertain, terms.most == nil, let least = terms.least, length >= .seconds(least) { return Finding(.pass) }
        return .notObservable(why)
    }

    private func hasPause(_ timeline: borrowing Timeline) -> Bool {
        for index in pauses.indices {
            for event in timeline.range where timeline.matches(pauses[index].from, event) { return true }
        }
        return false
    }

    /// When a pause lasted, in order; one that never ended lasts until the record closed.
    private static func times(of pause: Pause, _ timeline: borrowing Timeline) -> [TimeSheet.Pause] {
        var found: [TimeSheet.Pause] = []
        var start: Instant?
        for index in timeline.range {
            if let begun = start, timeline.matches(pause.until, index) {
                found.append((begun, timeline.instants[index]))
                start = nil
            }
            if start == nil, timeline.matches(pause.from, index) { start = timeline.instants[index] }
        }
        if let start { found.append((start, timeline.closed.map { max(start, $0) })) }
        return found
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        let neverCame = finding.verdict == .fail && finding.number == -1 && finding.second < 0
        let isKept = finding.verdict == .pass || finding.verdict == .holding
        if finding.verdict == .notActivated || neverCame && !finding.isExceeded { return [] }
        // A pause that nobody saw makes the time shorter; an end of one that nobody saw, longer.
        var doubtful: [EventReference] = []
        if isKept && atLeast != nil || finding.isExceeded { doubtful += pauses.map(\.from) }
        if isKept && atMost != nil || !isKept && !finding.isExceeded {
            let range = timeline.lower..<max(timeline.lower, finding.horizon ?? timeline.upper)
            doubtful += pauses.filter { timeline.firstMatch($0.from, in: range) != nil }.map(\.until)
        }
        return doubtful
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let terms = try? terms(&timeline)
        let stretches = stretches(finding, terms, &timeline)
        var evidence = reason(finding, terms, stretches, &timeline)
        evidence.stretches = stretches
        return evidence
    }

    private func reason(
        _ finding: Finding, _ terms: Terms?, _ stretches: [Evidence.Stretch], _ timeline: inout Timeline
    ) -> Evidence {
        if finding.number == -1, finding.second < 0 {
            let bound = terms?.most == nil ? "" : clock.meaning
            return timeline.evidence(
                "after \(from.meaning), \(to.meaning) never came\(" within ", length: terms?.most)\(bound)\(stretches.besides)",
                finding.first)
        }
        if let most = terms?.most, finding.number >= most {
            return timeline.evidence(
                """
                \(length: finding.number)\(clock.meaning) from \(from.meaning) to \(to.meaning), \
                at most \(length: most) allowed\(stretches.besides)
                """, finding.first, finding.second)
        }
        return timeline.evidence(
            """
            \(length: finding.number)\(clock.meaning) from \(from.meaning) to \(to.meaning), \
            at least \(length: terms?.least ?? 0) needed\(stretches.besides)
            """, finding.first, finding.second)
    }

    /// Whose time it was, from the first moment to the second; up to now, or to the end, where that has not come.
    private func stretches(_ finding: Finding, _ terms: Terms?, _ timeline: inout Timeline) -> [Evidence.Stretch] {
        guard let terms, case .place(let start) = from.find(&timeline, in: timeline.range) else { return [] }
        // Closing comes after the end of a span as well.
        let isBeyondSpan = timeline.closed == nil && (from.namesClosing || to.namesClosing)
        var end = (isBeyondSpan ? nil : timeline.ended) ?? timeline.asOf
        if case .place(let place) = to.find(&timeline, in: timeline.range, notBefore: start.at) { end = place.at }
        let sheet = TimeSheet(from: start.at, until: end, pauses: terms.pauses)
        return (try? sheet.stretches(of: pauses.map(\.party), on: terms.scale)) ?? []
    }

    var meaning: String {
        let bounds = [atMost?.meaning("at most"), atLeast?.meaning("at least")].compactMap(\.self).joined(separator: " and ")
        let less =
            pauses.isEmpty ? "" : ", less " + pauses.map { "\($0.from.name) to \($0.until.name)" }.joined(separator: " and ")
        return "from \(from.meaning) to \(to.meaning) it takes \(bounds)\(clock.meaning)\(less)"
    }
}
