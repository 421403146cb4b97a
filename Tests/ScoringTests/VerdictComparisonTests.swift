import Checklists
import Scoring
import TestSupport
import Testing
import Timelines

/// Which verdicts become others where two plans judge the same records.
struct VerdictComparisonTests {
    /// Items of the two plans, `C` in the old one alone and `D` in the new one; versions of `B` share a slot.
    private static let old = [
        Sample.item("C"), Sample.item("A"), Sample.item("B", version: "1.0.0"), Sample.item("B", version: "2.0.0"),
    ]
    private static let new = [Sample.item("B"), Sample.item("D", function: "support"), Sample.item("A")]

    private static let partners = [
        Partner(id: "p", name: "P", functions: ["escalation"]), Partner(id: "q", name: "Q", functions: ["support"]),
    ]

    private func add(
        _ judgements: [Judgement], _ items: [ItemDescription], to comparison: VerdictComparison, _ side: VerdictComparison.Side
    ) throws {
        var scorer = Scorer(items: items, partners: Self.partners)
        for judgement in judgements { try judgement.withRow { try scorer.add($0) { try comparison.add($0, side) } } }
        _ = try scorer.finish { try comparison.add($0, side) }
    }

    private func judgement(_ partner: String, _ record: String, _ verdicts: [Verdict]) -> Judgement {
        Sample.judgement(partner, record, verdicts.enumerated().map { ItemVerdict(item: $0, verdict: $1) })
    }

    /// With a limit of one byte every row is spilled.
    @Test(arguments: [1, 4 << 20]) func `changes are those of each record looked at alone`(memoryLimit: Int) throws {
        var numbers = SeededNumbers(state: 5)
        func random() -> Verdict { Verdict.allCases[numbers.below(Verdict.allCases.count)] }
        var (before, after): ([Judgement], [Judgement]) = ([], [])
        var expected: [String: [String]] = [:]
        for (partner, performs) in [("p", false), ("q", true)] {
            for record in (0..<120).map({ "r\($0)" }).sorted() {
                let (a, b, c, d) = ((random(), random()), (random(), random()), random(), random())
                // Of two versions the one that applies counts.
                before.append(judgement(partner, record, [c, a.0, .notApplicable, b.0]))
                after.append(judgement(partner, record, [b.1, d, a.1]))
                let changes: [(String, Verdict?, Verdict?)] = [
                    ("A", a.0, a.1), ("B", b.0, b.1), ("C", c, nil), ("D", nil, performs ? d : nil),
                ]
                for (item, from, to) in changes where from != to {
                    if [from, to].allSatisfy({ $0 == nil || $0 == .notApplicable }) { continue }
                    expected["\(partner) \(item) \(from?.rawValue ?? "-") \(to?.rawValue ?? "-")", default: []].append(record)
                }
            }
        }
        let empty = ItemSlots([])
        let comparison = VerdictComparison(
            old: (ItemSlots(Self.old), empty), new: (ItemSlots(Self.new), empty), named: 3, memoryLimit: memoryLimit)
        try add(before, Self.old, to: comparison, .old)
        try add(after, Self.new, to: comparison, .new)
        var changes = try comparison.changes(allRecords: true)
        var found: [String: [String]] = [:]
        for change in changes.list {
            let name = "\(change.partner) \(change.item) \(change.from?.rawValue ?? "-") \(change.to?.rawValue ?? "-")"
            var records: [String] = []
            try changes.forEachRecord(of: change) { records.append($0) }
            #expect(change.count == records.count && change.records == Array(records.prefix(3)), "\(name)")
            #expect(change.unit == .record && found.updateValue(records, forKey: name) == nil)
        }
        #expect(found == expected && expected.count > 100)
        let order = changes.list.map { [$0.partner, $0.item] }
        #expect(order == order.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `without all ids the first ones are handed over`() throws {
        let slots = ItemSlots([Sample.item("A")])
        let comparison = VerdictComparison(old: (slots, ItemSlots([])), new: (slots, ItemSlots([])), named: 2)
        for (side, verdict) in [(VerdictComparison.Side.old, Verdict.pass), (.new, .fail)] {
            try add(["1", "2", "3"].map { judgement("p", $0, [verdict]) }, [Sample.item("A")], to: comparison, side)
        }
        var changes = try comparison.changes(allRecords: false)
        let change = try #require(changes.list.first)
        var records: [String] = []
        try changes.forEachRecord(of: change) { records.append($0) }
        #expect(records == ["1", "2"] && change.count == 3 && changes.list.count == 1)
    }
}
