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

    /// A record that counts, with the verdicts that count, by checklist and item. Lent while it is handed on.
    package struct ScoredRecord {
        package let row: JudgementRow
        /// Those of its verdicts that are breaches.
        package let fails: [ScoredVerdict]
        let slots: ItemSlots
        /// The slots that the partner is judged on.
        let judged: [Int]

        package var verdicts: [ScoredVerdict] { judged.compactMap { slots.verdict(of: $0, in: row) } }
    }

    /// A verdict that counts: its slot, and the item of the plan that gave it.
    package struct ScoredVerdict: Sendable {
        package let slot: Int
        package let item: Int
        package let code: VerdictCode
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
    private var readings: [Reading] = []
    /// Readings that hold nothing, for their memory.
    private var spare: [Reading] = []
    /// The partner and the source at hand, taken out of the tables for as long as records are theirs.
    private var partner: (id: [UInt8], totals: PartnerTotals?)?
    private var source: (id: [UInt8], count: SourceCount)?
    private var fails: [ScoredVerdict] = []

    /// `items` as the judge numbers them; `merging` names the sources that say `merge: true`.
    package init(items: [ItemDescription], partners: [Partner]?, merging: Set<String> = [], keep: Keep = Keep()) {
        slots = ItemSlots(items)
        self.partners = partners
        self.merging = merging
        self.keep = keep
        for partner in partners ?? [] { totals[partner.id] = PartnerTotals(functions: partner.functions, slots: slots) }
    }

    /// Takes the next judgement, and hands on the record before it where that is complete.
    package mutating func add(_ row: JudgementRow, _ consumer: (ScoredRecord) throws -> Void) throws {
        if let last = readings.first?.row, !(last.record.hasBytes(of: row.record) && last.partner.hasBytes(of: row.partner)) {
            try settle(consumer)
        }
        let reading = spare.popLast() ?? Reading()
        try reading.hold(row)
        if let index = readings.firstIndex(where: { $0.isOfSameSource(as: reading) }) {
            let loser = reading.replaces(readings[index]) ? readings[index] : reading
            if loser !== reading { readings[index] = reading }
            spare.append(loser)
        } else {
            readings.append(reading)
        }
    }

    /// Hands on the last record, and gives what was found.
    package mutating func finish(_ consumer: (ScoredRecord) throws -> Void) throws -> Scores {
        try settle(consumer)
        putBackPartner()
        putBackSource()
        let results = partnerResults()
        return Scores(
            partners: results, flags: StandardFlags.raise(results, slots: slots), sources: sources, conflicts: conflicts,
            conflictCount: conflictCount)
    }

    /// The record at hand is complete: counts it once.
    private mutating func settle(_ consumer: (ScoredRecord) throws -> Void) throws {
        guard let first = readings.first?.row else { return }
        takePartner(first.partner)
        // Sources have no order among them: by time, and where that says nothing by name.
        if readings.count > 1 { readings.sort { $0.precedes($1) } }
        var judged = readings[0]
        for reading in readings {
            count(reading)
            if reading.compareUpdates(judged) > 0 { judged = reading }
        }
        if readings.count > 1 { noteConflict(judged: judged) }
        if let slotsJudged = partner?.totals?.judged, let row = judged.row {
            try partner?.totals?.add(row, slots, keep, &fails)
            try consumer(ScoredRecord(row: row, fails: fails, slots: slots, judged: slotsJudged))
        }
        while let reading = readings.popLast() { spare.append(reading) }
    }

    private mutating func count(_ reading: Reading) {
        guard let row = reading.row else { return }
        if source.map({ !row.source.elementsEqual($0.id) }) ?? true {
            putBackSource()
            source = (Array(row.source), sources.removeValue(forKey: row.source.text) ?? SourceCount())
        }
        source?.count.add(row, isListed: partner?.totals != nil)
    }

    private mutating func putBackSource() {
        if let source { sources[String(decoding: source.id, as: UTF8.self)] = source.count }
        source = nil
    }

    /// Without configured partners, every partner is listed.
    private mutating func takePartner(_ id: UnsafeRawBufferPointer) {
        if let partner, id.elementsEqual(partner.id) { return }
        putBackPartner()
        let known = totals.removeValue(forKey: id.text)
        partner = (Array(id), known ?? (partners == nil ? PartnerTotals(functions: nil, slots: slots) : nil))
    }

    private mutating func putBackPartner() {
        if let partner, let counted = partner.totals { totals[String(decoding: partner.id, as: UTF8.self)] = counted }
        partner = nil
    }

    private mutating func noteConflict(judged: Reading) {
        let names = readings.compactMap { $0.row?.source.text }
        guard let row = judged.row, merging.isDisjoint(with: names) else { return }
        conflictCount += 1
        guard conflicts.count < keep.conflicts else { return }
        conflicts.append(
            RecordConflict(partner: row.partner.text, record: row.record.text, sources: names, judged: row.source.text))
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

    mutating func add(_ reading: JudgementRow, isListed: Bool) {
        records += 1
        events += reading.events
        if !isListed { unlisted[reading.partner.text, default: 0] += 1 }
    }
}
