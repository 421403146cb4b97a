import Foundation

/// The gamma distribution of scale 1. Tails by the power series below the mean and by Legendre's continued fraction above it
/// (Lentz's method); near zero the upper tail has a series of its own that keeps its digits.
///
/// Domain: x >= 0, 1e-12 <= shape <= 1e10; work grows with the root of the shape. No result is NaN.
package enum Gamma {
    /// P(X <= x).
    package static func lowerTail(_ x: Double, shape: Double) -> Double { exp(logTails(x, shape).lower) }

    /// P(X > x).
    package static func upperTail(_ x: Double, shape: Double) -> Double { exp(logTails(x, shape).upper) }

    /// log P(X > x): orders tails that are too small for a double.
    package static func logUpperTail(_ x: Double, shape: Double) -> Double { logTails(x, shape).upper }

    /// P(X > x) of the gamma distribution with that mean and variance (Satterthwaite 1946). 1 where either is not above zero:
    /// nothing can be said of such a sum.
    package static func upperTail(_ x: Double, mean: Double, variance: Double) -> Double {
        let (shape, scale) = (mean / variance * mean, variance / mean)
        guard mean > 0, variance > 0, shape.isFinite, shape > 0, scale > 0, scale.isFinite else { return 1 }
        return upperTail(x / scale, shape: shape)
    }

    /// The x with P(X <= x) = p. Domain of p: 0 to 1; the ends give 0 and infinity.
    package static func quantile(_ p: Double, shape: Double) -> Double { exp(logQuantile(lower: p, upper: 1 - p, shape)) }

    /// The x with P(X > x) = p.
    package static func upperQuantile(_ p: Double, shape: Double) -> Double { exp(logQuantile(lower: 1 - p, upper: p, shape)) }

    /// By Newton's method on the logarithm of the smaller tail against log x, where it is concave: after its first step it
    /// stays on one side of the root, so it converges from everywhere.
    private static func logQuantile(lower: Double, upper: Double, _ shape: Double) -> Double {
        guard lower > 0 else { return -.infinity }
        guard upper > 0 else { return .infinity }
        let isLower = lower <= upper
        let target = log(isLower ? lower : upper)
        var u = log(shape)
        for _ in 0..<200 {
            let x = exp(u)
            let tails = logTails(x, shape)
            let tail = isLower ? tails.lower : tails.upper
            let slope = exp(log(shape) + SaddlePoint.logPoisson(shape, mean: x) - tail)
            guard slope > 0, slope.isFinite else { break }
            let step = (target - tail) / (isLower ? slope : -slope)
            let next = min(max(u + step, -745), 709)
            if abs(next - u) < 1e-15 * max(1, abs(u)) { return next }
            u = next
        }
        return u
    }

    private static func logTails(_ x: Double, _ shape: Double) -> (lower: Double, upper: Double) {
        guard x > 0 else { return (-.infinity, 0) }
        guard x < .infinity else { return (0, -.infinity) }
        if x < 1, shape < 1 { return logTailsNearZero(x, shape) }
        if x < shape + 1 {
            let lower = min(0, SaddlePoint.logPoisson(shape, mean: x) + log(series(x, shape)))
            return (lower, TailSum.logComplement(lower))
        }
        let density = log(shape) + SaddlePoint.logPoisson(shape, mean: x)
        let upper = min(0, density + log(continuedFraction(x, shape)))
        return (TailSum.logComplement(upper), upper)
    }

    /// 1 + x / (a + 1) + x² / ((a + 1)(a + 2)) + …
    private static func series(_ x: Double, _ shape: Double) -> Double {
        var (term, sum, n) = (1.0, 1.0, shape)
        for _ in 0..<10_000_000 {
            n += 1
            term *= x / n
            sum += term
            if term < sum * 1e-17 { break }
        }
        return sum
    }

    private static func continuedFraction(_ x: Double, _ shape: Double) -> Double {
        var b = x + 1 - shape
        var c = 1e300
        var d = 1 / b
        var h = d
        for i in 1..<10_000_000 {
            let a = -Double(i) * (Double(i) - shape)
            b += 2
            d = 1 / nonzero(a * d + b)
            c = nonzero(b + a / c)
            let factor = d * c
            h *= factor
            if abs(factor - 1) < 3e-16 { break }
        }
        return h
    }

    private static func nonzero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }

    /// P = x^a / Γ(a + 1) · (1 + s), and 1 - P from the parts less one, as a sum of numbers of one sign.
    private static func logTailsNearZero(_ x: Double, _ shape: Double) -> (lower: Double, upper: Double) {
        var (term, sum) = (shape, 0.0)
        for n in 1..<1000 {
            term *= -x / Double(n)
            let next = sum + term / (shape + Double(n))
            if next == sum { break }
            sum = next
        }
        let power = shape * log(x) - SaddlePoint.logFactorial(shape)
        let lower = min(0, power + log1p(sum))
        let rest = expm1(power)
        let upper = -(sum + rest + sum * rest)
        return (lower, upper > 0 ? min(0, log(upper)) : -.infinity)
    }
}

/// The chi-square distribution. Domain: x >= 0, df > 0 (real).
package enum ChiSquare {
    /// P(X > x).
    package static func upperTail(_ x: Double, df: Double) -> Double { Gamma.upperTail(x / 2, shape: df / 2) }

    /// The x with P(X <= x) = p, 0 <= p <= 1.
    package static func quantile(_ p: Double, df: Double) -> Double { 2 * Gamma.quantile(p, shape: df / 2) }

    /// The x with P(X > x) = p.
    package static func upperQuantile(_ p: Double, df: Double) -> Double { 2 * Gamma.upperQuantile(p, shape: df / 2) }
}

/// The standardised Pearson III distribution: mean 0, variance 1 and a skewness, a shifted gamma distribution.
package enum PearsonIII {
    /// P(Z <= z). Domain: every z, any finite skewness; a skewness of at most 0.02 either way counts as none.
    package static func lowerTail(_ z: Double, skewness: Double) -> Double {
        guard abs(skewness) > 0.02 else { return Normal.upperTail(-z) }
        let shape = 4 / (skewness * skewness)
        let root = 2 / abs(skewness)
        return skewness > 0
            ? Gamma.lowerTail(max(shape + z * root, 0), shape: shape)
            : Gamma.upperTail(max(shape - z * root, 0), shape: shape)
    }
}
