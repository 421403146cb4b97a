import Foundation

/// The rate of groups of records and how much it varies between them.
package enum BetaBinomialFit {
    /// The moment estimate (Kleinman 1973; the weights are the groups' sizes).
    package struct Moments: Hashable, Sendable {
        /// Σ x / Σ n.
        package let rate: Double
        /// The correlation of two records of one group, as estimated; below zero where groups differ less than by chance.
        package let rawCorrelation: Double
        /// The same within 0 to 0.99.
        package let correlation: Double
    }

    /// Domain: 0 <= x <= n by group. Nothing where the groups cannot tell: no records, every outcome the same, or no group of
    /// two records beside another group.
    package static func moments(_ x: [Int], of n: [Int]) -> Moments? {
        let (total, met) = (n.reduce(0.0) { $0 + Double($1) }, x.reduce(0.0) { $0 + Double($1) })
        guard total > 0, met > 0, met < total else { return nil }
        let rate = met / total
        var (square, squares, groups) = (0.0, 0.0, 0.0)
        for (x, n) in zip(x, n) where n > 0 {
            let (x, n) = (Double(x), Double(n))
            square += (x - n * rate) * (x - n * rate) / n
            squares += n * n
            groups += 1
        }
        let scale = total - squares / total - (groups - 1)
        guard scale > 0 else { return nil }
        let raw = (square / (rate * (1 - rate)) - (groups - 1)) / scale
        return Moments(rate: rate, rawCorrelation: raw, correlation: min(max(raw, 0), 0.99))
    }

    /// The maximum of the likelihood.
    package struct Likeliest: Hashable, Sendable {
        package let a: Double
        package let b: Double
        /// Without the binomial coefficients.
        package let logLikelihood: Double
        /// True where no finite a and b are the likeliest: the groups differ no more than by chance.
        package let isBoundary: Bool

        package var mean: Double { a / (a + b) }
    }

    /// The likeliest a and b, by Newton's method on their logarithms with every step halved until it is uphill; the start is
    /// the moment estimate. Domain: 0 <= x <= n by group, not every outcome the same. Work: the largest group a step.
    package static func likeliest(_ x: [Int], of n: [Int]) -> Likeliest? {
        guard let moments = moments(x, of: n) else { return nil }
        let likelihood = Likelihood(x, of: n)
        let size = 1 / min(max(moments.correlation, 1e-3), 0.9) - 1
        var (u, v) = (log(moments.rate * size), log((1 - moments.rate) * size))
        var point = likelihood.at(u, v)
        for _ in 0..<200 {
            let (du, dv) = point.step
            guard abs(du) + abs(dv) > 1e-12 else { break }
            var scale = min(1, 2 / max(abs(du), abs(dv)))
            var next = likelihood.at(u + scale * du, v + scale * dv)
            while next.value < point.value, scale > 1e-9 {
                scale /= 2
                next = likelihood.at(u + scale * du, v + scale * dv)
            }
            guard next.value > point.value else { break }
            (u, v, point) = (u + scale * du, v + scale * dv, next)
            // Where the two grow without end, the limit is the binomial likelihood.
            if u + v > 40 { break }
        }
        let binomial = likelihood.binomial(moments.rate)
        if binomial >= point.value - 1e-9 {
            let size = exp(20.0)
            return Likeliest(a: moments.rate * size, b: (1 - moments.rate) * size, logLikelihood: binomial, isBoundary: true)
        }
        return Likeliest(a: exp(u), b: exp(v), logLikelihood: point.value, isBoundary: false)
    }

    /// The logarithm of the likelihood as sums of log(a + j): how many groups have more than j met, missed and records.
    private struct Likelihood {
        private let met: [Double]
        private let missed: [Double]
        private let both: [Double]

        init(_ x: [Int], of n: [Int]) {
            met = Self.above(x)
            missed = Self.above(zip(n, x).map { $0 - $1 })
            both = Self.above(n)
        }

        private static func above(_ counts: [Int]) -> [Double] {
            var above = [Double](repeating: 0, count: counts.max() ?? 0)
            for count in counts where count > 0 { above[count - 1] += 1 }
            for j in above.indices.dropLast().reversed() { above[j] += above[j + 1] }
            return above
        }

        func binomial(_ rate: Double) -> Double { met.reduce(0, +) * log(rate) + missed.reduce(0, +) * log1p(-rate) }

        struct Point {
            var value = 0.0
            var gradient = (0.0, 0.0)
            /// Of the second derivatives: aa, ab, bb.
            var curve = (0.0, 0.0, 0.0)

            /// Newton's step; uphill along the gradient where the surface is not a hill.
            var step: (Double, Double) {
                let determinant = curve.0 * curve.2 - curve.1 * curve.1
                guard curve.0 < 0, determinant > 0 else {
                    let length = max(abs(gradient.0), abs(gradient.1), 1e-300)
                    return abs(gradient.0) + abs(gradient.1) < 1e-12 ? (0, 0) : (gradient.0 / length, gradient.1 / length)
                }
                return (
                    (curve.1 * gradient.1 - curve.2 * gradient.0) / determinant,
                    (curve.1 * gradient.0 - curve.0 * gradient.1) / determinant
                )
            }
        }

        /// At log a and log b.
        func at(_ u: Double, _ v: Double) -> Point {
            let (a, b) = (exp(u), exp(v))
            let (ma, mb, mn) = (sums(met, a), sums(missed, b), sums(both, a + b))
            var point = Point(value: ma.0 + mb.0 - mn.0)
            let (ga, gb) = (ma.1 - mn.1, mb.1 - mn.1)
            point.gradient = (a * ga, b * gb)
            point.curve = (a * ga + a * a * (mn.2 - ma.2), a * b * mn.2, b * gb + b * b * (mn.2 - mb.2))
            return point
        }

        /// Σ log(a + j), Σ 1 / (a + j), Σ 1 / (a + j)², each times how many groups have more than j.
        private func sums(_ above: [Double], _ a: Double) -> (Double, Double, Double) {
            var sums = (0.0, 0.0, 0.0)
            for (j, groups) in above.enumerated() {
                let inverse = 1 / (a + Double(j))
                sums.0 += groups * log(a + Double(j))
                sums.1 += groups * inverse
                sums.2 += groups * inverse * inverse
            }
            return sums
        }
    }
}
