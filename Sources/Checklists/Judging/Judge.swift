package import Language
package import Timelines

/// A plan's checklists made ready for one audit: judges any record, on any thread, each worker with its own scratch. A class,
/// so that what it holds is never copied.
package final class Judge: Sendable {
    /// Every item of every checklist; a verdict's `item` is an index into it.
    package let items: [ItemDescription]
    /// Every measure of every checklist, in the order of outcomes in a row; empty where nobody asks for cases.
    package let measures: [MeasureDescription]
    private let cases: CasePlan?
    let plans: [Plan]
    private let partners: [String: ListedPartner]?
    let producible: [String: ProducibleActivities]
    let told: [String: ToldFields]
    package let asOf: Instant
    /// The plans, which `plans` keeps alive: counting references that all threads share makes them wait for one another.
    private let judged: [Unmanaged<Plan>]

    /// One checklist, its matchers bound to the plan's activities. A class, so that judging copies nothing; what it holds never
    /// changes.
    final class Plan: @unchecked Sendable {
        let checklist: Checklist
        let matchers: BoundMatchers
        let settle: Duration
        // What every record needs of the checklist, so that nothing of it is copied for them.
        let function: String?
        let effective: Effective
        let applies: Question?
        /// True where it judges every record of every function.
        let isForAll: Bool
        let steps: UnsafeMutableBufferPointer<Step>
        let shortcuts: UnsafeMutableBufferPointer<Shortcut>
        private let quickKept: [QuickJudge?]
        /// By `Clock.CalendarName.number`.
        let calendars: NumberedCalendars
        /// Whether a check counts the working time of partners.
        let usesPartnerClock: Bool
        let measures: [Measure]

        /// An item as it is judged: its rule, kept alive by the checklist, and the shorter ways where there are any.
        struct Step {
            /// A `when` that takes no evaluating.
            let when: Unmanaged<Question>?
            /// Where its shortcut begins among all, or -1.
            let shortcut: Int
            let quick: Unmanaged<QuickJudge>?
            let rule: Unmanaged<Checklist.Rule>
        }

        init(
            checklist: Checklist, matchers: BoundMatchers, settle: Duration, hours: [String: BusinessHours], measures: [Measure]
        ) {
            self.measures = measures
            calendars = NumberedCalendars(checklist.calendarNames.map { hours[$0] })
            usesPartnerClock = checklist.usesPartnerClock
            self.checklist = checklist
            self.matchers = matchers
            self.settle = settle
            function = checklist.function
            effective = checklist.effective
            applies = checklist.applies.flatMap { $0.isAlwaysTrue ? nil : $0 }
            isForAll = function == nil && effective.isAlways && applies == nil
            quickKept = checklist.rules.map { $0.isPlain ? $0.check.quick : nil }
            var shortcuts: [Shortcut] = []
            var steps: [Step] = []
            for (rule, quick) in zip(checklist.rules, quickKept) {
                let own = rule.isPlain ? rule.check.shortcut : []
                steps.append(
                    Step(
                        when: rule.isPlain ? rule.when.map(Unmanaged.passUnretained) : nil,
                        shortcut: own.isEmpty ? -1 : shortcuts.count, quick: quick.map(Unmanaged.passUnretained),
                        rule: .passUnretained(rule)))
                shortcuts += own
            }
            self.steps = .allocate(capacity: steps.count)
            _ = self.steps.initialize(from: steps)
            self.shortcuts = .allocate(capacity: shortcuts.count)
            _ = self.shortcuts.initialize(from: shortcuts)
        }

        deinit {
            steps.deallocate()
            shortcuts.deallocate()
        }
    }

    package init(
        checklists: [Checklist], activities: ActivityTable, partners: [Partner]?, producible: [String: ProducibleActivities],
        told: [String: ToldFields] = [:], asOf: Instant, settle: Duration, calendars: [String: BusinessCalendar] = [:],
        cases: CasePlan? = nil
    ) {
        let hours = Self.hours(calendars, checklists, partners ?? [])
        var items: [ItemDescription] = []
        var plans: [Plan] = []
        for checklist in checklists {
            plans.append(
                Plan(
                    checklist: checklist, matchers: BoundMatchers(checklist.matchers, activities),
                    settle: checklist.settle ?? settle, hours: hours, measures: cases == nil ? [] : checklist.measuring))
            items += checklist.items
        }
        self.items = items
        measures = cases == nil ? [] : checklists.flatMap(\.measures)
        self.cases = cases
        self.plans = plans
        judged = plans.map(Unmanaged.passUnretained)
        self.partners = partners.map { partners in
            let listed = partners.map { ($0.id, ListedPartner($0, hours: $0.calendar.flatMap { hours[$0] })) }
            return Dictionary(listed, uniquingKeysWith: { first, _ in first })
        }
        self.producible = producible
        self.told = told
        self.asOf = asOf
    }

    /// The same as of another instant.
    init(_ other: Judge, asOf: Instant) {
        items = other.items
        measures = other.measures
        cases = other.cases
        plans = other.plans
        partners = other.partners
        producible = other.producible
        told = other.told
        self.asOf = asOf
        judged = other.judged
    }

    /// The tables of working hours that checks may ask for: making one takes longer than judging many records.
    private static func hours(
        _ calendars: [String: BusinessCalendar], _ checklists: [Checklist], _ partners: [Partner]
    ) -> [String: BusinessHours] {
        var names = Set(checklists.flatMap(\.calendarNames))
        if checklists.contains(where: \.usesPartnerClock) { names.formUnion(partners.compactMap(\.calendar)) }
        return calendars.filter { names.contains($0.key) }.mapValues { BusinessHours($0) }
    }

    /// Whether records of a partner are judged at all.
    package func audits(partner: String) -> Bool { partners.map { $0[partner] != nil } ?? true }

    /// What one worker needs again and again: made once, filled with record after record.
    package struct Scratch: ~Copyable {
        var timeline = Timeline()
        var verdicts = VerdictList()
        var outcomes: [MeasureOutcome] = []
        var row = RowWriter()
        /// By plan: the source whose hidden matchers are in `hidden`.
        var hiddenSource: [String?]
        var hidden: [[UInt64]]
        /// The source whose fields the timeline's record source knows to be told.
        var toldSource: String?
    }

    package func makeScratch() -> Scratch {
        var scratch = Scratch(
            hiddenSource: Array(repeating: nil, count: plans.count),
            hidden: plans.map { Array(repeating: 0, count: $0.matchers.words) })
        scratch.timeline.asOf = asOf
        if let first = plans.first { scratch.timeline.calendars = first.calendars }
        scratch.timeline.bindings[Names.recordSlot] = scratch.timeline.source.recordValue
        return scratch
    }

    package func judge(_ record: ServiceRecord) -> Judgement {
        var scratch = makeScratch()
        return judge(record, scratch: &scratch)
    }

    package func judge(_ record: ServiceRecord, scratch: inout Scratch) -> Judgement {
        var record = record
        return judge(&record, scratch: &scratch)
    }

    /// Judges a record where it lies: lent for as long as it takes and handed back as it was, since copying it would count
    /// the references of all its texts.
    package func judge(_ record: inout ServiceRecord, scratch: inout Scratch) -> Judgement {
        fill(&scratch, with: &record)
        return Judgement(
            partner: record.partner, record: record.id, provenance: record.provenance, function: record.function,
            opened: record.opened, closed: record.closed, updated: record.updated, severity: record.severity,
            customer: record.customer, owner: record.owner, events: record.events.count,
            verdicts: [ItemVerdict](scratch.verdicts))
    }

    /// Judges a record where it lies, and adds the judgement as a `JudgementRow`.
    package func judge(_ record: inout ServiceRecord, scratch: inout Scratch, into batch: inout RowBatch) {
        fill(&scratch, with: &record)
        scratch.row.removeAll()
        withUnsafePointer(to: &record) {
            scratch.row.write($0, events: $0.pointee.events.count, scratch.verdicts, cases, scratch.outcomes)
        }
        record.id.withUTF8 { batch.add(group: record.partner, key: UnsafeRawBufferPointer($0), payload: scratch.row.bytes) }
    }

    /// Leaves the record's verdicts in the scratch.
    private func fill(_ scratch: inout Scratch, with record: inout ServiceRecord) {
        if scratch.timeline.load(record.events, upTo: asOf) { return judge(lent: &record, &scratch) }
        // What lies after `as_of` has not happened.
        var known = record
        known.forgetEvents(after: asOf)
        _ = scratch.timeline.load(known.events, upTo: asOf)
        judge(lent: &known, &scratch)
    }

    private func judge(lent record: inout ServiceRecord, _ scratch: inout Scratch) {
        let source = scratch.timeline.source
        source.lend(&record) {
            if let partners { source.listed = partners[source.record.partner] }
            source.asOf = asOf
            if !told.isEmpty, scratch.toldSource != source.record.provenance.source {
                scratch.toldSource = source.record.provenance.source
                source.told = told[source.record.provenance.source] ?? .anything
            }
            scratch.timeline.closed = source.closed
            scratch.timeline.unknownEvents = source.unknownEvents
            scratch.verdicts.removeAll()
            if !measures.isEmpty { scratch.outcomes.removeAll(keepingCapacity: true) }
            for index in judged.indices {
                judged[index]._withUnsafeGuaranteedRef { judge($0, index, &scratch) }
            }
        }
    }

    private func judge(_ plan: Plan, _ index: Int, _ scratch: inout Scratch) {
        scratch.timeline.refill()
        // Asked first, since most records of most checklists need no more.
        let isPlain = partners == nil && plan.isForAll && !isAhead(scratch.timeline)
        if !isPlain, let standing = standing(of: plan, &scratch.timeline) {
            for item in plan.steps.indices {
                // What an item does not apply to, it does not apply to, whatever else cannot be told.
                if standing.verdict == .notObservable, plan.checklist.rules[item].isRefused(&scratch.timeline) {
                    scratch.verdicts.append(.notApplicable)
                } else {
                    scratch.verdicts.append(standing.verdict, evidence: standing.why.map { Evidence(reason: $0) })
                }
            }
            let outcome = standing.verdict == .notObservable ? MeasureOutcome.notObservable : .notApplicable
            for _ in plan.measures { scratch.outcomes.append(outcome) }
            return
        }
        hide(plan, index, &scratch)
        if plans.count > 1 { scratch.timeline.calendars = plan.calendars }
        if plan.usesPartnerClock { scratch.timeline.partnerHours = scratch.timeline.source.listed?.hours }
        plan.matchers.mark(&scratch.timeline)
        judgeItems(of: plan, isSettled: isSettled(plan, scratch.timeline), &scratch.timeline, &scratch.verdicts)
        for measure in plan.measures { scratch.outcomes.append(measure.outcome(&scratch.timeline)) }
    }

    private func judgeItems(of plan: Plan, isSettled: Bool, _ timeline: inout Timeline, _ verdicts: inout VerdictList) {
        // What cannot be told, and why, is for the machines to say.
        let isPlain = !timeline.hasDoubt && timeline.unknownEvents == nil
        // Where something is left to settle, a machine knows when it fell due.
        let isQuick = isPlain && isSettled
        let (steps, shortcuts) = (plan.steps, plan.shortcuts)
        for item in steps.indices {
            let step = steps[item]
            if isPlain, let verdict = shortWay(step, isQuick, shortcuts, &timeline) {
                let counts = isSettled && (verdict == .pass || verdict == .holding)
                verdicts.append(verdict, counts ? .met : .none)
            } else {
                step.rule._withUnsafeGuaranteedRef { $0.judge(isSettled, &timeline, &verdicts) }
            }
        }
    }

    /// What an item comes to without running its machine; nil where only that can tell.
    @inline(__always)
    private func shortWay(
        _ step: Plan.Step, _ isQuick: Bool, _ shortcuts: UnsafeMutableBufferPointer<Shortcut>, _ timeline: inout Timeline
    ) -> Verdict? {
        if let when = step.when {
            guard let applies = when._withUnsafeGuaranteedRef({ $0.plainAnswer(in: timeline.source) }) else { return nil }
            guard applies else { return .notApplicable }
        }
        if step.shortcut >= 0, let verdict = timeline.answer(shortcuts, at: step.shortcut) { return verdict }
        guard isQuick, let quick = step.quick else { return nil }
        return quick._withUnsafeGuaranteedRef { $0.verdict(&timeline) }
    }

    /// A verdict that the checklist as a whole gives, or nil where its items are to be judged.
    private func standing(of plan: Plan, _ timeline: inout Timeline) -> Finding? {
        isAhead(timeline) ? Finding(.notApplicable) : standing(of: plan, timeline.source.listed, &timeline)
    }

    /// What opens later is not there yet.
    private func isAhead(_ timeline: borrowing Timeline) -> Bool {
        guard let opened = timeline.source.record.opened else { return false }
        return opened > asOf
    }

    private func standing(of plan: Plan, _ listed: ListedPartner?, _ timeline: inout Timeline) -> Finding? {
        if partners != nil, listed == nil { return Finding(.notApplicable) }
        // What cannot be told waits: a later reason may still say that nothing here applies.
        var unknown: Finding?
        // Merged records were chosen by their functions.
        if plan.function != nil || listed?.functions != nil, timeline.source.record.merged == nil {
            if let function = timeline.source.record.function {
                if let own = plan.function, own != function { return Finding(.notApplicable) }
                if let performed = listed?.functions, !performed.contains(function) { return Finding(.notApplicable) }
            } else if isUnreadable("function", timeline.source.record) {
                unknown = .notObservable("the record's function could not be read")
            } else if !timeline.source.told.tells("function", ofEvent: false) {
                let source = timeline.source.record.provenance.source
                unknown = .notObservable("the source '\(source)' never tells which function a record belongs to")
            } else {
                return Finding(.notApplicable)
            }
        }
        if !plan.effective.isAlways {
            if let opened = timeline.source.record.opened {
                if !plan.effective.contains(opened) { return Finding(.notApplicable) }
            } else {
                let why = "when the record was opened is not known, so neither is the checklist in force"
                unknown = unknown ?? .notObservable(why)
            }
        }
        if let refusal = plan.applies?.refusal("applies", &timeline) {
            return refusal.verdict == .notApplicable ? refusal : unknown ?? refusal
        }
        return unknown
    }

    private func isUnreadable(_ path: String, _ record: ServiceRecord) -> Bool {
        record.unreadable.contains { $0.path == path && $0.event == nil }
    }

    /// Closed, or open for so long that it counts.
    private func isSettled(_ plan: Plan, _ timeline: borrowing Timeline) -> Bool {
        if timeline.closed != nil { return true }
        guard let opened = timeline.source.record.opened else { return false }
        return opened + plan.settle <= asOf
    }

    /// The matchers of activities that the record's source never tells; the same for all its records.
    private func hide(_ plan: Plan, _ index: Int, _ scratch: inout Scratch) {
        if let merged = scratch.timeline.source.record.merged {
            scratch.timeline.hidden = plan.matchers.hidden(from: producible(by: merged))
            return
        }
        let isSame = scratch.hiddenSource[index] == scratch.timeline.source.record.provenance.source
        if isSame, plans.count == 1 { return }
        if !isSame {
            let name = scratch.timeline.source.record.provenance.source
            scratch.hiddenSource[index] = name
            scratch.hidden[index] = plan.matchers.hidden(from: producible[name] ?? .anything)
        }
        scratch.timeline.hidden = scratch.hidden[index]
    }
}

/// A partner as the config lists it, and its working hours. An object, so that records of it copy nothing.
final class ListedPartner: Sendable {
    let partner: Partner
    let functions: Set<String>?
    let hours: BusinessHours?

    init(_ partner: Partner, hours: BusinessHours?) {
        self.partner = partner
        functions = partner.functions
        self.hours = hours
    }
}

extension ServiceRecord {
    /// Takes out the events after an instant: what was unreadable about the rest keeps pointing at it.
    fileprivate mutating func forgetEvents(after asOf: Instant) {
        let all = events
        events.removeAll { $0.at > asOf }
        guard !unreadable.isEmpty else { return }
        var moved: [Int: Int] = [:]
        for index in all.indices where all[index].at <= asOf { moved[index] = moved.count }
        unreadable = Set(
            unreadable.compactMap { field in
                guard let event = field.event else { return field }
                return moved[event].map { UnreadableField(field.path, event: $0, why: field.why) }
            })
    }
}
