import Language

/// What a machine found in a timeline, in numbers; its evidence is only put into words where somebody will read it.
struct Finding {
    var verdict: Verdict
    /// When the earliest open obligation falls due.
    var due: Instant?
    /// How many obligations there were, and when the last of them fell due: one alone can decide a rate early.
    var obligations = 0
    var obligationDue: Instant?
    /// The events that the finding rests on; -1 for none.
    var first = -1
    var second = -1
    /// A number for the sentence: a count, or a length in seconds.
    var number: Int64 = 0
    /// Events from this index on cannot change what was found; nil where any may.
    var horizon: Int?
    /// A limit is exceeded, which less time would undo.
    var isExceeded = false
    /// Why nothing can be told, for `not_observable`.
    var why: String?

    init(_ verdict: Verdict, first: Int = -1, second: Int = -1, number: Int64 = 0) {
        self.verdict = verdict
        self.first = first
        self.second = second
        self.number = number
    }

    /// What has been found may still become something else: nothing has passed or failed for good.
    mutating func soften() {
        if verdict == .pass { verdict = .holding }
        if verdict == .fail { verdict = .pending }
    }

    static func notObservable(_ why: String) -> Finding {
        var finding = Finding(.notObservable)
        finding.why = why
        return finding
    }

    /// Kept so far: for good once nothing can follow.
    static func kept(_ timeline: borrowing Timeline, first: Int = -1) -> Finding {
        Finding(timeline.isOpen ? .holding : .pass, first: first)
    }

    /// Owed: too late once nothing can follow.
    static func owed(_ timeline: borrowing Timeline, first: Int = -1, number: Int64 = 0) -> Finding {
        Finding(timeline.isOpen ? .pending : .fail, first: first, number: number)
    }

    /// The only obligation decides the rate once its instant has passed.
    func fellDue(by asOf: Instant) -> Bool {
        guard obligations == 1, let due = obligationDue else { return false }
        return due < asOf
    }
}

/// A template with its parts filled in: runs over the masks and moments of a timeline.
protocol Machine: Sendable {
    func run(_ timeline: inout Timeline) -> Finding

    /// The names whose uncertainty could change what was found, as far as this finding goes.
    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference]

    /// The events that need an answer, where there are such.
    var activation: EventReference? { get }

    /// What the check comes to where nothing is wrong; empty where only the machine can tell.
    var shortcut: [Shortcut] { get }

    /// The same for checks that take more than a look at which events happened.
    var quick: QuickJudge? { get }

    /// Why a finding is a fail, or pending.
    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence

    /// The check in plain words.
    var meaning: String { get }

    /// Whether it is advice alone, whatever level the item says.
    var isAdvisory: Bool { get }
}

extension Machine {
    var activation: EventReference? { nil }
    var shortcut: [Shortcut] { [] }
    var quick: QuickJudge? { nil }
    var isAdvisory: Bool { false }
}

/// A check: a template's machine, and the span of events that it judges. A class, so that judging copies nothing.
final class Check: Sendable {
    let template: String
    let machine: any Machine
    let span: Span?
    let settling: Settling
    /// Whether it, or a part of it, asks what instant it is: then time alone may change what it says.
    let followsNow: Bool
    /// Whether the event that needs an answer may still be another.
    private let activationMoves: Bool

    init(
        template: String, machine: any Machine, span: Span?, settling: Settling = .atOnce, followsNow: Bool = false
    ) {
        self.settling = settling
        self.followsNow = followsNow
        self.template = template
        self.machine = machine
        self.span = span
        activationMoves = machine.activation?.moves ?? false
    }

    /// A span is the machine's to judge.
    var shortcut: [Shortcut] { span == nil && settling == .atOnce && !followsNow ? machine.shortcut : [] }

    /// Likewise, but for a span in which something never happens.
    var quick: QuickJudge? { span.map { QuickSpan($0, machine.shortcut) } ?? machine.quick }

    /// Judges the whole record or its span. What cannot be told because an event could not be read, or because the source
    /// never says such a thing, ends here.
    func judge(_ timeline: inout Timeline) -> Finding {
        timeline.lower = 0
        timeline.upper = timeline.count
        timeline.isOpen = timeline.closed == nil
        timeline.isOver = false
        (timeline.spanStart, timeline.spanEnd, timeline.edge) = (nil, nil, nil)
        return judge(within: &timeline)
    }

    /// Judges the events that the timeline is narrowed to already.
    func judge(within timeline: inout Timeline) -> Finding {
        var opening = Span.Opening()
        if let span {
            timeline.derive(in: 0..<timeline.count)
            opening = span.open(&timeline)
            if let finding = opening.finding { return finding }
        }
        guard let edge = opening.edge else { return judgeSpan(mayMove: opening.mayMove, &timeline) }
        // What was decided before the events that are not in the span yet is decided, whether they come into it or not.
        timeline.edge = min(timeline.edge ?? edge, edge)
        timeline.isOpen = true
        let finding = timeline.upToEdge { judgeSpan(mayMove: opening.mayMove, &$0) }
        guard let doubt = opening.doubt, finding.verdict != .pass, finding.verdict != .fail else { return finding }
        return .notObservable(doubt)
    }

    private func judgeSpan(mayMove: Bool, _ timeline: inout Timeline) -> Finding {
        timeline.derive(in: timeline.range)
        var finding = machine.run(&timeline)
        if timeline.hasDoubt, finding.verdict != .notObservable, let why = doubt(finding, timeline) {
            return .notObservable(why)
        }
        if mayMove || settling == .onceClosed && timeline.closed == nil { finding.soften() }
        // While the last such event may still be another, nothing about it has failed for good.
        if activationMoves, finding.verdict == .fail, timeline.isOpen { finding.soften() }
        return finding
    }

    private func doubt(_ finding: Finding, _ timeline: borrowing Timeline) -> String? {
        let range = timeline.lower..<max(timeline.lower, finding.horizon ?? timeline.upper)
        for reference in machine.doubtful(finding, timeline) where timeline.isUncertain(reference, in: range) {
            return timeline.whyUncertain(reference)
        }
        if let activation = machine.activation, activation.moves, timeline.isUncertain(activation, in: range) {
            return timeline.whyUncertain(activation)
        }
        return nil
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence? {
        if finding.verdict == .notObservable { return Evidence(reason: finding.why ?? "the verdict cannot be told") }
        guard finding.verdict == .fail else { return nil }
        return timeline.upToEdge { machine.evidence(finding, &$0) }
    }

    var meaning: String {
        guard let span else { return machine.meaning }
        return machine.meaning + ", " + span.meaning
    }
}
