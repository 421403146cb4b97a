import Checklists

/// What is counted of one partner while records stream by.
struct PartnerTotals {
    /// As configured; nil where every function found counts.
    private let functions: Set<String>?
    private var found: Set<String> = []
    private var records = 0
    private var breachCount = 0
    /// Per slot; nil for items that the partner is not judged on.
    private var items: [ItemTotals?]

    struct ItemTotals {
        var tally = Tally()
        var worst: [String] = []
        var breaches: [Breach] = []
    }

    init(functions: Set<String>?, slots: ItemSlots) {
        self.functions = functions
        items = slots.slots.map { slot in
            guard let judged = slot.functions, let functions else { return ItemTotals() }
            return functions.isDisjoint(with: judged) ? nil : ItemTotals()
        }
    }

    mutating func add(_ judgement: Judgement, _ slots: ItemSlots, _ keep: Scorer.Keep) -> [(slot: Int, verdict: ItemVerdict)] {
        records += 1
        if let function = judgement.function { found.insert(function) }
        var verdicts: [(slot: Int, verdict: ItemVerdict)] = []
        verdicts.reserveCapacity(items.count)
        for slot in items.indices where items[slot] != nil {
            guard let verdict = slots.verdict(of: slot, in: judgement) else { continue }
            verdicts.append((slot, verdict))
            items[slot]?.tally.add(verdict.verdict, verdict.rate)
            if verdict.verdict == .fail { addFail(judgement, slot, verdict, slots.slots[slot].description, keep) }
        }
        return verdicts
    }

    private mutating func addFail(
        _ judgement: Judgement, _ slot: Int, _ verdict: ItemVerdict, _ item: ItemDescription, _ keep: Scorer.Keep
    ) {
        breachCount += 1
        guard let totals = items[slot] else { return }
        if totals.worst.count < keep.worst { items[slot]?.worst.append(judgement.record) }
        if totals.breaches.count < keep.breaches { items[slot]?.breaches.append(Breach(judgement, item, verdict)) }
    }

    func result(id: String, name: String, slots: ItemSlots) -> PartnerResult {
        let results = zip(slots.slots, items).compactMap { slot, totals in
            totals.map { Estimate.result(of: slot.description, $0.tally, worst: $0.worst) }
        }
        var result = PartnerResult(
            id: id, name: name, functions: (functions ?? found).sortedByBytes, records: records, items: results)
        result.breaches = items.flatMap { $0?.breaches ?? [] }
        result.breachCount = breachCount
        return result
    }
}
