import Language
import Timelines

/// The record being judged, as expressions see it. One for each worker, loaded with record after record; values read
/// from it never leave the judging of the record, so what reads for it need not keep it alive.
final class RecordSource: @unchecked Sendable {
    // Read many times for every event, and never while it is written: the run-time check of that costs more than the reading.
    @exclusivity(unchecked)
    private var lent: UnsafeMutablePointer<ServiceRecord>
    private let own: UnsafeMutablePointer<ServiceRecord>
    /// The record's partner, where the config lists it.
    var listed: ListedPartner?
    var asOf = Instant(seconds: 0)
    /// What the record's source can say at all.
    var told = ToldFields.anything
    private var eventAttributes: [AttributeMap] = []
    private lazy var recordAttributes = AttributeMap(self, index: -1)
    private lazy var partnerAttributes = AttributeMap(self, index: -2)
    private lazy var eventList = EventList(self)
    private lazy var objects = ObjectSource(types: Self.types) { [unowned(unsafe) self] field, object throws(EvaluationError) in
        try value(ofField: field, of: object)
    }

    enum Kind: Int32 { case record, customer, event, actor, partner }

    init() {
        own = .allocate(capacity: 1)
        own.initialize(
            to: ServiceRecord(partner: "", id: "", provenance: Provenance(source: "", page: 0, pointer: "", sequence: 0)))
        lent = own
    }

    deinit {
        own.deinitialize(count: 1)
        own.deallocate()
    }

    /// The record that is lent, read where it lies; else one of its own.
    var record: ServiceRecord {
        _read { yield lent.pointee }
        _modify { yield &lent.pointee }
    }

    /// Reads from a record for as long as `body` takes.
    @inline(__always)
    func lend(_ record: inout ServiceRecord, _ body: () -> Void) {
        withUnsafeMutablePointer(to: &record) { pointer in
            lent = pointer
            body()
            lent = own
        }
    }

    static let customerType = ObjectType(
        "customer", fields: ["id", "name", "tier", "region", "preferred_channel"].map { .init($0, .string) })
    static let actorType = ObjectType("actor", fields: ["id", "role", "party"].map { .init($0, .string) })
    static let attributesType = CELType.map(.string, .dyn)
    static let eventType = ObjectType(
        "event",
        fields: [
            .init("at", .timestamp), .init("activity", .string), .init("actor", .object(actorType)), .init("channel", .string),
            .init("text", .string), .init("attributes", attributesType), .init("record", .string),
        ])
    static let partnerType = ObjectType(
        "partner",
        fields: [.init("id", .string), .init("name", .string), .init("region", .string), .init("attributes", attributesType)])
    static let recordType = ObjectType(
        "record",
        fields: [
            .init("id", .string), .init("kind", .string), .init("function", .string), .init("severity", .string),
            .init("opened", .timestamp), .init("closed", .timestamp), .init("updated", .timestamp), .init("owner", .string),
            .init("customer", .object(customerType)), .init("attributes", attributesType),
            .init("events", .list(.object(eventType))), .init("partner", .object(partnerType)), .init("as_of", .timestamp),
        ])

    private static let types = [recordType, customerType, eventType, actorType, partnerType]

    var recordValue: Value { .object(ObjectValue(source: objects, kind: Kind.record.rawValue)) }

    func eventValue(_ index: Int) -> Value {
        .object(ObjectValue(source: objects, kind: Kind.event.rawValue, index: Int32(truncatingIfNeeded: index)))
    }

    private func value(ofField field: Int, of object: ObjectValue) throws(EvaluationError) -> Value? {
        switch Kind(rawValue: object.kind) {
        case .record: try recordField(field)
        case .customer: try customerField(field)
        case .event: try eventField(field, of: Int(object.index))
        case .actor: try actorField(field, of: Int(object.index))
        case .partner: partnerField(field)
        case nil: nil
        }
    }

    private func recordField(_ field: Int) throws(EvaluationError) -> Value? {
        switch field {
        case 0: .string(record.id)
        case 1: try text(record.kind, "kind")
        case 2: try text(record.function, "function")
        case 3: try text(record.severity, "severity")
        case 4: try instant(record.opened, "opened")
        case 5: try instant(closed, "closed")
        case 6: try instant(record.updated, "updated")
        case 7: try text(record.owner, "owner")
        case 8: .object(ObjectValue(source: objects, kind: Kind.customer.rawValue))
        case 9: .map(.source(recordAttributes))
        case 10: .list(.source(eventList))
        case 11: .object(ObjectValue(source: objects, kind: Kind.partner.rawValue))
        case 12: .timestamp(asOf)
        default: nil
        }
    }

    /// What lies after `as_of` has not happened yet.
    var closed: Instant? { record.closed.flatMap { $0 <= asOf ? $0 : nil } }

    private func customerField(_ field: Int) throws(EvaluationError) -> Value? {
        switch field {
        case 0: try text(record.customer.id, "customer.id")
        case 1: try text(record.customer.name, "customer.name")
        case 2: try text(record.customer.tier, "customer.tier")
        case 3: try text(record.customer.region, "customer.region")
        case 4: try text(record.customer.preferredChannel, "customer.preferred_channel")
        default: nil
        }
    }

    private func eventField(_ field: Int, of index: Int) throws(EvaluationError) -> Value? {
        switch field {
        case 0: .timestamp(record.events[index].at)
        case 1: .string(record.events[index].activity)
        case 2: .object(ObjectValue(source: objects, kind: Kind.actor.rawValue, index: Int32(truncatingIfNeeded: index)))
        case 3: try text(record.events[index].details?.channel, "channel", event: index)
        case 4: try text(record.events[index].details?.text, "text", event: index)
        case 5: .map(.source(attributes(ofEvent: index)))
        case 6: .string(recordID(ofEvent: index))
        default: nil
        }
    }

    private func actorField(_ field: Int, of index: Int) throws(EvaluationError) -> Value? {
        switch field {
        case 0: try text(record.events[index].actorID, "actor.id", event: index)
        case 1: try text(record.events[index].details?.role, "actor.role", event: index)
        case 2: try text(record.events[index].party?.rawValue, "actor.party", event: index)
        default: nil
        }
    }

    private func partnerField(_ field: Int) -> Value? {
        switch field {
        case 0: .string(record.partner)
        case 1: .string(listed?.partner.name ?? record.partner)
        case 2: listed?.partner.region.map { .string($0) }
        case 3: .map(.source(partnerAttributes))
        default: nil
        }
    }

    /// The id of the record that an event belongs to.
    func recordID(ofEvent index: Int) -> String { record.merged?.ids[index] ?? record.id }

    /// Why some of the record's events are not known; nil where all are. What is missing might be what an item looks for.
    var unknownEvents: String? {
        guard !isReadable else { return nil }
        return record.unreadable.filter { $0.path == UnreadableField.events && $0.event == nil }.map(\.why).min()
    }

    /// Whether nothing about the record is unreadable.
    var isReadable: Bool { record.unreadable.isEmpty }

    /// An attribute of an event; what could not be read counts as absent.
    func attribute(_ name: String, ofEvent index: Int) -> Value? {
        record.events[index].details?.attributes[name]
    }

    func hasAttribute(_ name: String, ofEvent index: Int) -> Bool {
        record.events[index].details?.attributes.has(name) ?? false
    }

    private func attributes(ofEvent index: Int) -> AttributeMap {
        while eventAttributes.count <= index { eventAttributes.append(AttributeMap(self, index: eventAttributes.count)) }
        return eventAttributes[index]
    }

    fileprivate func attributes(_ index: Int) -> Attributes {
        switch index {
        case -1: record.attributes
        case -2: listed?.partner.attributes ?? Attributes()
        default: index < record.events.count ? record.events[index].details?.attributes ?? Attributes() : Attributes()
        }
    }

    fileprivate func unreadableAttributes(_ index: Int, besides names: [String]) -> [String] {
        let prefix = "attributes."
        let fields = record.unreadable.filter { $0.event == (index < 0 ? nil : index) && $0.path.hasPrefix(prefix) }
        return Set(fields.map { String($0.path.dropFirst(prefix.count)) }).subtracting(names).sorted()
    }

    private func text(_ value: String?, _ path: String, event: Int? = nil) throws(EvaluationError) -> Value? {
        if let value { return .string(value) }
        try check(path, event: event)
        return nil
    }

    private func instant(_ value: Instant?, _ path: String) throws(EvaluationError) -> Value? {
        if let value { return .timestamp(value) }
        try check(path, event: nil)
        return nil
    }

    /// Throws where a field that has no value has one that could not be read.
    fileprivate func check(_ path: String, event: Int?) throws(EvaluationError) {
        if !told.tells(path, ofEvent: event != nil) {
            let name = (event == nil ? "" : "event.") + path
            throw EvaluationError(.unreadable, "the source '\(record.provenance.source)' never tells '\(name)'")
        }
        guard !record.unreadable.isEmpty else { return }
        if let why = record.unreadable.filter({ $0.path == path && $0.event == event }).map(\.why).min() {
            throw EvaluationError(.unreadable, "'\((event == nil ? "" : "event.") + path)' could not be read: \(why)")
        }
    }
}

/// The attributes of the record (-1), of its partner (-2) or of one of its events, read in place.
private final class AttributeMap: MapSource, @unchecked Sendable {
    private unowned(unsafe) let source: RecordSource
    private let index: Int

    init(_ source: RecordSource, index: Int) {
        self.source = source
        self.index = index
    }

    /// Names of what could not be read stand among them: whoever reads all learns of them.
    var keys: [String] {
        let names = source.attributes(index).entries.map(\.name)
        return index > -2 && !source.isReadable ? names + source.unreadableAttributes(index, besides: names) : names
    }

    func value(forKey key: String) throws(EvaluationError) -> Value? {
        if let value = source.attributes(index)[key] { return value }
        if index > -2 { try source.check("attributes." + key, event: index < 0 ? nil : index) }
        return nil
    }
}

/// The events of the record, read in place.
private final class EventList: ListSource, @unchecked Sendable {
    private unowned(unsafe) let source: RecordSource

    init(_ source: RecordSource) { self.source = source }

    var count: Int { source.record.events.count }

    func element(at index: Int) throws(EvaluationError) -> Value { source.eventValue(index) }
}

/// What an expression may name in each place where checklists have one. The slots are the same everywhere.
enum Names {
    static let recordSlot = 0
    static let eventSlot = 1
    /// The event that needs an answer, or the next one of a pair.
    static let secondSlot = 2
    static let slots = 3

    private static let recordVariable = Environment.Variable("@record", .object(RecordSource.recordType))
    private static let event = CELType.object(RecordSource.eventType)

    static let ofRecord = Environment([recordVariable], receiver: 0)
    static let ofEvent = Environment([recordVariable, .init("event", event)], receiver: 0)
    static let ofAnswer = Environment([recordVariable, .init("event", event), .init("activation", event)], receiver: 0)
    /// Before there is a candidate: `event` is kept out of sight.
    static let ofActivation = Environment([recordVariable, .init("@event", event), .init("activation", event)], receiver: 0)
    static let ofPair = Environment([recordVariable, .init("event", event), .init("next", event)], receiver: 0)
}
