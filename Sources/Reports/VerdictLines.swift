package import Checklists
import Language
package import Scoring
import Timelines

/// Verdicts as NDJSON, one line a record and item, in the form of the contract.
package struct VerdictLines {
    private let slots: ItemSlots
    let failsOnly: Bool
    let pageDigest: (_ source: String, _ page: Int) -> String?
    var json = JSONWriter()

    /// `pageDigest` gives the SHA-256 of the bytes of a page, nil where they are not known.
    package init(
        slots: ItemSlots, failsOnly: Bool, pageDigest: @escaping (_ source: String, _ page: Int) -> String? = { _, _ in nil }
    ) {
        self.slots = slots
        self.failsOnly = failsOnly
        self.pageDigest = pageDigest
    }

    /// The lines written since the last `removeAll`.
    package var bytes: [UInt8] { json.bytes }

    package mutating func removeAll() { json.removeAll() }

    /// The lines of a record that counts, for the items that concern its partner.
    package mutating func write(_ record: Scorer.ScoredRecord) {
        for (slot, verdict) in record.verdicts { write(slot, verdict, record.judgement) }
    }

    /// The lines of a record as it was judged, by checklist and item.
    package mutating func write(_ judgement: Judgement) {
        for (slot, verdict) in slots.verdicts(of: judgement) { write(slot, verdict, judgement) }
    }

    private mutating func write(_ slot: Int, _ verdict: ItemVerdict, _ judgement: Judgement) {
        guard !failsOnly || verdict.verdict == .fail else { return }
        let item = slots.slots[slot].description
        json.beginObject()
        json.field("partner", judgement.partner)
        json.field("record", judgement.record)
        json.field("checklist", item.checklist)
        json.field("item", item.id)
        json.field("verdict", verdict.verdict.rawValue)
        json.field("due", verdict.due.map(\.description))
        writeEvidence(of: verdict, in: judgement)
        json.endObject()
        json.newline()
    }

    private mutating func writeEvidence(of verdict: ItemVerdict, in judgement: Judgement) {
        let provenance = judgement.provenance
        json.key("evidence")
        json.beginObject()
        json.field("reason", verdict.evidence?.reason)
        json.list("events", verdict.evidence?.events ?? []) { event, json in
            json.beginObject()
            json.field("index", event.index)
            json.field("at", event.at.description)
            json.field("activity", event.activity)
            json.endObject()
        }
        writeStretches(verdict.evidence?.stretches ?? [])
        json.field("source", provenance.source)
        json.field("page", provenance.page)
        json.field("pointer", provenance.pointer)
        json.field("sha256", pageDigest(provenance.source, provenance.page))
        json.endObject()
    }
}

extension VerdictLines {
    /// Whose time it was: `seconds` on the clock of the check, `party` null for a pause that nobody claimed.
    mutating func writeStretches(_ stretches: [Evidence.Stretch]) {
        guard !stretches.isEmpty else { return }
        json.list("stretches", stretches) { stretch, json in
            let (seconds, attoseconds) = stretch.length.components
            json.beginObject()
            json.field("party", stretch.party?.rawValue)
            json.field("from", stretch.from.description)
            json.field("until", stretch.until.description)
            if attoseconds == 0 {
                json.field("seconds", Int(seconds))
            } else {
                json.field("seconds", Double(seconds) + Double(attoseconds) / 1e18)
            }
            json.endObject()
        }
    }
}

/// `verdicts.ndjson`, written while records stream by, sorted as they come from the scorer.
package struct VerdictFile {
    private let file: OutputFile
    private var lines: VerdictLines

    package init(to file: OutputFile, lines: VerdictLines) {
        self.file = file
        self.lines = lines
    }

    package mutating func write(_ record: Scorer.ScoredRecord) throws(ReportError) {
        lines.write(record)
        try flushIfLong()
    }

    package mutating func write(_ customer: CustomerScorer.ScoredCustomer, _ slots: ItemSlots) throws(ReportError) {
        lines.write(customer, slots)
        try flushIfLong()
    }

    private mutating func flushIfLong() throws(ReportError) {
        guard lines.bytes.count > 1 << 16 else { return }
        try flush()
    }

    /// Writes what is left.
    package mutating func finish() throws(ReportError) {
        try flush()
        try file.close()
    }

    private mutating func flush() throws(ReportError) {
        try file.write(lines.bytes)
        lines.removeAll()
    }
}
