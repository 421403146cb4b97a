package import Language

/// The canonical form of a record (contract, section 3): one JSON object, in a line of its own where it is NDJSON. What
/// `touchline check` reads, what snapshots replay, and what `map: canonical` expects of a source.
package enum CanonicalRecord {
    /// Why an object is no record.
    package struct Problem: Error, Hashable, Sendable {
        package let field: String
        package let why: String
    }

    /// Reads a record. A field of the wrong kind is unreadable, or rejects the record where it is `id`, `partner`,
    /// `opened` or `closed`; an event without a readable time and activity is rejected. Events are put in the order of
    /// time unless `keepsOrder`.
    package static func read(
        _ element: JSONElement, provenance: Provenance, partner: String? = nil, activities: ActivityTable,
        keepsOrder: Bool = false, rejectedEvents: inout [Rejection]
    ) -> Result<ServiceRecord, Problem> {
        guard element.isObject else { return .failure(Problem(field: "id", why: "a canonical record must be a JSON object")) }
        var reader = CanonicalReader(element)
        do throws(Problem) {
            let id = try reader.required("id")
            let owner = try reader.text("partner") ?? partner
            guard let owner, !owner.isEmpty else { throw Problem(field: "partner", why: "the record names no partner") }
            var record = ServiceRecord(partner: owner, id: id, provenance: provenance)
            record.opened = try reader.instant("opened")
            record.closed = try reader.instant("closed")
            reader.readFields(&record)
            reader.readEvents(&record, activities)
            for problem in reader.eventProblems {
                rejectedEvents.append(Rejection(provenance, field: problem.field, why: problem.why))
            }
            if !keepsOrder { record.sortEvents() }
            if record.opened == nil { record.opened = record.events.first?.at }
            return .success(record)
        } catch {
            return .failure(error)
        }
    }

    /// Writes a record as one object, its keys in the order of the contract.
    package static func write(_ record: ServiceRecord, sha256: String? = nil, into writer: inout JSONWriter) {
        writer.object { object in
            object.field("partner", record.partner)
            object.field("id", record.id)
            object.field("kind", record.kind)
            object.field("function", record.function)
            object.field("opened", record.opened?.description)
            object.field("closed", record.closed?.description)
            object.field("updated", record.updated?.description)
            object.field("severity", record.severity)
            object.key("customer")
            object.object { customer in
                customer.present("id", record.customer.id)
                customer.present("name", record.customer.name)
                customer.present("tier", record.customer.tier)
                customer.present("region", record.customer.region)
                customer.present("preferred_channel", record.customer.preferredChannel)
            }
            object.field("owner", record.owner)
            object.attributes(record.attributes)
            object.key("events")
            object.array { events in for event in record.events { events.event(event) } }
            object.provenance(record.provenance, sha256: sha256)
        }
    }
}

/// Reads the fields of one canonical record.
private struct CanonicalReader {
    private let element: JSONElement
    private var unreadable: [UnreadableField] = []
    private(set) var eventProblems: [CanonicalRecord.Problem] = []

    init(_ element: JSONElement) { self.element = element }

    func text(_ key: String) throws(CanonicalRecord.Problem) -> String? {
        guard let value = element.value(forKey: key) else { return nil }
        guard case .string(let text) = value else {
            throw CanonicalRecord.Problem(field: key, why: "'\(key)' is \(value.kindName), not a string")
        }
        return text
    }

    func required(_ key: String) throws(CanonicalRecord.Problem) -> String {
        guard let text = try text(key), !text.isEmpty else {
            throw CanonicalRecord.Problem(field: key, why: "the record has no \(key)")
        }
        return text
    }

    func instant(_ key: String) throws(CanonicalRecord.Problem) -> Instant? {
        guard let text = try text(key) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            throw CanonicalRecord.Problem(field: key, why: "'\(key)' is no RFC 3339 time")
        }
        return instant
    }

    mutating func readFields(_ record: inout ServiceRecord) {
        record.kind = text("kind", in: element, "kind")
        record.function = text("function", in: element, "function") ?? record.kind
        record.severity = text("severity", in: element, "severity")
        record.owner = text("owner", in: element, "owner")
        do {
            record.updated = try instant("updated")
        } catch {
            unreadable.append(UnreadableField("updated", why: error.why))
        }
        if let customer = element.find("customer") {
            record.customer.id = text("id", in: customer, "customer.id")
            record.customer.name = text("name", in: customer, "customer.name")
            record.customer.tier = text("tier", in: customer, "customer.tier")
            record.customer.region = text("region", in: customer, "customer.region")
            record.customer.preferredChannel = text("preferred_channel", in: customer, "customer.preferred_channel")
        }
        record.attributes = attributes(of: element)
        record.unreadable.formUnion(unreadable)
        unreadable = []
    }

    /// In the order of the line.
    mutating func readEvents(_ record: inout ServiceRecord, _ activities: ActivityTable) {
        guard let list = element.find("events"), !list.isNull else { return }
        guard list.isArray else {
            unreadable.append(UnreadableField(UnreadableField.events, why: "'events' is no list"))
            return record.unreadable.formUnion(unreadable)
        }
        record.events.reserveCapacity(list.count)
        for (place, child) in list.children().enumerated() {
            guard let at = child.find("at")?.string.flatMap({ Instant(rfc3339: $0) }) else {
                eventProblems.append(CanonicalRecord.Problem(field: "at", why: "event \(place) has no readable time"))
                continue
            }
            guard let activity = child.find("activity")?.string, !activity.isEmpty else {
                eventProblems.append(CanonicalRecord.Problem(field: "activity", why: "event \(place) has no activity"))
                continue
            }
            var event = Event(at: at, activity: activity, symbol: activities.symbol(of: activity))
            let index = record.events.count
            if let actor = child.find("actor") {
                event.actorID = text("id", in: actor, "actor.id", event: index)
                event.actorRole = text("role", in: actor, "actor.role", event: index)
                event.party = party(in: actor, event: index)
            }
            event.channel = text("channel", in: child, "channel", event: index)
            event.text = text("text", in: child, "text", event: index)
            event.attributes = attributes(of: child)
            record.events.append(event)
        }
        record.unreadable.formUnion(unreadable)
    }

    private mutating func text(_ key: String, in object: JSONElement, _ path: String, event: Int? = nil) -> String? {
        guard let value = object.value(forKey: key) else { return nil }
        if case .string(let text) = value { return text }
        unreadable.append(UnreadableField(path, event: event, why: "the value is \(value.kindName), not a string"))
        return nil
    }

    private mutating func party(in actor: JSONElement, event: Int) -> Party? {
        guard let text = text("party", in: actor, "actor.party", event: event) else { return nil }
        if let party = Party(rawValue: text) { return party }
        unreadable.append(UnreadableField("actor.party", event: event, why: Party.problem(text)))
        return nil
    }

    /// Times stay the texts that they are.
    private func attributes(of object: JSONElement) -> Attributes {
        var attributes = Attributes()
        guard let map = object.find("attributes") else { return attributes }
        for key in map.keys {
            if let value = map.find(key)?.detached() { attributes.set(key, value) }
        }
        return attributes
    }
}

extension JSONWriter {
    fileprivate mutating func present(_ key: String, _ value: String?) {
        if let value { field(key, value) }
    }

    fileprivate mutating func attributes(_ attributes: Attributes) {
        key("attributes")
        object { object in
            for (name, value) in attributes.entries {
                object.key(name)
                object.value(value)
            }
        }
    }

    fileprivate mutating func event(_ event: Event) {
        object { object in
            object.field("at", event.at.description)
            object.field("activity", event.activity)
            if event.actor != Actor() {
                object.key("actor")
                object.object { actor in
                    actor.present("id", event.actorID)
                    actor.present("role", event.actorRole)
                    actor.present("party", event.party?.rawValue)
                }
            }
            object.present("channel", event.channel)
            object.present("text", event.text)
            if !event.attributes.isEmpty { object.attributes(event.attributes) }
        }
    }

    fileprivate mutating func provenance(_ provenance: Provenance, sha256: String?) {
        key("provenance")
        object { object in
            object.field("source", provenance.source)
            object.field("page", provenance.page)
            object.field("pointer", provenance.pointer)
            object.present("sha256", sha256)
        }
    }
}
