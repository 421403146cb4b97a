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
        package var breaches = 10
        package var conflicts = 100
        package init() {}
    }

    /// A record that counts, with the verdicts that count, by checklist and item. Lent while it is handed on.
    package struct ScoredRecord {
        package let row: JudgementRow
        // Most records are handed on for nothing: no reference of theirs is counted.
        fileprivate unowned(unsafe) let totals: PartnerTotals

        package let hasFails: Bool

        /// Those of its verdicts that are breaches.
        package var fails: [ScoredVerdict] { totals.fails }

        package var verdicts: [ScoredVerdict] { totals.judged.compactMap { totals.slots.verdict(of: $0, in: row) } }
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
    private var sources: [String: SourceTotals] = [:]
    private var conflicts: [RecordConflict] = []
    private var conflictCount = 0
    /// The record at hand, as it was read first.
    private var first = Reading()
    /// Where it was read more than once, its readings, the best of each source.
    private var readings: [Reading] = []
    /// The partner at hand; no totals where it is not listed.
    private let partner = NameAtHand()
    private var partnerTotals: PartnerTotals?
    private let source = NameAtHand()
    private var sourceTotals = SourceTotals()
    /// Nil where nobody asks for cases.
    private let recorder: CaseRecorder?

    /// `items` as the judge numbers them; `merging` names the sources that say `merge: true`. With a recorder, whose slots are
    /// those of the items, the records that count become cases.
    package init(
        items: [ItemDescription], partners: [Partner]?, merging: Set<String> = [], keep: Keep = Keep(),
        recorder: CaseRecorder? = nil
    ) {
        self.recorder = recorder
        slots = ItemSlots(items)
        self.partners = partners
        self.merging = merging
        self.keep = keep
        for partner in partners ?? [] { totals[partner.id] = PartnerTotals(functions: partner.functions, slots: slots) }
    }

    /// Takes the next judgement, and hands on the record before it where that is complete.
    package mutating func add(_ row: JudgementRow, _ consumer: (ScoredRecord) throws -> Void) throws {
        if first.isOfSameRecord(as: row) { return addReading(row) }
        try settle(consumer)
        first.hold(row)
    }

    /// A record that comes again.
    private mutating func addReading(_ row: JudgementRow) {
        if readings.isEmpty { readings.append(first) }
        let reading = Reading()
        reading.hold(row)
        if let index = readings.firstIndex(where: { $0.isOfSameSource(as: reading) }) {
            if reading.replaces(readings[index]) { readings[index] = reading }
        } else {
            readings.append(reading)
        }
    }

    /// Hands on the last record, and gives what was found.
    package mutating func finish(_ consumer: (ScoredRecord) throws -> Void) throws -> Scores {
        try settle(consumer)
        let cases = try recorder?.finish() ?? Cases()
        let results = try partnerResults(cases)
        return Scores(
            partners: results, sources: sources.mapValues(\.count), conflicts: conflicts, conflictCount: conflictCount,
            cases: cases)
    }

    /// The record at hand is complete: counts it once.
    private mutating func settle(_ consumer: (ScoredRecord) throws -> Void) throws {
        guard !first.isEmpty else { return }
        if !readings.isEmpty { try settleReadings(consumer) } else if let row = first.row { try settle(row, consumer) }
        first.removeAll()
    }

    @inline(__always)
    private mutating func settle(_ row: JudgementRow, _ consumer: (ScoredRecord) throws -> Void) throws {
        takePartner(row)
        count(row)
        try judge(row, consumer)
    }

    private mutating func settleReadings(_ consumer: (ScoredRecord) throws -> Void) throws {
        if let row = readings[0].row { takePartner(row) }
        // Sources have no order among them: by time, and where that says nothing by name.
        if readings.count > 1 { readings.sort { $0.precedes($1) } }
        var judged = readings[0]
        for reading in readings {
            if let row = reading.row { count(row) }
            if reading.compareUpdates(judged) > 0 { judged = reading }
        }
        if readings.count > 1 { noteConflict(judged: judged) }
        if let row = judged.row { try judge(row, consumer) }
        readings.removeAll()
    }

    @inline(__always)
    private func judge(_ row: JudgementRow, _ consumer: (ScoredRecord) throws -> Void) throws {
        guard let partnerTotals else { return }
        try partnerTotals.add(row, keep)
        if let recorder, let cases = row.cases {
            let cases = try CaseRow(cases, mixFields: recorder.mixFields.count)
            try recorder.add(partner: row.partner, record: row.record, cases, marks: partnerTotals.marks)
        }
        try consumer(ScoredRecord(row: row, totals: partnerTotals, hasFails: !partnerTotals.fails.isEmpty))
    }

    @inline(__always)
    private mutating func count(_ row: JudgementRow) {
        if !source.isCalled(row.source) { openSource(row.source) }
        sourceTotals.count.add(row, isListed: partnerTotals != nil)
    }

    @inline(never)
    private mutating func openSource(_ name: UnsafeRawBufferPointer) {
        source.take(name)
        sourceTotals = sources[name.text] ?? SourceTotals()
        sources[name.text] = sourceTotals
    }

    @inline(__always)
    private mutating func takePartner(_ row: JudgementRow) {
        if !partner.isCalled(row.partner) { openPartner(row.partner) }
    }

    /// Without configured partners, every partner is listed.
    @inline(never)
    private mutating func openPartner(_ id: UnsafeRawBufferPointer) {
        partner.take(id)
        partnerTotals = totals[id.text] ?? (partners == nil ? PartnerTotals(functions: nil, slots: slots) : nil)
        if let partnerTotals { totals[id.text] = partnerTotals }
    }

    private mutating func noteConflict(judged: Reading) {
        let names = readings.compactMap { $0.row?.source.text }
        guard let row = judged.row, merging.isDisjoint(with: names) else { return }
        conflictCount += 1
        guard conflicts.count < keep.conflicts else { return }
        conflicts.append(
            RecordConflict(partner: row.partner.text, record: row.record.text, sources: names, judged: row.source.text))
    }

    private func partnerResults(_ cases: Cases) throws -> [PartnerResult] {
        let names = Dictionary((partners ?? []).map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let skewed = try skewed(cases)
        return totals.sorted { $0.key.precedes($1.key) }.map { id, totals in
            var result = totals.result(id: id, name: names[id] ?? id)
            result.caveats = UndeclaredFunction.sentences(result.undeclaredFunctions, of: id) + (skewed[id] ?? [])
            return result
        }
    }

    /// What is said of partners whose records end before they begin, by measure.
    private func skewed(_ cases: Cases) throws -> [String: [String]] {
        var caveats: [String: [String]] = [:]
        for (measure, description) in cases.measures.enumerated() where !description.isRoute {
            let gaps = try cases.gaps(of: measure)
            for (partner, name) in cases.groups.partners.enumerated() where gaps.skewed[partner] > 0 {
                let count = gaps.skewed[partner]
                caveats[name, default: []].append(
                    "\(Figures.count(count, "record")) of '\(name)' \(count == 1 ? "ends" : "end") '\(description.title)' before "
                        + "\(count == 1 ? "it begins" : "they begin"): \(count == 1 ? "it is" : "they are") left out of it")
            }
        }
        return caveats
    }
}

/// What scoring found: the parts of an audit that come from verdicts.
package struct Scores: Sendable {
    /// By id.
    package var partners: [PartnerResult]
    /// By source id, after duplicates.
    package var sources: [String: SourceCount]
    /// The first of them, by partner and record.
    package var conflicts: [RecordConflict]
    package var conflictCount: Int
    /// What partners are compared by. What customers are judged by is not among it.
    package var cases: Cases
}

/// What is counted of one source while records stream by.
private final class SourceTotals {
    var count = SourceCount()
}

/// The name of what the records at hand belong to, in memory of its own.
private final class NameAtHand {
    private var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var isTaken = false

    deinit { bytes.deallocate() }

    @inline(__always)
    func isCalled(_ name: UnsafeRawBufferPointer) -> Bool { isTaken && UnsafeRawBufferPointer(bytes).hasBytes(of: name) }

    func take(_ name: UnsafeRawBufferPointer) {
        bytes.deallocate()
        bytes = .allocate(byteCount: name.count, alignment: 1)
        bytes.copyMemory(from: name)
        isTaken = true
    }
}

/// What a source brought: each id once.
package struct SourceCount: Hashable, Sendable {
    package private(set) var records = 0
    package private(set) var events = 0
    /// Records of partners that the config does not list; empty where those were left out before.
    package private(set) var unlisted: [String: Int] = [:]

    mutating func add(_ reading: borrowing JudgementRow, isListed: Bool) {
        records += 1
        events += reading.events
        if !isListed { unlisted[reading.partner.text, default: 0] += 1 }
    }
}
