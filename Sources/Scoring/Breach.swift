package import Checklists
package import Language
package import Timelines

/// One record, or customer, that fails one item, with what a person needs in order to judge for themselves. It needs no statistics.
package struct Breach: Sendable {
    /// The id of the record, or of the customer where the item judges customers.
    package var record: String
    package var unit: ItemDescription.Unit
    package var checklist: String
    package var item: String
    package var severity: String?
    package var customer: Customer
    package var owner: String?
    package var opened: Instant?
    package var closed: Instant?
    /// True where it is shown at once but does not count in the rate yet.
    package var isEarly: Bool
    package var evidence: Evidence?
    package var provenance: Provenance

    package init(_ judgement: Judgement, _ item: ItemDescription, _ verdict: ItemVerdict) {
        record = judgement.record
        unit = item.unit
        checklist = item.checklist
        self.item = item.id
        severity = judgement.severity
        customer = judgement.customer
        owner = judgement.owner
        opened = judgement.opened
        closed = judgement.closed
        isEarly = verdict.rate != .missed
        evidence = verdict.evidence
        provenance = judgement.provenance
    }
}

/// One id that two sources of a partner both claim, none of which says that it may be merged.
package struct RecordConflict: Hashable, Sendable {
    package var partner: String
    package var record: String
    /// Sorted.
    package var sources: [String]
    /// Whose reading was judged.
    package var judged: String

    /// In one sentence, as a caveat.
    package var sentence: String {
        let claimed = sources.map { "'\($0)'" }.joined(separator: " and ")
        return
            "record '\(record)' of '\(partner)' comes from \(claimed); the one of '\(judged)' was judged: say 'merge: true' where that is meant"
    }
}
