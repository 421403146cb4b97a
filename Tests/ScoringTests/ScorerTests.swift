@testable import Checklists
import Language
@testable import Scoring
import Testing
import Timelines

/// A small plan and judgements on it.
enum Sample {
    static func item(
        _ id: String, checklist: String = "escalation", function: String? = nil, target: Double? = nil, version: String = "1.0.0"
    ) -> ItemDescription {
        ItemDescription(
            checklist: checklist, checklistTitle: "Escalation", version: version, function: function, id: id,
            title: "title of \(id)",
            target: target, meaning: "")
    }

    static func judgement(
        _ partner: String, _ record: String, _ verdicts: [ItemVerdict], source: String = "desk", sequence: Int = 0,
        updated: Int64? = nil, function: String? = "escalation"
    ) -> Judgement {
        Judgement(
            partner: partner, record: record,
            provenance: Provenance(source: source, page: 1, pointer: "/\(sequence)", sequence: sequence), function: function,
            opened: nil, closed: nil, updated: updated.map { Instant(seconds: $0) }, severity: nil, customer: Customer(),
            owner: nil,
            events: 3, verdicts: verdicts)
    }

    static let pass = ItemVerdict(item: 0, verdict: .pass, rate: .met)
    static let fail = ItemVerdict(item: 0, verdict: .fail, rate: .missed)

    /// Scores judgements, and says which survived as `source:sequence`.
    static func score(
        _ judgements: [Judgement], items: [ItemDescription], partners: [Partner]? = nil, merging: Set<String> = []
    ) throws -> (scores: Scores, survivors: [String]) {
        var scorer = Scorer(items: items, partners: partners, merging: merging)
        var survivors: [String] = []
        let note: (Scorer.ScoredRecord) -> Void = {
            survivors.append("\(String(decoding: $0.row.source, as: UTF8.self)):\($0.row.sequence)")
        }
        for judgement in judgements { try judgement.withRow { try scorer.add($0, note) } }
        return (try scorer.finish(note), survivors)
    }
}

/// A small generator with a fixed seed, so that random cases are the same every time.
struct Shuffler: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

struct ScorerTests {
    @Test(
        arguments: [
            // (updated, sequence) of two readings of one id, and the sequence of the one that counts
            ([(5, 1), (9, 2)], 2), ([(9, 1), (5, 2)], 1), ([(5, 1), (5, 2)], 2), ([(nil, 1), (nil, 2)], 2),
            ([(5, 1), (nil, 2)], 1),
            ([(nil, 1), (5, 2)], 2), ([(5, 2), (5, 1)], 2),
        ] as [([(Int64?, Int)], Int)])
    func `of one id read twice the larger update counts, else the last read`(readings: [(Int64?, Int)], winner: Int) throws {
        let judgements = readings.map { Sample.judgement("p", "1", [Sample.pass], sequence: $0.1, updated: $0.0) }
        let (scores, survivors) = try Sample.score(judgements, items: [Sample.item("A")])
        #expect(survivors == ["desk:\(winner)"])
        #expect(scores.sources["desk"]?.records == 1)
        #expect(scores.sources["desk"]?.events == 3)
        #expect(scores.partners.first?.records == 1)
        #expect(scores.conflicts.isEmpty)
    }

    @Test func `one id from two sources is a conflict that names both, unless one may be merged`() throws {
        let judgements = [
            Sample.judgement("p", "1", [Sample.pass], source: "b", updated: 5),
            Sample.judgement("p", "1", [Sample.fail], source: "a", updated: 4),
            Sample.judgement("q", "1", [Sample.pass], source: "a"),
        ]
        let (scores, survivors) = try Sample.score(judgements, items: [Sample.item("A")])
        #expect(survivors == ["b:0", "a:0"])
        #expect(scores.conflicts == [RecordConflict(partner: "p", record: "1", sources: ["a", "b"], judged: "b")])
        #expect(scores.conflictCount == 1)
        #expect(scores.sources["a"]?.records == 2)
        let merged = try Sample.score(judgements, items: [Sample.item("A")], merging: ["a"])
        #expect(merged.scores.conflicts.isEmpty)
        #expect(merged.survivors == ["b:0", "a:0"])
    }

    @Test func `ids that differ only in how they are composed are two records`() throws {
        let judgements = [Sample.judgement("p", "e\u{301}", [Sample.pass]), Sample.judgement("p", "\u{E9}", [Sample.pass])]
        #expect(try Sample.score(judgements, items: [Sample.item("A")]).survivors.count == 2)
    }

    @Test func `verdicts add up to the records, whatever they are`() throws {
        let shares: [(Verdict, RateShare)] = [
            (.pass, .met), (.pass, .none), (.fail, .missed), (.fail, .none), (.holding, .met), (.holding, .none),
            (.pending, .none),
            (.notActivated, .none), (.notApplicable, .none), (.notObservable, .none),
        ]
        let judgements = shares.enumerated().map { index, share in
            Sample.judgement("p", String(index), [ItemVerdict(item: 0, verdict: share.0, rate: share.1)])
        }
        let tally = try Sample.score(judgements, items: [Sample.item("A")]).scores.partners[0].items[0].tally
        #expect(
            [tally.pass, tally.fail, tally.holding, tally.pending, tally.notActivated, tally.notApplicable, tally.notObservable]
                == [2, 2, 2, 1, 1, 1, 1])
        #expect([tally.met, tally.missed, tally.early, tally.waived] == [2, 1, 1, 0])
    }

    @Test func `tallies of any split add up to the tally of the whole`() {
        var random = Shuffler(state: 7)
        let shares: [(Verdict, RateShare)] = (0..<500).map { _ in
            (
                Verdict.allCases.randomElement(using: &random) ?? .pass,
                RateShare(rawValue: UInt8.random(in: 0...2, using: &random)) ?? .none
            )
        }
        func tally(_ part: some Sequence<(Verdict, RateShare)>) -> Tally {
            part.reduce(into: Tally()) { $0.add($1.0, $1.1) }
        }
        let whole = tally(shares)
        #expect(whole.pass > 0 && whole.met > 0 && whole.early > 0)
        for _ in 0..<50 {
            let shuffled = shares.shuffled(using: &random)
            let cut = Int.random(in: 0...shares.count, using: &random)
            #expect(tally(shuffled[..<cut]) + tally(shuffled[cut...]) == whole)
            #expect(tally(shuffled[cut...]) + tally(shuffled[..<cut]) == whole)
        }
        #expect(whole + Tally() == whole)
    }

    @Test func `every configured partner appears, with the items of its functions and no others`() throws {
        let items = [Sample.item("A", function: "escalation"), Sample.item("B", function: "support"), Sample.item("C")]
        let partners = [
            Partner(id: "z", name: "Zed", functions: ["support"]), Partner(id: "a", name: "Ay", functions: ["escalation"]),
        ]
        let na = ItemVerdict(item: 1, verdict: .notApplicable)
        let judgements = [
            Sample.judgement("a", "1", [Sample.pass, na, Sample.fail]), Sample.judgement("stranger", "1", [Sample.pass, na, na]),
            Sample.judgement("stranger", "2", [Sample.pass, na, na]),
        ]
        let (scores, survivors) = try Sample.score(judgements, items: items, partners: partners)
        #expect(scores.partners.map(\.id) == ["a", "z"])
        #expect(scores.partners.map(\.name) == ["Ay", "Zed"])
        #expect(scores.partners.map { $0.items.map(\.item) } == [["A", "C"], ["B", "C"]])
        #expect(scores.partners.map(\.records) == [1, 0])
        #expect(scores.partners[1].items[0].rate == nil)
        #expect(survivors.count == 1)
        #expect(scores.sources["desk"]?.unlisted == ["stranger": 2])
    }

    @Test func `without configured partners each that records name is judged on every item`() throws {
        let items = [Sample.item("A", function: "escalation"), Sample.item("B", function: "support")]
        let (scores, _) = try Sample.score(
            [Sample.judgement("p", "1", [Sample.pass, ItemVerdict(item: 1, verdict: .notApplicable)])], items: items)
        #expect(scores.partners.map(\.functions) == [["escalation"]])
        #expect(scores.partners[0].items.map(\.item) == ["A", "B"])
    }

    @Test func `versions of one checklist share a row, with the verdict of the version in force`() throws {
        let items = [
            Sample.item("A", target: 0.5, version: "1.0.0"), Sample.item("A", target: 0.9, version: "2.0.0"),
            Sample.item("B", version: "2.0.0"),
        ]
        let na = ItemVerdict(item: 0, verdict: .notApplicable)
        let judgements = [
            Sample.judgement("p", "1", [Sample.pass, na, na]), Sample.judgement("p", "2", [na, Sample.fail, Sample.pass]),
            Sample.judgement("p", "3", [na, na, na]),
        ]
        let result = try Sample.score(judgements, items: items).scores.partners[0]
        #expect(result.items.map(\.item) == ["A", "B"])
        #expect(result.items[0].tally.pass == 1)
        #expect(result.items[0].tally.fail == 1)
        #expect(result.items[0].tally.notApplicable == 1)
        #expect(result.items[0].target == 0.9)
        #expect(result.items[1].tally.notApplicable == 2)
    }

    @Test func `verdicts are handed on by checklist and item in byte order`() throws {
        let items = [Sample.item("b"), Sample.item("Z", checklist: "a"), Sample.item("B"), Sample.item("é"), Sample.item("z")]
        var scorer = Scorer(items: items, partners: nil)
        var order: [String] = []
        let slots = scorer.slots
        try Sample.judgement("p", "1", Array(repeating: Sample.pass, count: 5)).withRow { try scorer.add($0) { _ in } }
        _ = try scorer.finish { record in order = record.verdicts.map { slots.slots[$0.slot].description.id } }
        #expect(order == ["Z", "B", "b", "z", "é"])
    }

    @Test func `only the first failing records are kept, however many fail`() throws {
        let judgements = (100..<200).map { Sample.judgement("p", String($0), [Sample.fail]) }
        let partner = try Sample.score(judgements, items: [Sample.item("A")]).scores.partners[0]
        #expect(partner.items[0].worst == (100..<110).map(String.init))
        #expect(partner.breaches.count == 10)
        #expect(partner.breachCount == 100)
    }
}
