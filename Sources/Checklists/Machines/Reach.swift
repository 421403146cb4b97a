import Language
import Timelines

/// How far a check reaches that follows time from one moment to another: never beyond the span that it is judged in.
struct Reach {
    let start: Moment.Place
    var end: Instant
    /// The event that ends it; -1 where it is none.
    var endIndex = -1
    /// True while the end is not there, or may still move.
    var isOpen: Bool
    /// The end is no moment but now: more time will pass.
    var isNow = false
    /// When it ends, where that is known beforehand.
    var known: Instant?
    /// Why it cannot be told whether it ends there, or later.
    var doubt: String?

    /// Whether the first moment may still be another, so that nothing about it has failed for good.
    func mayMove(_ timeline: borrowing Timeline) -> Bool { start.moves && (timeline.isOpen || start.isNow) }

    /// Nil where it never opens; without `until` it lasts until the record closes.
    static func find(from: Moment, until: Moment?, _ timeline: inout Timeline) throws(EvaluationError) -> Reach? {
        guard let start = try begin(from, &timeline) else { return nil }
        let reach = try find(start, until, &timeline)
        if reach.end < start.at, !reach.isNow {
            let end = until?.meaning ?? "closing"
            let beginning = start.at == timeline.spanStart ? "the beginning of the span" : from.meaning
            throw EvaluationError(.other, "\(end) (\(reach.end)) lies before \(beginning) (\(start.at))")
        }
        return reach
    }

    /// What lies before the span counts from its beginning; beyond its end nothing begins.
    private static func begin(_ from: Moment, _ timeline: inout Timeline) throws(EvaluationError) -> Moment.Place? {
        var start: Moment.Place
        switch from.find(&timeline, in: timeline.range) {
        case .unknown(let why): throw EvaluationError(.other, why)
        case .place(let place): start = place
        case .none:
            guard from.isDefault, let begun = timeline.spanStart else { return nil }
            start = Moment.Place(at: begun)
        }
        if let begun = timeline.spanStart, start.at < begun || from.isDefault && timeline.source.record.opened == nil {
            start = Moment.Place(at: begun)
        }
        if let end = timeline.spanEnd, start.at > end { return nil }
        return start
    }

    private static func find(
        _ start: Moment.Place, _ until: Moment?, _ timeline: inout Timeline
    ) throws(EvaluationError) -> Reach {
        var known: Instant?
        if let until {
            switch until.find(&timeline, in: timeline.range, notBefore: start.at) {
            case .unknown(let why):
                // What was broken before that is broken in any case.
                guard let place = until.earliest(&timeline, in: timeline.range, notBefore: start.at)?.place,
                    place.at <= timeline.asOf
                else { throw EvaluationError(.other, why) }
                return Reach(start: start, end: min(place.at, timeline.ended ?? place.at), isOpen: true, doubt: why)
            case .none: break
            // An instant that is no event ends nothing that has ended before.
            case .place(let place) where place.index == nil && timeline.ended.map { $0 <= place.at } ?? false: break
            case .place(let place) where place.at <= timeline.asOf:
                let moves = timeline.isOpen && (place.moves || start.moves) || place.isNow || start.isNow
                return Reach(start: start, end: place.at, endIndex: place.index ?? -1, isOpen: moves)
            case .place(let place): known = place.moves ? nil : place.at
            }
        }
        if let end = timeline.ended { return Reach(start: start, end: end, isOpen: start.isNow) }
        return Reach(
            start: start, end: timeline.asOf, isOpen: true, isNow: true, known: known ?? timeline.spanEnd ?? timeline.edge)
    }
}
