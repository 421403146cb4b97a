import Checklists
import Scoring
import Testing
import Timelines

/// What an audit can say of flags that it does not raise.
struct TestedFlagsTests {
    private func flag(
        _ partner: String, _ item: String, _ kind: Flag.Kind = .standard, _ dimension: String? = nil,
        checklist: String = "escalation"
    ) -> Flag {
        Flag(
            id: "", partner: partner, checklist: checklist, item: item, kind: kind, dimension: dimension, tier: .watch,
            state: .new, n: 0, effect: 0, low: 0, high: 0, q: 0, sentence: "", examples: [])
    }

    @Test func `a statement is the same where partner, checklist, item, kind and dimension are`() {
        var tested = TestedFlags()
        tested.insert(partner: "p", checklist: "escalation", item: "A", kind: .within, dimension: "owner")
        #expect(tested.contains(flag("p", "A", .within, "owner")))
        let others = [
            flag("q", "A", .within, "owner"), flag("p", "B", .within, "owner"), flag("p", "A", .peer, "owner"),
            flag("p", "A", .within), flag("p", "A", .within, "region"), flag("p", "A", .within, "owner", checklist: "d"),
            flag("", "A", .within, "owner", checklist: "pescalation"),
        ]
        for other in others { #expect(!tested.contains(other)) }
    }

    @Test func `ids that only look the same are two`() {
        var tested = TestedFlags()
        tested.insert(partner: "caf\u{E9}", checklist: "escalation", item: "A", kind: .peer)
        #expect(tested.contains(flag("caf\u{E9}", "A", .peer)))
        #expect(!tested.contains(flag("cafe\u{301}", "A", .peer)))
    }

    @Test func `standard flags are tested where there is a target and enough is decided`() throws {
        let item = Sample.item("A", target: 0.9)
        func partner(_ id: String, _ met: Int, target: Double? = 0.9) -> PartnerResult {
            var tally = Tally()
            tally.add(.pass, .met, count: met)
            tally.add(.fail, .none, count: 9)
            var result = Estimate.result(of: item, tally, worst: [])
            result.target = target
            return PartnerResult(id: id, name: id, functions: [], records: met, items: [result])
        }
        let tested = try FlagRaiser.raise(
            [partner("five", 5), partner("four", 4), partner("free", 5, target: nil)], slots: ItemSlots([item])
        ).tested
        #expect(["five", "four", "free"].map { tested.contains(flag($0, "A")) } == [true, false, false])
        #expect(!tested.contains(flag("five", "A", .peer)))
    }

    @Test(arguments: [
        ("p", "A", Flag.Kind.standard, true), ("p", "A", .peer, true), ("p", "A", .within, true), ("p", "A", .drift, true),
        ("p", "A", .evidence, true), ("p", "A", .path, false), ("q", "A", .peer, false), ("p", "gone", .peer, false),
        // No target, of another function, of every function, of customers.
        ("p", "B", .standard, false), ("p", "B", .peer, true), ("p", "C", .peer, false), ("any", "C", .peer, true),
        ("p", "D", .evidence, true), ("p", "E", .standard, true), ("p", "E", .drift, false),
    ])
    func `the plan asks of partners and items that it has`(partner: String, item: String, kind: Flag.Kind, asks: Bool) {
        var ofCustomers = Sample.item("E", function: "support", target: 0.9)
        ofCustomers.unit = .customer
        let slots = ItemSlots([
            Sample.item("A", function: "support", target: 0.9), Sample.item("B", function: "support"),
            Sample.item("C", function: "escalation"), Sample.item("D"), ofCustomers,
        ])
        let partners = [
            Partner(id: "p", name: "P", functions: ["support"]), Partner(id: "any", name: "Any", functions: nil),
        ]
        let asked = AskedFlags(partners: partners, subjects: slots.askedFlags)
        #expect(asked.asks(flag(partner, item, kind)) == asks)
        let open = AskedFlags(partners: nil, subjects: slots.askedFlags)
        #expect(open.asks(flag("anybody", item, kind)) == slots.askedFlags.contains { $0.id == item && $0.kinds.contains(kind) })
    }

    @Test func `of measures durations are compared, and of routes the shares`() {
        func measure(_ id: String, _ function: String?, _ kind: MeasureDescription.Kind) -> MeasureDescription {
            MeasureDescription(
                checklist: "escalation", checklistTitle: "E", version: "1", function: function, id: id, title: id, kind: kind,
                meaning: "")
        }
        let measures = [
            measure("time", "support", .duration), measure("route", nil, .route(["a"])), measure("other", "sales", .duration),
        ]
        let asked = AskedFlags(
            partners: [Partner(id: "p", name: "P", functions: ["support"])], subjects: measures.map(\.askedFlags))
        let kinds: [Flag.Kind] = [.standard, .evidence, .peer, .within, .drift, .path]
        func asks(_ measure: String) -> [Flag.Kind] { kinds.filter { asked.asks(flag("p", measure, $0)) } }
        #expect(asks("time") == [.peer, .within, .drift])
        #expect(asks("route") == [.path])
        #expect(asks("other") == [])
    }
}
