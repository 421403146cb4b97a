import Checklists

/// How many records would have had to be met, or shown, for a flag not to be asserted. Those that move it most are taken first;
/// everything else stays as it is, and the family's tests are corrected for their number anew. For `peer` the case-mix model
/// is fitted anew too, but for items of very many cases, whose model a few records hardly move.
struct Clearing {
    private let partners: [PartnerResult]
    private let trials: Trials
    private let cases: Cases
    private let numbers: GroupNumbers
    private let families: [Trials.Family: [Int]]
    /// The p of each family whose kind can be cleared, ascending.
    private let sorted: [Trials.Family: [Double]]
    /// By a partner's id, its number in the cases.
    private let compared: [String: Int]

    init(_ trials: Trials, partners: [PartnerResult], cases: Cases, _ numbers: GroupNumbers) {
        (self.trials, self.partners, self.cases, self.numbers) = (trials, partners, cases, numbers)
        let families = trials.families.filter { [.standard, .evidence, .peer].contains($0.key.kind) }
        self.families = families
        sorted = families.mapValues { numbers in numbers.map { trials.trials[$0].p }.sorted() }
        compared = Dictionary(cases.groups.partners.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// By the number of a trial, of those given that are of kinds `standard`, `evidence` and `peer`; none where even all records
    /// would not clear it. A measure has no records that are met.
    func counts(_ asserted: [Int]) throws -> [Int: Int] {
        var counts: [Int: Int] = [:]
        var ofSubject: [Int: [Int]] = [:]
        for number in asserted {
            let trial = trials.trials[number]
            switch trial.kind {
            case .standard: counts[number] = standard(number)
            case .evidence: counts[number] = evidence(number)
            case .peer: if !trial.isDuration { ofSubject[trial.subject, default: []].append(number) }
            case .within, .drift, .path: continue
            }
        }
        // The cases of an item are read once.
        for (subject, trialNumbers) in ofSubject.sorted(by: { $0.key < $1.key }) {
            let peers = try peerClearing(subject)
            for number in trialNumbers { counts[number] = peer(number, peers) }
        }
        return counts
    }

    private func result(_ trial: Trial) -> ItemResult? {
        let subject = trials.subjects[trial.subject]
        return partners[trial.partner].items.first { $0.checklist == subject.checklist && $0.item == subject.id }
    }

    /// Nil where an item has so many rows that a partner's records hardly move its model, and that fitting it takes long.
    private func peerClearing(_ subject: Int) throws -> PeerClearing? {
        guard let slot = trials.subjects[subject].slot, let chances = trials.chances[subject],
            let rows = trials.peers[subject]?.rows, rows <= Self.mostRows
        else { return nil }
        return PeerClearing(rows: OutcomeRows(try cases.cells(of: slot)), numbers: numbers, chances: chances)
    }

    private static let mostRows = 2000

    /// The other tests of a trial's family.
    private func others(of number: Int) -> BenjaminiHochberg.Others {
        let trial = trials.trials[number]
        return BenjaminiHochberg.Others(
            sorted[trials.family(of: trial)] ?? [], leavingOut: trial.p, isBelowHalf: trial.kind != .peer)
    }

    private func standard(_ number: Int) -> Int? {
        guard let result = result(trials.trials[number]), let target = result.target else { return nil }
        let others = others(of: number)
        let (met, missed) = (result.tally.met, result.tally.missed)
        return WhatIf.smallest([missed]) { taken in
            let test = AbsoluteTests.standard(met: met + taken[0], of: met + missed, target: target)
            return test.isWorthSaying && others.q(of: test.p) <= Trials.assertedAt(.standard)
        }
    }

    private func evidence(_ number: Int) -> Int? {
        guard let tally = result(trials.trials[number])?.tally else { return nil }
        let others = others(of: number)
        let applicable = AbsoluteTests.applicable(tally)
        return WhatIf.smallest([tally.notObservable]) { taken in
            let test = AbsoluteTests.evidence(unproven: tally.notObservable - taken[0], of: applicable)
            return test.isWorthSaying && others.q(of: test.p) <= Trials.assertedAt(.evidence)
        }
    }

    /// With the case-mix model as it is; where `peers` is given, with a model fitted anew, so that the tests of the item's other
    /// partners change too.
    private func peer(_ number: Int, _ peers: PeerClearing?) -> Int? {
        let trial = trials.trials[number]
        guard let test = trials.peers[trial.subject]?.test, let partner = compared[partners[trial.partner].id] else { return nil }
        let others = others(of: number)
        let guess = WhatIf.smallest([test.lacking(partner)]) { taken in
            let guess = test.guess(Double(taken[0]), at: partner)
            return OutcomeTrials.isWorthSaying(guess.difference) && others.q(of: guess.p) <= Trials.assertedAt(.peer)
        }
        guard let peers else { return guess }
        let family = (families[trials.family(of: trial)] ?? []).map { ($0, trials.trials[$0]) }
        let elsewhere = family.filter { $0.1.subject != trial.subject }.map(\.1.p)
        let beside = family.filter { $0.1.subject == trial.subject && $0.0 != number }
            .compactMap { compared[partners[$0.1.partner].id] }
        return peers.smallest(at: partner, near: guess) { p in
            BenjaminiHochberg.Others(elsewhere + beside.map { p[$0] }).q(of: p[partner]) <= Trials.assertedAt(.peer)
        }
    }
}

/// What a comparison with peers would say, were some missed records of one partner met and the case-mix model fitted anew.
private struct PeerClearing {
    let rows: OutcomeRows
    let numbers: GroupNumbers
    /// By mix: the chance of an ordinary partner.
    let chances: [Double]

    /// `isSure` judges the p of all partners. A missed record that an ordinary partner would most surely have met moves the test
    /// most.
    func smallest(at partner: Int, near guess: Int?, isSure: ([Double]) -> Bool) -> Int? {
        let groups = numbers.groups
        let own = rows.group.indices.filter { Int(groups.partner[Int(rows.group[$0])]) == partner && rows.n[$0] > rows.y[$0] }
        func chance(_ row: Int) -> Double { chances[Int(groups.mix[Int(rows.group[row])])] }
        let order = own.sorted { (-chance($0), $0) < (-chance($1), $1) }
        return WhatIf.smallest(order.map { Int(rows.n[$0] - rows.y[$0]) }, near: guess) { taken in
            var changed = rows
            for (row, count) in zip(order, taken) { changed.y[row] += Double(count) }
            let test = PeerTest(OutcomeModel(changed, numbers))
            return OutcomeTrials.isWorthSaying(test.shrunkDifference(partner)) && isSure(test.p)
        }
    }
}
