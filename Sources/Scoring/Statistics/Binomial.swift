import Foundation

/// The binomial distribution: how many of n records are met where each is with probability p.
///
/// Tails are summed outwards from their largest term, each term the one before times an exact ratio; the first term comes
/// from Loader's saddle-point form (Loader 2000, Fast and accurate computation of binomial probabilities), which loses no
/// digits to cancelling factorials. Domain: n up to some tens of millions, 0 <= p <= 1, any k. No result is NaN.
package enum Binomial {
    /// P(X <= k).
    package static func lowerTail(_ k: Int, of n: Int, _ p: Double) -> Double { exp(logLowerTail(k, of: n, p)) }

    /// P(X >= k).
    package static func upperTail(_ k: Int, of n: Int, _ p: Double) -> Double { exp(logLowerTail(n - k, of: n, 1 - p)) }

    /// log P(X <= k): orders tails that are too small for a double.
    package static func logLowerTail(_ k: Int, of n: Int, _ p: Double) -> Double {
        guard k >= 0 else { return -.infinity }
        guard k < n, p > 0 else { return 0 }
        guard p < 1 else { return -.infinity }
        if Double(k) <= Double(n) * p { return logSum(downFrom: k, of: n, p) }
        // Above the mean the other tail is the small one: X > k is n - X <= n - k - 1.
        return log1p(-exp(logSum(downFrom: n - k - 1, of: n, 1 - p)))
    }

    /// log of P(X = k) + P(X = k - 1) + …, for k not above the mean, where the terms fall.
    private static func logSum(downFrom k: Int, of n: Int, _ p: Double) -> Double {
        let odds = (1 - p) / p
        var term = 1.0
        var sum = 1.0
        var j = k
        while j > 0 {
            term *= Double(j) / Double(n - j + 1) * odds
            sum += term
            if term < sum * 1e-17 { break }
            j -= 1
        }
        return min(0, logProbability(k, of: n, p) + log(sum))
    }

    /// log P(X = k), for 0 < p < 1 and 0 <= k <= n.
    private static func logProbability(_ k: Int, of n: Int, _ p: Double) -> Double {
        let (k, n) = (Double(k), Double(n))
        if k == 0 { return n * log1p(-p) }
        if k == n { return n * log(p) }
        let stirling = stirlingError(n) - stirlingError(k) - stirlingError(n - k)
        let deviances = deviance(k, n * p) + deviance(n - k, n * (1 - p))
        return stirling - deviances + 0.5 * log(n / (2 * Double.pi * k * (n - k)))
    }

    /// log n! less Stirling's formula for it.
    private static func stirlingError(_ n: Double) -> Double {
        if n < 16 {
            let factorial = stride(from: 2.0, through: n, by: 1).reduce(1, *)
            return log(factorial) - (0.5 * log(2 * Double.pi * n) + n * log(n) - n)
        }
        let square = n * n
        let series = 1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / (1188.0 * square)) / square) / square) / square
        return series / n
    }

    /// x log(x / m) + m - x, by its series where x is near m.
    private static func deviance(_ x: Double, _ m: Double) -> Double {
        let v = (x - m) / (x + m)
        guard abs(v) < 0.1 else { return x * log(x / m) + m - x }
        var sum = (x - m) * v
        var power = 2 * x * v
        for j in 1..<1000 {
            power *= v * v
            let next = sum + power / Double(2 * j + 1)
            if next == sum { break }
            sum = next
        }
        return sum
    }
}
