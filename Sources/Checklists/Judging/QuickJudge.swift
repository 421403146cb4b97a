import Language
import Timelines

/// What a check with limits comes to for most records, found without running its machine: the sibling of `Shortcut` for
/// what takes more than a look at which events happened.
///
/// It judges whole records of which all is known, where nothing is left to settle, and it only ever finds that all is kept;
/// wherever that is not plain it has no answer, and the machine is run. Objects, so that asking one copies nothing; what
/// they hold never changes.
class QuickJudge: @unchecked Sendable {
    /// A verdict that is kept, or asks for nothing; nil where the machine is to be run.
    func verdict(_ timeline: inout Timeline) -> Verdict? { nil }
}

extension Timeline {
    /// Kept so far: for good once the record has closed.
    @inline(__always)
    var kept: Verdict { closed == nil ? .holding : .pass }

    /// Whether any event of the whole record is the one that is meant.
    @inline(__always)
    func happens(_ reference: EventReference) -> Bool { present[reference.word] & reference.bit != 0 }
}

/// A limit in seconds that takes no evaluating.
struct QuickLimit: Sendable {
    private let length: Int64?
    private let table: Limit.Table?
    /// The table, which it keeps alive: asked for every record by all threads.
    private let asked: Unmanaged<Limit.Table>?

    /// Nil where the limit is more than a length, or a table of lengths by a plain field. Days are counted round the clock.
    init?(_ limit: Limit, onCalendar: Bool) {
        func isPlain(_ length: Length) -> Bool { !onCalendar || length.unit == .seconds }
        switch limit {
        case .length(let length):
            guard isPlain(length) else { return nil }
            self.length = length.elapsedSeconds
            table = nil
            asked = nil
        case .table(let table):
            let lengths = table.entries.map(\.length) + (table.otherwise.map { [$0] } ?? [])
            guard table.isPlain, lengths.allSatisfy(isPlain) else { return nil }
            length = nil
            self.table = table
            asked = .passUnretained(table)
        case .instant: return nil
        }
    }

    @inline(__always)
    func seconds(_ timeline: borrowing Timeline) -> Int64? {
        if let length { return length }
        return asked?._withUnsafeGuaranteedRef { $0.plainSeconds(timeline) }
    }
}

/// A `response` with a limit: one event that is asked for, and its answer in time.
final class QuickResponse: QuickJudge, @unchecked Sendable {
    private let after: EventReference
    private let expect: EventReference
    private let limit: QuickLimit
    private let clock: Clock
    private let isElapsed: Bool
    /// The number of the calendar, where it is always the same, else -1; and the table that tells it, which the clock keeps.
    private let calendar: Int
    private let calendars: Unmanaged<Clock.Table>?

    init?(_ machine: Response) {
        guard machine.kind == .plain, machine.condition == nil, !machine.expect.isDerived,
            let limit = machine.limit, let quick = QuickLimit(limit, onCalendar: !machine.clock.isElapsed)
        else { return nil }
        after = machine.after
        expect = machine.expect
        self.limit = quick
        clock = machine.clock
        isElapsed = clock.isElapsed
        calendar = if case .calendar(let name) = clock { name.number } else { -1 }
        calendars = if case .table(let table) = clock { .passUnretained(table) } else { nil }
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        guard timeline.happens(after) else { return .notActivated }
        // What is the last of its kind so far need not stay so.
        guard timeline.happens(expect), !after.moves || timeline.closed != nil else { return nil }
        let asked = Int(timeline.first[after.matcher])
        guard Int(timeline.last[after.matcher]) == asked, Int(timeline.last[expect.matcher]) > asked,
            let seconds = limit.seconds(timeline)
        else { return nil }
        var answer = Int(timeline.first[expect.matcher])
        if answer <= asked {
            answer = asked + 1
            while !timeline.matches(expect, answer) { answer += 1 }
        }
        let (from, to) = (timeline.instants[asked], timeline.instants[answer])
        let isInTime =
            isElapsed
            ? to <= from.advanced(bySeconds: seconds) : isInWorkingTime(from, to, seconds, &timeline)
        return isInTime ? timeline.kept : nil
    }

    private func isInWorkingTime(_ from: Instant, _ to: Instant, _ seconds: Int64, _ timeline: inout Timeline) -> Bool {
        let number = calendars?._withUnsafeGuaranteedRef { $0.number(timeline) } ?? calendar
        // Working time is never longer than time.
        if timeline.calendars.has(number), to <= from.advanced(bySeconds: seconds), BusinessHours.covers(from, to) {
            return true
        }
        guard let scale = try? timeline.scale(clock), let deadline = try? scale.deadline(after: from, seconds: seconds) else {
            return false
        }
        return to <= deadline.last
    }
}

/// A `recurrence` round the clock on a closed record, from its opening or first event on.
final class QuickRecurrence: QuickJudge, @unchecked Sendable {
    private let of: EventReference
    private let every: QuickLimit
    private let fromOpened: Bool
    private let until: [Moment.Part]

    init?(_ machine: Recurrence) {
        guard machine.clock.isElapsed, !machine.of.isDerived, machine.from.parts.count == 1,
            let every = QuickLimit(machine.every, onCalendar: false)
        else { return nil }
        switch machine.from.parts[0] {
        case .start: fromOpened = false
        case .opened: fromOpened = true
        default: return nil
        }
        let isPlain = machine.until?.parts.allSatisfy { part in
            switch part {
            case .first(let reference): !reference.moves
            case .end, .closed: true
            default: false
            }
        }
        guard isPlain ?? true else { return nil }
        of = machine.of
        self.every = every
        until = machine.until?.parts ?? []
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        guard timeline.count > 0, let closed = timeline.closed, let seconds = every.seconds(timeline) else { return nil }
        guard var last = fromOpened ? timeline.source.record.opened : timeline.instants[0],
            let end = end(timeline, closed), end >= last
        else { return nil }
        for index in 0..<timeline.count where timeline.matches(of, index) {
            let at = timeline.instants[index]
            guard at > last, at < end else { continue }
            guard at <= last.advanced(bySeconds: seconds) else { return nil }
            last = at
        }
        return end <= last.advanced(bySeconds: seconds) ? .pass : nil
    }

    private func end(_ timeline: borrowing Timeline, _ closed: Instant) -> Instant? {
        for part in until {
            switch part {
            case .first(let reference):
                guard timeline.happens(reference) else { continue }
                return timeline.instants[Int(timeline.first[reference.matcher])]
            case .end: return timeline.instants[timeline.count - 1]
            default: return closed
            }
        }
        return closed
    }
}
