import Language
import Scoring
import Timelines

@testable import Checklists

/// An audit with everything that a page can show, hostile names included.
enum SampleAudit {
    static let hostile = "<script>alert(1)</script>\"\u{301} onload='x' \u{202E}gnp.exe\u{0}\u{7}&amp;"
    static let start: Int64 = 1_767_600_000  // 2026-01-05T08:00:00Z

    static let items: [ItemDescription] = [
        item(
            "ESC-02", "An escalation is acknowledged in time", .critical, target: 0.95,
            why: "Silence is filled with fear; the first answer sets the experience.",
            enablement: ItemDescription.Enablement(
                module: "ESC-101", guidance: "Acknowledge before you investigate.", good: "We have it; Dana calls you at ten.",
                poor: "Your request is important to us.")),
        item("ESC-05", "The customer hears from us every day until it is solved", .major, target: 0.9),
        item("ESC-07", "A fix is confirmed by the customer before it is closed", .major, target: 0.975),
        item("ESC-09", "An escalation never returns to a group that handed it on", .minor, target: nil),
        item("ESC-11", "Answers are in plain language", .advisory, target: nil),
        item("IMP-01", "Go-live is signed off by the customer", .critical, target: 0.9, checklist: "implementation"),
        item("IMP-04", "A review follows within thirty days", .major, target: 0.8, checklist: "implementation"),
        item("IMP-06", hostile, .major, target: 0.8, checklist: "implementation"),
    ]

    static func item(
        _ id: String, _ title: String, _ level: ItemDescription.Level, target: Double?, checklist: String = "escalation",
        why: String? = nil, enablement: ItemDescription.Enablement? = nil
    ) -> ItemDescription {
        ItemDescription(
            checklist: checklist, checklistTitle: checklist == "escalation" ? "Escalation handling" : "Implementation",
            version: "1.2.0", function: checklist, id: id, title: title, why: why, level: level, target: target, meaning: "",
            enablement: enablement)
    }

    /// What share of a partner's records meets an item; nil where it cannot be seen.
    private static let shares: [String: [String: Double?]] = [
        "northwind": ["ESC-02": 0.96, "ESC-05": 0.93, "ESC-07": 0.99, "ESC-09": 0.8, "ESC-11": 0.7],
        "southpeak": [
            "ESC-02": 0.64, "ESC-05": 0.86, "ESC-07": 0.9, "ESC-09": 0.61, "ESC-11": nil, "IMP-01": 0.97, "IMP-04": 0.55,
            "IMP-06": 0.7,
        ],
        hostile: ["IMP-01": 0.91, "IMP-04": 0.84, "IMP-06": 0.79],
        "quiet": [:],
    ]

    private static let partners = [
        Partner(id: "northwind", name: "Northwind Services", functions: ["escalation"]),
        Partner(id: "southpeak", name: "Southpeak Partners", functions: ["escalation", "implementation"]),
        Partner(id: hostile, name: hostile, functions: ["implementation"]),
        Partner(id: "quiet", name: "Quiet GmbH", functions: ["implementation"]),
    ]

    static func judgements() -> [Judgement] {
        partners.sorted { $0.id.precedes($1.id) }.flatMap { partner in
            (0..<120).filter { _ in partner.id != "quiet" }.map { judgement(partner.id, $0) }
                .sorted { $0.record.precedes($1.record) }
        }
    }

    private static func judgement(_ partner: String, _ index: Int) -> Judgement {
        let opened = Instant(seconds: start + Int64(index) * 7200)
        let verdicts = items.enumerated().map { number, item -> ItemVerdict in
            guard let share = shares[partner]?[item.id] else { return ItemVerdict(item: number, verdict: .notApplicable) }
            guard let share else { return ItemVerdict(item: number, verdict: .notObservable) }
            // Spread evenly and differently per item, without chance.
            if (index * 37 + number * 11) % 100 < Int((share * 100).rounded()) {
                return ItemVerdict(item: number, verdict: .pass, rate: .met)
            }
            if index % 40 == 1 {
                return ItemVerdict(item: number, verdict: .pending, due: Instant(seconds: opened.seconds + 86400))
            }
            return ItemVerdict(
                item: number, verdict: .fail, rate: index % 30 == 2 ? .none : .missed, evidence: evidence(opened, index))
        }
        var customer = Customer()
        customer.name = index % 50 == 0 ? hostile : "Customer \(index % 9)"
        return Judgement(
            partner: partner, record: index % 60 == 3 ? hostile : "\(4000 + index)",
            provenance: Provenance(
                source: "\(partner == hostile ? "hostile" : partner)-desk", page: 1 + index / 50,
                pointer: "/tickets/\(index % 50)", sequence: index),
            function: "escalation", opened: opened, closed: index % 4 == 0 ? nil : Instant(seconds: opened.seconds + 400_000),
            updated: nil, severity: "S\(1 + index % 3)", customer: customer, owner: nil, events: 6, verdicts: verdicts)
    }

    private static func evidence(_ opened: Instant, _ index: Int) -> Evidence {
        let late = Instant(seconds: opened.seconds + 3600 * Int64(3 + index % 50))
        return Evidence(
            reason: "escalated was answered by acknowledged after \(3 + index % 50) h, later than 2 h",
            events: [
                Evidence.CitedEvent(index: 0, at: opened, activity: "escalated"),
                Evidence.CitedEvent(index: 3, at: late, activity: index % 50 == 0 ? hostile : "acknowledged"),
            ])
    }

    static func scores(_ consumer: (Scorer.ScoredRecord) throws -> Void = { _ in }) throws -> Scores {
        var scorer = Scorer(items: items, partners: partners)
        for judgement in judgements() { try judgement.withRow { try scorer.add($0, consumer) } }
        return try scorer.finish(consumer)
    }

    static let audit: Audit = {
        guard let scores = try? Self.scores(), let raised = try? FlagRaiser.raise(scores.partners, slots: ItemSlots(items)) else {
            preconditionFailure("the sample cannot be scored")
        }
        let sources = ["northwind-desk", "southpeak-desk", "hostile-desk", "quiet-desk"].map { id in
            var source = SourceResult(id: id, outcome: "complete")
            source.pages = 3
            source.records = scores.sources[id]?.records ?? 0
            source.events = scores.sources[id]?.events ?? 0
            if id == "hostile-desk" {
                source.outcome = "partial"
                source.reasonCode = "not_json"
                source.reason = "page 3 is HTML: \(hostile)"
                source.rejected = 2
                source.notes = ["page 1 /tickets/4: 'opened' cannot be read: '\(hostile)'"]
                source.unlistedPartners = ["Stranger", hostile]
            }
            return source
        }
        return Audit(
            id: "3fa91c0e77b2", network: "Acme channel", asOf: Instant(seconds: start + 86400 * 60),
            inputs: Audit.Inputs(
                history: "sha256:e3b0c44298fc1c14", snapshot: "sha256:9f86d081884c7d65", config: "sha256:60303ae22b998861",
                checklists: [Audit.ChecklistDigest(id: "escalation", version: "1.2.0", sha256: "sha256:fd61a03af4f77d87")]),
            sources: sources, partners: scores.partners, flags: raised.flags, items: items,
            caveats: ["the source 'hostile-desk' is partial: what it holds beyond page 3 is not judged"])
    }()
}
