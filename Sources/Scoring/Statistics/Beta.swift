import Foundation

/// The beta distribution: tails by its continued fraction (Lentz's method), on the side where it converges fast.
///
/// Domain: 0 <= x <= 1, 1e-12 <= a, b <= 1e10; work grows with the root of the parameters. No result is NaN.
package enum Beta {
    /// P(X <= x).
    package static func lowerTail(_ x: Double, _ a: Double, _ b: Double) -> Double { exp(logTails(x, 1 - x, a, b).lower) }

    /// P(X > x).
    package static func upperTail(_ x: Double, _ a: Double, _ b: Double) -> Double { exp(logTails(x, 1 - x, a, b).upper) }

    /// The x with P(X <= x) = p. Domain of p: 0 to 1. What is nearer to an end than 1e-304 is given as that.
    package static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double { quantile(lower: p, upper: 1 - p, a, b) }

    /// The x with P(X > x) = p.
    package static func upperQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double { quantile(lower: 1 - p, upper: p, a, b) }

    private static func quantile(lower: Double, upper: Double, _ a: Double, _ b: Double) -> Double {
        guard lower > 0 else { return 0 }
        guard upper > 0 else { return 1 }
        let logit = lower <= upper ? lowerLogit(lower, a, b) : -lowerLogit(upper, b, a)
        return 1 / (1 + exp(-logit))
    }

    /// The logit of x, for p <= 1/2: Newton's method on log P(X <= x) against it, where that is concave.
    private static func lowerLogit(_ p: Double, _ a: Double, _ b: Double) -> Double {
        let target = log(p)
        var u = log(a) - log(b)
        for _ in 0..<200 {
            let (x, y) = (1 / (1 + exp(-u)), 1 / (1 + exp(u)))
            let tail = logTails(x, y, a, b).lower
            let slope = exp(log(a) + log(b) - log(a + b) + SaddlePoint.logBinomial(a, of: a + b, x, y) - tail)
            guard slope > 0, slope.isFinite else { break }
            let next = min(max(u + (target - tail) / slope, -700), 700)
            if abs(next - u) < 1e-15 * max(1, abs(u)) { return next }
            u = next
        }
        return u
    }

    /// Where y = 1 - x keeps the digits of the smaller of the two.
    static func logTails(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> (lower: Double, upper: Double) {
        guard x > 0 else { return (-.infinity, 0) }
        guard y > 0 else { return (0, -.infinity) }
        if x * (a + b + 2) < a + 1 {
            let lower = logTail(x, y, a, b)
            return (lower, TailSum.logComplement(lower))
        }
        let upper = logTail(y, x, b, a)
        return (TailSum.logComplement(upper), upper)
    }

    private static func logTail(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        let density = log(b) - log(a + b) + SaddlePoint.logBinomial(a, of: a + b, x, y)
        return min(0, density + log(continuedFraction(x, a, b)))
    }

    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let (sum, above, below) = (a + b, a + 1, a - 1)
        var c = 1.0
        var d = 1 / nonzero(1 - sum * x / above)
        var h = d
        for i in 1..<1_000_000 {
            let m = Double(i)
            let even = m * (b - m) * x / ((below + 2 * m) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d)
            c = nonzero(1 + even / c)
            h *= d * c
            let odd = -(a + m) * (sum + m) * x / ((a + 2 * m) * (above + 2 * m))
            d = 1 / nonzero(1 + odd * d)
            c = nonzero(1 + odd / c)
            let factor = d * c
            h *= factor
            if abs(factor - 1) < 3e-16 { break }
        }
        return max(h, .leastNormalMagnitude)
    }

    private static func nonzero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
}

/// Student's t distribution. Domain: every t, df > 0 (real).
package enum StudentT {
    /// P(T <= t).
    package static func lowerTail(_ t: Double, df: Double) -> Double { exp(logLowerTail(t, df: df)) }

    /// P(T > t).
    package static func upperTail(_ t: Double, df: Double) -> Double { exp(logLowerTail(-t, df: df)) }

    /// log P(T <= t): orders tails that are too small for a double.
    package static func logLowerTail(_ t: Double, df: Double) -> Double {
        let square = t * t / df
        let tails = Beta.logTails(1 / (1 + square), 1 / (1 + 1 / square), df / 2, 0.5)
        let half = tails.lower - log(2.0)
        return t <= 0 ? half : TailSum.logComplement(half)
    }
}

/// The exact interval for a proportion (Clopper & Pearson 1934): it covers at least as often as it says.
package struct ClopperPearsonInterval: Hashable, Sendable {
    package let low: Double
    package let high: Double

    /// Domain: 0 <= x <= n, 0 < alpha < 1. n = 0 gives 0 to 1.
    package init(_ x: Int, of n: Int, alpha: Double = 0.05) {
        let (met, missed) = (Double(x), Double(n - x))
        low = x == 0 ? 0 : Beta.quantile(alpha / 2, met, missed + 1)
        high = x == n ? 1 : Beta.upperQuantile(alpha / 2, met + 1, missed)
    }
}
