import Language
import Timelines

/// `clock`: an SLA clock as ServiceNow and Jira define it, replayed from the events with the values that each had.
///
/// From a start to a stop is a cycle; its running time must be within the target. A target that was passed stays passed:
/// neither a cancellation, nor a reset, nor a longer target afterwards takes a breach back.
///
/// At one instant stop comes first, then cancel, reset, pause, resume and start. What found nothing to do, and stands at or
/// behind what then set the clock running, is done after it: a record that is created and resolved, or created waiting, in
/// the same second has a cycle that ends, or waits, at once.
struct SLAClock: Machine {
    /// What a start means after a stop.
    enum Reopening: String, CaseIterable, Sendable {
        /// A cycle of its own, from nothing.
        case restart
        /// The cycle goes on; the time while it had stopped does not count.
        case resume
        /// The cycle goes on as if it had never stopped.
        case count
        /// Nothing: the first stop is the last.
        case ignore
    }

    struct Pause: Sendable {
        let event: EventReference
        var party: Party?
    }

    let start: [EventReference]
    let stop: [EventReference]
    let pauses: [Pause]
    let resume: [EventReference]
    let reset: [EventReference]
    let cancel: [EventReference]
    /// What reopens besides a start.
    let reopen: [EventReference]
    let target: Limit
    let clock: Clock
    let onReopen: Reopening

    /// One that later events may move, where there is such: then nothing fails for good.
    var activation: EventReference? {
        let all = start + stop + pauses.map(\.event) + resume + reset + cancel + reopen
        return all.first(where: \.moves) ?? start.first
    }

    func run(_ timeline: inout Timeline) -> Finding {
        do throws(EvaluationError) {
            let cycles = try replay(&timeline).cycles
            return try finding(cycles, &timeline)
        } catch {
            return .notObservable(error.message)
        }
    }

    private func replay(_ timeline: inout Timeline) throws(EvaluationError) -> SLAReplay {
        var replay = SLAReplay(onReopen: onReopen, scale: try timeline.scale(clock))
        guard start.contains(where: { timeline.firstMatch($0, in: timeline.range) != nil }) else { return replay }
        var targets = SLATargets(target, scale: replay.scale)
        try targets.begin(&timeline)
        replay.target = targets.current
        var index = timeline.lower
        while index < timeline.upper {
            let instant = timeline.instants[index]
            var end = index + 1
            while end < timeline.upper, timeline.instants[end] == instant { end += 1 }
            // What was running ran to here by the target that was in force until here; what an event says of the target holds
            // from its own instant on.
            try replay.compare(at: instant)
            for event in index..<end { targets.read(event, &timeline) }
            replay.target = targets.current
            if let problem = targets.problem { replay.whyUnknown = problem }
            try replay.compare(at: instant)
            try act(on: index..<end, at: instant, &replay, timeline)
            index = end
        }
        try replay.finish(timeline)
        return replay
    }

    // MARK: Actions

    private func act(
        on events: Range<Int>, at instant: Instant, _ replay: inout SLAReplay, _ timeline: borrowing Timeline
    ) throws(EvaluationError) {
        var actions: [SLAReplay.Action] = []
        for event in events {
            note(event, .stop, matches(stop, event, timeline), &actions)
            note(event, .cancel, matches(cancel, event, timeline), &actions)
            note(event, .reset, matches(reset, event, timeline), &actions)
            for kind in pauses.indices where timeline.matches(pauses[kind].event, event) {
                actions.append(SLAReplay.Action(event: event, kind: .pause(kind)))
                break
            }
            note(event, .resume, matches(resume, event, timeline), &actions)
            note(event, .reopen, matches(reopen, event, timeline), &actions)
            note(event, .start, matches(start, event, timeline), &actions)
        }
        guard !actions.isEmpty else { return }
        // Stable: those of one kind stay in the order of the timeline.
        actions = actions.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
        var idle: [SLAReplay.Action] = []
        var began = -1
        for action in actions {
            if !(try replay.apply(action, at: instant)) {
                idle.append(action)
            } else if action.setsRunning {
                began = max(began, action.event)
            }
        }
        guard began >= 0 else { return }
        for action in idle where action.event >= began && !action.setsRunning { _ = try replay.apply(action, at: instant) }
    }

    private func note(_ event: Int, _ kind: SLAReplay.Action.Kind, _ happens: Bool, _ actions: inout [SLAReplay.Action]) {
        if happens { actions.append(SLAReplay.Action(event: event, kind: kind)) }
    }

    private func matches(_ references: [EventReference], _ event: Int, _ timeline: borrowing Timeline) -> Bool {
        for reference in references where timeline.matches(reference, event) { return true }
        return false
    }

    // MARK: Findings

    private func finding(_ cycles: [SLAReplay.Cycle], _ timeline: inout Timeline) throws(EvaluationError) -> Finding {
        let judged = cycles.filter { !$0.isCancelled || $0.isBreached }
        guard let last = judged.last else { return Finding(.notActivated) }
        var finding: Finding
        if let broken = judged.first(where: \.isBreached) {
            finding = Finding(.fail, first: broken.startIndex, second: broken.stopIndex, number: broken.time.components.seconds)
            finding.isExceeded = true
            // What came after the target had passed does not matter.
            if let due = broken.due { finding.horizon = timeline.range.first { timeline.instants[$0] > due.last } }
        } else if let unknown = judged.lazy.compactMap(\.unknown).first {
            return .notObservable(unknown)
        } else if last.isStopped {
            let isFinal = onReopen == .ignore && !(activation?.moves ?? false) || !timeline.isOpen
            finding = Finding(isFinal ? .pass : .holding, first: last.startIndex, second: last.stopIndex)
            if onReopen == .ignore { finding.horizon = last.stopIndex + 1 }
        } else if timeline.isOver || last.due == nil && !timeline.isOpen {
            finding = Finding(.fail, first: last.startIndex, number: last.time.components.seconds)
        } else {
            finding = Finding(.pending, first: last.startIndex, number: last.time.components.seconds)
            finding.due = last.due?.due
        }
        finding.obligations = judged.count
        finding.obligationDue = last.due?.last
        return finding
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        let shortening = stop + pauses.map(\.event) + reset + cancel
        let range = timeline.lower..<max(timeline.lower, finding.horizon ?? timeline.upper)
        let isPaused = pauses.contains { timeline.firstMatch($0.event, in: range) != nil }
        // Where a clock seemed to wait, what set it going or ended it unseen makes the time longer, or another cycle of it.
        let unseen = isPaused ? stop + reset + cancel + resume : []
        switch finding.verdict {
        case .fail: return shortening
        case .notActivated:
            let isStarted = start.contains { timeline.firstMatch($0, in: range) != nil }
            return isStarted ? start + reopen + stop + reset + cancel + resume : start
        case .pending: return start + reopen + shortening + (isPaused ? resume : [])
        default:
            // A start may begin a cycle that is too long; a stop that nobody saw only makes the time shorter, but where the
            // first stop is the last.
            return start + reopen + unseen + (onReopen == .ignore ? stop + reset + cancel : [])
        }
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        guard let replay = try? replay(&timeline),
            let cycle = replay.cycles.first(where: { $0.startIndex == finding.first && ($0.isBreached || !finding.isExceeded) })
        else { return timeline.evidence("the clock ran too long", finding.first) }
        var stretches: [Evidence.Stretch] = []
        for entry in cycle.entries {
            stretches.append(
                Evidence.Stretch(
                    party: party(of: entry), from: entry.from, until: entry.until,
                    length: (try? replay.scale.time(from: entry.from, to: entry.until)) ?? .zero))
        }
        let end =
            cycle.stopIndex >= 0
            ? "was stopped by \(Sentence("\(timeline.told(cycle.stopIndex))").text)"
            : cycle.isCancelled ? "was cancelled" : "still runs"
        let ran = Limit.text(replay.length(of: cycle), besides: cycle.target)
        let waits = zip(cycle.entries, stretches).filter { $0.0.state != .stopped }.map(\.1)
        let stood = zip(cycle.entries, stretches).filter { $0.0.state == .stopped }.map(\.1.length).reduce(.zero, +)
        let stopped = stood > .zero ? ", and \(Limit.text(stood.components.seconds)) in which it had stopped" : ""
        var evidence = timeline.evidence(
            """
            the clock started by \(timeline.told(cycle.startIndex)) \(end); \
            it ran \(ran)\(clock.meaning)\(" of the ", length: cycle.target)\(waits.besides)\(stopped)
            """, cycle.startIndex, cycle.stopIndex)
        evidence.stretches = stretches
        return evidence
    }

    private func party(of entry: SLAReplay.Entry) -> Party? {
        switch entry.state {
        case .running: .partner
        case .paused(let kind): pauses[kind].party
        case .stopped: nil
        }
    }

    var meaning: String {
        func names(_ references: [EventReference]) -> String { references.map(\.name).joined(separator: " or ") }
        var text = "the clock that \(names(start)) starts and \(names(stop)) stops runs \(target.meaning("at most"))"
        text += clock.meaning
        if !pauses.isEmpty {
            let words = pauses.map { pause in pause.event.name + (pause.party.map { " (the \($0.rawValue)'s time)" } ?? "") }
            text += ", paused by \(words.joined(separator: " or "))"
        }
        if !resume.isEmpty { text += ", resumed by \(names(resume))" }
        if !reset.isEmpty { text += ", reset by \(names(reset))" }
        if !cancel.isEmpty { text += ", cancelled by \(names(cancel))" }
        if !reopen.isEmpty { text += ", reopened by \(names(reopen)) too" }
        switch onReopen {
        case .restart: text += "; after a stop it starts from nothing"
        case .resume: text += "; after a stop it goes on where it stopped"
        case .count: text += "; after a stop it goes on as if it had never stopped"
        case .ignore: text += "; the first stop is the last"
        }
        return text
    }
}
