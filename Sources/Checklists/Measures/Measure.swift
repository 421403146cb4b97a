import Language
import Timelines

/// A measure's machinery; its description is the one of the same index. A class, so that judging copies nothing.
final class Measure: Sendable {
    enum Kind: Sendable {
        case duration(MeasuredTime)
        case route([EventReference])
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// Measures the record in the timeline, whose events are marked.
    func outcome(_ timeline: inout Timeline) -> MeasureOutcome {
        switch kind {
        case .duration(let time): time.outcome(&timeline)
        case .route(let activities): Self.route(activities, timeline)
        }
    }

    /// A route is known once the record has closed.
    private static func route(_ activities: [EventReference], _ timeline: borrowing Timeline) -> MeasureOutcome {
        guard timeline.closed != nil else {
            return timeline.source.told.tellsClosing ? .notApplicable : .notObservable
        }
        var bits: UInt64 = 0
        for (place, activity) in activities.enumerated() {
            if timeline.present[activity.word] & activity.bit != 0 {
                bits |= 1 << UInt64(place)
            } else if timeline.unknownEvents != nil
                || timeline.hasDoubt && timeline.isUncertain(activity, in: 0..<timeline.count)
            {
                return .notObservable
            }
        }
        return .route(bits)
    }
}

/// The time that a measure of the kind `duration` takes: a `duration` check without bounds.
struct MeasuredTime: Sendable {
    let interval: Interval
    let span: Span?
    /// Whether it rests on events at all.
    private let asksEvents: Bool

    init(interval: Interval, span: Span?) {
        self.interval = interval
        self.span = span
        asksEvents =
            span != nil || !interval.pauses.isEmpty
            || (interval.from.parts + interval.to.parts).contains { part in
                switch part {
                case .opened, .closed, .asOf: false
                case .start, .end, .first, .last, .at: true
                }
            }
    }

    func outcome(_ timeline: inout Timeline) -> MeasureOutcome {
        if asksEvents {
            if timeline.unknownEvents != nil { return .notObservable }
            timeline.refill()
        }
        timeline.lower = 0
        timeline.upper = timeline.count
        timeline.isOpen = timeline.closed == nil
        timeline.isOver = false
        (timeline.spanStart, timeline.spanEnd, timeline.edge) = (nil, nil, nil)
        if asksEvents { timeline.derive(in: timeline.range) }
        if let span {
            let opening = span.open(&timeline)
            if let finding = opening.finding { return finding.verdict == .notObservable ? .notObservable : .notApplicable }
            if opening.doubt != nil { return .notObservable }
            timeline.derive(in: timeline.range)
        }
        return interval.measure(&timeline)
    }
}

extension Interval {
    /// How long it took; where the second moment never came, until the record closed or else until now.
    fileprivate func measure(_ timeline: inout Timeline) -> MeasureOutcome {
        if timeline.closed == nil, from.namesClosing || to.namesClosing, !timeline.source.told.tellsClosing {
            return .notObservable
        }
        let start: Moment.Place
        switch from.find(&timeline, in: timeline.range) {
        case .none: return .notApplicable
        case .unknown: return .notObservable
        case .place(let place): start = place
        }
        guard start.at <= timeline.asOf else { return .notApplicable }
        var end = timeline.ended ?? timeline.asOf
        var isEnded = false
        switch to.find(&timeline, in: timeline.range, notBefore: start.at) {
        case .none: break
        case .unknown: return .notObservable
        // What lies ahead has not come, and the instant of the audit is no end.
        case .place(let place) where place.isNow || place.at > timeline.asOf: break
        case .place(let place): (end, isEnded) = (place.at, true)
        }
        guard start.at <= end else { return .skewed }
        if clock.isElapsed, pauses.isEmpty { return Self.outcome(from: start.at, to: end, isEnded) }
        if timeline.hasDoubt, pauses.contains(where: { timeline.isUncertain($0.from) || timeline.isUncertain($0.until) }) {
            return .notObservable
        }
        guard let time = try? time(from: start.at, to: end, &timeline) else { return .notObservable }
        let (seconds, attoseconds) = time.components
        return .duration(seconds: seconds, nanoseconds: Int32(attoseconds / 1_000_000_000), isEnded: isEnded)
    }

    private static func outcome(from start: Instant, to end: Instant, _ isEnded: Bool) -> MeasureOutcome {
        let length = Instant(seconds: end.seconds - start.seconds, nanoseconds: end.nanoseconds - start.nanoseconds)
        return .duration(seconds: length.seconds, nanoseconds: length.nanoseconds, isEnded: isEnded)
    }
}
