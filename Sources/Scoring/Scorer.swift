package import Checklists
package import Timelines

/// Verdicts become tallies: takes the judgements of an audit one by one, sorted by partner, record and order of reading,
/// and keeps per partner and item only counts and the first few failing records, so memory does not grow with the records.
///
/// A record read twice counts once. Within a source the reading with the larger `updated` wins, else the one read last; a
/// record that two sources of a partner claim is a `RecordConflict` unless one of them may be merged. Each surviving record
/// is handed on at once, so that verdict lines are written while they stream by.
package struct Scorer {
    /// How much is kept for people to look at.
    package struct Keep: Sendable {
        /// Failing records named per partner and item.
        package var worst = 10
        /// Failing records kept with their evidence, per partner and item.
        package var breaches = 20
        package var conflicts = 100
        package init() {}
    }

    /// A record that counts, with the verdicts that count.
    package struct ScoredRecord {
        package let judgement: Judgement
        /// By checklist and item; the number is that of the slot.
        package let verdicts: [(slot: Int, verdict: ItemVerdict)]
    }

    package let slots: ItemSlots
    private let partners: [Partner]?
    private let merging: Set<String>
    private let keep: Keep
    private var totals: [String: PartnerTotals] = [:]
    private var sources: [String: SourceCount] = [:]
    private var conflicts: [RecordConflict] = []
    private var conflictCount = 0
    /// The readings of the record at hand, the best of each source.
    private var readings: [Judgement] = []

    /// `items` as the judge numbers them; `merging` names the sources that say `merge: true`.
    package init(items: [ItemDescription], partners: [Partner]?, merging: Set<String> = [], keep: Keep = Keep()) {
        slots = ItemSlots(items)
        self.partners = partners
        self.merging = merging
        self.keep = keep
        for partner in partners ?? [] { totals[partner.id] = PartnerTotals(functions: partner.functions, slots: slots) }
    }

    /// Takes the next judgement, and hands on the record before it where that is complete.
    package mutating func add(_ judgement: Judgement, _ consumer: (ScoredRecord) throws -> Void) rethrows {
        if let last = readings.first,
            !(last.record.hasBytes(of: judgement.record) && last.partner.hasBytes(of: judgement.partner))
        {
            try settle(consumer)
        }
        if let index = readings.firstIndex(where: { $0.provenance.source == judgement.provenance.source }) {
            if Self.replaces(judgement, readings[index]) { readings[index] = judgement }
        } else {
            readings.append(judgement)
        }
    }

    /// Hands on the last record, and gives what was found.
    package mutating func finish(_ consumer: (ScoredRecord) throws -> Void) rethrows -> Scores {
        try settle(consumer)
        let results = partnerResults()
        return Scores(
            partners: results, flags: StandardFlags.raise(results, slots: slots), sources: sources, conflicts: conflicts,
            conflictCount: conflictCount)
    }

    /// Negative where `a` was updated before `b`. A reading without `updated` is older than any that has it.
    private static func compareUpdates(_ a: Judgement, _ b: Judgement) -> Int {
        switch (a.updated, b.updated) {
        case (nil, nil): 0
        case (nil, .some): -1
        case (.some, nil): 1
        case (let a?, let b?): a < b ? -1 : a > b ? 1 : 0
        }
    }

    /// Whether of two readings of one source the new one counts.
    private static func replaces(_ new: Judgement, _ old: Judgement) -> Bool {
        let order = compareUpdates(new, old)
        return order != 0 ? order > 0 : new.provenance.sequence >= old.provenance.sequence
    }

    /// The record at hand is complete: counts it once.
    private mutating func settle(_ consumer: (ScoredRecord) throws -> Void) rethrows {
        readings.sort { $0.provenance.source.precedes($1.provenance.source) }
        for reading in readings {
            sources[reading.provenance.source, default: SourceCount()].add(
                reading, isListed: partners == nil || totals[reading.partner] != nil)
        }
        guard let first = readings.first else { return }
        // Sources have no order among them: by time, and where that says nothing by name.
        var judged = first
        for reading in readings.dropFirst() where Self.compareUpdates(reading, judged) > 0 { judged = reading }
        noteConflict(judged: judged)
        readings.removeAll(keepingCapacity: true)
        if partners != nil, totals[judged.partner] == nil { return }
        let verdicts = totals[judged.partner, default: PartnerTotals(functions: nil, slots: slots)].add(judged, slots, keep)
        try consumer(ScoredRecord(judgement: judged, verdicts: verdicts))
    }

    private mutating func noteConflict(judged: Judgement) {
        let names = readings.map(\.provenance.source)
        guard names.count > 1, merging.isDisjoint(with: names) else { return }
        conflictCount += 1
        guard conflicts.count < keep.conflicts else { return }
        conflicts.append(
            RecordConflict(partner: judged.partner, record: judged.record, sources: names, judged: judged.provenance.source))
    }

    private func partnerResults() -> [PartnerResult] {
        let names = Dictionary((partners ?? []).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        return totals.sorted { $0.key.precedes($1.key) }.map { id, totals in
            totals.result(id: id, name: names[id] ?? id, slots: slots)
        }
    }
}

/// What scoring found: the parts of an audit that come from verdicts.
package struct Scores: Sendable {
    /// By id.
    package var partners: [PartnerResult]
    /// By partner, checklist, item; their states are told by the history.
    package var flags: [Flag]
    /// By source id, after duplicates.
    package var sources: [String: SourceCount]
    /// The first of them, by partner and record.
    package var conflicts: [RecordConflict]
    package var conflictCount: Int
}

/// What a source brought: each id once.
package struct SourceCount: Hashable, Sendable {
    package private(set) var records = 0
    package private(set) var events = 0
    /// Records of partners that the config does not list; empty where those were left out before.
    package private(set) var unlisted: [String: Int] = [:]

    mutating func add(_ reading: Judgement, isListed: Bool) {
        records += 1
        events += reading.events
        if !isListed { unlisted[reading.partner, default: 0] += 1 }
    }
}
