import Language
import Timelines

/// A record as the machines see it: for every event its moment, and one bit a matcher. Reused from record to record, so
/// judging allocates nothing but evidence.
struct Timeline {
    var instants: [Instant] = []
    /// The activity of every event.
    var symbols: [Symbol] = []
    /// `words` words an event; the bit of every matcher that the event answers.
    var masks: [UInt64] = []
    /// The matchers that any event answers, and perhaps some that none does any more: most checks ask no further.
    var seen = [UInt64.max]
    /// The matchers that events of the whole record answer, and by matcher the first and the last of those events.
    var present: [UInt64] = []
    var first: [Int32] = []
    var last: [Int32] = []
    /// Likewise, the matchers whose question could not be answered for the event.
    var unsure: [UInt64] = []
    /// Why, for the slow path that explains it.
    var unsureReasons: [(event: Int, matcher: Int, why: String)] = []
    /// The matchers for first and last events, and the range in which they were answered.
    var derived: [DerivedMatcher] = []
    var derivedRange: Range<Int>?
    /// The matchers whose events the record's source can never tell.
    var hidden: [UInt64] = []
    /// True where any matcher is hidden or unsure: only then is doubt looked for.
    var hasDoubt = false
    var words = 1
    /// All events that had happened by `as_of`.
    var count = 0
    /// The events that the check at hand judges.
    var lower = 0
    var upper = 0
    /// True while something may still come that counts.
    var isOpen = false
    /// True where a span has ended: nothing that comes later counts, not even within a limit.
    var isOver = false
    /// When the span begins, where it does so at a moment of its own.
    var spanStart: Instant?
    /// When the span ends, where that is known.
    var spanEnd: Instant?
    /// Until when a span with a movable end has come: its check is judged as of then, as if nothing had closed.
    var edge: Instant?
    var asOf = Instant(seconds: 0)
    var closed: Instant?
    /// Why some of the record's events are not known; nil where all are.
    var unknownEvents: String?
    /// The calendars that the checklist names, in its order; nil for one that the config does not have.
    var calendars = NumberedCalendars([])
    /// The working hours of the record's partner.
    var partnerHours: BusinessHours?
    let source = RecordSource()
    var bindings = Bindings(slots: Names.slots)

    var range: Range<Int> { lower..<upper }

    /// When what is judged ended: its span, or the record.
    var ended: Instant? { [spanEnd, closed].compactMap(\.self).filter { $0 <= asOf }.min() }

    /// What a span changes.
    struct Narrowing {
        let lower: Int
        let upper: Int
        let isOpen: Bool
        let isOver: Bool
        let spanStart: Instant?
        let spanEnd: Instant?
        let edge: Instant?
    }

    var narrowing: Narrowing {
        get {
            Narrowing(
                lower: lower, upper: upper, isOpen: isOpen, isOver: isOver, spanStart: spanStart, spanEnd: spanEnd, edge: edge)
        }
        set {
            (lower, upper, isOpen, isOver) = (newValue.lower, newValue.upper, newValue.isOpen, newValue.isOver)
            (spanStart, spanEnd, edge) = (newValue.spanStart, newValue.spanEnd, newValue.edge)
        }
    }

    /// Runs `body` as of the edge, where there is one.
    mutating func upToEdge<Result>(_ body: (inout Timeline) -> Result) -> Result {
        guard let edge else { return body(&self) }
        let (now, closing) = (asOf, closed)
        defer { (asOf, closed) = (now, closing) }
        (asOf, closed) = (min(asOf, edge), nil)
        return body(&self)
    }

    @inline(__always)
    func matches(_ reference: EventReference, _ index: Int) -> Bool {
        masks[index &* words &+ reference.word] & reference.bit != 0
    }

    /// False where no event of the record answers the matcher.
    @inline(__always)
    func mayMatch(_ reference: EventReference) -> Bool { seen[reference.word] & reference.bit != 0 }

    func firstMatch(_ reference: EventReference, in range: Range<Int>) -> Int? {
        guard mayMatch(reference) else { return nil }
        for index in range where matches(reference, index) { return index }
        return nil
    }

    func lastMatch(_ reference: EventReference, in range: Range<Int>) -> Int? {
        guard mayMatch(reference) else { return nil }
        for index in range.reversed() where matches(reference, index) { return index }
        return nil
    }

    /// Takes the events of a record. False, and nothing usable, where one lies after `asOf`.
    mutating func load(_ events: [Event], upTo asOf: Instant) -> Bool {
        count = events.count
        if instants.count < count {
            instants = Array(repeating: asOf, count: 2 * count)
            symbols = Array(repeating: ActivityTable.unknown, count: 2 * count)
        }
        return events.withUnsafeBufferPointer { events in
            instants.withUnsafeMutableBufferPointer { instants in
                symbols.withUnsafeMutableBufferPointer { symbols in
                    var isLate = false
                    for index in events.indices {
                        let at = events[index].at
                        instants[index] = at
                        symbols[index] = events[index].symbol
                        if asOf < at { isLate = true }
                    }
                    return !isLate
                }
            }
        }
    }

    /// True where events that answer the matcher may exist beyond those that are known to.
    func isUncertain(_ reference: EventReference) -> Bool { isUncertain(reference, in: range) }

    /// True where the source never tells such events.
    func isHidden(_ reference: EventReference) -> Bool { hidden[reference.word] & reference.bit != 0 }

    func isUncertain(_ reference: EventReference, in range: Range<Int>) -> Bool {
        if isHidden(reference) { return true }
        return !unsureReasons.isEmpty && range.contains { unsure[$0 &* words &+ reference.word] & reference.bit != 0 }
    }

    func whyUncertain(_ reference: EventReference) -> String {
        if hidden[reference.word] & reference.bit != 0 {
            if let sources = source.record.merged?.sources, sources.count > 1 {
                let names = sources.map { "'\($0)'" }.joined(separator: ", ")
                return "not all sources of the customer's records (\(names)) can tell \(reference.name)"
            }
            return "the source '\(source.record.provenance.source)' can never tell \(reference.name)"
        }
        if let reason = unsureReasons.first(where: { $0.matcher == reference.matcher }) {
            return "whether event \(reason.event + 1) is \(reference.name) cannot be told: \(reason.why)"
        }
        return "\(reference.name) cannot be told"
    }

    // MARK: Expressions

    /// The next check begins, with a budget of its own: what one check costs takes nothing from another.
    mutating func refill() { bindings.refill(for: count) }

    mutating func evaluate(_ expression: Expression, event: Int? = nil, second: Int? = nil) throws(EvaluationError) -> Value {
        bind(event, second)
        return try expression.evaluate(&bindings)
    }

    mutating func holds(_ question: Question, event: Int? = nil, second: Int? = nil) throws(EvaluationError) -> Bool {
        if let answer = question.direct?.answer(in: source, event: event ?? 0, second: second ?? 0) { return answer }
        bind(event, second)
        return try question.expression.holds(&bindings)
    }

    /// The same for one of many pairs of events. Each costs little and pays nothing of its own, but a long record has so many
    /// that together they could take for ever. `walked` events were passed over to come to it.
    mutating func holds(
        _ question: Question, event: Int, activation: Int, walked: Int
    ) throws(EvaluationError) -> PairAnswer {
        try charge(question.cost, walked: walked)
        do throws(EvaluationError) {
            return try holds(question, event: event, second: activation) ? .fits : .fitsNot
        } catch {
            return .unknown(error)
        }
    }

    /// Pays for the events that were passed over in search of one; throws where the check has nothing left.
    @inline(__always)
    mutating func charge(_ units: Int = 0, walked: Int) throws(EvaluationError) {
        try bindings.charge(units &+ walked >> 5)
    }

    /// True where the check at hand may cost no more, so that it need not go on.
    var isSpent: Bool { bindings.isSpent }

    private mutating func bind(_ event: Int?, _ second: Int?) {
        if let event { bindings[Names.eventSlot] = source.eventValue(event) }
        if let second { bindings[Names.secondSlot] = source.eventValue(second) }
        bindings.renew()
    }

    // MARK: Words

    func cite(_ index: Int) -> Evidence.CitedEvent {
        Evidence.CitedEvent(index: index, at: instants[index], activity: source.record.events[index].activity)
    }

    /// `'resolved' at 2026-01-05T09:12:00Z`
    func told(_ index: Int) -> Sentence.Told {
        Sentence.Told(activity: source.record.events[index].activity, at: instants[index])
    }

    /// The same, and what a check calls it where that is another name.
    func told(_ index: Int, as reference: EventReference) -> Sentence.Told {
        var told = told(index)
        if reference.name != "'\(told.activity)'" { told.name = reference.name }
        return told
    }

    /// Evidence that cites up to two events; -1 stands for none.
    func evidence(_ reason: Sentence, _ first: Int = -1, _ second: Int = -1) -> Evidence {
        var evidence = Evidence(reason: reason.text)
        let cites = (0..<count).contains(first)
        if (0..<count).contains(second) {
            evidence.events = cites ? [cite(first), cite(second)] : [cite(second)]
        } else if cites {
            evidence.events = [cite(first)]
        }
        return evidence
    }
}

/// Whether a pair of events fits a condition. Only what ends the search is thrown: a pair that cannot be told does not matter
/// where another one fits.
enum PairAnswer {
    case fits, fitsNot
    case unknown(EvaluationError)
}

extension Instant {
    /// Whole seconds later; lengths in checklists have no smaller part.
    func advanced(bySeconds length: Int64) -> Instant { Instant(seconds: seconds &+ length, nanoseconds: nanoseconds) }
}
