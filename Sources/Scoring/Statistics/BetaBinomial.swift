import Foundation

/// The beta-binomial distribution: a count of n whose records share a rate that itself varies.
package enum BetaBinomial {
    /// P(X <= k) of the beta-binomial of n with the mean n·rate and that variance; of the binomial where the variance is not
    /// above n·rate·(1 - rate). Exact (to rounding) at every n; work grows with k.
    ///
    /// Domain: 0 <= rate <= 1 (kept a billionth from its ends), variance >= 0, any k. The correlation is at most 0.999.
    package static func lowerTail(_ k: Int, of n: Int, rate: Double, variance: Double) -> Double {
        exp(logLowerTail(k, of: n, rate: rate, variance: variance))
    }

    /// P(X >= k).
    package static func upperTail(_ k: Int, of n: Int, rate: Double, variance: Double) -> Double {
        exp(logLowerTail(n - k, of: n, rate: 1 - rate, variance: variance))
    }

    /// log P(X <= k): orders tails that are too small for a double.
    package static func logLowerTail(_ k: Int, of n: Int, rate: Double, variance: Double) -> Double {
        guard k >= 0 else { return -.infinity }
        guard k < n else { return 0 }
        let mean = min(max(rate, 1e-9), 1 - 1e-9)
        let binomial = Double(n) * mean * (1 - mean)
        guard n > 1, variance > binomial * 1.0000001 else { return Binomial.logLowerTail(k, of: n, mean) }
        let correlation = min((variance / binomial - 1) / Double(n - 1), 0.999)
        let size = 1 / correlation - 1
        return logLowerTail(k, of: n, a: mean * size, b: (1 - mean) * size)
    }

    /// log P(X <= k) for rates of a beta distribution of a and b. Domain: 0 <= k < n, a, b >= 1e-12.
    package static func logLowerTail(_ k: Int, of n: Int, a: Double, b: Double) -> Double {
        let count = Double(n)
        return TailSum.log(
            upTo: k, mean: count * (a / (a + b)), isLogConcave: a >= 1 && b >= 1,
            logAt: { logProbability($0, of: count, a, b) },
            ratio: { $0 / (count - $0 + 1) * ((count - $0 + b) / ($0 - 1 + a)) })
    }

    /// C(n, k) B(k + a, n - k + b) / B(a, b), each factor a binomial density at the mean: the powers of the mean cancel.
    private static func logProbability(_ k: Double, of n: Double, _ a: Double, _ b: Double) -> Double {
        let (p, q) = (a / (a + b), b / (a + b))
        let parts =
            SaddlePoint.logBinomial(k, of: n, p, q) + SaddlePoint.logBinomial(a, of: a + b, p, q)
            - SaddlePoint.logBinomial(k + a, of: n + a + b, p, q)
        return parts + log(a) + log(b) - log(a + b) + log(n + a + b) - log(k + a) - log(n - k + b)
    }
}

/// The negative binomial distribution: a count whose expectation itself varies; Poisson where it does not.
package enum NegativeBinomial {
    /// P(X <= k) of the distribution with that mean and variance; Poisson's where the variance is not above the mean.
    ///
    /// Domain: mean >= 0, any k; work grows with k.
    package static func lowerTail(_ k: Int, mean: Double, variance: Double) -> Double {
        exp(logLowerTail(k, mean: mean, variance: variance))
    }

    /// P(X >= k).
    package static func upperTail(_ k: Int, mean: Double, variance: Double) -> Double {
        guard k > 0 else { return 1 }
        return exp(TailSum.logComplement(logLowerTail(k - 1, mean: mean, variance: variance)))
    }

    /// log P(X <= k): orders tails that are too small for a double.
    package static func logLowerTail(_ k: Int, mean: Double, variance: Double) -> Double {
        guard k >= 0 else { return -.infinity }
        guard mean > 0 else { return 0 }
        guard variance > mean * 1.0000001 else {
            return TailSum.log(
                upTo: k, mean: mean, isLogConcave: true, logAt: { SaddlePoint.logPoisson($0, mean: mean) },
                ratio: { $0 / mean })
        }
        let size = mean / (variance - mean) * mean
        guard size > 0 else { return 0 }
        let (p, q) = (size / (size + mean), mean / (size + mean))
        return TailSum.log(
            upTo: k, mean: mean, isLogConcave: size >= 1,
            logAt: { log(size) - log(size + $0) + SaddlePoint.logBinomial(size, of: size + $0, p, q) },
            ratio: { $0 / (($0 - 1 + size) * q) })
    }
}
