import Foundation

/// Do comparable parts of one partner get different treatment, beyond what parts of a partner ordinarily do? (statistics.md 3.4)
struct WithinTest {
    /// By partner: the upper tail, before the network's scale; nil where there is too little to test.
    let p: [Double?]
    /// By partner: how far the best-served and the worst-served tenth of its parts lie apart, less what is ordinary; for a
    /// duration the ratio of the two.
    let effect: [Double]
    let low: [Double]
    let high: [Double]
    /// The ordinary gap, or ratio, at the partner's rate.
    let ordinaryGap: [Double]
    private let gaps: [Gap]
    private let variance: [Double]
    private let parts: [Int]

    /// The share of the ordinary variance by which partners' own variance naturally differs, and what is added to it.
    private static let tolerance = (share: 0.6, least: 0.01)
    /// The ninth decile of the normal distribution.
    private static let decile = 1.2816

    init(_ model: OutcomeModel, _ dimension: Dimension, _ spread: OutcomeModel.Spread, customers: OutcomeModel.Spread) {
        let parts = model.numbers[dimension]
        let partners = model.numbers.partners
        let s0 = spread.ordinary
        var total = spread.information.map { $0 + s0 * $0 * $0 }
        if dimension != .customer {
            // Unequal customers are not to be mistaken for unequal regions or owners.
            let own = (0..<partners).map { max(customers.own($0) ?? 0, customers.ordinary) }
            let squares = model.squares(model.information, of: dimension)
            for part in total.indices { total[part] += own[Int(parts.partner[part])] * squares[part] }
        }
        let ofPartner = Self.sums(parts, partners, spread.information, total)
        var moments = [Moments](repeating: Moments(), count: partners)
        for part in total.indices where total[part] > 0 {
            let partner = Int(parts.partner[part])
            let rate = model.observed[partner] / max(model.n[partner], 1)
            // A random effect on a rare failure makes a long tail: the fourth cumulant of the mixture.
            let skew = model.rows.isDuration ? 1 : (1 - 2 * rate) * (1 - 2 * rate)
            moments[partner].add(
                residual: spread.observed[part] - spread.expected[part], information: spread.information[part],
                total: total[part],
                fourth: max(spread.fourth[part], 0) + skew * Self.mixtureFourth(spread.information[part], s0),
                ofPartner: ofPartner[partner])
        }
        let excess = Self.tolerance.share * s0 + Self.tolerance.least
        p = (0..<partners).map { partner in
            let (n, o, moments) = (model.n[partner], model.observed[partner], moments[partner])
            let rarer = model.rows.isDuration ? o : min(o, n - o)
            guard moments.parts >= 2, rarer >= 5, n >= 10, moments.mean > 0 else { return nil }
            let variance = moments.variance + (excess * moments.weight) * (excess * moments.weight)
            return Gamma.upperTail(moments.statistic, mean: moments.mean, variance: variance)
        }
        let gaps = (0..<partners).map { Gap(model, $0, ordinary: s0) }
        let variances = spread.estimates.map { $0?.variance ?? 0 }
        let errors = spread.estimates.map { 1.96 * ($0?.error ?? 0).squareRoot() }
        effect = (0..<partners).map { gaps[$0].beyondOrdinary(variances[$0]) }
        low = (0..<partners).map { gaps[$0].beyondOrdinary(variances[$0] - errors[$0]) }
        high = (0..<partners).map { gaps[$0].beyondOrdinary(variances[$0] + errors[$0]) }
        ordinaryGap = gaps.map(\.ordinaryGap)
        self.gaps = gaps
        variance = variances
        self.parts = moments.map(\.parts)
    }

    /// What the ninth and the first tenth of a partner's parts get: rates, or for a duration closing rates, 1 the partner's own.
    func gap(_ partner: Int) -> (best: Double, worst: Double, parts: Int) {
        let ends = gaps[partner].ends(variance[partner])
        return (ends.best, ends.worst, parts[partner])
    }

    /// 7 s V² + 18 s² V³ + 16 s³ V⁴.
    private static func mixtureFourth(_ v: Double, _ s: Double) -> Double {
        let sv = s * v
        return sv * v * (7 + sv * (18 + 16 * sv))
    }

    private static func sums(
        _ parts: GroupNumbers.Parts, _ partners: Int, _ information: [Double], _ total: [Double]
    ) -> [(information: Double, total: Double)] {
        var sums = [(information: Double, total: Double)](repeating: (0, 0), count: partners)
        for part in total.indices {
            sums[Int(parts.partner[part])].information += information[part]
            sums[Int(parts.partner[part])].total += total[part]
        }
        return sums
    }

    /// Of T = Σ w (O − E)², with w = (V/S)² (Satterthwaite 1946).
    private struct Moments {
        private(set) var statistic = 0.0
        private(set) var mean = 0.0
        private(set) var variance = 0.0
        /// Σ w V²
        private(set) var weight = 0.0
        private(set) var parts = 0

        mutating func add(
            residual: Double, information v: Double, total s: Double, fourth: Double,
            ofPartner: (information: Double, total: Double)
        ) {
            guard v > 0 else { return }
            let w = (v / s) * (v / s)
            let m =
                s - 2 * s * v / ofPartner.information + v * v * ofPartner.total / (ofPartner.information * ofPartner.information)
            statistic += w * residual * residual
            mean += w * m
            variance += w * w * (2 * m * m + fourth)
            weight += w * v * v
            parts += 1
        }
    }

    /// Between the ninth and the first tenth of parts.
    private struct Gap {
        private let logit: Double
        private let isDuration: Bool
        let ordinaryGap: Double

        init(_ model: OutcomeModel, _ partner: Int, ordinary: Double) {
            isDuration = model.rows.isDuration
            logit = log((model.observed[partner] + 0.5) / (model.n[partner] - model.observed[partner] + 0.5))
            ordinaryGap = Self.gap(ordinary, logit, isDuration)
        }

        func ends(_ variance: Double) -> (best: Double, worst: Double) {
            let spread = decile * (variance > 0 ? variance.squareRoot() : 0)
            return isDuration ? (exp(spread / 2), exp(-spread / 2)) : (expit(logit + spread), expit(logit - spread))
        }

        func beyondOrdinary(_ variance: Double) -> Double {
            let gap = Self.gap(variance, logit, isDuration)
            return isDuration ? gap / ordinaryGap : gap - ordinaryGap
        }

        private static func gap(_ variance: Double, _ logit: Double, _ isDuration: Bool) -> Double {
            let spread = decile * (variance > 0 ? variance.squareRoot() : 0)
            return isDuration ? exp(spread) : expit(logit + spread) - expit(logit - spread)
        }
    }
}
