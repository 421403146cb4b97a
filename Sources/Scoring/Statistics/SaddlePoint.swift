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

/// Tails of distributions of counts, summed from the largest count down, each term the one before times an exact ratio.
enum TailSum {
    /// log of P(X = k) + … + P(X = 0). `ratio(j)` is P(X = j - 1) / P(X = j); `isLogConcave` says that the ratios fall with
    /// falling j, so that the sum may stop where what is left cannot be seen.
    static func log(downFrom k: Int, logTop: Double, isLogConcave: Bool, ratio: (Double) -> Double) -> Double {
        var (term, sum, scale) = (1.0, 1.0, 0.0)
        var j = Double(k)
        while j > 0 {
            term *= ratio(j)
            sum += term
            if isLogConcave, term * j < sum * 1e-17 { break }
            if sum > 1e250 {
                (term, sum) = (term * 1e-250, sum * 1e-250)
                scale += 250 * Foundation.log(10.0)
            }
            j -= 1
        }
        return min(0, logTop + (Foundation.log(sum) + scale))
    }

    /// log(1 - e^x). Domain: x <= 0.
    static func logComplement(_ x: Double) -> Double {
        if x >= 0 { return -.infinity }
        return x > -0.693 ? Foundation.log(-expm1(x)) : log1p(-exp(x))
    }
}
