import Foundation
import Scoring
import TestSupport
import Testing

/// What holds of every distribution at every argument of its domain, the extremes among them.
struct DistributionPropertyTests {
    /// Numbers of every size.
    private static let sizes = [1e-300, 1e-12, 1e-3, 0.3, 0.5, 1, 2.5, 17, 400, 1e4, 1e6]

    private static func isShare(_ p: Double) -> Bool { p >= 0 && p <= 1 }

    @Test func `Student's t is scipy's`() {
        let cases: [(t: Double, df: Double, p: Double)] = [
            (-40, 3, 1.7190340394579253e-05), (-12.5, 7, 2.4162090115905006e-06), (-5, 3, 0.007696219036651147),
            (-3.2, 12.5, 0.00364160392748802), (-2, 1, 0.14758361765043326), (-1e-08, 4, 0.49999999625), (0, 9, 0.5),
            (0.7, 2, 0.7218034876835673), (1.96, 99, 0.9735964431245147), (3, 1_000_000, 0.9986500687292891),
            (8, 30, 0.9999999968670887), (-37, 500, 1.4410238921893043e-145), (-10_000_000_000, 3, 1.1026577908435839e-30),
            (-300, 3, 4.083754392989337e-08), (-6, 99, 1.6229580561727712e-08),
        ]
        for (t, df, p) in cases {
            #expect(abs(StudentT.lowerTail(t, df: df) - p) <= 1e-10 * p, "t \(t), \(df) df")
            #expect(StudentT.upperTail(-t, df: df) == StudentT.lowerTail(t, df: df))
        }
        #expect(StudentT.lowerTail(-1e200, df: 3) == 0)
        #expect(StudentT.logLowerTail(-1e200, df: 3) < StudentT.logLowerTail(-1e100, df: 3))
    }

    @Test func `tails of continuous distributions are shares, fall in order and add to one`() {
        let points = [0, Double.leastNonzeroMagnitude, 1e-100, 1e-9, 0.01, 0.4, 0.999, 1, 1.7, 30, 1e3, 1e5, 1e7, 1e300]
        for shape in Self.sizes.dropFirst() {
            var last = 1.0
            for x in points {
                let (lower, upper) = (Gamma.lowerTail(x, shape: shape), Gamma.upperTail(x, shape: shape))
                #expect(Self.isShare(lower) && Self.isShare(upper), "gamma \(x), \(shape): \(lower), \(upper)")
                #expect(abs(lower + upper - 1) < 1e-12, "gamma \(x), \(shape)")
                #expect(upper <= last * (1 + 1e-12), "gamma \(x), \(shape)")
                last = upper
            }
            for other in Self.sizes.dropFirst() {
                var last = 0.0
                for x in [0, 1e-300, 1e-12, 1e-3, 0.1, 0.5, 0.9, 1 - 1e-9, 1] {
                    let (lower, upper) = (Beta.lowerTail(x, shape, other), Beta.upperTail(x, shape, other))
                    #expect(Self.isShare(lower) && Self.isShare(upper), "beta \(x), \(shape), \(other): \(lower), \(upper)")
                    #expect(abs(lower + upper - 1) < 1e-12, "beta \(x), \(shape), \(other)")
                    #expect(lower >= last * (1 - 1e-11), "beta \(x), \(shape), \(other): \(lower) after \(last)")
                    last = lower
                }
            }
        }
    }

    @Test func `tails in z are shares, fall in order and mirror each other`() {
        let z = [-1e308, -1e9, -40, -8, -3, -0.02, 0, 1e-300, 0.5, 2, 6, 37, 39, 1e5, 1e308]
        for df in [1.0, 2, 3.5, 30, 1000, 1e6] {
            let tails = z.map { StudentT.lowerTail($0, df: df) }
            #expect(tails.allSatisfy(Self.isShare) && tails == tails.sorted(), "t with \(df) df: \(tails)")
            for (z, tail) in zip(z, tails) { #expect(abs(tail + StudentT.lowerTail(-z, df: df) - 1) < 1e-12) }
        }
        for skewness in [-30, -1.5, -0.021, -0.02, 0, 1e-300, 0.0201, 0.3, 5, 1e6] {
            let tails = z.map { PearsonIII.lowerTail($0, skewness: skewness) }
            #expect(tails.allSatisfy(Self.isShare) && tails == tails.sorted(), "skewness \(skewness): \(tails)")
            for (z, tail) in zip(z, tails) {
                #expect(abs(tail + PearsonIII.lowerTail(-z, skewness: -skewness) - 1) < 1e-9, "\(z), \(skewness)")
            }
        }
        let logs = z.map(Normal.logUpperTail)
        #expect(logs == logs.sorted(by: >) && logs.allSatisfy { $0 <= 0 })
        #expect(abs(Normal.logUpperTail(30) - Normal.logUpperTail(30.000_000_001)) < 1e-7)
    }

    @Test func `quantiles lead back to their tails`() {
        var random = SeededNumbers(state: 6)
        for _ in 0..<400 {
            let p = Double(random.below(1_000_000) + 1) / 1_000_002
            let a = exp(Double(random.below(2000)) / 100 - 6)
            let b = exp(Double(random.below(2000)) / 100 - 6)
            let x = Beta.quantile(p, a, b)
            #expect(Self.isShare(x))
            // At an end of a double's range there may be no number in between.
            if x > 1e-300, x < 1 - 1e-9 { #expect(abs(Beta.lowerTail(x, a, b) - p) < 1e-8, "beta \(p), \(a), \(b)") }
            let g = Gamma.quantile(p, shape: a)
            if g > 1e-300 { #expect(abs(Gamma.lowerTail(g, shape: a) - p) < 1e-9, "gamma \(p), \(a)") }
            #expect(abs(Gamma.upperQuantile(1 - p, shape: a) - g) <= 1e-6 * g + 1e-300, "gamma \(p), \(a)")
            #expect(abs(Normal.upperTail(Normal.quantile(p)) - (1 - p)) < 1e-12)
        }
        for p in [0, 1e-300, 1e-12, 1 - 1e-12, 1] {
            for shape in Self.sizes.dropFirst() {
                #expect(Gamma.quantile(p, shape: shape) >= 0 && !Gamma.upperQuantile(p, shape: shape).isNaN)
                for other in Self.sizes.dropFirst() { #expect(Self.isShare(Beta.quantile(p, shape, other))) }
            }
        }
    }

    @Test func `tails of counts are shares, rise with the count and add to one`() {
        var random = SeededNumbers(state: 7)
        for round in 0..<300 {
            let n = random.below(round % 10 == 0 ? 20_000 : 120)
            let rate = [0, 1, 1e-12, 0.5, Double(random.below(1001)) / 1000][random.below(5)]
            let width = [0, 0.5, 1, 1.3, 20, 1e9][random.below(6)]
            let variance = Double(n) * rate * (1 - rate) * width
            let mean = Double(n) * rate
            var (last, lastCount) = (0.0, 0.0)
            for k in [-1, 0, 1, n / 3, n / 2, n - 1, n, n + 1].sorted() {
                let lower = BetaBinomial.lowerTail(k, of: n, rate: rate, variance: variance)
                let rest = BetaBinomial.upperTail(k + 1, of: n, rate: rate, variance: variance)
                #expect(Self.isShare(lower) && Self.isShare(rest), "\(k) of \(n), \(rate), \(variance): \(lower), \(rest)")
                #expect(abs(lower + rest - 1) < 1e-8, "\(k) of \(n), \(rate), \(variance): \(lower), \(rest)")
                #expect(lower >= last * (1 - 1e-11), "\(k) of \(n), \(rate), \(variance)")
                last = lower
                let count = NegativeBinomial.lowerTail(k, mean: mean, variance: mean * width)
                let above = NegativeBinomial.upperTail(k + 1, mean: mean, variance: mean * width)
                #expect(Self.isShare(count) && abs(count + above - 1) < 1e-9, "\(k), mean \(mean), × \(width): \(count)")
                #expect(count >= lastCount * (1 - 1e-11), "\(k), mean \(mean), × \(width)")
                lastCount = count
            }
        }
    }

    @Test func `a beta-binomial of two equal halves is flat`() {
        // a = b = 1 gives every count of 0...n the same probability.
        let (n, rate) = (50, 0.5)
        let flat = Double(n) * (Double(n) + 2) / 12
        for k in 0...n {
            let tail = BetaBinomial.lowerTail(k, of: n, rate: rate, variance: flat)
            #expect(abs(tail - Double(k + 1) / Double(n + 1)) < 1e-12)
        }
    }

    @Test func `a million records are no more work than their sum`() {
        let n = 1_000_000
        let variance = Double(n) * 0.16 * 50
        let lower = BetaBinomial.lowerTail(795_000, of: n, rate: 0.8, variance: variance)
        // Far above the spread of the rate, the binomial part is nothing: a standard deviation is 2,828 records.
        #expect(abs(lower - Normal.upperTail(5000 / variance.squareRoot())) < 2e-3)
        #expect(BetaBinomial.logLowerTail(0, of: n, rate: 0.8, variance: variance).isFinite)
        let interval = ClopperPearsonInterval(795_000, of: n)
        #expect(abs(Beta.lowerTail(interval.low, 795_000, 205_001) - 0.025) < 1e-8)
    }

    @Test func `adjusted p keep the order of p and are never below them`() {
        var random = SeededNumbers(state: 8)
        for size in [1, 2, 7, 60, 900] {
            let p = (0..<size).map { _ in [0, 1, 1e-300, Double(random.below(50)) / 49][random.below(4)] }
            let q = BenjaminiHochberg.adjusted(p)
            let order = p.indices.sorted { p[$0] < p[$1] }
            #expect(order.map { q[$0] } == q.sorted())
            #expect(zip(p, q).allSatisfy { $0 <= $1 && $1 <= 1 })
            let shuffled = p.indices.shuffled(using: &random)
            #expect(BenjaminiHochberg.adjusted(shuffled.map { p[$0] }) == shuffled.map { q[$0] })
            let half = BenjaminiHochberg.adjustedBelowHalf(p)
            #expect(zip(p, half).allSatisfy { min(1, 2 * $0) <= $1 && $1 <= 1 })
        }
    }
}
