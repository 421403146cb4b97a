import Language
import Timelines

/// The state of an SLA clock while events pass: its cycles, and what each has come to so far.
struct SLAReplay {
    /// What an event does to the clock.
    struct Action {
        enum Kind {
            case stop, cancel, reset
            case pause(Int)
            case resume, reopen, start
        }

        let event: Int
        let kind: Kind

        /// The order at one instant.
        var rank: Int {
            switch kind {
            case .stop: 0
            case .cancel: 1
            case .reset: 2
            case .pause: 3
            case .resume: 4
            case .reopen: 5
            case .start: 6
            }
        }

        var setsRunning: Bool { rank > 3 }
    }

    enum State: Hashable {
        case running
        case paused(Int)
        case stopped
    }

    /// A stretch of a cycle.
    struct Entry {
        let from: Instant
        var until: Instant
        let state: State
    }

    /// From a start to its stop, and on where it was reopened.
    struct Cycle {
        let startIndex: Int
        var stopIndex = -1
        var state = State.running
        /// Since when the state has lasted.
        var since: Instant
        /// What has run before `since`.
        var time = Duration.zero
        var isCancelled = false
        var isBreached = false
        /// The target that was broken or, where none was, the last.
        var target: Int64?
        var due: Deadline?
        var entries: [Entry] = []
        /// Why nobody can say whether it was within its target.
        var unknown: String?

        var isStopped: Bool { state == .stopped }
        var isOver: Bool { isStopped || isCancelled }
    }

    let onReopen: SLAClock.Reopening
    let scale: TimeScale
    private(set) var cycles: [Cycle] = []
    /// The target in force, in seconds, and why it is not known.
    var target: Int64?
    var whyUnknown = "nothing says which target is in force"

    init(onReopen: SLAClock.Reopening, scale: TimeScale) {
        self.onReopen = onReopen
        self.scale = scale
    }

    // MARK: Time

    /// What is not over passes its target where it does, by the target in force: while it runs, and where the target became
    /// shorter while it waited.
    mutating func compare(at instant: Instant) throws(EvaluationError) {
        guard let index = cycles.indices.last, !cycles[index].isOver, !cycles[index].isBreached, let target else { return }
        var time = cycles[index].time
        if cycles[index].state == .running { time += try scale.time(from: cycles[index].since, to: instant) }
        cycles[index].target = target
        guard time > .seconds(target) else { return }
        cycles[index].isBreached = true
        cycles[index].due = Deadline(instant)
        guard cycles[index].state == .running else { return }
        let left = max(.zero, .seconds(target) - cycles[index].time)
        let deadline = try scale.deadline(after: cycles[index].since, left)
        // A target that has just become shorter passed no earlier than now.
        cycles[index].due = deadline.last < instant ? deadline : Deadline(instant)
    }

    /// The time until now, or until the record closed for a clock that still waits then; and when it will be too late.
    mutating func finish(_ timeline: borrowing Timeline) throws(EvaluationError) {
        guard let last = cycles.indices.last, !cycles[last].isCancelled else { return }
        let now = min(timeline.spanEnd ?? timeline.asOf, timeline.asOf)
        if case .paused = cycles[last].state, let closed = timeline.closed {
            // Nobody waits for anything once the record is closed.
            enter(.running, at: max(closed, cycles[last].since))
        }
        try compare(at: now)
        if !cycles[last].isStopped, !cycles[last].isBreached, target == nil { cycles[last].unknown = whyUnknown }
        let limit = cycles[last].isStopped ? cycles[last].target : target
        switch cycles[last].state {
        case .stopped:
            // When it would have been too late, had it not stopped.
            guard let limit, !cycles[last].isBreached,
                let entry = cycles[last].entries.last(where: { $0.state == .running })
            else { return }
            let before = cycles[last].time - (try scale.time(from: entry.from, to: entry.until))
            cycles[last].due = try scale.deadline(after: entry.from, max(.zero, .seconds(limit) - before))
        case .running:
            if !cycles[last].isBreached, let limit {
                let left = max(.zero, .seconds(limit) - cycles[last].time)
                cycles[last].due = try scale.deadline(after: cycles[last].since, left)
            }
            close(&cycles[last], at: now)
            if now > cycles[last].since { cycles[last].time += try scale.time(from: cycles[last].since, to: now) }
        case .paused: close(&cycles[last], at: now)
        }
    }

    /// The running time of a cycle, all of it.
    func length(of cycle: Cycle) -> Duration {
        var sum = Duration.zero
        for entry in cycle.entries where entry.state == .running {
            sum += (try? scale.time(from: entry.from, to: entry.until)) ?? .zero
        }
        return sum
    }

    // MARK: Actions

    /// False where the action found nothing to do.
    mutating func apply(_ action: Action, at instant: Instant) throws(EvaluationError) -> Bool {
        let last = cycles.indices.last
        let isLive = last.map { !cycles[$0].isOver } ?? false
        switch action.kind {
        case .start: return isLive ? false : begin(action.event, at: instant, isStart: true)
        case .reopen: return isLive ? false : begin(action.event, at: instant, isStart: false)
        case .stop, .cancel, .reset, .pause, .resume: break
        }
        guard let last, isLive else { return false }
        switch action.kind {
        case .stop:
            try settle(at: instant)
            if target == nil, !cycles[last].isBreached { cycles[last].unknown = whyUnknown }
            enter(.stopped, at: instant)
            cycles[last].stopIndex = action.event
        case .cancel:
            try settle(at: instant)
            close(&cycles[last], at: instant)
            cycles[last].isCancelled = true
        case .reset:
            // What was broken stays broken, in a cycle of its own.
            try settle(at: instant)
            close(&cycles[last], at: instant)
            if cycles[last].isBreached {
                cycles[last].isCancelled = true
                cycles.append(Cycle(startIndex: action.event, since: instant))
            } else {
                cycles[last] = Cycle(startIndex: action.event, since: instant)
            }
        case .pause(let kind):
            guard cycles[last].state == .running else { return false }
            try settle(at: instant)
            enter(.paused(kind), at: instant)
        case .resume:
            guard case .paused = cycles[last].state else { return false }
            enter(.running, at: instant)
        case .start, .reopen: return false
        }
        return true
    }

    private mutating func begin(_ event: Int, at instant: Instant, isStart: Bool) -> Bool {
        guard let last = cycles.indices.last, cycles[last].isStopped, onReopen != .restart else {
            let follows = cycles.last?.isStopped ?? false
            // A reopening opens what was stopped, and nothing else; a start after a cancellation begins anew.
            if !isStart, !follows { return false }
            cycles.append(Cycle(startIndex: event, since: instant))
            return true
        }
        switch onReopen {
        case .ignore: return false
        // It has been running since it stopped, after all.
        case .count: cycles[last].state = .running
        case .resume, .restart: enter(.running, at: instant)
        }
        cycles[last].stopIndex = -1
        cycles[last].unknown = nil
        return true
    }

    /// Counts what has run so far, and holds it against the target.
    private mutating func settle(at instant: Instant) throws(EvaluationError) {
        try compare(at: instant)
        guard let last = cycles.indices.last, cycles[last].state == .running else { return }
        cycles[last].time += try scale.time(from: cycles[last].since, to: instant)
    }

    private mutating func enter(_ state: State, at instant: Instant) {
        guard let last = cycles.indices.last else { return }
        close(&cycles[last], at: instant)
        cycles[last].state = state
        cycles[last].since = instant
    }

    /// The stretch that ends there is kept; one without length is none.
    private func close(_ cycle: inout Cycle, at instant: Instant) {
        guard instant > cycle.since else { return }
        cycle.entries.append(Entry(from: cycle.since, until: instant, state: cycle.state))
    }
}

/// The target of an SLA clock as it stands at each event: one for the record or, where it rests on a value of events, the
/// one of the last event that had such a value.
struct SLATargets {
    private let limit: Limit
    private let scale: TimeScale
    private let table: Limit.Table?
    /// In seconds; nil before anything says which.
    private(set) var current: Int64?
    /// Why not even the last value says so.
    private(set) var problem: String?

    init(_ limit: Limit, scale: TimeScale) {
        self.limit = limit
        self.scale = scale
        if case .table(let table) = limit, table.isOfEvents { self.table = table } else { table = nil }
    }

    mutating func begin(_ timeline: inout Timeline) throws(EvaluationError) {
        guard table == nil else { return }
        current = try timeline.resolve(limit, on: scale)
    }

    /// Reads what an event says of the target. A value that says nothing of it leaves it unknown from there on.
    mutating func read(_ event: Int, _ timeline: inout Timeline) {
        guard let table else { return }
        do throws(EvaluationError) {
            let value = try timeline.evaluate(table.by, event: event)
            if case .optional(let optional) = value, optional.value == nil { return }
            if case .null = value { return }
            let key = try Limit.key(value, table.text)
            do throws(EvaluationError) {
                current = try scale.seconds(try table.length(of: key))
                problem = nil
            } catch {
                (current, problem) = (nil, error.message)
            }
        } catch {
            // An event that does not say is passed over.
            if error.kind != .absent { (current, problem) = (nil, error.message) }
        }
    }
}
