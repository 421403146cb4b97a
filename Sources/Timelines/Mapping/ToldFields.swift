/// What a source can say of its records at all: the fields that its mapping gives. A field that it never gives is not
/// absent from a record; nobody ever looked.
package enum ToldFields: Hashable, Sendable {
    case anything
    /// Paths as unreadable fields have them: `severity`, `customer.tier`, `attributes.x`; of events `text`, `actor.party`.
    case only(record: Set<String>, event: Set<String>)

    package func tells(_ path: String, ofEvent: Bool) -> Bool {
        switch self {
        case .anything: true
        case .only(let record, let event): (ofEvent ? event : record).contains(path)
        }
    }

    /// Whether it ever says that a record has closed.
    package var tellsClosing: Bool { tells("closed", ofEvent: false) }
}

extension RecordPlan {
    /// The fields that any record, or any event of any record, may have. Every record has an opening: else its first event's.
    var told: ToldFields {
        let fields: [(String, FieldPlan?)] = [
            ("closed", closed), ("updated", updated), ("severity", severity), ("owner", owner), ("customer.id", customer.id),
            ("customer.name", customer.name), ("customer.tier", customer.tier), ("customer.region", customer.region),
            ("customer.preferred_channel", customer.preferredChannel),
        ]
        var record: Set = ["opened"]
        record.formUnion(fields.compactMap { $1 == nil ? nil : $0 })
        record.formUnion(attributes.map(\.path))
        if kind != nil { record.formUnion(["kind", "function"]) }
        if function != nil { record.insert("function") }
        var event: Set = ["record"]
        for plan in events {
            let fields: [(String, FieldPlan?)] = [
                ("actor.id", plan.actorID), ("actor.role", plan.actorRole), ("actor.party", plan.actorParty),
                ("channel", plan.channel), ("text", plan.text),
            ]
            event.formUnion(fields.compactMap { $1 == nil ? nil : $0 })
            event.formUnion(plan.attributes.map(\.path))
        }
        return .only(record: record, event: event)
    }
}
