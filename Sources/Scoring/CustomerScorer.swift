package import Checklists
package import Timelines

/// Verdicts on customers become tallies of their own: what the Scorer is for records, where n counts customers. They come
/// by partner and customer, each once.
package struct CustomerScorer {
    /// A customer with the verdicts that count, by checklist and item.
    package struct ScoredCustomer {
        package let judgement: CustomerJudgement
        package let verdicts: [Scorer.ScoredVerdict]
    }

    package let slots: ItemSlots
    /// Of each configured partner; nil where every function counts.
    private let functions: [String: Set<String>?]
    private let keep: Scorer.Keep
    private var totals: [String: PartnerTotals] = [:]

    /// `items` as the judge of customers numbers them.
    package init(items: [ItemDescription], partners: [Partner]?, keep: Scorer.Keep = Scorer.Keep()) {
        slots = ItemSlots(items)
        functions = Dictionary((partners ?? []).map { ($0.id, $0.functions) }, uniquingKeysWith: { first, _ in first })
        self.keep = keep
    }

    package mutating func add(_ customer: CustomerJudgement) throws -> ScoredCustomer {
        let partner = customer.judgement.partner
        let counted = totals[partner] ?? empty(partner)
        totals[partner] = counted
        let verdicts = try customer.judgement.withRow { row in
            try counted.add(row, keep)
            return counted.judged.compactMap { slots.verdict(of: $0, in: row) }
        }
        return ScoredCustomer(judgement: customer, verdicts: verdicts)
    }

    private func empty(_ partner: String) -> PartnerTotals { PartnerTotals(functions: functions[partner] ?? nil, slots: slots) }

    /// The scores of the records with those of the customers among them.
    package func joined(to scores: Scores) -> Scores {
        guard !slots.slots.isEmpty else { return scores }
        var joined = scores
        joined.partners = scores.partners.map { partner in
            let customers = (totals[partner.id] ?? empty(partner.id)).result(id: partner.id, name: partner.name)
            var partner = partner
            partner.items = (partner.items + customers.items).sorted { a, b in
                a.checklist.hasBytes(of: b.checklist) ? a.item.precedes(b.item) : a.checklist.precedes(b.checklist)
            }
            partner.breaches += customers.breaches
            partner.breachCount += customers.breachCount
            return partner
        }
        return joined
    }

    /// The items of records and of customers.
    package func joined(to records: ItemSlots) -> ItemSlots {
        slots.slots.isEmpty ? records : ItemSlots((records.slots + slots.slots).map(\.description))
    }
}
