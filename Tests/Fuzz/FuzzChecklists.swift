import Checklists
import Language
import Timelines

/// Any bytes as a checklist: loaded, and two records judged by whatever loaded, mistakes or not. Mistakes have their place in
/// the text; verdicts are the same each time, and survive being written and read.
enum ChecklistFuzzer {
    private static let opened = Instant(seconds: 1_767_604_320)

    private static let activities = [
        "escalated", "acknowledged", "assigned", "customer_update", "waiting_for_customer", "work_resumed", "customer_update",
        "resolved", "reopened", "resolved", "customer_confirmed", "closed",
    ]

    private static func record(closed: Bool) -> ServiceRecord {
        var record = ServiceRecord(
            partner: "northwind", id: closed ? "1" : "2",
            provenance: Provenance(source: "desk", page: 1, pointer: "/0", sequence: closed ? 0 : 1))
        record.kind = "escalation"
        record.function = "escalation"
        record.severity = closed ? "S1" : nil
        record.opened = opened
        record.closed = closed ? opened + .seconds(86400) : nil
        record.customer.id = "acme"
        record.owner = "dana"
        record.attributes.set("reassignments", .int(2))
        for (index, activity) in activities.prefix(closed ? 12 : 7).enumerated() {
            var event = Event(at: opened + .seconds(index / 2 * 900), activity: activity, symbol: 0)
            event.actorID = "u\(index % 3)"
            event.party = [.partner, .customer, .vendor][index % 3]
            event.text = "Your SLA for P1 (priority one) is fine, see KB 42."
            if index % 4 == 1 { event.attributes.set("promised_at", .timestamp(opened + .seconds(3600))) }
            record.events.append(event)
        }
        record.unreadable.insert(UnreadableField("text", event: 3, why: "not a value"))
        return record
    }

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("fuzz.yaml", text)], thorough: true, diagnostics: diagnostics)
        let lines = text.unicodeScalars.reduce(2) { $0 + ($1.properties.isWhitespace ? 1 : 0) }
        for diagnostic in diagnostics.sorted {
            let place = diagnostic.position
            precondition((1...lines).contains(place.line) && place.column >= 1, "\(diagnostic) is outside the text")
        }
        let table = ActivityTable(checklists.flatMap(\.activityNames))
        for item in checklists.flatMap(\.items) { precondition(!item.meaning.isEmpty, "'\(item.id)' has no meaning") }
        for length in [0, 3600, 30 * 86400] {
            let judge = Judge(
                checklists: checklists, activities: table, partners: nil, producible: ["desk": .anything],
                asOf: opened + .seconds(length), settle: .seconds(7 * 86400))
            var scratch = judge.makeScratch()
            for closed in [true, false] {
                var record = record(closed: closed)
                for index in record.events.indices {
                    record.events[index].symbol = table.symbol(of: record.events[index].activity)
                }
                check(judge.judge(record, scratch: &scratch), again: judge.judge(record))
            }
        }
    }

    private static func check(_ judgement: Judgement, again: Judgement) {
        var bytes: [UInt8] = []
        judgement.encode(into: &bytes)
        var others: [UInt8] = []
        again.encode(into: &others)
        precondition(bytes == others, "a record is judged in two ways")
        guard let read = try? judgement.withRow({ try $0.judgement() }) else {
            preconditionFailure("a judgement cannot be read back")
        }
        precondition(read.verdicts.count == judgement.verdicts.count, "verdicts are lost")
    }
}

/// What libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    ChecklistFuzzer.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
