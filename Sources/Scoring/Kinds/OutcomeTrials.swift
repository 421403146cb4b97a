import Foundation

/// The tests of one outcome at every partner.
struct OutcomeTrials {
    /// Effects smaller than these are not worth a person's time, however sure they are (statistics.md 2).
    private enum Floor {
        static let peer = -0.03
        static let slower = 0.87
        static let within = 0.08
        static let withinSlower = 1.15
        static let drift = -0.04
        static let path = 0.08
    }

    let numbers: GroupNumbers
    let months: Int
    /// By number of a partner in the cases: its number in the trials, nil where it is not audited.
    let place: [Int?]
    /// By subject's checklist and id, then partner: months before the window.
    let earlier: [[String]: [Int: [EarlierMonth]]]

    /// Tests of kinds `peer`, `within` and `drift`; gives the comparison with peers back.
    @discardableResult
    func add(_ rows: OutcomeRows, of subject: Int, to trials: inout Trials) -> PeerTest {
        let model = OutcomeModel(rows, numbers)
        var spreads: [Dimension: OutcomeModel.Spread] = [:]
        for dimension in Dimension.allCases { spreads[dimension] = model.spread(dimension) }
        let customers = spreads[.customer]?.ordinary ?? 0
        let peer = PeerTest(model, customers: customers)
        if !rows.isDuration {
            trials.note(chances: model.mixEffect.map { expit(peer.mu + $0) }, of: subject)
            trials.note(peer, rows: rows.group.count, of: subject)
        }
        addPeer(peer, model, subject, &trials)
        if let ofCustomers = spreads[.customer] {
            for dimension in Dimension.compared {
                guard let spread = spreads[dimension] else { continue }
                let within = WithinTest(model, dimension, spread, customers: ofCustomers)
                addWithin(within, model, (dimension, spread), subject, &trials)
            }
        }
        let drift = DriftTest(
            model, months: months, customers: customers, month: spreads[.month]?.ordinary ?? 0, centre: peer.mu,
            earlier: earlier[[trials.subjects[subject].checklist, trials.subjects[subject].id]] ?? [:])
        for (partner, kept) in drift.kept.enumerated() {
            if let number = place[partner] { trials.keep(kept, of: subject, at: number) }
        }
        for (partner, trial) in drift.trials.enumerated() {
            if let trial { addDrift(trial, partner, subject, isDuration: rows.isDuration, &trials) }
        }
        return peer
    }

    /// Where the plain comparison of rates says one thing and that of like cases another (Simpson 1951), it is said: somebody
    /// will make the plain one.
    private func noteReversal(
        _ peer: PeerTest, _ model: OutcomeModel, _ partner: Int, others: Double, _ subject: Int, _ trials: inout Trials
    ) {
        guard let number = place[partner], model.n[partner] >= Reversal.leastCases else { return }
        let (n, observed) = (model.n[partner], model.observed[partner])
        let (raw, adjusted) = (observed / n - others, peer.difference(partner))
        guard abs(raw) >= Reversal.raw, abs(adjusted) >= Reversal.adjusted, (raw < 0) != (adjusted < 0) else { return }
        trials.add(
            Trials.Reversal(
                partner: number, subject: subject, rate: observed / n, others: others, expected: peer.expected[partner] / n))
    }

    private enum Reversal {
        static let leastCases = 30.0
        static let raw = 0.03
        static let adjusted = 0.01
    }

    private func addPeer(_ peer: PeerTest, _ model: OutcomeModel, _ subject: Int, _ trials: inout Trials) {
        let isDuration = model.rows.isDuration
        let (met, cases) = (model.observed.reduce(0, +), model.n.reduce(0, +))
        guard let peers = peers(model.n, peer) else { return }
        for partner in model.n.indices where model.n[partner] >= PeerTest.leastCases {
            guard let number = place[partner] else { continue }
            let (n, observed) = (model.n[partner], model.observed[partner])
            let error = peer.remainingError(partner)
            let others = Self.ratio(met - observed, cases - n)
            if !isDuration { noteReversal(peer, model, partner, others: others, subject, &trials) }
            var finding: Trial.Finding?
            if isDuration {
                let ratio = peer.shrunkRatio(partner)
                if ratio <= Floor.slower {
                    finding = Trial.Finding(
                        n: Int(n), effect: ratio, low: ratio * exp(-1.96 * error), high: ratio * exp(1.96 * error),
                        story: .slower(ended: observed, expected: peer.expected[partner], peers: peers))
                }
            } else {
                let difference = peer.shrunkDifference(partner)
                // From the logit scale to that of rates.
                let rateError = error * peer.information[partner] / n
                if Self.isWorthSaying(difference) {
                    finding = Trial.Finding(
                        n: Int(n), effect: difference, low: difference - 1.96 * rateError, high: difference + 1.96 * rateError,
                        story: .peer(
                            met: observed, expected: peer.expected[partner] / n, peers: peers,
                            network: others))
                }
            }
            trials.add(
                Trial(
                    partner: number, subject: subject, kind: .peer, dimension: nil, isDuration: isDuration, p: peer.p[partner],
                    finding: finding))
        }
    }

    /// Of a shrunk difference from peers.
    static func isWorthSaying(_ difference: Double) -> Bool { difference <= Floor.peer }

    /// Nil where one other partner at most has cases: then there are no peers, only somebody else.
    private func peers(_ n: [Double], _ peer: PeerTest) -> Trial.Peers? {
        let others = n.count { $0 > 0 } - 1
        return others < 2 ? nil : Trial.Peers(count: others, isPresumed: peer.isPresumed)
    }

    private func addWithin(
        _ within: WithinTest, _ model: OutcomeModel, _ divided: (by: Dimension, spread: OutcomeModel.Spread), _ subject: Int,
        _ trials: inout Trials
    ) {
        let dimension = divided.by
        let isDuration = model.rows.isDuration
        for (partner, p) in within.p.enumerated() {
            guard let p, let number = place[partner] else { continue }
            let effect = within.effect[partner]
            let gap = within.gap(partner)
            var finding: Trial.Finding?
            if effect >= (isDuration ? Floor.withinSlower : Floor.within) {
                finding = Trial.Finding(
                    n: Int(model.n[partner]), effect: effect, low: within.low[partner], high: within.high[partner],
                    story: isDuration
                        ? .withinSlower(ratio: gap.best / gap.worst, ordinaryRatio: within.ordinaryGap[partner], parts: gap.parts)
                        : .within(best: gap.best, worst: gap.worst, ordinaryGap: within.ordinaryGap[partner], parts: gap.parts))
                let parts = ranked(model, dimension, divided.spread, partner)
                finding?.worst = Array(parts.prefix(Self.namedParts))
                finding?.best = parts.suffix(min(Self.namedParts, parts.count / 2)).reversed()
            }
            var trial = Trial(
                partner: number, subject: subject, kind: .within, dimension: dimension, isDuration: isDuration, p: p,
                finding: finding)
            trial.z = -Normal.quantile(min(max(p, 1e-300), 1 - 1e-12))
            trials.add(trial)
        }
    }

    private static let namedParts = 3

    /// The parts of a partner, those that are served worst for their mix first.
    private func ranked(
        _ model: OutcomeModel, _ dimension: Dimension, _ spread: OutcomeModel.Spread, _ partner: Int
    ) -> [Trial.Finding.Part] {
        let parts = numbers[dimension]
        let own = parts.partner.indices.filter { Int(parts.partner[$0]) == partner && spread.information[$0] > 0 }
        // As a random effect would be estimated: a part of one case says little.
        let distance = own.map { part in
            let v = spread.information[part]
            return (spread.observed[part] - spread.expected[part]) / (1 + max(spread.ordinary, 0.01) * v)
        }
        let n = model.sum(model.rows.n, parts)
        return own.indices.sorted { (distance[$0], own[$0]) < (distance[$1], own[$1]) }.map {
            Trial.Finding.Part(number: own[$0], met: spread.observed[own[$0]], n: n[own[$0]])
        }
    }

    private func addDrift(
        _ drift: DriftTest.Trial, _ partner: Int, _ subject: Int, isDuration: Bool, _ trials: inout Trials
    ) {
        guard let number = place[partner] else { return }
        let (recent, earlier) = (drift.recent, drift.earlier)
        var finding: Trial.Finding?
        let last = max(1, months / 4)
        if drift.effect <= (isDuration ? Floor.slower : Floor.drift) {
            finding = Trial.Finding(
                n: Int(recent.n + earlier.n), effect: drift.effect, low: drift.low, high: drift.high,
                story: isDuration
                    ? .driftSlower(
                        ratio: drift.effect, recentCases: Int(recent.n), earlierCases: Int(earlier.n), months: last)
                    : .drift(
                        recent: recent.rate, recentCases: Int(recent.n), earlier: earlier.rate, earlierCases: Int(earlier.n),
                        months: last))
        }
        var trial = Trial(
            partner: number, subject: subject, kind: .drift, dimension: nil, isDuration: isDuration, p: 1, finding: finding)
        trial.z = drift.z
        trial.skewness = drift.skewness
        trials.add(trial)
    }

    /// Tests of kind `path`.
    func addPath(_ path: PathTest, of subject: Int, to trials: inout Trials) {
        guard let first = path.routes.first, let peers = peers(path.n, first.peer) else { return }
        for partner in path.n.indices where path.n[partner] >= PathTest.leastCases {
            guard let number = place[partner] else { continue }
            var finding: Trial.Finding?
            let distance = path.distance[partner]
            let furthest = path.routes.max { abs($0.peer.shrunkDifference(partner)) < abs($1.peer.shrunkDifference(partner)) }
            if distance >= Floor.path, let furthest {
                // Of half a sum of differences whose errors are taken as apart.
                let n = path.n[partner]
                let errors = path.routes.map { $0.peer.remainingError(partner) * $0.peer.information[partner] / n }
                let error = 0.5 * errors.reduce(0) { $0 + $1 * $1 }.squareRoot()
                finding = Trial.Finding(
                    n: Int(n), effect: distance, low: max(0, distance - 1.96 * error), high: min(1, distance + 1.96 * error),
                    story: .path(
                        route: furthest.name, share: furthest.observed[partner] / n,
                        expected: furthest.peer.expected[partner] / n,
                        peers: peers))
            }
            trials.add(
                Trial(
                    partner: number, subject: subject, kind: .path, dimension: nil, isDuration: false, p: path.p[partner],
                    finding: finding))
        }
    }

    private static func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}
