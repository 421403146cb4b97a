import Scoring
import Testing

/// What statistics do at the edges, and how their numbers are said; `GoldenStatisticsTests` holds them to published numbers.
struct StatisticsTests {
    @Test func `without data everything is possible`() {
        #expect(WilsonInterval(0, of: 0) == WilsonInterval(0, of: -1))
        #expect((WilsonInterval(0, of: 0).low, WilsonInterval(0, of: 0).high) == (0, 1))
        #expect((ClopperPearsonInterval(0, of: 0).low, ClopperPearsonInterval(0, of: 0).high) == (0, 1))
        #expect((Normal.quantile(0), Normal.quantile(1)) == (-.infinity, .infinity))
    }

    @Test func `binomial tails are numbers between zero and one everywhere`() {
        for n in [0, 1, 2, 5, 17, 1000, 1_000_000] {
            for p in [0, 1e-300, 1e-9, 0.02, 0.5, 0.86, 1 - 1e-12, 1] {
                for k in [-1, 0, 1, n / 2, n - 1, n, n + 1] {
                    let lower = Binomial.lowerTail(k, of: n, p)
                    #expect(lower >= 0 && lower <= 1, "P(X <= \(k) | \(n), \(p)) = \(lower)")
                    let sum = lower + Binomial.upperTail(k + 1, of: n, p)
                    #expect(abs(sum - 1) < 1e-9, "both tails at \(k) of \(n), \(p) give \(sum)")
                }
            }
        }
    }

    @Test func `tails too small for a double keep their order as logarithms`() {
        #expect(Binomial.lowerTail(0, of: 1_000_000, 0.9) == 0)
        #expect(Binomial.logLowerTail(0, of: 1_000_000, 0.9) < Binomial.logLowerTail(1, of: 1_000_000, 0.9))
    }

    @Test func `a sum of exact probabilities gives the same tail`() {
        // 2^-20 times sums of binomial coefficients: exact in a double.
        var coefficient = 1.0
        var sum = 0.0
        for k in 0...20 {
            sum += coefficient
            #expect(abs(Binomial.lowerTail(k, of: 20, 0.5) - sum / 1_048_576) < 1e-14)
            coefficient = coefficient * Double(20 - k) / Double(k + 1)
        }
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (7554, "7,554"), (-12, "-12"), (1_234_567, "1,234,567"),
    ])
    func `counts are grouped`(number: Int, text: String) {
        #expect(Figures.count(number) == text)
    }

    @Test(arguments: [
        (0.76, 0, "76 %"), (0.765, 0, "77 %"), (0.9756, 1, "97.6 %"), (0.9, 2, "90.00 %"), (1.0, 1, "100.0 %"),
        (-0.082, 0, "-8 %"),
        (0.0004, 0, "0 %"),
    ])
    func `shares are said in percent`(share: Double, decimals: Int, text: String) {
        #expect(Figures.percent(share, decimals: decimals) == text)
    }

    @Test func `a target asks for the decimals that it needs`() {
        #expect([0.86, 0.95, 0.07, 0.975, 0.9999, 1].map(Figures.decimals) == [0, 0, 0, 1, 2, 0])
    }

    @Test func `numbers for files are rounded`() {
        #expect(Figures.rounded(0.123_456_789) == 0.123457)
        #expect(Figures.rounded(-1e-9).sign == .plus)
        #expect(Figures.significant(1.234_567e-20) == 1.235e-20)
        #expect(Figures.significant(0.05) == 0.05)
        #expect(Figures.significant(0) == 0)
        #expect(Figures.significant(1) == 1)
    }
}
