import Language
import Timelines

/// Which time counts, as the author of a checklist wrote it. A class where it is a table, so that judging copies nothing.
enum Clock: Sendable {
    /// Round the clock.
    case elapsed
    /// The working hours of the record's partner.
    case partner
    case calendar(CalendarName)
    /// One of these by a value of the record.
    case table(Table)

    /// A calendar of the config, by its place among the names that a checklist uses.
    struct CalendarName: Sendable, Hashable {
        let name: String
        let number: Int
    }

    final class Table: Sendable {
        let by: Expression
        /// How the checklist names the value.
        let text: String
        let entries: [(key: String, clock: Clock)]
        let otherwise: Clock?
        /// The field, where the value is a plain one: then it is read without evaluating anything.
        private let field: TextField?
        /// By entry, and last of `otherwise`: the number of its calendar, else -1.
        private let numbers: [Int]

        init(by: Expression, text: String, entries: [(key: String, clock: Clock)], otherwise: Clock?) {
            self.by = by
            self.text = text
            self.entries = entries
            self.otherwise = otherwise
            field = TextField(by.syntax)
            numbers = (entries.map(\.clock) + [otherwise ?? .elapsed]).map { clock in
                if case .calendar(let name) = clock { name.number } else { -1 }
            }
        }

        /// The number of the calendar that the record's value names; -1 where it is no calendar, or takes evaluating.
        func number(_ timeline: borrowing Timeline) -> Int {
            guard let key = field?.text(in: timeline.source, event: 0, second: 0) else { return -1 }
            for index in entries.indices where entries[index].key == key { return numbers[index] }
            return numbers[numbers.count - 1]
        }

        func clock(_ timeline: inout Timeline) throws(EvaluationError) -> Clock {
            let key =
                if let known = field?.text(in: timeline.source, event: 0, second: 0) { known } else {
                    try Limit.key(try timeline.evaluate(by), text)
                }
            for index in entries.indices where entries[index].key == key { return entries[index].clock }
            if let otherwise { return otherwise }
            throw EvaluationError(.absent, "no clock is given for \(text) '\(key)'")
        }
    }

    var isElapsed: Bool { if case .elapsed = self { true } else { false } }

    /// ` of the partner's working time`, to follow a length; nothing round the clock.
    var meaning: String {
        switch self {
        case .elapsed: ""
        case .partner: " of the partner's working time"
        case .calendar(let name): " of working time by '\(name.name)'"
        case .table(let table): " of working time by `\(table.text)`"
        }
    }
}

/// The calendars that a checklist names, in its order.
struct NumberedCalendars: Sendable {
    private let hours: [BusinessHours?]
    /// A bit for each of the first that the config has. All threads ask the same few calendars: counting references to them
    /// would make the threads wait for one another.
    private let known: UInt64

    /// Nil for a calendar that the config does not have.
    init(_ hours: [BusinessHours?]) {
        self.hours = hours
        known = hours.prefix(64).enumerated().reduce(0) { $1.element == nil ? $0 : $0 | 1 << UInt64($1.offset) }
    }

    /// True where the config is known to have the calendar of that number.
    func has(_ number: Int) -> Bool { number >= 0 && number < 64 && known >> UInt64(number) & 1 != 0 }

    subscript(number: Int) -> BusinessHours? { hours.indices.contains(number) ? hours[number] : nil }
}

/// A length of time as a limit has it: a number of seconds, of days, or of weeks. What a day is depends on the clock.
struct Length: Sendable, Hashable {
    enum Unit: Sendable, Hashable { case seconds, days, weeks }

    let count: Int64
    let unit: Unit

    static func seconds(_ count: Int64) -> Length { Length(count: count, unit: .seconds) }

    /// On a clock that never stops.
    var elapsedSeconds: Int64 {
        switch unit {
        case .seconds: count
        case .days: count * 86_400
        case .weeks: count * 604_800
        }
    }
}

/// When something is due: the first instant at which its time has passed, and the last at which no more than that has.
/// On working time the two differ where the time ends with the working day.
struct Deadline: Sendable, Hashable {
    let due: Instant
    let last: Instant

    init(_ instant: Instant) { (due, last) = (instant, instant) }

    init(due: Instant, last: Instant) { (self.due, self.last) = (due, last) }
}

/// A clock made ready for one record: measures time and finds deadlines.
enum TimeScale {
    case elapsed
    case working(BusinessHours)

    func time(from start: Instant, to end: Instant) throws(EvaluationError) -> Duration {
        switch self {
        case .elapsed: end - start
        case .working(let hours): try hours.elapsed(from: start, to: end)
        }
    }

    func deadline(after start: Instant, _ length: Duration) throws(EvaluationError) -> Deadline {
        switch self {
        case .elapsed: return Deadline(start + length)
        case .working(let hours):
            let (due, last) = try hours.deadline(after: start, length: length)
            return Deadline(due: due, last: last)
        }
    }

    func deadline(after start: Instant, seconds: Int64) throws(EvaluationError) -> Deadline {
        if case .elapsed = self { return Deadline(start.advanced(bySeconds: seconds)) }
        return try deadline(after: start, .seconds(seconds))
    }

    func seconds(_ length: Length) throws(EvaluationError) -> Int64 {
        guard case .working(let hours) = self, length.unit != .seconds else { return length.elapsedSeconds }
        guard let unit = length.unit == .days ? hours.calendar.day : hours.calendar.weekLength else {
            throw EvaluationError(
                .other, "the calendar '\(hours.calendar.name)' does not say how long a day is: write the limit in hours")
        }
        return length.count * unit
    }
}

extension Timeline {
    /// The clock as it runs for the record at hand.
    mutating func scale(_ clock: Clock) throws(EvaluationError) -> TimeScale {
        switch clock {
        case .elapsed: return .elapsed
        case .partner:
            if let hours = partnerHours { return .working(hours) }
            throw EvaluationError(.absent, "the partner '\(source.record.partner)' has no calendar")
        case .calendar(let name):
            if let hours = calendars[name.number] { return .working(hours) }
            throw EvaluationError(.absent, "no calendar '\(name.name)' is configured")
        case .table(let table): return try scale(try table.clock(&self))
        }
    }
}
