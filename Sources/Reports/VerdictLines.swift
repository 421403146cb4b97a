import Checklists
import Language
package import Scoring
import Timelines

/// `verdicts.ndjson`: one line a record and item, written while records stream by, sorted as they come from the scorer.
package struct VerdictLines {
    private let file: OutputFile
    private let items: [(checklist: String, id: String)]
    private let failsOnly: Bool
    private let pageDigest: (_ source: String, _ page: Int) -> String?
    private var json = JSONWriter()

    /// `pageDigest` gives the SHA-256 of the bytes of a page, nil where they are not known.
    package init(
        to file: OutputFile, slots: ItemSlots, failsOnly: Bool, pageDigest: @escaping (_ source: String, _ page: Int) -> String?
    ) {
        self.file = file
        items = slots.slots.map { ($0.description.checklist, $0.description.id) }
        self.failsOnly = failsOnly
        self.pageDigest = pageDigest
    }

    /// The lines of one record.
    package mutating func write(_ record: Scorer.ScoredRecord) throws(ReportError) {
        for (slot, verdict) in record.verdicts where !failsOnly || verdict.verdict == .fail {
            json.beginObject()
            json.field("partner", record.judgement.partner)
            json.field("record", record.judgement.record)
            json.field("checklist", items[slot].checklist)
            json.field("item", items[slot].id)
            json.field("verdict", verdict.verdict.rawValue)
            json.field("due", verdict.due.map(Moments.rfc3339))
            writeEvidence(of: verdict, in: record.judgement)
            json.endObject()
            json.newline()
        }
        guard json.bytes.count > 1 << 16 else { return }
        try flush()
    }

    /// Writes what is left.
    package mutating func finish() throws(ReportError) {
        try flush()
        try file.close()
    }

    private mutating func flush() throws(ReportError) {
        try file.write(json.bytes)
        json.removeAll()
    }

    private mutating func writeEvidence(of verdict: ItemVerdict, in judgement: Judgement) {
        let provenance = judgement.provenance
        json.key("evidence")
        json.beginObject()
        json.field("reason", verdict.evidence?.reason)
        json.list("events", verdict.evidence?.events ?? []) { event, json in
            json.beginObject()
            json.field("index", event.index)
            json.field("at", Moments.rfc3339(event.at))
            json.field("activity", event.activity)
            json.endObject()
        }
        json.field("source", provenance.source)
        json.field("page", provenance.page)
        json.field("pointer", provenance.pointer)
        json.field("sha256", pageDigest(provenance.source, provenance.page))
        json.endObject()
    }
}
