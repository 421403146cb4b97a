import Checklists
import Scoring

/// Cases written down one by one, grouped and sorted as an audit's are.
struct RateCase {
    /// Of which partner, customer (nil for none) and mix (of "severity" and "function") checks are.
    struct Group: Hashable, Comparable {
        var partner: String
        var customer: String?
        var mix: [String]

        init(_ partner: String, _ customer: String?, _ mix: [String] = ["S1", "support"]) {
            (self.partner, self.customer, self.mix) = (partner, customer, mix)
        }

        static func < (a: Group, b: Group) -> Bool {
            (a.partner, a.customer ?? "", a.mix.joined()) < (b.partner, b.customer ?? "", b.mix.joined())
        }
    }

    struct Counts: Hashable {
        var met = 0
        var missed = 0
        var unobserved = 0
    }

    var items: [ItemDescription]
    var mixFields = ["severity", "function"]
    /// By group, then item.
    var counts: [Group: [Int: Counts]] = [:]

    init(_ items: [ItemDescription]) { self.items = items }

    mutating func add(_ group: Group, _ item: Int, met: Int = 0, missed: Int = 0, unobserved: Int = 0) {
        var sum = counts[group]?[item] ?? Counts()
        sum.met += met
        sum.missed += missed
        sum.unobserved += unobserved
        counts[group, default: [:]][item] = sum
    }

    var slots: ItemSlots { ItemSlots(items) }

    var groups: CaseGroups {
        var groups = CaseGroups()
        let sorted = counts.keys.sorted()
        groups.partners = Set(sorted.map(\.partner)).sorted()
        let customers = Set(sorted.filter { $0.customer != nil }.map { [$0.partner, $0.customer ?? ""] }).sorted {
            $0[0] + $0[1] < $1[0] + $1[1]
        }
        groups.customers = customers.map { $0[1] }
        groups.mixFields = mixFields
        groups.mixes = Set(sorted.map(\.mix)).sorted { $0.joined() < $1.joined() }
        let partnerNumbers = Dictionary(uniqueKeysWithValues: groups.partners.enumerated().map { ($1, Int32($0)) })
        let customerNumbers = Dictionary(uniqueKeysWithValues: customers.enumerated().map { ($1, Int32($0)) })
        let mixNumbers = Dictionary(uniqueKeysWithValues: groups.mixes.enumerated().map { ($1, Int32($0)) })
        for group in sorted {
            groups.partner.append(partnerNumbers[group.partner] ?? -1)
            groups.customer.append(group.customer.flatMap { customerNumbers[[group.partner, $0]] } ?? -1)
            groups.mix.append(mixNumbers[group.mix] ?? -1)
            groups.region.append(-1)
            groups.owner.append(-1)
            groups.month.append(0)
        }
        return groups
    }

    /// The cells of a slot, which is found by the item's checklist and id.
    func cells(_ slot: Int) -> ItemCells {
        let description = slots.slots[slot].description
        guard let item = items.firstIndex(where: { $0.checklist == description.checklist && $0.id == description.id }) else {
            return ItemCells()
        }
        var cells = ItemCells()
        for (number, group) in counts.keys.sorted().enumerated() {
            guard let counts = counts[group]?[item] else { continue }
            cells.append(
                group: Int32(number), met: Int32(counts.met), missed: Int32(counts.missed),
                unobserved: Int32(counts.unobserved))
        }
        return cells
    }

    var cases: Cases { Cases(groups: groups, items: slots.slots.indices.map(cells)) }

    var rates: DependableRates { get throws { try DependableRates(cases, slots: slots) } }

    /// Of one partner, in the order of functions.
    func scores(_ partner: String) throws -> [DependableRate] { try result(partner).scores }

    /// As an audit has it, with the tallies of its items.
    func result(_ partner: String) throws -> PartnerResult {
        let results = items.enumerated().map { number, item in
            var tally = Tally()
            for (group, counts) in counts where group.partner == partner {
                guard let counts = counts[number] else { continue }
                tally.add(.pass, .met, count: counts.met)
                tally.add(.fail, .missed, count: counts.missed)
                tally.add(.notObservable, .none, count: counts.unobserved)
            }
            return Estimate.result(of: item, tally, worst: [])
        }
        var result = PartnerResult(id: partner, name: partner, functions: [], records: 0, items: results)
        try rates.rate(&result, slots: slots)
        return result
    }
}
