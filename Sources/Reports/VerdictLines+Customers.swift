package import Checklists
import Language
package import Scoring
import Timelines

extension VerdictLines {
    /// The lines of a customer, for the items that concern its partner.
    package mutating func write(_ customer: CustomerScorer.ScoredCustomer, _ slots: ItemSlots) {
        for verdict in customer.verdicts { write(verdict, customer.judgement, slots) }
    }

    /// The lines of a customer as it was judged, by checklist and item.
    package mutating func write(_ customer: CustomerJudgement, _ slots: ItemSlots) throws {
        for verdict in try customer.judgement.withRow({ slots.verdicts(of: $0) }) { write(verdict, customer, slots) }
    }

    private mutating func write(_ verdict: Scorer.ScoredVerdict, _ customer: CustomerJudgement, _ slots: ItemSlots) {
        write(slots.slots[verdict.slot].description, customer.judgement.verdicts[verdict.item], customer)
    }

    private mutating func write(_ item: ItemDescription, _ verdict: ItemVerdict, _ customer: CustomerJudgement) {
        guard !failsOnly || verdict.verdict == .fail else { return }
        json.beginObject()
        json.field("partner", customer.judgement.partner)
        json.field("customer", customer.judgement.record.isEmpty ? nil : customer.judgement.record)
        json.field("checklist", item.checklist)
        json.field("item", item.id)
        json.field("verdict", verdict.verdict.rawValue)
        json.field("due", verdict.due.map(\.description))
        json.key("evidence")
        json.beginObject()
        json.field("reason", verdict.evidence?.reason)
        json.list("events", verdict.evidence?.events ?? []) { event, json in
            json.object { json in
                json.field("index", event.index)
                json.field("at", event.at.description)
                json.field("activity", event.activity)
                json.field("record", event.record)
            }
        }
        writeStretches(verdict.evidence?.stretches ?? [])
        writeRecords(proving: verdict, of: customer)
        json.endObject()
        json.endObject()
        json.newline()
    }

    /// Where the records that are cited came from; of a fail that cites none all of the customer's, since it is what they
    /// lack.
    private mutating func writeRecords(proving verdict: ItemVerdict, of customer: CustomerJudgement) {
        let cited = Set(verdict.evidence?.events.compactMap(\.record) ?? [])
        let isLack = cited.isEmpty && verdict.verdict == .fail
        let records = customer.records.filter { isLack || cited.contains($0.id) }
        let digests = records.map { pageDigest($0.provenance.source, $0.provenance.page) }
        json.list("records", Array(zip(records, digests))) { entry, json in
            let (record, digest) = entry
            json.object { json in
                json.field("record", record.id)
                json.field("source", record.provenance.source)
                json.field("page", record.provenance.pageNumber)
                json.field("pointer", record.provenance.pointer)
                json.field("sha256", digest)
            }
        }
    }
}
