import Checklists
import Language
import Scoring

/// An audit with what the pages look up in it; one for all of them.
final class AuditView: Sendable {
    let audit: Audit
    /// Checklist and item, in their order.
    let slots: [ItemSlots.Slot]
    private let flagsByPartner: [String: [Flag]]

    init(_ audit: Audit) {
        self.audit = audit
        slots = ItemSlots(audit.items).slots
        flagsByPartner = Dictionary(grouping: audit.flags, by: \.partner)
    }

    var incomplete: [SourceResult] { audit.sources.filter { $0.outcome != "complete" } }
    /// Whether any partner has a dependable rate.
    var hasScores: Bool { audit.partners.contains { !$0.scores.isEmpty } }
    var records: Int { audit.partners.reduce(0) { $0 + $1.records } }
    var breaches: Int { audit.partners.reduce(0) { $0 + $1.breachCount } }

    /// The flags that hold now, of one partner or of all.
    func flags(_ tier: Flag.Tier, of partner: String? = nil) -> [Flag] {
        let flags = partner.map { flagsByPartner[$0] ?? [] } ?? audit.flags
        return flags.filter { $0.tier == tier && $0.state != .fixed }
    }

    func fixed(of partner: String) -> [Flag] { (flagsByPartner[partner] ?? []).filter { $0.state == .fixed } }

    func item(_ checklist: String, _ item: String) -> ItemDescription? {
        slots.first { $0.description.checklist == checklist && $0.description.id == item }?.description
    }

    func name(of partner: String) -> String { audit.partners.first { $0.id == partner }?.name ?? partner }
}

extension Tally {
    /// Records decided: the n of a rate.
    var decided: Int { met + missed }
}

extension PartnerResult {
    var met: Int { items.reduce(0) { $0 + $1.tally.met } }
    var decided: Int { items.reduce(0) { $0 + $1.tally.decided } }
}
