import Checklists
import Foundation
@testable import Scoring
import Testing

/// What is said of partners as a whole: families, sentences, examples, reversals.
struct FlagRaiserTests {
    /// A network of one item at so many partners; each has customers of ten records. `met` of ten for each customer.
    private struct Network {
        var partners: [(id: String, mix: [String], met: [Int])] = []

        func results(_ item: ItemDescription) -> [PartnerResult] {
            partners.map { partner in
                var tally = Tally()
                tally.add(.pass, .met, count: partner.met.reduce(0, +))
                tally.add(.fail, .missed, count: partner.met.reduce(0) { $0 + 10 - $1 })
                return PartnerResult(
                    id: partner.id, name: partner.id, functions: [], records: partner.met.count * 10,
                    items: [Estimate.result(of: item, tally, worst: ["least"])])
            }
        }

        var cases: Cases {
            var groups = CaseGroups()
            var cells = ItemCells()
            groups.mixFields = ["severity"]
            groups.mixes = Set(partners.flatMap(\.mix)).sorted().map { [$0] }
            groups.partners = partners.map(\.id)
            for (number, partner) in partners.enumerated() {
                for (customer, (mix, met)) in zip(partner.mix, partner.met).enumerated() {
                    groups.customers.append("\(partner.id) \(customer)")
                    groups.partner.append(Int32(number))
                    groups.customer.append(Int32(groups.customers.count - 1))
                    groups.region.append(-1)
                    groups.owner.append(-1)
                    groups.mix.append(Int32(groups.mixes.firstIndex(of: [mix]) ?? 0))
                    groups.month.append(Int16(customer % 12))
                    cells.append(group: Int32(groups.count - 1), met: Int32(met), missed: Int32(10 - met), unobserved: 0)
                }
            }
            return Cases(groups: groups, items: [cells])
        }

        func raised(_ item: ItemDescription) throws -> FlagRaiser.Raised {
            try FlagRaiser.raise(results(item), slots: ItemSlots([item]), cases: cases)
        }
    }

    private static let item = Sample.item("A")

    /// Twelve partners that meet nine of ten, and one more.
    private static func network(_ last: (mix: [String], met: [Int])) -> Network {
        var network = Network()
        for number in 0..<12 {
            network.partners.append(
                (String(format: "p%02d", number), Array(repeating: "S2", count: 24), (0..<24).map { 8 + ($0 + number) % 3 }))
        }
        network.partners.append(("q", last.mix, last.met))
        return network
    }

    @Test func `a partner that does worse than its peers is flagged, in one sentence, with both figures`() throws {
        let raised = try Self.network((Array(repeating: "S2", count: 24), Array(repeating: 6, count: 24))).raised(Self.item)
        let flag = try #require(raised.flags.first { $0.kind == .peer })
        #expect(raised.flags.filter { $0.tier == .asserted }.map(\.partner) == ["q"])
        #expect(flag.n == 240 && flag.observed == 0.6)
        let expected = try #require(flag.expected)
        #expect(abs(expected - 0.9) < 0.01)
        #expect(flag.low < flag.effect && flag.effect < flag.high && flag.high < 0)
        #expect(
            flag.sentence.hasPrefix(
                "144 of 240 decided records (60.0 %) meet 'title of A', where an ordinary partner with the same case mix meets 89.8 %: "
            ))
        #expect(flag.sentence.hasSuffix("; 12 other partners meet 90.0 % whatever their mix"))
        #expect(flag.caveats.isEmpty)
    }

    @Test func `a partner with the hard cases is not blamed for them`() throws {
        // Everybody meets five of ten of the hard ones; only q has nothing else.
        var network = Self.network((Array(repeating: "S1", count: 24), Array(repeating: 5, count: 24)))
        for number in network.partners.indices.dropLast() {
            for customer in 0..<6 {
                network.partners[number].mix[customer] = "S1"
                network.partners[number].met[customer] = 5 + (customer + number) % 2
            }
        }
        let raised = try network.raised(Self.item)
        #expect(raised.flags.filter { $0.kind == .peer }.isEmpty)
    }

    @Test func `where the raw rate misleads it is said`() throws {
        // q meets more of either mix than the others, and less of all: nearly all of its cases are hard.
        var network = Self.network(
            (
                Array(repeating: "S1", count: 20) + Array(repeating: "S2", count: 4),
                Array(repeating: 7, count: 20) + Array(repeating: 10, count: 4)
            ))
        for number in network.partners.indices.dropLast() {
            for customer in 0..<8 {
                network.partners[number].mix[customer] = "S1"
                network.partners[number].met[customer] = 5 + (customer + number) % 2
            }
        }
        let raised = try network.raised(Self.item)
        let caveat = try #require(raised.caveats["q"]?.first)
        #expect(caveat.hasPrefix("'title of A': 75.0 % is less than the others' "))
        #expect(caveat.hasSuffix("that an ordinary partner with the same case mix meets: do not compare the raw rates"))
        #expect(raised.caveats.keys.sorted() == ["q"])
    }

    @Test func `customers of one partner that are treated unlike are named`() throws {
        let met = (0..<24).map { $0 % 2 == 0 ? 10 : 8 - $0 / 6 }
        let raised = try Self.network((Array(repeating: "S2", count: 24), met)).raised(Self.item)
        let flag = try #require(raised.flags.first { $0.kind == .within && $0.partner == "q" })
        #expect(flag.dimension == "customer")
        #expect(flag.worstServed.map(\.met) == [5, 5, 5] && flag.worstServed.map(\.n) == [10, 10, 10])
        #expect(flag.bestServed.map(\.met) == [10, 10, 10])
        #expect(flag.caveats == ["the interval is approximate"])
        #expect(flag.effect > 0.08)
    }

    @Test func `advice is watched and never asserted`() throws {
        var advice = Self.item
        advice.level = .advisory
        let network = Self.network((Array(repeating: "S2", count: 24), Array(repeating: 6, count: 24)))
        #expect(try network.raised(advice).flags.map(\.tier) == [.watch])
    }

    @Test func `with few partners the usual variation is presumed, and said`() throws {
        var network = Self.network((Array(repeating: "S2", count: 24), Array(repeating: 4, count: 24)))
        network.partners.removeFirst(9)
        let flag = try #require(try network.raised(Self.item).flags.first { $0.kind == .peer })
        #expect(flag.caveats == ["too few peers to estimate ordinary variation: a usual one is presumed"])
    }

    /// Items and records of another function, at the same partners and customers.
    @Test func `another function changes no figure of this one`() throws {
        let network = try SimulatedNetwork("easy")
        let items = network.descriptions
        func asserted(_ raised: FlagRaiser.Raised) -> [Flag] { raised.flags.filter { $0.checklist == "simulated" } }
        let alone = try FlagRaiser.raise(network.results, slots: ItemSlots(items), cases: network.tallied())
        let other = Sample.item("other", checklist: "aside", function: "aside", target: 0.9)
        var results = network.results
        for index in results.indices {
            var tally = Tally()
            tally.add(.fail, .missed, count: 20)
            results[index].items.insert(Estimate.result(of: other, tally, worst: []), at: 0)
        }
        let both = try FlagRaiser.raise(
            results, slots: ItemSlots(items + [other]), cases: network.tallied(beside: ("aside", count: 20)))
        #expect(asserted(both) == asserted(alone))
        #expect(both.measures == alone.measures)
        #expect(both.flags.contains { $0.checklist == "aside" })
    }
}
