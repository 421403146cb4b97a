import Checklists

/// The kinds that compare with what was agreed, not with others: `standard` (is the true rate below the agreed target?) and
/// `evidence` (is more unproven than the agreement allows?). They rest on counts alone: no case mix, no shrinkage.
///
/// The null hypothesis of `standard` is a rate of at least the target for the records decided, tested by the exact lower binomial
/// tail; that of `evidence` a share without evidence of at most a tenth, tested by the upper tail. Records are taken as
/// independent: both say what happened to the customers served, not what would happen to others (statistics.md 2).
struct AbsoluteTests {
    /// Fewer decided, or applicable, records than this are never tested: too little data is an answer.
    static let leastCases = 5
    /// How far below its target a rate must be before it is worth a person's time.
    private static let floor = 0.02
    /// What share of applicable checks may lack evidence, and how far beyond it is worth a person's time.
    static let mostUnproven = 0.10
    private static let unprovenFloor = 0.02

    let partners: [PartnerResult]
    let slots: ItemSlots
    /// Of records alone, as the cases number them.
    let compared: ItemSlots

    func add(to trials: inout Trials) {
        var subjects: [[String]: Int] = [:]
        let places = Dictionary(
            compared.slots.enumerated().map { ([$1.description.checklist, $1.description.id], $0) },
            uniquingKeysWith: { first, _ in first })
        for entry in slots.slots {
            let item = entry.description
            subjects[[item.checklist, item.id]] = trials.begin(
                Subject(
                    checklist: item.checklist, id: item.id, title: item.title, function: item.function, units: item.unit.plural,
                    slot: item.unit == .record ? places[[item.checklist, item.id]] : nil, isAdvisory: item.level == .advisory))
        }
        for (number, partner) in partners.enumerated() {
            for result in partner.items {
                guard let subject = subjects[[result.checklist, result.item]] else { continue }
                addStandard(result, number, subject, &trials)
                // Advice asks for no proof.
                if !trials.subjects[subject].isAdvisory { addEvidence(result, number, subject, &trials) }
            }
        }
    }

    private func addStandard(_ result: ItemResult, _ partner: Int, _ subject: Int, _ trials: inout Trials) {
        let (met, n) = (result.tally.met, result.tally.met + result.tally.missed)
        guard n >= Self.leastCases, let target = result.target, let rate = result.rate else { return }
        var finding: Trial.Finding?
        let test = Self.standard(met: met, of: n, target: target)
        if test.isWorthSaying {
            let (low, high) = (result.low ?? 0, result.high ?? 1)
            finding = Trial.Finding(
                n: n, effect: rate - target, low: low - target, high: high - target,
                story: .standard(met: met, rate: rate, low: low, high: high, target: target), examples: result.worst)
        }
        trials.add(
            Trial(
                partner: partner, subject: subject, kind: .standard, dimension: nil, isDuration: false,
                p: test.p, finding: finding))
    }

    private func addEvidence(_ result: ItemResult, _ partner: Int, _ subject: Int, _ trials: inout Trials) {
        let tally = result.tally
        let unproven = tally.notObservable
        let applicable = Self.applicable(tally)
        guard applicable >= Self.leastCases else { return }
        var finding: Trial.Finding?
        let test = Self.evidence(unproven: unproven, of: applicable)
        if test.isWorthSaying {
            let interval = WilsonInterval(unproven, of: applicable)
            let share = Double(unproven) / Double(applicable)
            finding = Trial.Finding(
                n: applicable, effect: share - Self.mostUnproven, low: interval.low - Self.mostUnproven,
                high: interval.high - Self.mostUnproven,
                story: .evidence(
                    unproven: unproven, share: share, low: interval.low, high: interval.high, most: Self.mostUnproven))
        }
        trials.add(
            Trial(
                partner: partner, subject: subject, kind: .evidence, dimension: nil, isDuration: false,
                p: test.p, finding: finding))
    }

    /// Of the records to which an item applies, whether or not it is decided.
    static func applicable(_ tally: Tally) -> Int {
        tally.pass + tally.fail + tally.holding + tally.pending + tally.notObservable
    }

    /// What counts alone say; the p is not corrected for the number of tests. Domain: n > 0.
    static func standard(met: Int, of n: Int, target: Double) -> (p: Double, isWorthSaying: Bool) {
        (Binomial.lowerTail(met, of: n, target), Double(met) / Double(n) <= target - floor)
    }

    /// The same of records that do not show whether they meet an item.
    static func evidence(unproven: Int, of applicable: Int) -> (p: Double, isWorthSaying: Bool) {
        // One in ten of ten more: a handful of records shows little.
        let share = Double(unproven + 1) / Double(applicable + 10)
        return (Binomial.upperTail(unproven, of: applicable, mostUnproven), share >= mostUnproven + unprovenFloor)
    }
}
