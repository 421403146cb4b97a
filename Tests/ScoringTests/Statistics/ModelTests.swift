import Foundation
import Scoring
import TestSupport
import Testing

/// Models and estimates that are fitted to many partners at once.
struct ModelTests {
    /// The number of levels of each field of the fixture; the first is the reference.
    private static let levels = [4, 3, 5]

    private static func cells(_ golden: GoldenCase) throws -> CaseMixModel.Cells {
        var cells = CaseMixModel.Cells(partners: try golden.count("partners"), columns: 9, fields: 3)
        for row in try golden.rows("cells") {
            var first: Int32 = 0
            let columns = zip(row[1...3], levels).map { level, count in
                defer { first += Int32(count - 1) }
                return level == 0 ? -1 : first + Int32(level) - 1
            }
            cells.append(partner: Int32(row[0]), levels: columns, count: row[4], met: row[5])
        }
        return cells
    }

    private static func fixture() throws -> [GoldenCase] {
        let text = try Checkout.text("fixtures/statistics/casemix.json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        return try #require(root["cases"] as? [[String: Any]]).map { GoldenCase(values: $0) }
    }

    @Test func `the case-mix model and the network's centre are those of the reference`() throws {
        for golden in try Self.fixture() {
            let isEvents = try #require(golden.values["events"] as? Bool)
            let cells = try Self.cells(golden)
            let model = CaseMixModel(cells, isEvents ? .events : .met)
            let (alpha, beta) = (try golden.numbers("alpha"), try golden.numbers("beta"))
            for (found, expected) in zip(model.alpha, alpha) { #expect(abs(found - expected) < 1e-9) }
            for (found, expected) in zip(model.beta, beta) { #expect(abs(found - expected) < 1e-9) }
            let centre = Self.centre(cells, model, isEvents: isEvents)
            #expect(abs(centre.centre - (try golden.number("centre"))) < 1e-9)
            #expect(abs(centre.between - (try golden.number("between"))) < 1e-9)
            #expect(centre.informative == cells.partners && !centre.isPresumed)
        }
    }

    private static func centre(_ cells: CaseMixModel.Cells, _ model: CaseMixModel, isEvents: Bool) -> NetworkCentre {
        var observed = [Double](repeating: 0, count: cells.partners)
        for (partner, met) in zip(cells.partner, cells.met) { observed[Int(partner)] += met }
        return NetworkCentre.estimate(observed: observed) { centre in
            var (expected, information) = (observed.map { _ in 0.0 }, observed.map { _ in 0.0 })
            for cell in cells.partner.indices {
                let partner = Int(cells.partner[cell])
                let effect = model.effect(cells.levels[cell * 3..<cell * 3 + 3])
                let share = isEvents ? exp(centre + effect) : 1 / (1 + exp(-(centre + 1 + effect)))
                expected[partner] += cells.count[cell] * share
                information[partner] += cells.count[cell] * share * (isEvents ? 1 : 1 - share)
            }
            return NetworkCentre.Moments(
                expected: expected, information: information, correlated: information.map { 0.01 * $0 * $0 })
        }
    }

    @Test func `a mix that nobody else has, everything met and nothing at all leave the model finite`() {
        for (count, met) in [(0.0, 0.0), (5, 5), (5, 0), (1e9, 1e9), (1e9, 1)] {
            for outcome in [CaseMixModel.Outcome.met, .events] {
                var cells = CaseMixModel.Cells(partners: 3, columns: 4, fields: 2)
                cells.append(partner: 0, levels: [-1, 2], count: count, met: met)
                cells.append(partner: 1, levels: [0, -1], count: count, met: 0)
                let model = CaseMixModel(cells, outcome)
                let isFinite = (model.alpha + model.beta).allSatisfy(\.isFinite)
                #expect(isFinite, "\(met) of \(count), \(outcome)")
                // A level that no case has, and a partner without cases, are where their ridge pulls.
                #expect(model.beta[1] == 0 && model.beta[3] == 0)
            }
        }
        let empty = CaseMixModel(CaseMixModel.Cells(partners: 2, columns: 0, fields: 0))
        #expect(empty.alpha == [0, 0] && empty.beta.isEmpty)
    }

    @Test func `a partner's level changes no effect of the mix`() {
        // Within each partner the second level is met half as often in odds; the partners differ much.
        var cells = CaseMixModel.Cells(partners: 2, columns: 1, fields: 1)
        cells.append(partner: 0, levels: [-1], count: 9000, met: 6000)
        cells.append(partner: 0, levels: [0], count: 1000, met: 500)
        cells.append(partner: 1, levels: [-1], count: 1000, met: 200)
        cells.append(partner: 1, levels: [0], count: 9000, met: 1000)
        let model = CaseMixModel(cells)
        #expect(abs(model.beta[0] - log(0.5)) < 0.01, "\(model.beta)")
    }

    @Test func `a few outliers hardly move the network's centre`() {
        var random = SeededNumbers(state: 4)
        func centre(outliers: Int) -> NetworkCentre {
            let observed = (0..<60).map { $0 < outliers ? 40.0 : 78 + Double(random.below(5)) }
            return NetworkCentre.estimate(observed: observed) { centre in
                let rate = 1 / (1 + exp(-(centre + log(4.0))))
                let many = [Double](repeating: 100 * rate, count: 60)
                return NetworkCentre.Moments(
                    expected: many, information: many.map { $0 * (1 - rate) }, correlated: many.map { _ in 0 })
            }
        }
        #expect(abs(centre(outliers: 0).centre) < 0.03)
        #expect(abs(centre(outliers: 6).centre) < 0.12)
        #expect(centre(outliers: 6).between < 0.1)
    }

    @Test func `too few partners presume an ordinary variance`() {
        let moments = NetworkCentre.Moments(expected: [5, 5], information: [4, 4], correlated: [0, 0])
        let centre = NetworkCentre.estimate(observed: [5, 5]) { _ in moments }
        #expect(centre.isPresumed && centre.between == 0.04 && centre.informative == 2)
        let none = NetworkCentre.estimate(observed: []) { _ in .init(expected: [], information: [], correlated: []) }
        #expect(none.isPresumed && none.centre == 0)
    }

    @Test func `groups that cannot tell have no variance component`() {
        var component = VarianceComponent()
        #expect(component.estimate == nil)
        component.add(observed: 3, expected: 4, information: 1, fourthCumulant: 0)
        #expect(component.estimate == nil)
        component.add(observed: 0, expected: 0, information: 0, fourthCumulant: 0)
        #expect(component.estimate == nil && component.groups == 1)
        component.add(observed: 5, expected: 4, information: 1, fourthCumulant: 0)
        #expect(component.estimate != nil)
        #expect(VarianceComponent.ordinary([component]) == 0.05)
    }

    @Test func `curves of durations are steps down and hazards steps up`() {
        var random = SeededNumbers(state: 3)
        for count in [0, 1, 2, 50, 400] {
            let times = (0..<count).map { _ in Double(random.below(30)) }
            let isEnded = times.map { _ in random.below(3) > 0 }
            let (curve, hazard) = (KaplanMeier(times, isEnded: isEnded), NelsonAalen(times, isEnded: isEnded))
            #expect(curve.survival == curve.survival.sorted(by: >) && curve.survival.allSatisfy { $0 >= 0 && $0 <= 1 })
            #expect(hazard.hazard == hazard.hazard.sorted())
            // As many ends are expected as there were: the sum over cases of what each was exposed to.
            let expected = NelsonAalen.expected(times, isEnded: isEnded, stratum: times.map { Int($0) % 2 })
            #expect(abs(expected.reduce(0, +) - Double(isEnded.count { $0 })) < 1e-9)
            #expect(
                KaplanMeier(mixing: [(curve, 2), (curve, 1)]).survival.elementsEqual(curve.survival) { abs($0 - $1) < 1e-12 })
        }
        #expect(KaplanMeier([5, 7], isEnded: [false, false]).quantile(0.5) == nil)
        #expect(KaplanMeier(mixing: []).quantile(0.5) == nil)
        let nobody = LogRank([1, 2], isEnded: [true, true], isGroup: [false, false], stratum: [0, 0])
        #expect(nobody.chiSquare == nil && nobody.p == nil)
    }

    @Test func `strata that cannot tell give no odds ratio and no test`() {
        let none = MantelHaenszel([])
        #expect(none.oddsRatio == nil && none.test == nil && none.homogeneity == nil)
        let oneOutcome = MantelHaenszel([.init(met: 4, missed: 0, othersMet: 5, othersMissed: 0)])
        #expect(oneOutcome.oddsRatio == nil && oneOutcome.test == nil)
    }

    @Test func `likelihoods at their edges are told apart from fits`() {
        #expect(BetaBinomialFit.likeliest([], of: []) == nil)
        #expect(BetaBinomialFit.likeliest([3, 4], of: [3, 4]) == nil)
        #expect(BetaBinomialFit.moments([0, 0], of: [0, 0]) == nil)
        let apart = BetaBinomialFit.likeliest([0, 20, 0, 20], of: [20, 20, 20, 20])
        #expect(apart?.isBoundary == false && (apart?.a ?? 1) < 0.01)
        #expect(BetaBinomialFit.likeliest([10, 10], of: [20, 20])?.isBoundary == true)
    }
}
