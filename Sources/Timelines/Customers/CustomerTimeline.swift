import Language

/// Of what records a timeline was merged, where it is not one record's own.
package final class MergedRecords: Sendable {
    /// The record of every event, by id.
    package let ids: [String]
    /// The sources of the records, by id, each once.
    package let sources: [String]

    init(ids: [String], sources: [String]) {
        self.ids = ids
        self.sources = sources
    }
}

/// The records of one customer at one partner as one timeline, in the form of a record: what `unit: customer` judges.
///
/// Its id is the customer's. It opens with the earliest of the records and never closes, since the customer stays one when
/// all of its records are closed. What is the customer's own (name, tier, region, preferred channel) is what the latest
/// record to tell it says; what belongs to a record (kind, function, severity, owner) is only there where all agree, and a
/// record's attributes are not there at all.
package enum CustomerTimeline {
    /// Nil without records. They are of one customer, each id once, in any order.
    package static func merge(_ records: [ServiceRecord]) -> ServiceRecord? {
        let records = records.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        guard var merged = head(records) else { return nil }
        let order = order(of: records)
        merged.events = order.map { records[$0.record].events[$0.event] }
        moveUnreadable(of: records, order, into: &merged)
        merged.merged = MergedRecords(ids: order.map { records[$0.record].id }, sources: sources(of: records))
        return merged
    }

    /// The same without the events. Nil without records.
    package static func head(of records: [ServiceRecord]) -> ServiceRecord? {
        head(records.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) })
    }

    /// An event's place: the record, and the event within it.
    private struct Place {
        let at: Instant
        let record: Int
        let event: Int
    }

    /// By time; at one instant by the id of the record and then in the record's own order.
    private static func order(of records: [ServiceRecord]) -> [Place] {
        var places: [Place] = []
        places.reserveCapacity(records.reduce(0) { $0 + $1.events.count })
        for record in records.indices {
            for event in records[record].events.indices {
                places.append(Place(at: records[record].events[event].at, record: record, event: event))
            }
        }
        return places.sorted { a, b in (a.at, a.record, a.event) < (b.at, b.record, b.event) }
    }

    private static func sources(of records: [ServiceRecord]) -> [String] {
        Set(records.map(\.provenance.source)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Everything but the events.
    private static func head(_ records: [ServiceRecord]) -> ServiceRecord? {
        guard let first = records.first else { return nil }
        let provenance = Provenance(source: sources(of: records).joined(separator: ", "), page: 0, pointer: "", sequence: 0)
        var merged = ServiceRecord(partner: first.partner, id: first.customer.id ?? "", provenance: provenance)
        merged.opened = records.compactMap(\.opened).min()
        merged.kind = agreed(\.kind, "kind", records, &merged)
        merged.function = agreed(\.function, "function", records, &merged)
        merged.severity = agreed(\.severity, "severity", records, &merged)
        merged.owner = agreed(\.owner, "owner", records, &merged)
        if let field = unreadable("updated", of: records) {
            merged.unreadable.insert(field)
        } else {
            merged.updated = records.compactMap(\.updated).max()
        }
        let latestFirst = records.sorted { a, b in
            let (x, y) = (lastMoment(a), lastMoment(b))
            return x == y ? b.id.utf8.lexicographicallyPrecedes(a.id.utf8) : x > y
        }
        merged.customer.id = first.customer.id
        merged.customer.name = latest(\.name, "customer.name", latestFirst, &merged)
        merged.customer.tier = latest(\.tier, "customer.tier", latestFirst, &merged)
        merged.customer.region = latest(\.region, "customer.region", latestFirst, &merged)
        merged.customer.preferredChannel = latest(\.preferredChannel, "customer.preferred_channel", latestFirst, &merged)
        return merged
    }

    /// What all records say, nil where they differ. Where one cannot be read, nobody knows whether they do.
    private static func agreed(
        _ field: KeyPath<ServiceRecord, String?>, _ path: String, _ records: [ServiceRecord], _ merged: inout ServiceRecord
    ) -> String? {
        if let unread = unreadable(path, of: records) {
            merged.unreadable.insert(unread)
            return nil
        }
        guard let value = records.first?[keyPath: field] else { return nil }
        return records.allSatisfy { $0[keyPath: field].map { $0.utf8.elementsEqual(value.utf8) } ?? false } ? value : nil
    }

    /// What the latest record that says anything of it says.
    private static func latest(
        _ field: KeyPath<Customer, String?>, _ path: String, _ latestFirst: [ServiceRecord], _ merged: inout ServiceRecord
    ) -> String? {
        for record in latestFirst {
            if let value = record.customer[keyPath: field] { return value }
            if let unread = unreadable(path, of: [record]) {
                merged.unreadable.insert(unread)
                return nil
            }
        }
        return nil
    }

    private static func lastMoment(_ record: ServiceRecord) -> Instant {
        record.updated ?? record.events.last?.at ?? record.opened ?? Instant(seconds: .min)
    }

    /// The first of the records whose field could not be read.
    private static func unreadable(_ path: String, of records: [ServiceRecord]) -> UnreadableField? {
        for record in records where !record.unreadable.isEmpty {
            if let why = record.unreadable.filter({ $0.path == path && $0.event == nil }).map(\.why).min() {
                return UnreadableField(path, why: "in the record '\(record.id)': \(why)")
            }
        }
        return nil
    }

    /// What is unreadable of an event goes with it, and events that are not known are not known of the whole either.
    private static func moveUnreadable(of records: [ServiceRecord], _ order: [Place], into merged: inout ServiceRecord) {
        if let unread = unreadable(UnreadableField.events, of: records) { merged.unreadable.insert(unread) }
        guard records.contains(where: { !$0.unreadable.isEmpty }) else { return }
        for (index, place) in order.enumerated() {
            for field in records[place.record].unreadable where field.event == place.event {
                merged.unreadable.insert(UnreadableField(field.path, event: index, why: field.why))
            }
        }
    }
}
