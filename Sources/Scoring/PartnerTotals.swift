import Checklists

/// What is counted of one partner while records stream by.
struct PartnerTotals {
    /// As configured; nil where every function found counts.
    private let functions: Set<String>?
    private var found: Set<String> = []
    /// Their names in bytes, to know again what was found already.
    private var foundBytes: [[UInt8]] = []
    private var records = 0
    private var breachCount = 0
    /// The slots of the items that the partner is judged on.
    let judged: [Int]
    /// Per slot and verdict code, how often.
    private var counts: [Int]
    /// Per slot.
    private var kept: [Kept]

    /// Failing records that are kept for people to look at.
    private struct Kept {
        var worst: [String] = []
        var breaches: [Breach] = []
    }

    init(functions: Set<String>?, slots: ItemSlots) {
        self.functions = functions
        judged = slots.slots.indices.filter { slot in
            guard let own = slots.slots[slot].functions, let functions else { return true }
            return !functions.isDisjoint(with: own)
        }
        counts = Array(repeating: 0, count: slots.slots.count * VerdictCode.count)
        kept = Array(repeating: Kept(), count: slots.slots.count)
    }

    /// Counts a record, and leaves its breaches in `fails`.
    mutating func add(
        _ row: borrowing JudgementRow, _ slots: ItemSlots, _ keep: Scorer.Keep, _ fails: inout [Scorer.ScoredVerdict]
    ) throws {
        records += 1
        if let function = row.function, !functionsKnown { note(function) }
        if !fails.isEmpty { fails.removeAll(keepingCapacity: true) }
        let codes = row.codes
        for slot in judged {
            guard let item = slots.item(of: slot, in: row) else { continue }
            guard let code = VerdictCode(byte: codes[item]) else { throw JudgementDecodingError() }
            counts[slot * VerdictCode.count + Int(code.byte)] += 1
            if code.isFail { fails.append(Scorer.ScoredVerdict(slot: slot, item: item, code: code)) }
        }
        guard !fails.isEmpty else { return }
        breachCount += fails.count
        try keepFails(copy row, fails, slots, keep)
    }

    /// Where they are configured, nobody asks what was found.
    private var functionsKnown: Bool { functions != nil }

    private mutating func note(_ function: UnsafeRawBufferPointer) {
        for known in foundBytes where function.elementsEqual(known) { return }
        foundBytes.append(Array(function))
        found.insert(function.text)
    }

    private mutating func keepFails(
        _ row: JudgementRow, _ fails: [Scorer.ScoredVerdict], _ slots: ItemSlots, _ keep: Scorer.Keep
    ) throws {
        var judgement: Judgement?
        for verdict in fails {
            let slot = verdict.slot
            if kept[slot].worst.count < keep.worst { kept[slot].worst.append(String(decoding: row.record, as: UTF8.self)) }
            guard kept[slot].breaches.count < keep.breaches else { continue }
            let decoded = try judgement ?? row.judgement()
            judgement = decoded
            kept[slot].breaches.append(Breach(decoded, slots.slots[slot].description, decoded.verdicts[verdict.item]))
        }
    }

    private func tally(_ slot: Int) -> Tally {
        var tally = Tally()
        for byte in 0..<VerdictCode.count {
            guard let code = VerdictCode(byte: UInt8(byte)) else { continue }
            tally.add(code.verdict, code.rate, count: counts[slot * VerdictCode.count + byte])
        }
        return tally
    }

    func result(id: String, name: String, slots: ItemSlots) -> PartnerResult {
        let results = judged.map { Estimate.result(of: slots.slots[$0].description, tally($0), worst: kept[$0].worst) }
        var result = PartnerResult(
            id: id, name: name, functions: (functions ?? found).sortedByBytes, records: records, items: results)
        result.breaches = judged.flatMap { kept[$0].breaches }
        result.breachCount = breachCount
        return result
    }
}
