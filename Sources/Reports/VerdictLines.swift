package import Checklists
import Language
package import Scoring
import Timelines

/// Verdicts as NDJSON, one line a record and item, in the form of the contract. What lines have in common is written once
/// and copied.
package struct VerdictLines: ~Copyable {
    let failsOnly: Bool
    private let slots: ItemSlots
    let pageDigest: (_ source: String, _ page: Int) -> String?
    var json = JSONWriter()
    /// By slot: from the checklist up to the verdict's value.
    private let items: [[UInt8]]
    /// The page at hand: its source and number, and what lines say of it before and behind the pointer.
    private var page: (source: [UInt8], number: Int, before: [UInt8], behind: [UInt8])?

    /// `pageDigest` gives the SHA-256 of the bytes of a page, nil where they are not known.
    package init(
        slots: ItemSlots, failsOnly: Bool, pageDigest: @escaping (_ source: String, _ page: Int) -> String? = { _, _ in nil }
    ) {
        self.slots = slots
        self.failsOnly = failsOnly
        self.pageDigest = pageDigest
        items = slots.slots.map { slot in
            Self.fields { json in
                json.field("checklist", slot.description.checklist)
                json.field("item", slot.description.id)
                json.key("verdict")
            }
        }
    }

    /// Fields as they stand in an object behind others.
    private static func fields(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        write(&json)
        return [UInt8(ascii: ",")] + json.bytes
    }

    /// The lines written since the last `removeAll`.
    package var bytes: [UInt8] { json.bytes }

    /// How many bytes they have.
    var count: Int { json.output.count }

    package mutating func removeAll() { json.removeAll() }

    /// The lines of a record as it was judged, by checklist and item.
    package mutating func write(_ judgement: Judgement) throws {
        try judgement.withRow { row in try write(slots.verdicts(of: row), of: row) }
    }

    mutating func write(_ verdicts: some Sequence<Scorer.ScoredVerdict>, of row: JudgementRow) throws {
        for verdict in verdicts where !failsOnly || verdict.code.isFail { try write(verdict, row) }
    }

    private mutating func write(_ verdict: Scorer.ScoredVerdict, _ row: JudgementRow) throws {
        let detail = try row.detail(of: verdict.item)
        let place = try row.place()
        open(place.page, of: row.source)
        json.part(#"{"partner":"#)
        json.string(utf8: row.partner)
        json.part(#","record":"#)
        json.string(utf8: row.record)
        json.part(items[verdict.slot])
        json.string(verdict.code.verdict.rawValue)
        json.part(#","due":"#)
        if let due = detail?.due { json.instant(due) } else { json.null() }
        json.part(#","evidence":{"reason":"#)
        if let reason = detail?.reason { json.string(utf8: reason) } else { json.null() }
        json.part(#","events":"#)
        var isFirst = true
        json.beginArray()
        try detail?.forEachEvent { index, at, activity in
            json.part(isFirst ? "{\"index\":" : ",{\"index\":")
            isFirst = false
            json.int(index)
            json.part(#","at":"#)
            json.instant(at)
            json.part(#","activity":"#)
            json.string(utf8: activity)
            json.part("}")
        }
        json.endArray()
        writeStretches(detail?.stretches ?? [])
        json.part(page?.before ?? [])
        json.string(utf8: place.pointer)
        json.part(page?.behind ?? [])
    }

    /// Most records of a partner lie on one page.
    private mutating func open(_ number: Int, of source: UnsafeRawBufferPointer) {
        if let page, page.number == number, source.elementsEqual(page.source) { return }
        let name = String(decoding: source, as: UTF8.self)
        let before = Self.fields { json in
            json.field("source", name)
            json.field("page", Provenance.pageNumber(of: number))
            json.key("pointer")
        }
        let behind = Self.fields { json in json.field("sha256", pageDigest(name, number)) }
        page = (Array(source), number, before, behind + Array("}}\n".utf8))
    }
}

extension VerdictLines {
    /// Whose time it was: `seconds` on the clock of the check, `party` null for a pause that nobody claimed.
    mutating func writeStretches(_ stretches: [Evidence.Stretch]) {
        guard !stretches.isEmpty else { return }
        json.part(#","stretches":"#)
        json.beginArray()
        for stretch in stretches {
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
        json.endArray()
    }

}
