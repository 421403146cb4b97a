package import Language

/// One implementation project, support case or escalation of one customer at one partner, as a timeline of events.
/// Every source's records become this, whatever their shape was.
package struct ServiceRecord: Sendable {
    package var partner: String
    package var id: String
    package var kind: String?
    /// The partner function it belongs to; the mapping's default is `kind`.
    package var function: String?
    package var opened: Instant?
    /// Nil while the record is open.
    package var closed: Instant?
    package var updated: Instant?
    /// When it was updated at the latest, where it should say so and does not: when it was pulled. It tells readings of the
    /// record apart, and is no field of it.
    package var latestUpdate: Instant?
    package var severity: String?
    package var customer = Customer()
    package var owner: String?
    package var attributes = Attributes()
    /// In timeline order: by time, ties in the order of the mapping's entries and loops (`order: source`: that order alone).
    package var events: [Event] = []
    /// Which of the fields above hold something that could not be read.
    package var unreadable: Set<UnreadableField> = []
    package var provenance: Provenance
    /// Nil for a record as a source gave it; else the records whose events these are.
    package var merged: MergedRecords?

    package init(partner: String, id: String, provenance: Provenance) {
        self.partner = partner
        self.id = id
        self.provenance = provenance
    }
}

extension ServiceRecord {
    /// Nobody's, to be filled.
    init() { self.init(partner: "", id: "", provenance: Provenance(source: "", page: 0, pointer: "", sequence: 0)) }

    /// Forgets everything but who it is, and keeps the memory of the events for those of the next record.
    mutating func begin(partner: String, id: String, provenance: Provenance) {
        self.partner = partner
        self.id = id
        self.provenance = provenance
        updated = nil
        latestUpdate = nil
        attributes.removeAll()
        events.removeAll(keepingCapacity: true)
        if !unreadable.isEmpty { unreadable = [] }
        if merged != nil { merged = nil }
    }

    /// A lent record to keep. Its events go with it: shared, their memory would be made anew, as large as that of the largest
    /// record before, for every record that follows.
    package mutating func taken() -> ServiceRecord {
        let record = self
        events = []
        return record
    }

    /// Puts the events in the order of time; those of one instant stay as they are. What is noted of an event goes with it.
    mutating func sortEvents() {
        guard zip(events, events.dropFirst()).contains(where: { $1.at < $0.at }) else { return }
        let order = events.indices.sorted { (events[$0].at, $0) < (events[$1].at, $1) }
        events = order.map { events[$0] }
        guard unreadable.contains(where: { $0.event != nil }) else { return }
        var places = order
        for (place, index) in order.enumerated() { places[index] = place }
        unreadable = Set(unreadable.map { UnreadableField($0.path, event: $0.event.map { places[$0] }, why: $0.why) })
    }
}

/// The customer of a record, as far as the source tells.
package struct Customer: Hashable, Sendable {
    package var id: String?
    package var name: String?
    package var tier: String?
    package var region: String?
    package var preferredChannel: String?
    package init() {}
}

/// A field of a record or of one of its events that is there but could not be read, and why.
package struct UnreadableField: Hashable, Sendable {
    /// The path as expressions name it: `severity`, `customer.tier`, `attributes.made_sla`, `actor.party`.
    package let path: String
    /// The index of the event, nil for a field of the record itself.
    package let event: Int?
    package let why: String

    /// The path that says that some events of the record are not known.
    package static let events = "events"

    package init(_ path: String, event: Int? = nil, why: String) {
        self.path = path
        self.event = event
        self.why = why
    }
}

/// One thing that happened, at one moment.
package struct Event: Sendable {
    package var at: Instant
    package var activity: String
    /// The activity's number in the plan's `ActivityTable`; `ActivityTable.unknown` where the plan does not name it.
    package var symbol: Symbol
    package var actorID: String?
    package var party: Party?
    /// Nil in most events, which say no more than what happened and who did it.
    package internal(set) var details: EventDetails?

    package init(at: Instant, activity: String, symbol: Symbol) {
        self.at = at
        self.activity = activity
        self.symbol = symbol
    }

    package var actor: Actor {
        get { Actor(id: actorID, role: actorRole, party: party) }
        set {
            (actorID, party) = (newValue.id, newValue.party)
            actorRole = newValue.role
        }
    }

    package var actorRole: String? {
        get { details?.role }
        set { details = EventDetails(role: newValue, channel: channel, text: text, attributes: attributes) }
    }

    package var channel: String? {
        get { details?.channel }
        set { details = EventDetails(role: actorRole, channel: newValue, text: text, attributes: attributes) }
    }

    package var text: String? {
        get { details?.text }
        set { details = EventDetails(role: actorRole, channel: channel, text: newValue, attributes: attributes) }
    }

    package var attributes: Attributes {
        get { details?.attributes ?? Attributes() }
        set { details = EventDetails(role: actorRole, channel: channel, text: text, attributes: newValue) }
    }
}

/// What else there is to say of an event. Who asks many events reads it here: what `Event` computes of it copies the event.
package final class EventDetails: Sendable {
    package let role: String?
    package let channel: String?
    package let text: String?
    package let attributes: Attributes

    /// Nil where there is nothing.
    init?(role: String?, channel: String?, text: String?, attributes: Attributes) {
        if role == nil, channel == nil, text == nil, attributes.isEmpty { return nil }
        self.role = role
        self.channel = channel
        self.text = text
        self.attributes = attributes
    }
}

/// Who did it.
package struct Actor: Hashable, Sendable {
    package var id: String?
    package var role: String?
    package var party: Party?
}

/// Whose side somebody is on, and whose time it is: what waits for the customer or the vendor is not the partner's delay.
package enum Party: String, CaseIterable, Sendable {
    case partner, vendor, customer

    /// Why a text is no party.
    static func problem(_ text: String) -> String { "'\(text)' is none of partner, vendor, customer" }
}

/// Named values beyond the fixed fields. Few per record, so a list that is searched; absent names are not in it.
package struct Attributes: Sendable {
    /// Nil where there never were any, as in most events: then there is nothing to count references of.
    private var list: [(name: String, value: Value)]?

    package init() {}

    package var entries: [(name: String, value: Value)] { list ?? [] }

    package var isEmpty: Bool { list?.isEmpty ?? true }

    /// Keeps the memory for the values of the next record.
    mutating func removeAll() { list?.removeAll(keepingCapacity: true) }

    /// Adds or replaces a value. Values must own their memory (no elements of a JSON page).
    package mutating func set(_ name: String, _ value: Value) {
        if let index = list?.firstIndex(where: { $0.name == name }) {
            list?[index].value = value
        } else if list == nil {
            list = [(name, value)]
        } else {
            list?.append((name, value))
        }
    }

    package subscript(name: String) -> Value? {
        guard let list else { return nil }
        for index in list.indices where list[index].name == name { return list[index].value }
        return nil
    }

    /// Whether there is a value of that name.
    package func has(_ name: String) -> Bool {
        guard let list else { return false }
        for index in list.indices where list[index].name == name { return true }
        return false
    }
}

/// Where a record came from: with the page's hash this proves a verdict.
package struct Provenance: Hashable, Sendable {
    package var source: String
    /// From 1, `pageNumber`; where the record was read by an earlier pull, that pull's place stands above it.
    package var page: Int
    /// RFC 6901 (`/tickets/17`) in a JSON page; `/LINE` (the line where the row begins, from 1) in NDJSON and CSV.
    package var pointer: String
    /// Counts up in the order of reading within a source: the later of two equal records is the larger.
    package var sequence: Int

    package init(source: String, page: Int, pointer: String, sequence: Int) {
        self.source = source
        self.page = page
        self.pointer = pointer
        self.sequence = sequence
    }

    /// The number of the page within its pull.
    package var pageNumber: Int { Self.pageNumber(of: page) }

    package static func pageNumber(of page: Int) -> Int { page & 0xFFFF_FFFF }

    /// The page of an earlier pull, the first of which is 1.
    package static func page(_ number: Int, ofEarlierPull pull: Int) -> Int { pull << 32 | number }
}

/// A record or event that could not be mapped: counted and named, never dropped silently.
package struct Rejection: Hashable, Sendable {
    package let provenance: Provenance
    /// The field that could not be had: `id`, `partner`, `opened`, `at`, `activity`.
    package let field: String
    package let why: String
    /// The id and the partner of a record, as far as it says them.
    package var record: String?
    package var partner: String?

    package init(_ provenance: Provenance, field: String, why: String) {
        self.provenance = provenance
        self.field = field
        self.why = why
    }
}
