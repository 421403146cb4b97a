import Foundation

/// Is a partner an ordinary member of the network, once its case mix is allowed for? (statistics.md 3.3 and 3.5)
///
/// The ordinary partner's level μ and the partners' ordinary variance τ² come from all partners by bounded moments, so that a few
/// outliers do not define what is normal.
struct PeerTest {
    /// Which departures count.
    enum Side { case fewer, either }

    /// Fewer cases than this are never tested.
    static let leastCases = 5.0
    /// From this information on the normal approximation holds.
    private static let large = 25.0

    let mu: Double
    /// Between partners, on the logit or log scale.
    let tau2: Double
    /// How many partners the two were estimated from; where they are too few, τ² is presumed.
    let peers: Int
    let isPresumed: Bool
    /// By partner: expected outcomes, their information, and what customers' correlation adds.
    let expected: [Double]
    let information: [Double]
    let correlated: [Double]
    /// By partner; 1 where there are too few cases.
    let p: [Double]

    private let n: [Double]
    private let observed: [Double]
    private let freedom: Double
    private let isDuration: Bool

    /// `customers`: the ordinary variance between customers.
    init(_ model: OutcomeModel, customers: Double, side: Side = .fewer) {
        let reference = Reference(model, customers: customers)
        let centre = NetworkCentre.estimate(observed: model.observed, moments: reference.moments)
        let figures = reference.moments(centre.centre)
        (mu, tau2) = (centre.centre, centre.between)
        peers = centre.informative
        isPresumed = centre.isPresumed
        (expected, information, correlated) = (figures.expected, figures.information, figures.correlated)
        (n, observed) = (model.n, model.observed)
        // τ² was estimated from these peers: Student's t, not the normal.
        let freedom = Double(max(3, peers - 1))
        (self.freedom, isDuration) = (freedom, model.rows.isDuration)
        p = model.n.indices.map { partner in
            guard model.n[partner] >= Self.leastCases else { return 1 }
            let cases = Cases(
                n: model.n[partner], observed: model.observed[partner], expected: figures.expected[partner],
                information: figures.information[partner], correlated: figures.correlated[partner], tau2: centre.between,
                isDuration: model.rows.isDuration)
            return cases.p(side, df: freedom)
        }
    }

    /// Partners that have fewer of an outcome than peers, with what the model says of their customers.
    init(_ model: OutcomeModel) { self.init(model, customers: model.spread(.customer).ordinary) }

    /// Cases of a partner without the outcome.
    func lacking(_ partner: Int) -> Int { Int(n[partner] - observed[partner]) }

    /// What would be said of one partner with more outcomes, were everything else as it is: a guess, for the model would be too.
    func guess(_ more: Double, at partner: Int) -> (p: Double, difference: Double) {
        let observed = observed[partner] + more
        let cases = Cases(
            n: n[partner], observed: observed, expected: expected[partner], information: information[partner],
            correlated: correlated[partner], tau2: tau2, isDuration: isDuration)
        return (cases.p(.fewer, df: freedom), share(partner) * (observed - expected[partner]) / max(n[partner], 1))
    }

    /// One partner's figures.
    private struct Cases {
        let n: Double
        let observed: Double
        let expected: Double
        let information: Double
        let correlated: Double
        let tau2: Double
        let isDuration: Bool

        func p(_ side: Side, df freedom: Double) -> Double {
            if information >= PeerTest.large {
                let z = departure / (1 / information + correlated / (information * information) + tau2).squareRoot()
                return side == .fewer ? StudentT.lowerTail(z, df: freedom) : min(1, 2 * StudentT.lowerTail(-abs(z), df: freedom))
            }
            let variance = information + correlated + tau2 * information * information
            if isDuration { return NegativeBinomial.lowerTail(Int(observed), mean: expected, variance: variance) }
            let mean = expected / n
            let lower = BetaBinomial.lowerTail(Int(observed), of: Int(n), rate: mean, variance: variance)
            if side == .fewer { return lower }
            return min(1, 2 * min(lower, BetaBinomial.upperTail(Int(observed), of: Int(n), rate: mean, variance: variance)))
        }

        /// On the logit or log scale; halves keep it finite.
        private var departure: Double {
            isDuration
                ? log((observed + 0.5) / (expected + 0.5))
                : log((observed + 0.5) / (n - observed + 0.5)) - log(expected / (n - expected))
        }
    }

    /// What is expected of every partner at a level of the network.
    private struct Reference {
        let model: OutcomeModel
        let customers: Double
        /// For durations, which only scale with the level.
        private var atZero: NetworkCentre.Moments?
        private var rows: [Row] = []

        init(_ model: OutcomeModel, customers: Double) {
            self.model = model
            self.customers = customers
            guard model.rows.isDuration else {
                rows = Self.merged(model)
                return
            }
            let mixes = model.rows.group.map { Int(model.numbers.groups.mix[Int($0)]) }
            let expected = zip(model.rows.exposure, mixes).map { $0 * exp(model.mixEffect[$1]) }
            let sums = model.sum(expected)
            atZero = NetworkCentre.Moments(
                expected: sums, information: sums, correlated: model.squares(expected, of: nil).map { customers * $0 })
        }

        func moments(_ mu: Double) -> NetworkCentre.Moments {
            if let atZero {
                let scale = exp(mu)
                let expected = atZero.expected.map { $0 * scale }
                return NetworkCentre.Moments(
                    expected: expected, information: expected, correlated: atZero.correlated.map { $0 * scale * scale })
            }
            let chance = model.mixEffect.map { expit(mu + $0) }
            let none = [Double](repeating: 0, count: model.n.count)
            var moments = NetworkCentre.Moments(expected: none, information: none, correlated: none)
            var (partner, customer, ofCustomer) = (0, Int32(-1), 0.0)
            for row in rows {
                let expected = row.n * chance[Int(row.mix)]
                let information = expected * (1 - chance[Int(row.mix)])
                if row.customer != customer {
                    moments.correlated[partner] += customers * ofCustomer * ofCustomer
                    (partner, customer, ofCustomer) = (Int(row.partner), row.customer, 0)
                }
                moments.expected[Int(row.partner)] += expected
                moments.information[Int(row.partner)] += information
                if row.customer >= 0 {
                    ofCustomer += information
                } else {
                    // So many cases of equal weight, each of a customer of its own.
                    moments.correlated[Int(row.partner)] += customers * information * information / row.n
                }
            }
            moments.correlated[partner] += customers * ofCustomer * ofCustomer
            return moments
        }

        /// The cases of a customer that are of one mix, whatever their owner and month: in the order of customers.
        private struct Row {
            let partner: Int32
            let customer: Int32
            let mix: Int32
            var n: Double
        }

        private static func merged(_ model: OutcomeModel) -> [Row] {
            let groups = model.numbers.groups
            var rows: [Row] = []
            for (index, group) in model.rows.group.enumerated() where model.rows.n[index] > 0 {
                let group = Int(group)
                let (partner, customer, mix) = (groups.partner[group], groups.customer[group], groups.mix[group])
                if let last = rows.last, last.partner == partner, last.customer == customer, last.mix == mix {
                    rows[rows.count - 1].n += model.rows.n[index]
                } else {
                    rows.append(Row(partner: partner, customer: customer, mix: mix, n: model.rows.n[index]))
                }
            }
            return rows
        }
    }

    // MARK: What is shown

    /// How much of a partner's departure is its own and not chance (empirical Bayes; Efron & Morris 1975).
    func share(_ partner: Int) -> Double {
        Shrinkage.weight(information: information[partner], correlated: correlated[partner], between: tau2)
    }

    /// Observed less expected, a case.
    func difference(_ partner: Int) -> Double { (observed[partner] - expected[partner]) / max(n[partner], 1) }

    func shrunkDifference(_ partner: Int) -> Double { share(partner) * difference(partner) }

    /// Of ends, observed to expected: below 1 is slower.
    func ratio(_ partner: Int) -> Double { (observed[partner] + 0.5) / (expected[partner] + 0.5) }

    func shrunkRatio(_ partner: Int) -> Double { exp(share(partner) * log(ratio(partner))) }

    /// The standard error of what is left after shrinking, on the logit or log scale.
    func remainingError(_ partner: Int) -> Double {
        ((1 - share(partner)) * (tau2 + Shrinkage.slack)).squareRoot()
    }
}
