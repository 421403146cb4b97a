import Checklists
import Language

/// Computes the dependable rates of all partners, one function at a time: a function's rates depend on no other function.
///
/// What counts is every decided check of a record: met, missed, and applicable without evidence, which is not met. Each check
/// has the weight of its item; advisory items and those of weight 0 are left out, and so are items that judge customers: their
/// cases are customers, whose mix is not told. A record that names no customer correlates with no other, so each of its
/// checks stands alone.
///
/// A check's expected outcome is the network's rate of its item among records of the same severity and function (where
/// `case_mix` has one of these fields, else of the same mix), each cell shrunk to the item's rate by 20 checks, a partner
/// counting at most 5 % of an item.
package struct DependableRates: Sendable {
    /// By the number of the partner: by function, that of every function first.
    package let rates: [[DependableRate]]
    /// By the number of the partner: what raises a rate most first.
    private let gains: [[ModuleGain]]
    private let partners: [String: Int]

    /// What a module's items would bring to one function's rate.
    struct ModuleGain: Sendable {
        let module: String
        let function: String?
        let gain: Double?
    }

    /// `slots` are those of the cases. Without cases nobody has a rate.
    package init(_ cases: Cases, slots: ItemSlots) throws {
        let groups = cases.groups
        let strata = MixStrata(groups)
        var functions: [[UInt8]: [Int]] = [:]
        for (number, slot) in slots.slots.enumerated() where slot.description.countsInRate {
            functions[Array((slot.description.function ?? "").utf8), default: []].append(number)
        }
        var rates = [[DependableRate]](repeating: [], count: groups.partners.count)
        var gains = [[ModuleGain]](repeating: [], count: groups.partners.count)
        for (_, numbers) in functions.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            var family = RateFamily(groups)
            for number in numbers { family.add(try cases.cells(of: number), slots.slots[number].description, groups, strata) }
            let function = slots.slots[numbers[0]].description.function
            for (partner, rate) in family.rates(function).enumerated() {
                guard let rate else { continue }
                rates[partner].append(rate.rate)
                gains[partner] += rate.gains.map { ModuleGain(module: $0.module, function: function, gain: $0.gain) }
            }
        }
        self.rates = rates
        self.gains = gains
        partners = Dictionary(groups.partners.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Gives a partner its rates and gains; `slots` are those of its results.
    package func rate(_ partner: inout PartnerResult, slots: ItemSlots) {
        let number = partners[partner.id]
        partner.scores = number.map { rates[$0] } ?? []
        partner.enablement = enablement(of: partner, gains: number.map { gains[$0] } ?? [], slots)
    }

    private struct ModuleKey: Hashable {
        let module: String
        let function: String?
    }

    /// Modules of items that fail, or whose gain is known and above zero.
    private func enablement(of partner: PartnerResult, gains: [ModuleGain], _ slots: ItemSlots) -> [EnablementGain] {
        let known = Dictionary(
            gains.map { (ModuleKey(module: $0.module, function: $0.function), $0.gain) }, uniquingKeysWith: { first, _ in first })
        let results = Dictionary(partner.items.map { ([$0.checklist, $0.item], $0) }, uniquingKeysWith: { first, _ in first })
        var lacking: [ModuleKey: [(item: String, failing: Int)]] = [:]
        for slot in slots.slots {
            let item = slot.description
            guard let module = item.enablement?.module, let tally = results[[item.checklist, item.id]]?.tally,
                tally.fail + tally.notObservable > 0
            else { continue }
            lacking[ModuleKey(module: module, function: item.function), default: []].append((item.id, tally.fail))
        }
        let listed = lacking.map { key, items in
            EnablementGain(
                module: key.module, function: key.function, items: items.map(\.item),
                failing: items.reduce(0) { $0 + $1.failing },
                gain: known[key] ?? nil)
        }
        return listed.filter { $0.failing > 0 || $0.gain ?? 0 > 0 }.sorted { a, b in
            if a.gain != b.gain { return a.gain ?? -1 > b.gain ?? -1 }
            if a.failing != b.failing { return a.failing > b.failing }
            return a.module.hasBytes(of: b.module) ? (a.function ?? "").precedes(b.function ?? "") : a.module.precedes(b.module)
        }
    }
}

extension ItemDescription {
    /// Advice never lowers a score, and a customer is no record.
    fileprivate var countsInRate: Bool { level != .advisory && weight > 0 && unit == .record }
}

/// Mixes that count as one where checks are compared: of the same severity and function.
struct MixStrata {
    /// By the number of a mix.
    let ofMix: [Int]
    let count: Int

    init(_ groups: CaseGroups) {
        let named = groups.mixFields.indices.filter { ["severity", "function"].contains(groups.mixFields[$0]) }
        let fields = named.isEmpty ? Array(groups.mixFields.indices) : named
        var numbers: [[String]: Int] = [:]
        ofMix = groups.mixes.map { mix in
            let key = fields.map { $0 < mix.count ? mix[$0] : "" }
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            return number
        }
        count = numbers.count
    }
}
