import Foundation

/// Densities of counts in Loader's saddle-point form (Loader 2000, Fast and accurate computation of binomial probabilities),
/// which loses no digits to cancelling factorials. Arguments need not be whole numbers: the densities of the beta and gamma
/// distributions are made of the same parts.
enum SaddlePoint {
    /// log of the binomial probability of x among n, extended to real x. Domain: 0 <= x <= n, n > 0, 0 < p < 1, q = 1 - p.
    static func logBinomial(_ x: Double, of n: Double, _ p: Double, _ q: Double) -> Double {
        if x == 0 { return n * (q > 0.5 ? log1p(-p) : log(q)) }
        if x == n { return n * (p > 0.5 ? log1p(-q) : log(p)) }
        let rest = n - x
        let stirling = stirlingError(n) - stirlingError(x) - stirlingError(rest)
        let deviances = deviance(x, n * p) + deviance(rest, n * q)
        return stirling - deviances + 0.5 * (log(n / (2 * Double.pi)) - log(x) - log(rest))
    }

    /// log of the Poisson probability of x where `mean` is expected, extended to real x. Domain: x >= 0, mean > 0.
    static func logPoisson(_ x: Double, mean: Double) -> Double {
        if x == 0 { return -mean }
        return -stirlingError(x) - deviance(x, mean) - 0.5 * (log(2 * Double.pi) + log(x))
    }

    /// log Γ(n + 1) less Stirling's formula for it. Domain: n > 0.
    static func stirlingError(_ n: Double) -> Double {
        if n < 16 { return logFactorial(n) - (0.5 * (log(2 * Double.pi) + log(n)) + n * log(n) - n) }
        let square = n * n
        let series = 1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / (1188.0 * square)) / square) / square) / square
        return series / n
    }

    /// log Γ(n + 1). Domain: n >= 0. Near zero by its series, where n + 1 would lose the digits of n.
    static func logFactorial(_ n: Double) -> Double {
        if n < 1e-5 { return n * (-0.577_215_664_901_532_9 + n * (0.822_467_033_424_113_2 - n * 0.400_685_634_386_531_4)) }
        var sign: Int32 = 0
        return lgamma_r(n + 1, &sign)
    }

    /// x log(x / m) + m - x, by its series where x is near m. Domain: x > 0, m > 0.
    private static func deviance(_ x: Double, _ m: Double) -> Double {
        let v = (x - m) / (x + m)
        guard abs(v) < 0.1 else { return x * (log(x) - log(m)) + m - x }
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

/// Tails of distributions of counts, summed from a term near the mean both ways, each term the one before times an exact ratio:
/// a first term far out would be too small to keep the digits of its logarithm.
enum TailSum {
    /// log of P(X = 0) + … + P(X = k). `logAt(j)` is log P(X = j) and `ratio(j)` is P(X = j - 1) / P(X = j). `isLogConcave`
    /// says that the ratios rise with j, so that a sum may stop where what is left cannot be seen. Domain: k, mean >= 0.
    static func log(
        upTo k: Int, mean: Double, isLogConcave: Bool, logAt: (Double) -> Double, ratio: (Double) -> Double
    ) -> Double {
        let start = min(Double(k), mean.rounded(.down))
        var sum = Sum(isLogConcave: isLogConcave)
        var j = start
        while j > 0, sum.add(ratio(j), left: j) { j -= 1 }
        sum.restart()
        j = start + 1
        while j <= Double(k), sum.add(1 / ratio(j), left: Double(k) - j + 1) { j += 1 }
        return min(0, logAt(start) + sum.log)
    }

    /// A sum of terms that grow or shrink by ratios, from a first term of 1.
    private struct Sum {
        let isLogConcave: Bool
        private var first = 1.0
        private var term = 1.0
        private var sum = 1.0
        private var scale = 0.0

        init(isLogConcave: Bool) { self.isLogConcave = isLogConcave }

        var log: Double { Foundation.log(sum) + scale }

        /// From the first term, the other way.
        mutating func restart() { term = first }

        /// Adds a term; false where the others, at most so many, cannot be seen beside the sum.
        mutating func add(_ ratio: Double, left: Double) -> Bool {
            term *= ratio
            sum += term
            if isLogConcave, ratio < 1, term * left < sum * 1e-17 { return false }
            if sum > 1e250 {
                (first, term, sum) = (first * 1e-250, term * 1e-250, sum * 1e-250)
                scale += 250 * Foundation.log(10.0)
            }
            return true
        }
    }

    /// log(1 - e^x). Domain: x <= 0.
    static func logComplement(_ x: Double) -> Double {
        if x >= 0 { return -.infinity }
        return x > -0.693 ? Foundation.log(-expm1(x)) : log1p(-exp(x))
    }
}
