import Checklists

/// How many records would have had to be met, or shown, for a flag not to be asserted. Those that move it most are taken first;
/// everything else stays as it is, and the family's tests are corrected for their number anew.
struct Clearing {
    private let partners: [PartnerResult]
    private let trials: Trials
    private let cases: Cases
    private let numbers: GroupNumbers
    private let families: [Trials.Family: [Int]]
    /// By a partner's id, its number in the cases.
    private let compared: [String: Int]

    init(_ trials: Trials, partners: [PartnerResult], cases: Cases, _ numbers: GroupNumbers) {
        (self.trials, self.partners, self.cases, self.numbers) = (trials, partners, cases, numbers)
        families = trials.families
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
            guard let slot = trials.subjects[subject].slot else { continue }
            let peers = PeerClearing(OutcomeRows(try cases.cells(of: slot)), numbers)
            for number in trialNumbers { counts[number] = peer(number, peers) }
        }
        return counts
    }

    private func result(_ trial: Trial) -> ItemResult? {
        let subject = trials.subjects[trial.subject]
        return partners[trial.partner].items.first { $0.checklist == subject.checklist && $0.item == subject.id }
    }

    /// The other tests of a trial's family.
    private func others(of number: Int) -> [Int] {
        let trial = trials.trials[number]
        return (families[trials.family(of: trial)] ?? []).filter { $0 != number }
    }

    private func standard(_ number: Int) -> Int? {
        guard let result = result(trials.trials[number]), let target = result.target else { return nil }
        let others = BenjaminiHochberg.Others(others(of: number).map { trials.trials[$0].p }, isBelowHalf: true)
        let (met, missed) = (result.tally.met, result.tally.missed)
        return WhatIf.smallest([missed]) { taken in
            let test = AbsoluteTests.standard(met: met + taken[0], of: met + missed, target: target)
            return test.isWorthSaying && others.q(of: test.p) <= Trials.assertedAt(.standard)
        }
    }

    private func evidence(_ number: Int) -> Int? {
        guard let tally = result(trials.trials[number])?.tally else { return nil }
        let others = BenjaminiHochberg.Others(others(of: number).map { trials.trials[$0].p }, isBelowHalf: true)
        let applicable = AbsoluteTests.applicable(tally)
        return WhatIf.smallest([tally.notObservable]) { taken in
            let test = AbsoluteTests.evidence(unproven: tally.notObservable - taken[0], of: applicable)
            return test.isWorthSaying && others.q(of: test.p) <= Trials.assertedAt(.evidence)
        }
    }

    /// The case-mix model of the item is fitted anew, so that the tests of its other partners change too.
    private func peer(_ number: Int, _ peers: PeerClearing) -> Int? {
        let trial = trials.trials[number]
        guard let partner = compared[partners[trial.partner].id] else { return nil }
        let others = others(of: number)
        let elsewhere = others.filter { trials.trials[$0].subject != trial.subject }.map { trials.trials[$0].p }
        let beside = others.filter { trials.trials[$0].subject == trial.subject }
            .compactMap { compared[partners[trials.trials[$0].partner].id] }
        return peers.smallest(at: partner) { p in
            BenjaminiHochberg.Others(elsewhere + beside.map { p[$0] }).q(of: p[partner]) <= Trials.assertedAt(.peer)
        }
    }
}

/// What a comparison with peers would say, were some missed records of one partner met.
private struct PeerClearing {
    private let rows: OutcomeRows
    private let numbers: GroupNumbers
    private let peer: PeerTest
    /// By mix: the chance of an ordinary partner.
    private let chances: [Double]

    init(_ rows: OutcomeRows, _ numbers: GroupNumbers) {
        (self.rows, self.numbers) = (rows, numbers)
        let model = OutcomeModel(rows, numbers)
        let peer = PeerTest(model)
        self.peer = peer
        chances = model.mixEffect.map { expit(peer.mu + $0) }
    }

    /// `isSure` judges the p of all partners. A missed record that an ordinary partner would most surely have met moves the test
    /// most. Where the number lies is guessed with the model as it is, and found with the model fitted anew.
    func smallest(at partner: Int, isSure: ([Double]) -> Bool) -> Int? {
        let groups = numbers.groups
        let own = rows.group.indices.filter { Int(groups.partner[Int(rows.group[$0])]) == partner && rows.n[$0] > rows.y[$0] }
        func chance(_ row: Int) -> Double { chances[Int(groups.mix[Int(rows.group[row])])] }
        let order = own.sorted { (-chance($0), $0) < (-chance($1), $1) }
        let missed = order.map { Int(rows.n[$0] - rows.y[$0]) }
        let guess = WhatIf.smallest([missed.reduce(0, +)]) { taken in
            let guess = peer.guess(Double(taken[0]), at: partner)
            var p = peer.p
            p[partner] = guess.p
            return OutcomeTrials.isWorthSaying(guess.difference) && isSure(p)
        }
        return WhatIf.smallest(missed, near: guess) { taken in
            var changed = rows
            for (row, count) in zip(order, taken) { changed.y[row] += Double(count) }
            let test = PeerTest(OutcomeModel(changed, numbers))
            return OutcomeTrials.isWorthSaying(test.shrunkDifference(partner)) && isSure(test.p)
        }
    }
}
