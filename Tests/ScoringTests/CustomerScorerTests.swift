@testable import Checklists
import Testing
import Timelines

@testable import Scoring

/// Customers beside records, and items whose versions judge different functions.
struct CustomerScorerTests {
    private static func customer(_ partner: String, _ id: String, _ verdicts: [ItemVerdict]) -> CustomerJudgement {
        CustomerJudgement(judgement: Sample.judgement(partner, id, verdicts), records: [])
    }

    @Test func `tallies of customers stand among those of records, and flags are raised over both`() throws {
        var item = Sample.item("B", checklist: "care", target: 0.9)
        item.unit = .customer
        let records = [Sample.item("A", target: 0.9), Sample.item("Z", checklist: "z", target: 0.9)]
        var scorer = Scorer(items: records, partners: nil)
        for number in 0..<20 {
            try Sample.judgement("p", String(number), [Sample.fail, Sample.pass]).withRow { try scorer.add($0) { _ in } }
        }
        try Sample.judgement("q", "1", [Sample.pass, Sample.pass]).withRow { try scorer.add($0) { _ in } }
        let scores = try scorer.finish { _ in }
        var customers = CustomerScorer(items: [item], partners: nil)
        for number in 0..<6 { _ = try customers.add(Self.customer("p", "c\(number)", [Sample.fail])) }
        let joined = customers.joined(to: scores)
        #expect(joined.partners.map { $0.items.map(\.item) } == [["B", "A", "Z"], ["B", "A", "Z"]])
        let own = joined.partners[0].items[0]
        #expect(own.unit == .customer && own.tally.fail == 6 && own.worst == (0..<6).map { "c\($0)" })
        #expect(joined.partners[0].records == 20)
        #expect(joined.partners[0].breachCount == 26)
        #expect(Set(joined.partners[0].breaches.map(\.unit)) == [.record, .customer])
        #expect(joined.partners[1].items[0].tally == Tally())
        let flags = try FlagRaiser.raise(joined.partners, slots: customers.joined(to: scorer.slots)).flags
        #expect(flags.map(\.item) == ["B", "A"])
        #expect(flags[0].sentence.hasPrefix("0 of 6 decided customers "))
        #expect(flags[1].sentence.hasPrefix("0 of 20 decided records "))
    }

    @Test func `without items of customers nothing is added`() throws {
        var scorer = Scorer(items: [Sample.item("A")], partners: nil)
        try Sample.judgement("p", "1", [Sample.fail]).withRow { try scorer.add($0) { _ in } }
        let scores = try scorer.finish { _ in }
        let joined = CustomerScorer(items: [], partners: nil).joined(to: scores)
        #expect(joined.partners.map { $0.items.map(\.item) } == [["A"]])
    }

    @Test func `only items of functions that the partner performs are counted`() throws {
        let items = [Sample.item("A", function: "support"), Sample.item("B", function: "sales")]
        let partners = [Partner(id: "p", name: "P", functions: ["support"])]
        var customers = CustomerScorer(items: items, partners: partners)
        let scored = try customers.add(Self.customer("p", "c", [Sample.pass, Sample.pass]))
        #expect(scored.verdicts.map(\.slot) == [0])
    }

    @Test(arguments: [(["support"], ["A"]), (["sales"], ["A"]), (["design"], [])])
    func `an item is shown where the partner performs what any of its versions judges`(functions: [String], expected: [String])
        throws
    {
        let items = [
            Sample.item("A", function: "support", version: "1.0.0"), Sample.item("A", function: "sales", version: "2.0.0"),
        ]
        let partners = [Partner(id: "p", name: "P", functions: Set(functions))]
        #expect(try Sample.score([], items: items, partners: partners).scores.partners[0].items.map(\.item) == expected)
    }
}
