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
    }

    enum Found {
        case place(Place)
        case none
        case unknown(String)
    }

    let parts: [Part]
    /// In words, put together once.
    let meaning: String

    init(parts: [Part]) {
        self.parts = parts
        meaning = parts.map(Self.words).joined(separator: ", else ")
    }

    /// Looks among the events of a range; what is an event before `earliest` is no such moment.
    func find(_ timeline: inout Timeline, in range: Range<Int>, notBefore earliest: Instant? = nil) -> Found {
        for part in parts {
            switch Self.find(part, &timeline, range, earliest) {
            case .none: continue
            case .place(let place):
                if let earliest, place.index != nil, place.at < earliest { continue }
                return .place(place)
            case .unknown(let why): return .unknown(why)
            }
        }
        return .none
    }

    private static func find(_ part: Part, _ timeline: inout Timeline, _ range: Range<Int>, _ earliest: Instant?) -> Found {
        switch part {
        case .start: return event(range.first, timeline)
        case .end: return event(range.last, timeline, moves: timeline.closed == nil)
        case .opened: return instant(timeline.source.record.opened)
        case .closed: return instant(timeline.closed)
        case .asOf: return .place(Place(at: timeline.asOf, moves: true))
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

    /// Narrows the timeline to the span. A finding where there is nothing to judge.
    func open(_ timeline: inout Timeline) -> Finding? {
        var start: Moment.Place?
        if let from {
            switch from.find(&timeline, in: 0..<timeline.count) {
            case .none: return Finding(.notActivated)
            case .unknown(let why): return .notObservable(why)
            case .place(let place): start = place
            }
        }
        if let start {
            let index = start.index ?? Self.index(of: start.at, timeline)
            timeline.lower = min(max(timeline.lower, index), timeline.upper)
        }
        guard let until else { return nil }
        switch until.find(&timeline, in: 0..<timeline.count) {
        case .none: return nil
        case .unknown(let why): return .notObservable(why)
        case .place(let place):
            let index = place.index ?? Self.index(of: place.at, timeline)
            timeline.upper = max(timeline.lower, min(timeline.upper, index))
            // A moment that may still move, or that lies ahead, leaves the span open.
            if !place.moves, place.at <= timeline.asOf {
                timeline.isOpen = false
                timeline.isOver = true
            }
            return nil
        }
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
