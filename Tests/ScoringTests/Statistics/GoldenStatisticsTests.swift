import Foundation
import Scoring
import TestSupport
import Testing

/// Every primitive against published numbers, each within the tolerance that its file states.
struct GoldenStatisticsTests {
    /// What is found, and what should be; nil where there is no answer.
    typealias Pairs = [(found: Double?, expected: Double?)]

    @Test(arguments: checks.keys.sorted())
    func `statistics are those of other implementations`(name: String) throws {
        guard let file = try GoldenFile(name) else { return }
        let check = try #require(Self.checks[name])
        for golden in file.cases {
            for (place, pair) in try check(golden).enumerated() {
                guard let found = pair.found, let expected = pair.expected else {
                    #expect(pair.found == pair.expected, "number \(place) of \(golden)")
                    continue
                }
                #expect(file.tolerance.holds(found, expected), "\(found), not \(expected): number \(place) of \(golden)")
            }
        }
    }

    @Test func `no golden file is left out`() {
        guard Shared.bytes("conformance/statistics/wilson.json") != nil else { return }
        #expect(GoldenFile.names.filter { Self.checks[$0] == nil } == [])
        #expect(GoldenFile.names.count == Self.checks.count)
    }

    static let checks: [String: @Sendable (GoldenCase) throws -> Pairs] = [
        "beta_cdf": { [(Beta.lowerTail(try $0.number("x"), try $0.number("a"), try $0.number("b")), try $0.number("cdf"))] },
        "beta_quantile": { [(Beta.quantile(try $0.number("p"), try $0.number("a"), try $0.number("b")), try $0.number("x"))] },
        "betabinomial_fit": betaBinomialFit,
        "betabinomial_tail": betaBinomialTail,
        "bh_adjust": { try pairs(BenjaminiHochberg.adjusted(try $0.numbers("p")), try $0.numbers("q")) },
        "bh_conditional_half": { try pairs(BenjaminiHochberg.adjustedBelowHalf(try $0.numbers("p")), try $0.numbers("q")) },
        "binomial_tails": binomialTails,
        "casemix_logistic": caseMix,
        "chi2_quantile": { [(ChiSquare.quantile(try $0.number("p"), df: try $0.number("df")), try $0.number("x"))] },
        "chi2_sf": { [(ChiSquare.upperTail(try $0.number("x"), df: try $0.number("df")), try $0.number("sf"))] },
        "clopper_pearson": clopperPearson,
        "cmh": mantelHaenszel,
        "eb_shrinkage": shrinkage,
        "entropy_tv": routeShares,
        "ewma": ewma,
        "gamma_sf": {
            [(Gamma.upperTail(try $0.number("x") / $0.number("scale"), shape: try $0.number("shape")), try $0.number("sf"))]
        },
        "km": kaplanMeier,
        "logrank": logRank,
        "negbinomial_tail": {
            let (k, mean, variance) = (try $0.count("k"), try $0.number("mean"), try $0.number("variance"))
            return [(NegativeBinomial.lowerTail(k, mean: mean, variance: variance), try $0.number("lower"))]
        },
        "nelson_aalen_expected": nelsonAalen,
        "normal_quantile": { [(Normal.quantile(try $0.number("p")), try $0.number("z"))] },
        "normal_sf": { [(Normal.upperTail(try $0.number("z")), try $0.number("sf"))] },
        "overdispersion": overdispersion,
        "pearson3_lower": {
            [(PearsonIII.lowerTail(try $0.number("z"), skewness: try $0.number("skew")), try $0.number("p"))]
        },
        "standardised_ratio_limits": standardisedRatio,
        "tarone_z": {
            let found = TaroneZ(try $0.counts("x"), of: try $0.counts("n"))
            return [(found?.z, $0.optional("z")), (found?.p, $0.optional("p"))]
        },
        "variance_component": varianceComponent,
        "weighted_iq_mean": {
            [(WeightedQuartiles.mean(try $0.numbers("x"), weights: try $0.numbers("w")), try $0.number("value"))]
        },
        "wilson": {
            let found = WilsonInterval(try $0.count("x"), of: try $0.count("n"), alpha: try $0.number("alpha"))
            return [(found.low, try $0.number("lo")), (found.high, try $0.number("hi"))]
        },
    ]

    private static func pairs(_ found: [Double], _ expected: [Double]) throws -> Pairs {
        try #require(found.count == expected.count)
        return zip(found, expected).map { ($0, $1) }
    }

    private static func binomialTails(_ golden: GoldenCase) throws -> Pairs {
        let (k, n, p) = (try golden.count("k"), try golden.count("n"), try golden.number("p"))
        return [
            (Binomial.lowerTail(k, of: n, p), try golden.number("lower")),
            (Binomial.upperTail(k, of: n, p), try golden.number("upper")),
        ]
    }

    private static func betaBinomialTail(_ golden: GoldenCase) throws -> Pairs {
        let (k, n, expected) = (try golden.count("k"), try golden.count("n"), try golden.number("lower"))
        let (rate, variance) = (try golden.number("mean_rate"), try golden.number("variance"))
        return [
            (BetaBinomial.lowerTail(k, of: n, rate: rate, variance: variance), expected),
            // The same count from the other side.
            (BetaBinomial.upperTail(n - k, of: n, rate: 1 - rate, variance: variance), expected),
        ]
    }

    /// The moments within the file's tolerance; the likelihood and its parameters have tolerances of their own.
    private static func betaBinomialFit(_ golden: GoldenCase) throws -> Pairs {
        let (x, n) = (try golden.counts("x"), try golden.counts("n"))
        let (mom, mle) = (try #require(golden.object("mom")), try #require(golden.object("mle")))
        let likeliest = try #require(BetaBinomialFit.likeliest(x, of: n))
        let isBoundary = try #require(mle.values["boundary"] as? Bool)
        #expect(likeliest.isBoundary == isBoundary)
        // At the boundary the file's own sum cancels numbers of 10⁹: its last digits are noise, to both sides of the limit.
        let width = isBoundary ? 1e-5 : 1e-7
        #expect(abs(likeliest.logLikelihood - (try mle.number("loglik"))) <= width, "\(golden)")
        if !isBoundary {
            let (a, b) = (try mle.number("log_a"), try mle.number("log_b"))
            #expect(abs(likeliest.mean - (try mle.number("mean"))) <= 1e-4)
            #expect(abs(log(likeliest.a) - a) <= 1e-4 * max(1, abs(a)))
            #expect(abs(log(likeliest.b) - b) <= 1e-4 * max(1, abs(b)))
        }
        let moments = try #require(BetaBinomialFit.moments(x, of: n))
        return [
            (moments.rate, try mom.number("p")), (moments.correlation, try mom.number("rho")),
            (moments.rawCorrelation, try mom.number("rho_raw")),
        ]
    }

    private static func caseMix(_ golden: GoldenCase) throws -> Pairs {
        let rows = try golden.rows("cells")
        let partners = Int((rows.map { $0[0] }.max() ?? -1) + 1)
        var cells = CaseMixModel.Cells(partners: partners, columns: 2, fields: 1)
        for row in rows {
            cells.append(partner: Int32(row[0]), levels: [Int32(row[1]) - 1], count: row[2], met: row[3])
        }
        let model = CaseMixModel(cells)
        return try pairs(model.alpha + model.beta, try golden.numbers("alpha") + golden.numbers("beta"))
    }

    private static func clopperPearson(_ golden: GoldenCase) throws -> Pairs {
        let found = ClopperPearsonInterval(
            try golden.count("x"), of: try golden.count("n"), alpha: try golden.number("alpha"))
        return [(found.low, try golden.number("lo")), (found.high, try golden.number("hi"))]
    }

    private static func mantelHaenszel(_ golden: GoldenCase) throws -> Pairs {
        let found = MantelHaenszel(
            try golden.rows("tables").map { .init(met: $0[0], missed: $0[1], othersMet: $0[2], othersMissed: $0[3]) })
        let tarone = golden.object("tarone")
        #expect(found.homogeneity?.df == tarone.map { Int($0.optional("df") ?? -1) }, "\(golden)")
        // The file's p are 1 less the distribution function: a tail of 10⁻⁹ has lost its last digits there.
        func p(_ test: MantelHaenszel.Test?) -> Double? { test.map { 1 - (1 - $0.p) } }
        return [
            (found.oddsRatio, golden.optional("or_mh")),
            (found.test?.chiSquare, golden.optional("chi2")), (p(found.test), golden.optional("p")),
            (found.corrected?.chiSquare, golden.optional("chi2_cc")), (p(found.corrected), golden.optional("p_cc")),
            (found.homogeneity?.chiSquare, tarone?.optional("chi2")), (p(found.homogeneity), tarone?.optional("p")),
        ]
    }

    private static func shrinkage(_ golden: GoldenCase) throws -> Pairs {
        let weight = Shrinkage.weight(
            information: try golden.number("V"), correlated: try golden.number("X"), between: try golden.number("tau2"))
        let raw = (try golden.number("O") - golden.number("E")) / (try golden.number("n"))
        return [(weight, try golden.number("B")), (weight * raw, try golden.number("shrunk_diff"))]
    }

    private static func routeShares(_ golden: GoldenCase) throws -> Pairs {
        let counts = try golden.counts("counts")
        let variation = RouteShares.totalVariation(counts, from: try golden.numbers("reference"))
        return [
            (RouteShares.entropy(counts), try golden.number("entropy_nats")),
            (RouteShares.normalisedEntropy(counts), try golden.number("normalised")),
            (variation, golden.optional("tv_to_reference")),
        ]
    }

    private static func ewma(_ golden: GoldenCase) throws -> Pairs {
        let (series, lambda) = (try golden.numbers("x"), try golden.number("lam"))
        let found = EWMA(
            series, lambda: lambda, start: try golden.number("start"), sigma: try golden.number("sigma"),
            width: try golden.number("L"))
        return try pairs(found.values, try golden.numbers("ewma")) + pairs(found.limits, try golden.numbers("limit"))
            + pairs(EWMA.contrastWeights(series.count, lambda: lambda), try golden.numbers("contrast_weights"))
    }

    private static func kaplanMeier(_ golden: GoldenCase) throws -> Pairs {
        let curve = KaplanMeier(try golden.numbers("time"), isEnded: try golden.flags("event"))
        return try pairs(curve.times, try golden.numbers("times")) + pairs(curve.survival, try golden.numbers("surv")) + [
            (curve.quantile(0.5), golden.optional("median")), (curve.quantile(0.9), golden.optional("p90")),
            (curve.restrictedMean(to: try golden.number("rmst_tau")), try golden.number("rmst")),
        ]
    }

    private static func logRank(_ golden: GoldenCase) throws -> Pairs {
        let found = LogRank(
            try golden.numbers("time"), isEnded: try golden.flags("event"), isGroup: try golden.counts("group").map { $0 == 0 },
            stratum: try golden.counts("stratum"))
        return [
            (found.observed, golden.optional("observed0")), (found.expected, golden.optional("expected0")),
            (found.variance, golden.optional("variance")), (found.chiSquare, golden.optional("chi2")),
            (found.p, golden.optional("p")),
        ]
    }

    private static func nelsonAalen(_ golden: GoldenCase) throws -> Pairs {
        let (times, isEnded) = (try golden.numbers("time"), try golden.flags("event"))
        let curve = NelsonAalen(times, isEnded: isEnded)
        let expected = NelsonAalen.expected(times, isEnded: isEnded, stratum: times.map { _ in 0 })
        return try pairs(expected, try golden.numbers("expected"))
            + pairs(curve.times, try golden.numbers("cumhaz_times")) + pairs(curve.hazard, try golden.numbers("cumhaz"))
    }

    private static func overdispersion(_ golden: GoldenCase) throws -> Pairs {
        let (observed, expected) = (try golden.numbers("O"), try golden.numbers("E"))
        let moments = NetworkCentre.Moments(
            expected: expected, information: try golden.numbers("V"), correlated: try golden.numbers("X"))
        // The file counts every partner as informative.
        let between =
            observed.count < 8 ? NetworkCentre.presumed : NetworkCentre.between(observed, moments, leastInformation: 0)
        let z = zip(observed, expected).map { 2 * ($0.squareRoot() - $1.squareRoot()) }
        return [
            (Overdispersion.factor(observed: observed, expected: expected), try golden.number("phi_winsor10")),
            (between, try golden.number("tau2_bounded")), (BoundedMoment.scale(of: z), try golden.number("gc_scale")),
        ]
    }

    private static func standardisedRatio(_ golden: GoldenCase) throws -> Pairs {
        let (observed, expected) = (try golden.count("O"), try golden.number("E"))
        let alpha = try golden.number("alpha")
        let exact = StandardisedRatio.exact(observed, expected: expected, alpha: alpha)
        let byar = StandardisedRatio.byar(observed, expected: expected, alpha: alpha)
        return [
            (exact.ratio, try golden.number("ratio")), (exact.low, try golden.number("exact_lo")),
            (exact.high, try golden.number("exact_hi")), (byar.low, try golden.number("byar_lo")),
            (byar.high, try golden.number("byar_hi")),
        ]
    }

    private static func varianceComponent(_ golden: GoldenCase) throws -> Pairs {
        let (observed, expected) = (try golden.numbers("O"), try golden.numbers("E"))
        let (information, fourth) = (try golden.numbers("V"), try golden.numbers("K4"))
        var component = VarianceComponent()
        for index in observed.indices {
            component.add(
                observed: observed[index], expected: expected[index], information: information[index],
                fourthCumulant: fourth[index])
        }
        let found = component.estimate
        return [
            (found?.variance, golden.optional("s2")), (found?.error, golden.optional("se2")),
            (found?.weight, golden.optional("A")),
        ]
    }
}
