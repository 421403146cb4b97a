import Foundation

/// The standard normal distribution.
package enum Normal {
    /// P(Z > z). Domain: every z; by the complementary error function, so that small tails keep their digits.
    package static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

    /// log P(Z > z): orders tails that are too small for a double.
    package static func logUpperTail(_ z: Double) -> Double {
        if z < 0 { return log1p(-upperTail(-z)) }
        guard z > 30 else { return log(upperTail(z)) }
        let inverse = 1 / (z * z)
        let series = 1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse)))
        return -z * z / 2 - log(z) - 0.5 * log(2 * Double.pi) + log(series)
    }

    /// The z with P(Z <= z) = p. Domain: 0 < p < 1; what lies outside gives the infinity of the
    /// nearer side.
    ///
    /// Newton's method on log P(Z <= z), which is concave: from a start left of the root every step stays left of it, so it
    /// converges for every p. The start is the Chernoff bound P(Z <= -x) <= exp(-x²/2) / 2.
    package static func quantile(_ p: Double) -> Double {
        guard p > 0 else { return -.infinity }
        guard p < 1 else { return .infinity }
        if p == 0.5 { return 0 }
        if p > 0.5 { return -quantile(1 - p) }
        let target = log(p)
        var z = -(-2 * target).squareRoot()
        for _ in 0..<64 {
            let tail = upperTail(-z)
            guard tail > 0 else { return z }
            let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
            let step = (target - log(tail)) * tail / density
            z += step
            if abs(step) < 1e-14 * max(1, abs(z)) { break }
        }
        return z
    }
}
