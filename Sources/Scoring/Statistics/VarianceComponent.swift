/// How much the groups within one partner (its customers, regions, owners, months) differ beyond chance: a moment estimate of
/// the variance of a random effect on the scale of logits (or logarithms), from sums over the groups (statistics.md 3.4).
package struct VarianceComponent: Hashable, Sendable {
    private var squares = 0.0
    private var first = 0.0
    private var second = 0.0
    private var third = 0.0
    private var fourth = 0.0
    /// How many groups have information.
    package private(set) var groups = 0

    package struct Estimate: Hashable, Sendable {
        /// May be below zero, where groups differ less than by chance.
        package let variance: Double
        /// The variance of that estimate, were there no effect.
        package let error: Double
        /// The divisor of the estimate: how much the groups could tell.
        package let weight: Double
    }

    package init() {}

    /// One group: its count, what is expected of it at the partner's own level, its information V and the fourth cumulant K4.
    package mutating func add(observed: Double, expected: Double, information v: Double, fourthCumulant: Double) {
        squares += (observed - expected) * (observed - expected)
        first += v
        second += v * v
        third += v * v * v
        fourth += fourthCumulant
        if v > 0 { groups += 1 }
    }

    /// Nil where the groups cannot tell: fewer than two with information.
    package var estimate: Estimate? {
        guard groups > 1, first > 0 else { return nil }
        let share = second / first
        let weight = second - 2 * third / first + share * share
        // What remains of one group that has nearly all of the information is rounding.
        guard weight > second * 1e-12 else { return nil }
        let error = (2 * second + fourth) / (weight * weight)
        return Estimate(variance: (squares - (first - share)) / weight, error: error, weight: weight)
    }

    /// The ordinary variance over partners: the inter-quartile mean weighted by precision, at least 0, of the partners with
    /// three groups or more; `presumed` with fewer than five such partners.
    package static func ordinary(_ partners: [VarianceComponent], presumed: Double = 0.05) -> Double {
        var (variances, weights) = ([Double](), [Double]())
        for partner in partners where partner.groups >= 3 {
            guard let estimate = partner.estimate, estimate.error > 0 else { continue }
            variances.append(estimate.variance)
            weights.append(1 / (estimate.error + 0.05))
        }
        guard variances.count >= 5 else { return presumed }
        return max(0, WeightedQuartiles.mean(variances, weights: weights))
    }
}

/// The middle half of weighted numbers.
package enum WeightedQuartiles {
    /// The mean of what lies between the quartiles by weight: up to a quarter of outliers on either side do not move it. 0
    /// without weight. Domain: weights >= 0.
    package static func mean(_ x: [Double], weights: [Double]) -> Double {
        let order = x.indices.sorted { (x[$0], $0) < (x[$1], $1) }
        var cumulated: [Double] = []
        var total = 0.0
        for index in order {
            total += weights[index]
            cumulated.append(total)
        }
        guard total > 0 else { return 0 }
        let (low, high) = (0.25 * total, 0.75 * total)
        var (sum, weight) = (0.0, 0.0)
        for (index, upTo) in zip(order, cumulated) {
            let inside = max(0, min(upTo, high) - max(upTo - weights[index], low))
            sum += x[index] * inside
            weight += inside
        }
        return weight > 0 ? sum / weight : 0
    }
}

/// Tarone's Z (1979): whether groups' rates differ more than binomial counts do. Shown beside findings, not tested: every
/// large partner has some heterogeneity.
package struct TaroneZ: Hashable, Sendable {
    package let z: Double
    /// P(Z > z).
    package var p: Double { Normal.upperTail(z) }

    /// Nil where every outcome is equal or every group has one record. Domain: 0 <= x <= n by group.
    package init?(_ x: [Int], of n: [Int]) {
        let (total, met) = (n.reduce(0.0) { $0 + Double($1) }, x.reduce(0.0) { $0 + Double($1) })
        let pairs = n.reduce(0.0) { $0 + Double($1) * (Double($1) - 1) }
        guard met > 0, met < total, pairs > 0 else { return nil }
        let rate = met / total
        let squares = zip(x, n).reduce(0.0) { sum, group in
            let difference = Double(group.0) - Double(group.1) * rate
            return sum + difference * difference
        }
        z = (squares / (rate * (1 - rate)) - total) / (2 * pairs).squareRoot()
    }
}
