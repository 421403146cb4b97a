import Checklists
import Scoring
import Testing

struct AbsoluteTestsTests {
    /// The flags of partners that met so many of so many on one item.
    private func flags(_ counts: [String: (met: Int, of: Int)], target: Double?, function: String? = nil) throws -> [Flag] {
        let item = Sample.item("A", function: function, target: target)
        return try FlagRaiser.raise(partners(counts, [item]), slots: ItemSlots([item])).flags
    }

    private func partners(_ counts: [String: (met: Int, of: Int)], _ items: [ItemDescription]) -> [PartnerResult] {
        counts.sorted { $0.key < $1.key }.map { id, count in
            var tally = Tally()
            for _ in 0..<count.met { tally.add(.pass, .met) }
            for _ in count.met..<count.of { tally.add(.fail, .missed) }
            return PartnerResult(
                id: id, name: id, functions: [], records: count.of,
                items: items.map { Estimate.result(of: $0, tally, worst: ["1"]) })
        }
    }

    @Test func `a flag is said in one sentence`() throws {
        let flag = try #require(try flags(["p": (84, 110)], target: 0.86).first)
        #expect(
            flag.sentence == "84 of 110 decided records (76 %, 95 % interval 68 to 83 %) meet 'title of A'; the target is 86 %")
        #expect(flag.tier == .asserted)
        #expect(flag.n == 110)
        #expect(abs(flag.effect - (84.0 / 110 - 0.86)) < 1e-15)
        #expect(flag.low < flag.effect && flag.effect < flag.high && flag.high < 0)
        #expect(flag.examples == ["1"])
        // Twice the exact tail: one test, conditional on p <= 1/2.
        #expect(flag.q == 2 * Binomial.lowerTail(84, of: 110, 0.86))
    }

    @Test(arguments: [
        (84, 110, 0.86, "asserted"), (90, 110, 0.86, "-"), (88, 110, 0.86, "watch"), (0, 4, 0.9, "-"), (0, 5, 0.9, "asserted"),
        (9_840, 10_000, 0.99, "-"), (9_700, 10_000, 0.99, "asserted"), (5, 5, 1.0, "-"), (99, 100, 1.0, "-"),
        (97, 100, 1.0, "asserted"),
        (110, 110, 0.86, "-"),
    ])
    func `a tier needs evidence, enough records and a gap that matters`(met: Int, of: Int, target: Double, tier: String) throws {
        #expect(try flags(["p": (met, of)], target: target).first?.tier.rawValue ?? "-" == tier)
    }

    @Test func `an item without a target is never flagged`() throws {
        #expect(try flags(["p": (0, 1000)], target: nil).isEmpty)
    }

    @Test func `a test among many needs more evidence`() throws {
        var counts: [String: (met: Int, of: Int)] = ["bad": (94, 110)]
        #expect(try flags(counts, target: 0.92).first?.tier == .asserted)
        for index in 0..<3 { counts["middling \(index)"] = (100, 110) }
        #expect(try flags(counts, target: 0.92).map(\.tier) == [.watch])
    }

    @Test func `another function's tests change nothing`() throws {
        let a = Sample.item("A", checklist: "a", function: "support", target: 0.92)
        let b = Sample.item("B", checklist: "b", function: "escalation", target: 0.92)
        let alone = try FlagRaiser.raise(partners(["bad": (94, 110)], [a]), slots: ItemSlots([a])).flags
        let many = partners(["bad": (94, 110)], [a]) + (0..<3).flatMap { partners(["m\($0)": (100, 110)], [b]) }
        #expect(!alone.isEmpty)
        #expect(try FlagRaiser.raise(many, slots: ItemSlots([a, b])).flags == alone)
    }

    @Test func `ids are stable and tell statements apart`() throws {
        let id = Flag.id(partner: "p", checklist: "c", item: "i", kind: .standard, dimension: nil)
        #expect(id.utf8.count == 12)
        #expect(id == Flag.id(partner: "p", checklist: "c", item: "i", kind: .standard, dimension: nil))
        #expect(id != Flag.id(partner: "pc", checklist: "", item: "i", kind: .standard, dimension: nil))
        #expect(id != Flag.id(partner: "p", checklist: "c", item: "i", kind: .peer, dimension: nil))
    }

    @Test func `flags are sorted in byte order`() throws {
        let counts = Dictionary(uniqueKeysWithValues: ["é", "b", "B", "z"].map { ($0, (met: 0, of: 10)) })
        #expect(try flags(counts, target: 0.9).map(\.partner) == ["B", "b", "z", "é"])
    }
}
