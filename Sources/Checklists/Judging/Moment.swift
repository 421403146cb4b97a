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

    func find(_ timeline: inout Timeline) -> Found {
        for part in parts {
            switch Self.find(part, &timeline) {
            case .none: continue
            case let found: return found
            }
        }
        return .none
    }

    private static func find(_ part: Part, _ timeline: inout Timeline) -> Found {
        switch part {
        case .start: return event(timeline.count > 0 ? 0 : nil, timeline)
        case .end: return event(timeline.count > 0 ? timeline.count - 1 : nil, timeline, moves: timeline.closed == nil)
        case .opened: return instant(timeline.source.record.opened)
        case .closed: return instant(timeline.closed)
        case .asOf: return .place(Place(at: timeline.asOf, moves: true))
        case .first(let reference):
            let index = timeline.firstMatch(reference, in: 0..<timeline.count)
            if timeline.isUncertain(reference, in: 0..<(index ?? timeline.count)) {
                return .unknown(timeline.whyUncertain(reference))
            }
            return event(index, timeline)
        case .last(let reference):
            let index = timeline.lastMatch(reference, in: 0..<timeline.count)
            if timeline.isUncertain(reference, in: (index ?? -1) + 1..<timeline.count) {
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
            switch from.find(&timeline) {
            case .none: return Finding(.notActivated)
            case .unknown(let why): return .notObservable(why)
            case .place(let place): start = place
            }
        }
        if let start { timeline.lower = start.index ?? Self.index(of: start.at, timeline) }
        guard let until else { return nil }
        switch until.find(&timeline) {
        case .none: return nil
        case .unknown(let why): return .notObservable(why)
        case .place(let place):
            timeline.upper = max(timeline.lower, place.index ?? Self.index(of: place.at, timeline))
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
