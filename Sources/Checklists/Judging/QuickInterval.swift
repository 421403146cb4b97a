import Language
import Timelines

/// A moment of a closed record that is plainly there: an event, the opening or the closing.
struct QuickMoment: Sendable {
    private enum Part: Sendable {
        case start, end, opened, closed
        case first(EventReference)
        case last(EventReference)
    }

    private let parts: [Part]

    enum Found {
        case at(Instant)
        case none
        /// Only `Moment` can tell.
        case unknown
    }

    /// Nil where a part takes evaluating, or moves with the audit's instant.
    init?(_ moment: Moment) {
        var parts: [Part] = []
        for part in moment.parts {
            switch part {
            case .start: parts.append(.start)
            case .end: parts.append(.end)
            case .opened: parts.append(.opened)
            case .closed: parts.append(.closed)
            case .first(let reference): parts.append(.first(reference))
            case .last(let reference): parts.append(.last(reference))
            case .asOf, .at: return nil
            }
        }
        self.parts = parts
    }

    /// As `Moment.find` in the whole record.
    func find(_ timeline: borrowing Timeline, notBefore earliest: Instant? = nil) -> Found {
        for index in parts.indices {
            let place: Int
            switch parts[index] {
            case .opened:
                guard let opened = timeline.source.record.opened else { continue }
                return .at(opened)
            case .closed:
                guard let closed = timeline.closed else { continue }
                return .at(closed)
            case .start: place = timeline.count > 0 ? 0 : -1
            case .end: place = timeline.count - 1
            case .first(let reference): place = timeline.happens(reference) ? Int(timeline.first[reference.matcher]) : -1
            case .last(let reference): place = timeline.happens(reference) ? Int(timeline.last[reference.matcher]) : -1
            }
            guard place >= 0 else { continue }
            if let earliest, timeline.instants[place] < earliest { return .unknown }
            return .at(timeline.instants[place])
        }
        return .none
    }
}

/// A `duration` round the clock, on a closed record.
final class QuickInterval: QuickJudge, @unchecked Sendable {
    private let from: QuickMoment
    private let to: QuickMoment
    private let atMost: QuickLimit?
    private let atLeast: QuickLimit?
    /// What begins a pause.
    private let pauses: [EventReference]

    init?(_ machine: Interval) {
        guard machine.clock.isElapsed, let from = QuickMoment(machine.from), let to = QuickMoment(machine.to) else { return nil }
        self.from = from
        self.to = to
        atMost = machine.atMost.flatMap { QuickLimit($0, onCalendar: false) }
        atLeast = machine.atLeast.flatMap { QuickLimit($0, onCalendar: false) }
        guard (atMost == nil) == (machine.atMost == nil), (atLeast == nil) == (machine.atLeast == nil) else { return nil }
        pauses = machine.pauses.map(\.from)
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        guard timeline.closed != nil else { return nil }
        let start: Instant
        switch from.find(timeline) {
        case .at(let instant): start = instant
        case .none: return .notActivated
        case .unknown: return nil
        }
        guard case .at(let end) = to.find(timeline, notBefore: start), start <= end else { return nil }
        if let atMost {
            // Pauses only make it shorter.
            guard let most = atMost.seconds(timeline), end <= start.advanced(bySeconds: most) else { return nil }
        }
        if let atLeast {
            guard let least = atLeast.seconds(timeline), start.advanced(bySeconds: least) <= end else { return nil }
            for index in pauses.indices where timeline.happens(pauses[index]) { return nil }
        }
        return .pass
    }
}

/// The span of a closed record, in which something never happens: kept where it never happens at all.
final class QuickSpan: QuickJudge, @unchecked Sendable {
    private let from: QuickMoment?
    private let absent: Shortcut.Place

    init?(_ span: Span, _ shortcut: [Shortcut]) {
        guard shortcut.count == 1, shortcut[0].kind == .absence else { return nil }
        from = span.from.flatMap(QuickMoment.init)
        guard (from == nil) == (span.from == nil), span.until.map({ QuickMoment($0) != nil }) ?? true else { return nil }
        absent = shortcut[0].a
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        guard timeline.closed != nil, timeline.present[absent.word] & absent.bit == 0 else { return nil }
        switch from?.find(timeline) {
        case .at, nil: return .pass
        case .none?: return .notActivated
        case .unknown?: return nil
        }
    }
}
