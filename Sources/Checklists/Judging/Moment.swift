import Language
import Timelines

/// A moment of a record, as checks name it: the first of its parts that exists.
struct Moment: Sendable {
    enum Part: Sendable {
        case start, end, opened, closed, asOf
        case first(EventReference)
        case last(EventReference)
        case at(Expression)
    }

    /// Where a moment lies: its instant and, where it is an event's, the event.
    struct Place {
        var at: Instant
        var index: Int?
        /// True where later events may still move it.
        var moves = false
        /// True where it is the instant of the audit, which moves on even where nothing else does.
        var isNow = false
    }

    enum Found {
        case place(Place)
        case none
        case unknown(String)
    }

    let parts: [Part]
    /// In words, put together once.
    let meaning: String
    /// Nobody named a moment: a span's own beginning takes its place.
    let isDefault: Bool

    /// Where what is followed over time begins unless a check says otherwise.
    static let beginning = Moment(parts: [.opened, .start], isDefault: true)

    init(parts: [Part], isDefault: Bool = false) {
        self.parts = parts
        self.isDefault = isDefault
        meaning = parts.map(Self.words).joined(separator: ", else ")
    }

    /// Whether one of its parts is when the record closes.
    var namesClosing: Bool { parts.contains { if case .closed = $0 { true } else { false } } }

    /// Looks among the events of a range; what is an event before `earliest` is no such moment.
    func find(_ timeline: inout Timeline, in range: Range<Int>, notBefore earliest: Instant? = nil) -> Found {
        var mayBecomeAnother = false
        for part in parts {
            switch Self.find(part, &timeline, range, earliest) {
            case .none: mayBecomeAnother = mayBecomeAnother || timeline.closed == nil && Self.mayStillCome(part)
            case .place(var place):
                if let earliest, place.index != nil, place.at < earliest {
                    mayBecomeAnother = mayBecomeAnother || timeline.closed == nil
                    continue
                }
                place.moves = place.moves || mayBecomeAnother
                return .place(place)
            case .unknown(let why): return .unknown(why)
            }
        }
        return .none
    }

    /// What an event or the closing makes may come later; what an expression makes of the record is there or not.
    private static func mayStillCome(_ part: Part) -> Bool {
        switch part {
        case .start, .end, .closed, .first, .last: true
        case .opened, .asOf, .at: false
        }
    }

    /// Where `find` cannot tell the moment because an event could not be read: the earliest place at which it may be. Nil
    /// where not even that is known.
    func earliest(
        _ timeline: inout Timeline, in range: Range<Int>, notBefore bound: Instant? = nil
    ) -> (place: Place, isCertain: Bool)? {
        var found: (place: Place, isCertain: Bool)?
        for part in parts {
            var candidate: (place: Place, isCertain: Bool)?
            switch Self.find(part, &timeline, range, bound) {
            case .none: continue
            case .place(let place):
                if let bound, place.index != nil, place.at < bound { continue }
                candidate = (place, found == nil)
            case .unknown:
                guard let index = Self.firstPossible(part, timeline, range, bound) else { return nil }
                candidate = (Place(at: timeline.instants[index.index], index: index.index), found == nil && index.isCertain)
            }
            if let candidate, found.map({ candidate.place.at < $0.place.at }) ?? true { found = candidate }
        }
        return found
    }

    /// The first event that may be the moment; certain where it, or a later one, is.
    private static func firstPossible(
        _ part: Part, _ timeline: borrowing Timeline, _ range: Range<Int>, _ bound: Instant?
    ) -> (index: Int, isCertain: Bool)? {
        let reference: EventReference
        switch part {
        case .first(let event): reference = event
        case .last(let event):
            reference = event
            if let known = timeline.lastMatch(event, in: range), bound.map({ timeline.instants[known] >= $0 }) ?? true {
                return (known, true)
            }
        default: return nil
        }
        guard !timeline.isHidden(reference) else { return nil }
        return range.first { index in
            timeline.isUncertain(reference, in: index..<index + 1) && bound.map { timeline.instants[index] >= $0 } ?? true
        }.map { ($0, false) }
    }

    private static func find(_ part: Part, _ timeline: inout Timeline, _ range: Range<Int>, _ earliest: Instant?) -> Found {
        switch part {
        case .start: return event(range.first, timeline)
        case .end: return event(range.last, timeline, moves: timeline.closed == nil)
        case .opened: return instant(timeline.source.record.opened)
        case .closed: return instant(timeline.closed)
        case .asOf: return .place(Place(at: timeline.asOf, moves: true, isNow: true))
        case .first(let reference):
            var range = range
            if let earliest {
                let start = range.first { timeline.instants[$0] >= earliest } ?? range.upperBound
                range = start..<range.upperBound
            }
            let index = range.first { at in
                timeline.matches(reference, at) && earliest.map { timeline.instants[at] >= $0 } ?? true
            }
            if timeline.isUncertain(reference, in: range.lowerBound..<(index ?? range.upperBound)) {
                return .unknown(timeline.whyUncertain(reference))
            }
            return event(index, timeline, moves: reference.moves && timeline.closed == nil)
        case .last(let reference):
            let index = timeline.lastMatch(reference, in: range)
            if timeline.isUncertain(reference, in: (index.map { $0 + 1 } ?? range.lowerBound)..<range.upperBound) {
                return .unknown(timeline.whyUncertain(reference))
            }
            return event(index, timeline, moves: timeline.closed == nil)
        case .at(let expression): return evaluated(expression, &timeline)
        }
    }

    private static func event(_ index: Int?, _ timeline: borrowing Timeline, moves: Bool = false) -> Found {
        guard let index else { return .none }
        return .place(Place(at: timeline.instants[index], index: index, moves: moves))
    }

    private static func instant(_ instant: Instant?) -> Found {
        instant.map { .place(Place(at: $0)) } ?? .none
    }

    private static func evaluated(_ expression: Expression, _ timeline: inout Timeline) -> Found {
        do throws(EvaluationError) {
            let value = try timeline.evaluate(expression)
            return try instant(of: value).map { .place(Place(at: $0)) } ?? .none
        } catch {
            return .unknown(error.message)
        }
    }

    /// The instant that an expression gave; nil for `optional.none()`, an error for what is no instant.
    static func instant(of value: Value) throws(EvaluationError) -> Instant? {
        switch value {
        case .timestamp(let instant): return instant
        // Attributes of canonical records are texts.
        case .string(let text):
            guard let instant = Instant(rfc3339: text) else { throw EvaluationError(.other, "the moment is no timestamp") }
            return instant
        case .optional(let optional):
            guard let inner = optional.value else { return nil }
            return try instant(of: inner)
        default: throw EvaluationError(.other, "the moment is no timestamp")
        }
    }

    private static func words(_ part: Part) -> String {
        switch part {
        case .start: "the first event"
        case .end: "the last event"
        case .opened: "opening"
        case .closed: "closing"
        case .asOf: "the audit's instant"
        case .first(let reference): "the first \(reference.name)"
        case .last(let reference): "the last \(reference.name)"
        case .at(let expression): "`\(expression.text)`"
        }
    }
}

/// The part of a timeline that a check judges: from a moment up to, not including, another.
struct Span: Sendable {
    let from: Moment?
    let until: Moment?

    /// What came of opening a span.
    struct Opening {
        /// Where there is nothing to judge.
        var finding: Finding?
        /// The span may still begin elsewhere, so that nothing in it is for good.
        var mayMove = false
        /// Where the span ends before now but may yet reach further: its end so far.
        var edge: Instant?
        /// Why nobody can tell whether it ends there.
        var doubt: String?

        init(_ finding: Finding? = nil) { self.finding = finding }
    }

    /// Narrows the timeline to the span.
    func open(_ timeline: inout Timeline) -> Opening {
        var opening = Opening()
        var start: Moment.Place?
        if let from {
            switch from.find(&timeline, in: 0..<timeline.count) {
            case .none: return Opening(Finding(.notActivated))
            case .unknown(let why): return Opening(.notObservable(why))
            case .place(let place): start = place
            }
        }
        if let start {
            opening.mayMove = start.moves
            let index = start.index ?? Self.index(of: start.at, timeline)
            timeline.lower = min(max(timeline.lower, index), timeline.upper)
            timeline.spanStart = max(timeline.spanStart ?? start.at, start.at)
        }
        guard let until else { return opening }
        switch until.find(&timeline, in: 0..<timeline.count) {
        case .none: break
        case .unknown(let why):
            guard let place = until.earliest(&timeline, in: 0..<timeline.count)?.place else {
                return Opening(.notObservable(why))
            }
            end(at: place, &timeline)
            opening.edge = Self.end(at: place, timeline)
            opening.doubt = why
        case .place(let place):
            end(at: place, &timeline)
            // A moment that may still move, or that lies ahead, leaves the span open.
            if place.moves {
                let isPast = timeline.upper < timeline.count || place.at <= timeline.asOf && !place.isNow
                if isPast { opening.edge = Self.end(at: place, timeline) }
                break
            }
            let end = Self.end(at: place, timeline)
            timeline.spanEnd = min(timeline.spanEnd ?? end, end)
            if place.at <= timeline.asOf {
                timeline.isOpen = false
                timeline.isOver = true
            }
        }
        return opening
    }

    /// A span that ends before it begins has no length.
    private static func end(at place: Moment.Place, _ timeline: borrowing Timeline) -> Instant {
        max(place.at, timeline.spanStart ?? place.at)
    }

    private func end(at place: Moment.Place, _ timeline: inout Timeline) {
        let index = place.index ?? Self.index(of: place.at, timeline)
        timeline.upper = max(timeline.lower, min(timeline.upper, index))
    }

    /// The first event at or after an instant.
    private static func index(of instant: Instant, _ timeline: borrowing Timeline) -> Int {
        var index = 0
        while index < timeline.count, timeline.instants[index] < instant { index += 1 }
        return index
    }

    var meaning: String {
        switch (from, until) {
        case (let from?, let until?): "from \(from.meaning) up to \(until.meaning)"
        case (let from?, nil): "from \(from.meaning) on"
        case (nil, let until?): "up to \(until.meaning)"
        case (nil, nil): "at any time"
        }
    }
}
