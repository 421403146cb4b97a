import Checklists
import Foundation
import Scoring
import TestSupport
import Testing

struct DependableRateTests {
    // MARK: The reference

    @Test(arguments: ["easy", "tiny", "overdispersed"])
    func `rates are those of the reference`(scenario: String) throws {
        let text = try Checkout.text("fixtures/statistics/rate-\(scenario).json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var network = RateCase((0..<8).map { Sample.item("item \($0)") })
        // A field that is neither severity nor function leaves the reference of a check as it is.
        network.mixFields = ["severity", "function", "customer.region"]
        for row in try #require(root["rows"] as? [String]) {
            let parts = row.split(separator: ",")
            let mix = try #require(Int(parts[2]))
            let customer = try #require(Int(parts[1]))
            let group = RateCase.Group(
                Self.name(try #require(Int(parts[0]))), "\(customer)", ["S\(mix / 3)", "f\(mix % 3)", "r\(customer % 4)"])
            for (item, cell) in parts[3].split(separator: " ").enumerated() where cell != "-" {
                let counts = cell.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
                network.add(group, item, met: counts[0], missed: counts[1], unobserved: counts[2])
            }
        }
        let (groups, rates) = (network.groups, try network.rates)
        let expected = try #require(root["scores"] as? [[String: Any]]).map { GoldenCase(values: $0) }
        #expect(groups.partners.count == expected.count)
        for golden in expected {
            let number = try #require(groups.partners.firstIndex(of: Self.name(try golden.count("partner"))))
            let rate = try #require(rates.rates[number].first)
            #expect(rate.checks == (try golden.count("n")))
            let estimate = try #require(rate.estimate)
            let found = [estimate.value, estimate.low, estimate.high, estimate.level * 100]
            let reference = try ["value", "low", "high", "level"].map { try golden.number($0) * ($0 == "level" ? 100 : 1) }
            for (found, expected) in zip(found, reference) { #expect(abs(found - expected) < 1e-6, "\(golden)") }
        }
    }

    private static func name(_ number: Int) -> String { "p\(1000 + number)" }

    // MARK: What a rate is

    /// Twelve partners of ten customers each; each customer has three records of four items.
    private static func network() -> RateCase {
        let items = (0..<4).map { Sample.item("\($0)", function: "support") }
        var random = SeededNumbers(state: 11)
        var network = RateCase(items)
        for partner in 0..<12 {
            for customer in 0..<10 {
                let group = RateCase.Group("p\(partner)", "c\(customer)", ["S\(customer % 3)", "support"])
                for item in items.indices {
                    for _ in 0..<3 {
                        let isMet = random.below(100) < 85 - partner % 3 * 8
                        network.add(group, item, met: isMet ? 1 : 0, missed: isMet ? 0 : 1)
                    }
                }
            }
        }
        return network
    }

    private static func value(_ network: RateCase, _ partner: String = "p3") throws -> Double {
        try #require(network.scores(partner).first?.estimate?.value)
    }

    @Test func `a rate lies in its interval, below its level`() throws {
        let network = Self.network()
        for partner in 0..<12 {
            let rate = try #require(try network.scores("p\(partner)").first)
            let estimate = try #require(rate.estimate)
            #expect(rate.function == "support" && rate.checks == 120)
            #expect(0 <= estimate.low && estimate.low < estimate.value && estimate.value < estimate.high)
            #expect(estimate.high <= 100 && estimate.value < 100 * estimate.level)
        }
    }

    @Test func `what is missing counts as not met, so hiding it gains nothing`() throws {
        var network = Self.network()
        let open = try Self.value(network)
        for (group, counts) in network.counts where group.partner == "p3" {
            for (item, count) in counts {
                network.counts[group]?[item] = RateCase.Counts(met: count.met, missed: 0, unobserved: count.missed)
            }
        }
        #expect(try Self.value(network) == open)
        for (group, counts) in network.counts where group.partner == "p3" {
            for (item, count) in counts {
                network.counts[group]?[item] = RateCase.Counts(unobserved: count.met + count.unobserved)
            }
        }
        #expect(try Self.value(network) < open - 10)
    }

    @Test func `an unrelated function changes no rate`() throws {
        let alone = Self.network()
        var both = alone
        both.items += [Sample.item("X", checklist: "a", function: "repair"), Sample.item("Y", checklist: "z")]
        for (group, counts) in both.counts {
            both.add(group, 4, met: counts[0]?.missed ?? 0, missed: 7)
            both.add(group, 5, met: 1)
            both.add(.init("other", "c"), 4, met: 20)
        }
        let scores = try both.scores("p3")
        #expect(scores.map(\.function) == [nil, "repair", "support"])
        #expect(try scores.last == alone.scores("p3").first)
    }

    @Test func `advice, items without weight and items of customers are left out`() throws {
        let base = Self.network()
        var (advice, weightless, customers) = (Sample.item("A"), Sample.item("B"), Sample.item("C"))
        (advice.level, weightless.weight, customers.unit) = (.advisory, 0, .customer)
        for item in [advice, weightless, customers] {
            var item = item
            item.function = "support"
            var more = base
            more.items.append(item)
            for group in base.counts.keys { more.add(group, 4, missed: 9) }
            #expect(try more.scores("p3") == base.scores("p3"))
        }
    }

    @Test func `weights count in proportion`() throws {
        func weighted(_ weights: [Double]) -> RateCase {
            var network = Self.network()
            for item in network.items.indices { network.items[item].weight = weights[item] }
            return network
        }
        let equal = try Self.value(weighted([1, 1, 1, 1]))
        #expect(abs(try Self.value(weighted([7, 7, 7, 7])) - equal) < 1e-9)
        var poor = weighted([1, 1, 1, 1])
        for group in poor.counts.keys where group.partner == "p3" { poor.counts[group]?[0] = RateCase.Counts(missed: 3) }
        var heavy = poor
        heavy.items[0].weight = 5
        #expect(try Self.value(heavy) < Self.value(poor) - 5)
    }

    @Test func `records without a customer stand alone`() throws {
        var (named, nameless) = (RateCase([Sample.item("A")]), RateCase([Sample.item("A")]))
        for partner in 0..<10 {
            for record in 0..<30 {
                let isMet = (record * 7 + partner * 3) % 10 < 8
                named.add(.init("p\(partner)", "c\(record)"), 0, met: isMet ? 1 : 0, missed: isMet ? 0 : 1)
                nameless.add(.init("p\(partner)", nil), 0, met: isMet ? 1 : 0, missed: isMet ? 0 : 1)
            }
        }
        for partner in 0..<10 {
            let a = try #require(try named.scores("p\(partner)").first?.estimate)
            let b = try #require(try nameless.scores("p\(partner)").first?.estimate)
            for (a, b) in [(a.value, b.value), (a.low, b.low), (a.high, b.high)] { #expect(abs(a - b) < 1e-9) }
        }
    }

    @Test func `a good average cannot pay for badly served customers`() throws {
        func value(unequal: Bool) throws -> Double {
            var network = Self.network()
            for (group, counts) in network.counts where group.partner == "p3" {
                let met = unequal ? (group.customer == "c0" || group.customer == "c1" ? 0 : 10) : 8
                for item in counts.keys { network.counts[group]?[item] = RateCase.Counts(met: met, missed: 10 - met) }
            }
            return try Self.value(network)
        }
        #expect(try value(unequal: true) < value(unequal: false) - 5)
    }

    @Test func `little data is said to be too little`() throws {
        var network = Self.network()
        network.add(.init("small", "c"), 0, met: 5, missed: 4)
        let rate = try #require(try network.scores("small").first)
        #expect(rate.estimate == nil && rate.checks == 9)
        #expect(rate.sentence(of: "Small") == "Not enough data: 9 checks are decided, and 10 are needed")
        network.add(.init("small", "c"), 0, met: 1)
        #expect(try network.scores("small").first?.estimate != nil)
        #expect(try network.scores("nobody").isEmpty)
        #expect(try RateCase([]).rates.rates.isEmpty)
    }

    @Test func `extreme networks have rates of zero to a hundred`() throws {
        for (met, missed) in [(1, 0), (0, 1), (1_000_000, 0), (0, 1_000_000), (1_000_000, 1)] {
            for partners in [1, 2, 12] {
                var network = RateCase([Sample.item("A")])
                for partner in 0..<partners {
                    for customer in 0..<12 { network.add(.init("p\(partner)", "c\(customer)"), 0, met: met, missed: missed) }
                }
                let estimate = try #require(try network.scores("p0").first?.estimate)
                for value in [estimate.value, estimate.low, estimate.high] { #expect(value >= 0 && value <= 100) }
                #expect(estimate.low <= estimate.value && estimate.value <= estimate.high)
            }
        }
    }

    @Test func `a rate is said in one sentence`() {
        let estimate = DependableRate.Estimate(value: 71.2, low: 66.4, high: 75.4, level: 0.8)
        #expect(
            DependableRate(function: "support", checks: 900, estimate: estimate).sentence(of: "Northwind")
                == "Four in five of Northwind's customers can count on at least 71 % of the applicable checks being met and "
                + "evidenced, allowing for case mix and for how much data there is (90 % interval 66 to 75)")
    }

    // MARK: What to teach

    private static func taught() -> RateCase {
        var network = network()
        for (item, module) in [(0, "M1"), (1, "M2"), (2, "M1")] {
            network.items[item].enablement = ItemDescription.Enablement(module: module)
        }
        for group in network.counts.keys where group.partner == "p3" {
            network.counts[group]?[0] = RateCase.Counts(met: 2, missed: 1)
            network.counts[group]?[1] = RateCase.Counts(met: 1, missed: 2)
            network.counts[group]?[2] = RateCase.Counts(met: 3)
        }
        return network
    }

    @Test func `modules are ordered by what they would bring`() throws {
        let enablement = try Self.taught().result("p3").enablement
        #expect(enablement.map(\.module) == ["M2", "M1"])
        #expect(enablement.map(\.items) == [["1"], ["0"]])
        #expect(enablement.map(\.failing) == [20, 10])
        let gains = try enablement.map { try #require($0.gain) }
        #expect(gains[0] > gains[1] && gains[1] > 0)
    }

    @Test func `a target above what is expected of the network is what a module brings`() throws {
        var network = Self.taught()
        let before = try #require(try network.result("p3").enablement.first { $0.module == "M1" }?.gain)
        network.items[0].target = 0.3
        #expect(try network.result("p3").enablement.first { $0.module == "M1" }?.gain == before)
        network.items[0].target = 0.99
        #expect(try #require(try network.result("p3").enablement.first { $0.module == "M1" }?.gain) > before)
    }

    @Test func `a gain is what the level rises by`() throws {
        var network = Self.taught()
        network.items[1].target = 1
        let result = try network.result("p3")
        let gain = try #require(result.enablement.first { $0.module == "M2" }?.gain)
        // Twenty of 120 checks more, of which the shrunk difference is a part.
        #expect(gain > 0 && gain < 100 * 20 / 120.0)
    }

    @Test func `a module of nothing that fails is not listed, and one without a rate has no gain`() throws {
        let network = Self.taught()
        #expect(try !network.result("p3").enablement.contains { $0.items == ["2"] })
        var small = network
        small.add(.init("small", "c"), 0, met: 1, missed: 2)
        let enablement = try small.result("small").enablement
        #expect(enablement.map(\.module) == ["M1"])
        #expect(enablement.first?.gain == nil && enablement.first?.failing == 2)
    }
}
