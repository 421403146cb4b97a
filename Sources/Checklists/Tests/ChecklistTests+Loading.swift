package import Language
import Timelines

/// TL301–349: what a file of tests may have wrong.
extension Code {
    static let untested = Code("TL301", "an item that no test makes pass and fail")
    static let unknownItem = Code("TL302", "no such item")
    static let unknownChecklist = Code("TL303", "no such checklist")
    static let badEvent = Code("TL304", "not an event")
    static let unknownVerdict = Code("TL305", "no such verdict")
    static let testsVersion = Code("TL306", "not a file of tests of this version")
    static let expectsNothing = Code("TL307", "a test that expects nothing")
    static let notOneRecord = Code("TL309", "not the record, or not the records of one customer, that a test needs")
    static let unknownVersion = Code("TL308", "no such version of the checklist")
}

extension ChecklistTests {
    /// Reads a file of tests; nil with at least one diagnostic where it tests nothing.
    package static func load(name: String, text: String, checklists: [Checklist], diagnostics: Diagnostics) -> ChecklistTests? {
        guard let root = YAMLDocument.read(text, file: name, diagnostics: diagnostics),
            var mapping = YAMLMapping(root, "the file of tests", diagnostics)
        else { return nil }
        if let kind = mapping.required("touchline"), kind.text != "tests/1" {
            diagnostics.error(.testsVersion, at: kind.position, "expected 'touchline: tests/1', not \(kind.summary)")
        }
        let idNode = mapping.node("checklist")
        let id = mapping.requiredText("checklist")
        let found = checklists.filter { $0.id == id }
        if let id, found.isEmpty, let idNode {
            diagnostics.error(
                .unknownChecklist, at: idNode.position, "there is no checklist '\(id)'",
                help: didYouMean(id, among: checklists.map(\.id)))
        }
        let versions = mapping.node("version").map { version($0, of: found, diagnostics) } ?? found
        let hasCalendars = mapping.node("calendars") != nil
        let declared = BusinessCalendar.names(in: mapping)
        let calendars = BusinessCalendar.load(&mapping)
        let partnerNodes = mapping.node("partners") == nil ? nil : mapping.nodes("partners")
        let partners = partnerNodes.map { Partner.load($0, calendars: declared, diagnostics: diagnostics) }
        // A file that brings none tests what needs none.
        for version in hasCalendars ? versions : [] {
            version.check(calendars: calendars, declared: declared, partners: partners, diagnostics: diagnostics)
        }
        let nodes = mapping.required("cases") == nil ? [] : mapping.nodes("cases")
        let isDeclared = versions.allSatisfy { !$0.declared.isEmpty }
        let loader = TrialLoader(
            items: versions.isEmpty ? nil : Array(Set(versions.flatMap(\.items).map(\.id))).sorted(),
            unit: versions.first?.unit ?? .record, declared: isDeclared ? Set(versions.flatMap(\.declared)).sorted() : [],
            diagnostics: diagnostics)
        let trials = nodes.compactMap { loader.trial($0) }
        mapping.finish()
        guard let id, !versions.isEmpty else { return nil }
        return ChecklistTests(
            file: name, checklist: id, versions: versions, calendars: calendars, partners: partners, trials: trials)
    }

    /// The version that a file of tests names, which then judges every case, whatever its days.
    private static func version(_ node: YAMLNode, of found: [Checklist], _ diagnostics: Diagnostics) -> [Checklist] {
        if let version = found.first(where: { $0.version == node.text }) { return [version.alwaysInForce] }
        if let first = found.first {
            diagnostics.error(
                .unknownVersion, at: node.position, "there is no version \(node.summary) of the checklist '\(first.id)'",
                help: didYouMean(node.text ?? "", among: found.map(\.version)))
        }
        return found
    }
}

/// Reads the cases of a file of tests.
private struct TrialLoader {
    /// The items that there are; nil where the checklist is not known.
    let items: [String]?
    let unit: ItemDescription.Unit
    /// The activities that events may have; empty where any may.
    let declared: [String]
    let diagnostics: Diagnostics

    func trial(_ node: YAMLNode) -> ChecklistTests.Trial? {
        guard var mapping = YAMLMapping(node, "a case", diagnostics) else { return nil }
        let name = mapping.requiredText("name")
        _ = mapping.required("as_of")
        let asOf = mapping.instant("as_of")
        let records = records(&mapping)
        let expected = mapping.required("expect").map { expectations($0) }
        mapping.finish()
        guard let name, let asOf, let records, let expected else { return nil }
        return ChecklistTests.Trial(name: name, position: node.position, asOf: asOf, records: records, expected: expected)
    }

    private func expectations(_ node: YAMLNode) -> [(item: String, verdict: Verdict)] {
        guard var mapping = YAMLMapping(node, "'expect'", diagnostics) else { return [] }
        let entries = mapping.all()
        if entries.isEmpty { diagnostics.error(.expectsNothing, at: node.position, "a case must expect at least one verdict") }
        return entries.compactMap { item, itemNode, value in
            if let items, !items.contains(item) {
                diagnostics.error(
                    .unknownItem, at: itemNode.position, "there is no item '\(item)'", help: didYouMean(item, among: items))
            }
            if let text = value.text, let verdict = Verdict(rawValue: text) { return (item, verdict) }
            diagnostics.error(
                .unknownVerdict, at: value.position, "\(value.summary) is no verdict",
                help: didYouMean(value.text ?? "", among: Verdict.allCases.map(\.rawValue)))
            return nil
        }
    }

    // MARK: Records

    /// `record`, or `records` of one customer where customers are judged.
    private func records(_ mapping: inout YAMLMapping) -> [ServiceRecord]? {
        guard let list = mapping.node("records") else {
            return mapping.required("record").flatMap { record($0, "1") }.map { [$0] }
        }
        if unit == .record {
            diagnostics.error(
                .notOneRecord, at: list.position, "the checklist judges records: a case has one 'record'",
                help: "only a checklist of 'unit: customer' takes 'records'")
        }
        if mapping.node("record") != nil {
            diagnostics.error(.notOneRecord, at: list.position, "a case has either 'record' or 'records'")
        }
        var records: [ServiceRecord] = []
        let nodes = mapping.nodes("records")
        for (index, node) in nodes.enumerated() {
            guard let record = record(node, String(index + 1)) else { continue }
            if let first = records.first, first.partner != record.partner || first.customer.id != record.customer.id {
                diagnostics.error(
                    .notOneRecord, at: node.position, "a case is about one customer at one partner, and this is another's record")
            }
            if records.contains(where: { $0.id == record.id }) {
                diagnostics.error(.notOneRecord, at: node.position, "the record '\(record.id)' stands twice")
            }
            records.append(record)
        }
        if nodes.isEmpty { diagnostics.error(.notOneRecord, at: list.position, "'records' names none") }
        return records.isEmpty || records.count < nodes.count ? nil : records
    }

    private func record(_ node: YAMLNode, _ defaultID: String) -> ServiceRecord? {
        guard var mapping = YAMLMapping(node, "a record", diagnostics) else { return nil }
        let partner = mapping.text("partner") ?? "partner"
        let id = mapping.text("id") ?? defaultID
        let provenance = Provenance(source: "", page: 1, pointer: "", sequence: 0)
        var record = ServiceRecord(partner: partner, id: id, provenance: provenance)
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
        if unit == .customer, record.customer.id == nil { record.customer.id = "customer" }
        record.attributes = attributes(&mapping)
        // In canonical order: by time, ties as they were written.
        record.events = mapping.nodes("events").compactMap { event($0) }.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        record.opened = record.opened ?? record.events.first?.at
        mapping.allow("provenance")
        mapping.finish()
        return record
    }

    private func event(_ node: YAMLNode) -> Event? {
        let help = "write [instant, activity] or [instant, activity, {actor: …, channel: …, text: …, attributes: …}]"
        if case .mapping = node.kind, var mapping = YAMLMapping(node, "an event", diagnostics) {
            _ = mapping.required("at")
            let at = mapping.instant("at")
            let activityNode = mapping.node("activity")
            let activity = mapping.requiredText("activity")
            if let activity, let activityNode { check(activity, activityNode) }
            let event = at.flatMap { at in activity.map { Event(at: at, activity: $0, symbol: ActivityTable.unknown) } }
            return details(&mapping, of: event)
        }
        guard case .sequence(let parts) = node.kind, (2...3).contains(parts.count) else {
            diagnostics.error(.badEvent, at: node.position, "\(node.summary) is no event", help: help)
            return nil
        }
        guard let text = parts[0].text, let at = Instant(rfc3339: text) else {
            diagnostics.error(.badEvent, at: parts[0].position, "\(parts[0].summary) is no instant", help: help)
            return nil
        }
        guard let activity = parts[1].text else {
            diagnostics.error(.badEvent, at: parts[1].position, "\(parts[1].summary) is no activity", help: help)
            return nil
        }
        check(activity, parts[1])
        let event = Event(at: at, activity: activity, symbol: ActivityTable.unknown)
        guard parts.count == 3 else { return event }
        guard var mapping = YAMLMapping(parts[2], "an event's details", diagnostics) else { return event }
        return details(&mapping, of: event)
    }

    /// An activity that the checklist does not know is most likely misspelt.
    private func check(_ activity: String, _ node: YAMLNode) {
        guard !declared.isEmpty, !declared.contains(activity) else { return }
        diagnostics.error(
            .unknownActivity, at: node.position, "there is no activity '\(activity)' in the checklist's 'activities'",
            help: didYouMean(activity, among: declared))
    }

    private func details(_ mapping: inout YAMLMapping, of plain: Event?) -> Event? {
        var event = plain
        if var actor = mapping.mapping("actor") {
            event?.actorID = actor.text("id")
            event?.actorRole = actor.text("role")
            event?.party = actor.oneOf("party")
            actor.finish()
        }
        event?.channel = mapping.text("channel")
        event?.text = mapping.text("text")
        event?.attributes = attributes(&mapping)
        mapping.finish()
        return event
    }

    // MARK: Values

    private func attributes(_ mapping: inout YAMLMapping) -> Attributes {
        var attributes = Attributes()
        guard var table = mapping.mapping("attributes") else { return attributes }
        for (name, _, node) in table.all() where !node.isNull { attributes.set(name, value(node)) }
        return attributes
    }

    /// A plain scalar is what it looks like (a number, a Boolean, an instant), a quoted one is text.
    private func value(_ node: YAMLNode) -> Value {
        switch node.kind {
        case .sequence(let nodes): return .list(.array(nodes.map { value($0) }))
        case .mapping(let entries):
            let pairs = entries.compactMap { entry in entry.key.text.map { (key: Value.string($0), value: value(entry.value)) } }
            return .map(.entries(MapEntries(pairs)))
        case .scalar(let text):
            guard node.style == .plain else { return .string(text) }
            if node.isNull { return .null }
            if text == "true" || text == "false" { return .bool(text == "true") }
            if let number = Int64(text) { return .int(number) }
            if text.utf8.first.map({ $0 < 0x3A }) ?? false, let number = Double(text) { return .double(number) }
            if let instant = Instant(rfc3339: text) { return .timestamp(instant) }
            return .string(text)
        }
    }
}
