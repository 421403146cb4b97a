package import Language
package import Timelines

/// The verdicts on one customer of a partner.
package struct CustomerJudgement: Sendable {
    /// Its `record` is the customer's id; empty for records that name no customer.
    package var judgement: Judgement
    /// The records of the timeline and where each came from, by id.
    package var records: [(id: String, provenance: Provenance)]
}

/// A plan's checklists of `unit: customer` made ready for one audit: judges the merged timelines of customers.
///
/// A checklist that names a function sees the customer's records of that function alone, so each function has a timeline of
/// its own, and a judge. As everywhere, what lies after `as_of` has not happened: records that open later are not there.
package struct CustomerJudge: Sendable {
    /// Every item of every checklist; a verdict's `item` is an index into it.
    package let items: [ItemDescription]
    private let groups: [Group]
    private let partners: [String: Partner]?
    private let asOf: Instant

    /// The checklists that judge one timeline.
    private struct Group {
        let function: String?
        let judge: Judge
        /// The number of each of the judge's items among all.
        let numbers: [Int]
    }

    /// What one worker needs again and again.
    package struct Scratch {
        fileprivate let groups: [Worker]
    }

    /// A judge's scratch, which cannot be copied, where a list can hold it.
    fileprivate final class Worker {
        var scratch: Judge.Scratch

        init(_ judge: Judge) { scratch = judge.makeScratch() }
    }

    package init(
        checklists: [Checklist], activities: ActivityTable, partners: [Partner]?, producible: [String: ProducibleActivities],
        asOf: Instant, settle: Duration, calendars: [String: BusinessCalendar] = [:]
    ) {
        var numbers: [String?: [Int]] = [:]
        var functions: [String?] = []
        var count = 0
        for checklist in checklists {
            if numbers[checklist.function] == nil { functions.append(checklist.function) }
            numbers[checklist.function, default: []] += Array(count..<count + checklist.items.count)
            count += checklist.items.count
        }
        items = checklists.flatMap(\.items)
        groups = functions.map { function in
            Group(
                function: function,
                judge: Judge(
                    checklists: checklists.filter { $0.function == function }, activities: activities, partners: partners,
                    producible: producible, asOf: asOf, settle: settle, calendars: calendars),
                numbers: numbers[function] ?? [])
        }
        self.partners = partners.map { Dictionary($0.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }) }
        self.asOf = asOf
    }

    package func makeScratch() -> Scratch { Scratch(groups: groups.map { Worker($0.judge) }) }

    /// Judges the records of one customer at one partner, each id once, in any order. Nil where none has opened yet.
    package func judge(_ records: [ServiceRecord], scratch: inout Scratch) -> CustomerJudgement? {
        let records = records.filter { record in record.opened.map { $0 <= asOf } ?? true }
        guard let head = CustomerTimeline.head(of: records) else { return nil }
        var verdicts = items.indices.map { ItemVerdict(item: $0, verdict: .notApplicable) }
        for (index, group) in groups.enumerated() {
            guard var timeline = timeline(of: records, group.function) else { continue }
            for var verdict in group.judge.judge(&timeline, scratch: &scratch.groups[index].scratch).verdicts {
                verdict.item = group.numbers[verdict.item]
                verdict.name(timeline.merged?.ids ?? [])
                verdicts[verdict.item] = verdict
            }
        }
        return CustomerJudgement(
            judgement: judgement(on: head, events: records.reduce(0) { $0 + $1.events.count }, verdicts),
            records: records.map { ($0.id, $0.provenance) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) })
    }

    /// What is said of records of a partner that name no customer, by their functions: once, since nobody knows how many
    /// customers they are.
    package func judgement(partner: String, nameless count: Int, functions: Set<String?>) -> CustomerJudgement {
        let why = count == 1 ? "1 record names no customer" : "\(count) records name no customer"
        var verdicts = items.indices.map { ItemVerdict(item: $0, verdict: .notApplicable) }
        for group in groups where functions.contains(where: { concerns($0, partner, group.function) }) {
            for item in group.numbers {
                verdicts[item] = ItemVerdict(item: item, verdict: .notObservable, evidence: Evidence(reason: why))
            }
        }
        let provenance = Provenance(source: "", page: 0, pointer: "", sequence: 0)
        let nobody = ServiceRecord(partner: partner, id: "", provenance: provenance)
        return CustomerJudgement(judgement: judgement(on: nobody, events: 0, verdicts), records: [])
    }

    private func judgement(on head: ServiceRecord, events: Int, _ verdicts: [ItemVerdict]) -> Judgement {
        Judgement(
            partner: head.partner, record: head.id, provenance: head.provenance, function: head.function,
            opened: head.opened, closed: nil, updated: head.updated, severity: head.severity, customer: head.customer,
            owner: head.owner, events: events, verdicts: verdicts)
    }

    /// The records that concern a function, merged; nil where there are none. A record whose function could not be read may
    /// be one of them: then nobody knows all events.
    private func timeline(of records: [ServiceRecord], _ function: String?) -> ServiceRecord? {
        let own = records.filter { concerns($0.function, $0.partner, function) }
        let unclear = records.filter { record in
            record.function == nil && (function != nil || partners?[record.partner]?.functions != nil)
                && record.unreadable.contains { $0.path == "function" && $0.event == nil }
        }
        var timeline = CustomerTimeline.merge(own.isEmpty ? unclear : own)
        if let record = unclear.map(\.id).min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            timeline?.unreadable.insert(
                UnreadableField(UnreadableField.events, why: "the function of the record '\(record)' could not be read"))
        }
        return timeline
    }

    /// Whether records of a function are judged at a partner by a checklist for `own`.
    private func concerns(_ function: String?, _ partner: String, _ own: String?) -> Bool {
        if let own, own != function { return false }
        guard let performed = partners?[partner]?.functions else { return true }
        return function.map { performed.contains($0) } ?? false
    }
}

extension ItemVerdict {
    /// Says of every event that is cited whose record it belongs to.
    fileprivate mutating func name(_ records: [String]) {
        guard let events = evidence?.events else { return }
        for (place, event) in events.enumerated() where records.indices.contains(event.index) {
            evidence?.events[place].record = records[event.index]
        }
    }
}

extension Judge {
    /// The activities that every source of the merged records can tell: what one of them cannot might have happened there.
    func producible(by merged: MergedRecords) -> ProducibleActivities {
        var all = ProducibleActivities.anything
        for source in merged.sources {
            guard case .only(let names)? = producible[source] else { continue }
            if case .only(let others) = all { all = .only(others.intersection(names)) } else { all = .only(names) }
        }
        return all
    }
}
