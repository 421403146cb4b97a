import Fetching
import Checklists

/// Flags of kind `standard`: is the true rate of a partner on an item below the agreed target?
///
/// The null hypothesis is a rate of at least the target, for the records decided; the test is the exact lower binomial tail
/// at the target. Many tests are corrected by Benjamini–Hochberg, conditional on p <= 1/2, per checklist function over
/// partner × item (statistics.md, sections 2 and 4). The target is absolute: no shrinkage and no case mix.
///
/// Records are taken as independent. Where one customer's records succeed and fail together the tail is too small; the
/// correlation between customers' records enters with the case-mix model, as do the other kinds of flags.
package enum StandardFlags {
    /// Fewer decided records than this are never tested: too little data is an answer.
    package static let leastDecided = 5
    /// How far below its target a rate must be before it is worth a person's time.
    static let floor = 0.02
    static let assertedAt = 0.05
    static let watchedAt = 0.20

    private struct Trial {
        let partner: PartnerResult
        let item: ItemResult
        let title: String
        /// `records` or `customers`.
        let units: String
        let rate: Double
        let target: Double
        let p: Double
    }

    /// By partner, checklist and item, each as new.
    package static func raise(_ partners: [PartnerResult], slots: ItemSlots) -> [Flag] {
        var families: [String?: [Trial]] = [:]
        let items = Dictionary(slots.slots.map { ([$0.description.checklist, $0.description.id], $0.description) }) { $1 }
        for partner in partners {
            for result in partner.items {
                guard let item = items[[result.checklist, result.item]], isTested(result), let target = result.target,
                    let rate = result.rate
                else { continue }
                let p = Binomial.lowerTail(result.tally.met, of: result.tally.met + result.tally.missed, target)
                families[item.function, default: []].append(
                    Trial(
                        partner: partner, item: result, title: item.title, units: item.unit.plural, rate: rate, target: target,
                        p: p))
            }
        }
        let flags = families.values.flatMap { trials in
            zip(trials, BenjaminiHochberg.adjustedBelowHalf(trials.map(\.p))).compactMap(flag)
        }
        return Flag.sorted(flags)
    }

    /// Whether there is enough to say something about an item at a partner.
    static func isTested(_ item: ItemResult) -> Bool {
        item.target != nil && item.tally.met + item.tally.missed >= leastDecided
    }

    /// What was tested of these partners.
    package static func tested(_ partners: [PartnerResult]) -> TestedFlags {
        var tested = TestedFlags()
        for partner in partners {
            for item in partner.items where isTested(item) {
                tested.insert(partner: partner.id, checklist: item.checklist, item: item.item, kind: .standard)
            }
        }
        return tested
    }

    private static func flag(_ trial: Trial, q: Double) -> Flag? {
        guard q <= watchedAt, trial.rate <= trial.target - floor else { return nil }
        let (partner, item) = (trial.partner, trial.item)
        return Flag(
            id: Flag.id(partner: partner.id, checklist: item.checklist, item: item.item, kind: .standard, dimension: nil),
            partner: partner.id, checklist: item.checklist, item: item.item, kind: .standard,
            tier: q <= assertedAt ? .asserted : .watch, state: .new, n: item.tally.met + item.tally.missed,
            effect: trial.rate - trial.target, low: (item.low ?? 0) - trial.target, high: (item.high ?? 1) - trial.target, q: q,
            sentence: sentence(trial), examples: item.worst)
    }

    private static func sentence(_ trial: Trial) -> String {
        let (tally, decimals) = (trial.item.tally, Figures.decimals(for: trial.target))
        func percent(_ share: Double) -> String { Figures.percentNumber(share, decimals: decimals) }
        return "\(Figures.count(tally.met)) of \(Figures.count(tally.met + tally.missed)) decided \(trial.units) "
            + "(\(percent(trial.rate)) %, 95 % interval \(percent(trial.item.low ?? 0)) to \(percent(trial.item.high ?? 1)) %) "
            + "meet '\(trial.title)'; the target is \(percent(trial.target)) %"
    }
}

extension Flag {
    /// The same statement about the same partner has the same id in every audit.
    package static func id(partner: String, checklist: String, item: String, kind: Kind, dimension: String?) -> String {
        let parts = [partner, checklist, item, kind.rawValue, dimension ?? ""]
        return String(sha256Hex(parts.joined(separator: "\0").utf8).prefix(12))
    }

    /// By partner, checklist, item, kind, dimension.
    package static func sorted(_ flags: [Flag]) -> [Flag] {
        func key(_ flag: Flag) -> [String] {
            [flag.partner, flag.checklist, flag.item, flag.kind.rawValue, flag.dimension ?? ""]
        }
        return flags.sorted { a, b in
            for (a, b) in zip(key(a), key(b)) where !a.hasBytes(of: b) { return a.precedes(b) }
            return false
        }
    }
}
