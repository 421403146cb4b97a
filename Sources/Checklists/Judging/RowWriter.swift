import Language
import Timelines

/// The bits that say which optional fields of a row are there.
enum Present {
    static let updated: UInt16 = 1
    static let function: UInt16 = 2
    static let opened: UInt16 = 4
    static let closed: UInt16 = 8
    /// Severity; the customer's id, name, tier, region and channel; owner.
    static let texts: [UInt16] = (4...10).map { 1 << $0 }
    static let cases: UInt16 = 1 << 11
}

/// Writes the payload of a `JudgementRow`, one behind the other in the same memory.
struct RowWriter: ~Copyable {
    private var output = OutputBytes(capacity: 4096)

    /// What was written, until more is.
    var bytes: UnsafeRawBufferPointer { output.bytes }

    mutating func removeAll() { output.removeAll() }

    /// Who it was is only written where there is more to say than verdicts: of other records nobody asks but whose customer's
    /// timeline they are on, and what they are compared with.
    mutating func write(
        _ record: UnsafePointer<ServiceRecord>, events: Int, _ list: borrowing VerdictList, _ plan: CasePlan? = nil,
        _ measures: [MeasureOutcome] = []
    ) {
        var present: UInt16 = 0
        let head = output.count
        output.append(UInt8(0))
        output.append(UInt8(0))
        number(record.pointee.provenance.sequence)
        text(record.pointee.provenance.source)
        number(events)
        if let updated = record.pointee.updated ?? record.pointee.latestUpdate {
            instant(updated)
            present |= Present.updated
        }
        field(record.pointee.function, Present.function, &present)
        number(list.codes.count)
        list.codes.withUnsafeBytes { output.append($0) }
        if let plan {
            write(record, plan, measures)
            present |= Present.cases
        }
        number(record.pointee.provenance.page)
        text(record.pointee.provenance.pointer)
        if list.details.isEmpty {
            if plan == nil { field(record.pointee.customer.id, Present.texts[1], &present) }
        } else {
            who(record, &present)
        }
        output.set(present, at: head)
        for index in list.details.indices { detail(list.details[index]) }
    }

    private mutating func who(_ record: UnsafePointer<ServiceRecord>, _ present: inout UInt16) {
        if let opened = record.pointee.opened {
            instant(opened)
            present |= Present.opened
        }
        if let closed = record.pointee.closed {
            instant(closed)
            present |= Present.closed
        }
        field(record.pointee.severity, Present.texts[0], &present)
        if present & Present.cases == 0 { field(record.pointee.customer.id, Present.texts[1], &present) }
        field(record.pointee.customer.name, Present.texts[2], &present)
        field(record.pointee.customer.tier, Present.texts[3], &present)
        field(record.pointee.customer.region, Present.texts[4], &present)
        field(record.pointee.customer.preferredChannel, Present.texts[5], &present)
        if present & Present.cases == 0 { field(record.pointee.owner, Present.texts[6], &present) }
    }

    /// Behind its length, as a `CaseRow` reads it.
    private mutating func write(_ record: UnsafePointer<ServiceRecord>, _ plan: CasePlan, _ measures: [MeasureOutcome]) {
        let head = output.count
        output.append(fixed: 0)
        number(record.pointee.opened.map(plan.window.month) ?? -1)
        output.append(optional: record.pointee.customer.id)
        output.append(optional: record.pointee.owner)
        output.append(named: record.pointee.customer.region)
        for index in plan.mix.fields.indices { output.append(named: CaseMix.text(plan.mix.fields[index], of: record)) }
        for measure in measures { measure.write(to: &output) }
        output.set(UInt32(truncatingIfNeeded: output.count - head - 4), at: head)
    }

    private mutating func detail(_ detail: VerdictList.Detail) {
        let stretches = detail.evidence?.stretches ?? []
        let hasRecords = detail.evidence?.events.contains { $0.record != nil } ?? false
        number(detail.item)
        number(
            (detail.due == nil ? 0 : 1) | (detail.evidence == nil ? 0 : 2) | (stretches.isEmpty ? 0 : 4) | (hasRecords ? 8 : 0))
        if let due = detail.due { instant(due) }
        self.stretches(stretches)
        guard let evidence = detail.evidence else { return }
        text(evidence.reason)
        number(evidence.events.count)
        for event in evidence.events {
            number(event.index)
            instant(event.at)
            text(event.activity)
            if hasRecords { text(event.record ?? "") }
        }
    }

    /// Nothing at all where there are none.
    private mutating func stretches(_ stretches: [Evidence.Stretch]) {
        if stretches.isEmpty { return }
        number(stretches.count)
        for stretch in stretches {
            number(stretch.party.flatMap { Party.allCases.firstIndex(of: $0) } ?? -1)
            instant(stretch.from)
            instant(stretch.until)
            let (seconds, attoseconds) = stretch.length.components
            number(Int(seconds))
            number(Int(attoseconds / 1_000_000_000))
        }
    }

    private mutating func number(_ value: Int) { output.append(compact: value) }

    private mutating func text(_ text: String) { output.append(compact: text) }

    private mutating func field(_ text: String?, _ bit: UInt16, _ present: inout UInt16) {
        guard let text else { return }
        self.text(text)
        present |= bit
    }

    private mutating func instant(_ instant: Instant) { output.append(compact: instant) }
}

extension OutputBytes {
    /// The same; what is empty names nothing.
    fileprivate mutating func append(named text: String?) { append(optional: text.flatMap { $0.isEmpty ? nil : $0 }) }

    /// A text behind its length and one, or nothing behind a zero.
    fileprivate mutating func append(optional text: String?) {
        guard var text else { return append(compact: 0) }
        text.withUTF8 { text in
            append(compact: text.count + 1)
            append(UnsafeRawBufferPointer(text))
        }
    }
}
