import Language
import Timelines

/// Reads the cases of a file of tests.
struct TrialLoader {
    /// The items that there are; nil where the checklist is not known.
    let items: [String]?
    let unit: ItemDescription.Unit
    /// The function that records belong to which name none, and no kind either.
    let function: String?
    /// The activities that events may have; empty where any may.
    let declared: [String]
    let diagnostics: Diagnostics

    /// Where a record begins that does not say: a Monday morning.
    static let usualBeginning = Instant(seconds: 1_767_603_600)

    func trial(_ node: YAMLNode) -> ChecklistTests.Trial? {
        guard var mapping = YAMLMapping(node, "a case", diagnostics) else { return nil }
        let name = mapping.requiredText("name")
        let records = records(&mapping)
        let beginning = records?.compactMap(\.beginning).min() ?? Self.usualBeginning
        let asOf = asOf(&mapping, records ?? [], beginning)
        let expected = mapping.required("expect").map { expectations($0, from: beginning) }
        mapping.finish()
        guard let name, let asOf, let records, let expected else { return nil }
        return ChecklistTests.Trial(
            name: name, position: node.position, asOf: asOf, records: records.map(\.record), expected: expected)
    }

    /// The instant that the case names, else the one that its timeline comes to.
    private func asOf(_ mapping: inout YAMLMapping, _ records: [TrialRecord], _ beginning: Instant) -> Instant? {
        guard let node = mapping.node("as_of") else {
            if let end = records.compactMap(\.end).max() { return end }
            _ = mapping.required("as_of")
            return nil
        }
        if records.contains(where: \.saysAsOf) {
            diagnostics.error(.badTimeline, at: node.position, "the timeline says 'as_of' already")
        }
        if let instant = moment(node, from: beginning) { return instant }
        diagnostics.error(
            .wrongValue, at: node.position, "'as_of' must be an instant, not \(node.summary)",
            help: "write it as RFC 3339, such as '2026-11-01T00:00:00Z', or as a length after the record's beginning")
        return nil
    }

    /// An instant, or a length after another one.
    func moment(_ node: YAMLNode, from beginning: Instant) -> Instant? {
        guard let text = node.text else { return nil }
        return Instant(rfc3339: text) ?? Duration(length: text).map { beginning + $0 }
    }

    // MARK: Records

    /// A record of a case, and what its timeline in one line says beside it.
    struct TrialRecord {
        var record: ServiceRecord
        /// What lengths count from.
        var beginning: Instant?
        var end: Instant?
        var saysAsOf = false
    }

    /// `record`, `timeline` or both; or `records` of one customer where customers are judged.
    private func records(_ mapping: inout YAMLMapping) -> [TrialRecord]? {
        let timeline = mapping.node("timeline")
        guard let list = mapping.node("records") else {
            if let timeline { return record(mapping.node("record"), timeline, "1").map { [$0] } }
            return mapping.required("record").flatMap { record($0, nil, "1") }.map { [$0] }
        }
        if unit == .record {
            diagnostics.error(
                .notOneRecord, at: list.position, "the checklist judges records: a case has one 'record'",
                help: "only a checklist of 'unit: customer' takes 'records'")
        }
        if mapping.node("record") != nil || timeline != nil {
            diagnostics.error(
                .notOneRecord, at: list.position, "a case has either '\(timeline == nil ? "record" : "timeline")' or 'records'")
        }
        var records: [TrialRecord] = []
        let nodes = mapping.nodes("records")
        for (index, node) in nodes.enumerated() {
            guard let one = record(node, nil, String(index + 1)) else { continue }
            let record = one.record
            if let first = records.first?.record, first.partner != record.partner || first.customer.id != record.customer.id {
                diagnostics.error(
                    .notOneRecord, at: node.position, "a case is about one customer at one partner, and this is another's record")
            }
            if records.contains(where: { $0.record.id == record.id }) {
                diagnostics.error(.notOneRecord, at: node.position, "the record '\(record.id)' stands twice")
            }
            records.append(one)
        }
        if nodes.isEmpty { diagnostics.error(.notOneRecord, at: list.position, "'records' names none") }
        return records.isEmpty || records.count < nodes.count ? nil : records
    }

    /// A record; its events may stand in one line, in it or beside it.
    private func record(_ node: YAMLNode?, _ timeline: YAMLNode?, _ defaultID: String) -> TrialRecord? {
        let provenance = Provenance(source: "", page: 1, pointer: "", sequence: 0)
        var one = TrialRecord(record: ServiceRecord(partner: "partner", id: defaultID, provenance: provenance))
        var events: YAMLNode?
        var timeline = timeline
        if let node {
            guard var mapping = YAMLMapping(node, "a record", diagnostics) else { return nil }
            fields(&mapping, of: &one.record)
            events = mapping.node("events")
            if let own = mapping.node("timeline") {
                if timeline != nil {
                    diagnostics.error(.badTimeline, at: own.position, "the case has a timeline already")
                }
                timeline = own
            }
            if let events, let timeline {
                diagnostics.error(
                    .badTimeline, at: timeline.position, "the record's events stand in line \(events.line) already",
                    help: "write either 'timeline' or 'events'")
            }
            if timeline == nil, let events, events.text == nil {
                // In canonical order: by time, ties as they were written.
                one.record.events = mapping.nodes("events").compactMap { event($0) }.enumerated()
                    .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
            }
            mapping.allow("provenance")
            mapping.finish()
        }
        if one.record.kind == nil, one.record.function == nil { one.record.function = function }
        if unit == .customer, one.record.customer.id == nil { one.record.customer.id = "customer" }
        if let line = timeline ?? events.flatMap({ $0.text == nil ? nil : $0 }) { return tell(line, of: one) }
        one.record.opened = one.record.opened ?? one.record.events.first?.at
        one.beginning = one.record.opened
        return one
    }

    private func fields(_ mapping: inout YAMLMapping, of record: inout ServiceRecord) {
        record.partner = mapping.text("partner") ?? record.partner
        record.id = mapping.text("id") ?? record.id
        record.kind = mapping.text("kind")
        record.function = mapping.text("function") ?? record.kind
        record.opened = mapping.instant("opened")
        record.closed = mapping.instant("closed")
        record.updated = mapping.instant("updated")
        record.severity = mapping.text("severity")
        record.owner = mapping.text("owner")
        if var customer = mapping.mapping("customer") {
            record.customer.id = customer.text("id")
            record.customer.name = customer.text("name")
            record.customer.tier = customer.text("tier")
            record.customer.region = customer.text("region")
            record.customer.preferredChannel = customer.text("preferred_channel")
            customer.finish()
        }
        record.attributes = attributes(&mapping)
    }
}
