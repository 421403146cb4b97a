import Foundation

/// The binomial distribution: how many of n records are met where each is with probability p.
///
/// Tails are summed outwards from their largest term (`TailSum`), which comes from `SaddlePoint`.
/// Domain: n up to some tens of millions, 0 <= p <= 1, any k. No result is NaN.
package enum Binomial {
    /// P(X <= k).
    package static func lowerTail(_ k: Int, of n: Int, _ p: Double) -> Double { exp(logLowerTail(k, of: n, p)) }

    /// P(X >= k).
    package static func upperTail(_ k: Int, of n: Int, _ p: Double) -> Double { exp(logUpperTail(k, of: n, p)) }

    /// log P(X <= k): orders tails that are too small for a double.
    package static func logLowerTail(_ k: Int, of n: Int, _ p: Double) -> Double { logTail(k, of: n, p, 1 - p) }

    /// log P(X >= k).
    package static func logUpperTail(_ k: Int, of n: Int, _ p: Double) -> Double { logTail(n - k, of: n, 1 - p, p) }

    /// log P(X <= k), where q = 1 - p keeps the digits of the smaller of the two.
    private static func logTail(_ k: Int, of n: Int, _ p: Double, _ q: Double) -> Double {
        guard k >= 0 else { return -.infinity }
        guard k < n, p > 0 else { return 0 }
        guard q > 0 else { return -.infinity }
        if Double(k) <= Double(n) * p { return logSum(upTo: k, of: n, p, q) }
        // Above the mean the other tail is the small one: X > k is n - X <= n - k - 1.
        return TailSum.logComplement(logSum(upTo: n - k - 1, of: n, q, p))
    }

    private static func logSum(upTo k: Int, of n: Int, _ p: Double, _ q: Double) -> Double {
        let (odds, count) = (q / p, Double(n))
        return TailSum.log(
            upTo: k, mean: count * p, isLogConcave: true, logAt: { SaddlePoint.logBinomial($0, of: count, p, q) },
            ratio: { $0 / (count - $0 + 1) * odds })
    }
}
