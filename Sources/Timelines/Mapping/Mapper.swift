import Language

/// Maps one record after the other: evaluates the plan in its scope, and keeps what could not be mapped. The record is
/// written where the caller keeps it, over the one before. Used by one thread.
struct Mapper {
    let mapping: Mapping
    let activities: ActivityTable
    var scope: Scope
    var batch = MappedBatch()

    /// The rows of the group being mapped: their places and numbers.
    var groupRows: [Scope.Slot] = []
    var groupNumbers: [Int] = []

    private let events = EventBuffer()
    private var eventProblems: [UnreadableField] = []
    /// The last event of the record being mapped, and whether none came before the one before it.
    private var lastEvent: Instant?
    private var isInOrder = true

    init(mapping: Mapping, activities: ActivityTable, block: CSVBlock? = nil) {
        self.mapping = mapping
        self.activities = activities
        scope = Scope(mapping.plan, block: block)
    }

    /// Maps the record whose fields the scanner found; `unknown`, and nothing is kept, where they do not tell everything.
    mutating func mapLine(_ provenance: Provenance, into record: inout ServiceRecord) -> Mapped {
        let (rejections, eventRejections) = (batch.rejections.count, batch.eventRejections.count)
        scope.openLine()
        let isRecord = map(provenance, into: &record)
        guard scope.isLost else { return isRecord ? .record : .nothing }
        batch.rejections.removeSubrange(rejections...)
        batch.eventRejections.removeSubrange(eventRejections...)
        return .unknown
    }

    /// What came of a line.
    enum Mapped { case record, nothing, unknown }

    /// Maps the record that the scope's base slots show; false where it is rejected.
    mutating func map(_ provenance: Provenance, into record: inout ServiceRecord) -> Bool {
        let plan = mapping.plan
        scope.refill()
        guard let id = required(plan.id, "id", provenance) else { return false }
        var partner = mapping.partner
        if let value = plan.partner {
            guard let found = required(value, "partner", provenance) else { return false }
            partner = found
        }
        guard let partner else {
            reject(provenance, "partner", "the record names no partner")
            return false
        }
        guard let opened = requiredInstant(plan.opened, "opened", provenance),
            let closed = requiredInstant(plan.closed, "closed", provenance)
        else { return false }

        record.begin(partner: partner, id: id, provenance: provenance)
        record.opened = opened.instant
        record.closed = closed.instant
        mapFields(plan, &record)
        events.removeAll()
        lastEvent = nil
        isInOrder = true
        eventProblems.removeAll(keepingCapacity: true)
        for entry in plan.events { mapEvents(entry, loop: 0, provenance) }
        keepEvents(&record)
        if record.opened == nil { record.opened = record.events.first?.at }
        return true
    }

    // MARK: Fields

    private mutating func mapFields(_ plan: RecordPlan, _ record: inout ServiceRecord) {
        record.kind = text(plan.kind, "kind", &record)
        record.function = plan.function == nil ? record.kind : text(plan.function, "function", &record)
        record.severity = text(plan.severity, "severity", &record)
        record.owner = text(plan.owner, "owner", &record)
        record.customer.id = text(plan.customer.id, "customer.id", &record)
        record.customer.name = text(plan.customer.name, "customer.name", &record)
        record.customer.tier = text(plan.customer.tier, "customer.tier", &record)
        record.customer.region = text(plan.customer.region, "customer.region", &record)
        record.customer.preferredChannel = text(plan.customer.preferredChannel, "customer.preferred_channel", &record)
        if let updated = plan.updated {
            do {
                record.updated = try scope.instant(updated)
            } catch {
                record.unreadable.insert(UnreadableField("updated", why: error.message))
            }
        }
        for attribute in plan.attributes {
            do {
                if let value = try scope.value(attribute.value) { record.attributes.set(attribute.name, value) }
            } catch {
                record.unreadable.insert(UnreadableField(attribute.path, why: error.message))
            }
        }
    }

    private mutating func text(_ plan: FieldPlan?, _ path: String, _ record: inout ServiceRecord) -> String? {
        switch scope.reader.text(plan?.short ?? FieldPlan.Short.none) {
        case .entry(let entry): entry.pointee.text
        case .long(let text): String(decoding: text, as: UTF8.self)
        case .absent: nil
        case .own: plan?.text
        case .unknown: longText(plan, path, &record)
        }
    }

    @inline(never)
    private mutating func longText(_ plan: FieldPlan?, _ path: String, _ record: inout ServiceRecord) -> String? {
        guard let plan else { return nil }
        do {
            return try scope.longText(plan)
        } catch {
            record.unreadable.insert(UnreadableField(path, why: error.message))
            return nil
        }
    }

    /// A text that must be there; the record is rejected where it is not.
    private mutating func required(_ plan: FieldPlan?, _ field: String, _ provenance: Provenance) -> String? {
        guard let plan else { return nil }
        do {
            if let text = try scope.text(plan), !text.isEmpty { return text }
            reject(provenance, field, "the record has no \(field)")
        } catch {
            reject(provenance, field, error.message)
        }
        return nil
    }

    /// Nil where the record is rejected.
    private mutating func requiredInstant(
        _ plan: FieldPlan?, _ field: String, _ provenance: Provenance
    ) -> (instant: Instant?, Void)? {
        guard let plan else { return (nil, ()) }
        do {
            return (try scope.instant(plan), ())
        } catch {
            reject(provenance, field, error.message)
            return nil
        }
    }

    private mutating func reject(_ provenance: Provenance, _ field: String, _ why: String) {
        batch.rejections.append(Rejection(provenance, field: field, why: why))
    }

    // MARK: Events

    private mutating func mapEvents(_ plan: EventPlan, loop: Int, _ provenance: Provenance) {
        guard loop < plan.loops.count else { return mapEvent(plan, provenance) }
        let over = plan.loops[loop]
        if over.isOverRows {
            let before = scope.slots[BaseSlot.rowNumber]
            for (row, number) in zip(groupRows, groupNumbers) {
                scope.set(over.slot, row)
                scope.set(BaseSlot.rowNumber, .value(.int(Int64(number))))
                mapEvents(plan, loop: loop + 1, provenance)
            }
            return scope.set(BaseSlot.rowNumber, before)
        }
        switch scope.list(over.over) {
        case .absent: return
        case .json(let array):
            let tape = scope.tape
            var index = array + 1
            let end = tape.end(of: array)
            while index < end {
                scope.set(over.slot, .json(index))
                mapEvents(plan, loop: loop + 1, provenance)
                index = tape.next(after: index)
            }
            return
        case .rows(let list):
            scope.setLine(over.slot)
            for row in list.index..<(list.index + list.count) {
                scope.enter(row: row)
                mapEvent(plan, provenance)
            }
            return scope.leaveRows()
        case .unknown: break
        }
        mapEvents(plan, overValueOf: over, loop: loop, provenance)
    }

    private mutating func mapEvents(
        _ plan: EventPlan, overValueOf over: EventPlan.Loop, loop: Int, _ provenance: Provenance
    ) {
        do throws(EvaluationError) {
            guard let value = try scope.value(over.over.plan) else { return }
            guard case .list(.array(let elements)) = value else {
                throw EvaluationError(.other, "the value is \(value.kindName), not a list")
            }
            for element in elements {
                scope.set(over.slot, .value(element))
                mapEvents(plan, loop: loop + 1, provenance)
            }
        } catch {
            loseEvents(provenance, "for", error.message)
        }
    }

    private mutating func mapEvent(_ plan: EventPlan, _ provenance: Provenance) {
        if let when = plan.when {
            do {
                let known = when.condition.flatMap { scope.holds($0) }
                let holds = if let known { known } else { try scope.holds(when.expression) }
                guard holds else { return }
            } catch {
                return loseEvents(provenance, "when", error.message)
            }
        }
        let reader = scope.reader
        guard let at = reader.instant(plan.at.short) ?? longEventInstant(plan, provenance) else { return }
        let event = events.next()
        if let entry = reader.activity(plan.activity.short, activities), entry.pointee.mark.length > 0 {
            event.activity(entry.pointee.text, entry.pointee.symbol)
        } else {
            guard let (activity, symbol) = eventActivity(plan, provenance) else { return }
            event.activity(activity, symbol)
        }
        event.at(at)
        event.actor(id: eventText(plan.shorts.actorID, plan.actorID, reader, "actor.id"))
        event.actor(role: eventText(plan.shorts.actorRole, plan.actorRole, reader, "actor.role"))
        event.actor(party: plan.actorParty == nil ? nil : eventParty(plan, reader))
        event.channel(eventText(plan.shorts.channel, plan.channel, reader, "channel"))
        event.text(eventText(plan.shorts.text, plan.text, reader, "text"))
        event.attributes(plan.attributes.isEmpty ? Attributes() : eventAttributes(plan))
        events.keep()
        if let last = lastEvent, at < last { isInOrder = false }
        lastEvent = at
    }

    private mutating func eventAttributes(_ plan: EventPlan) -> Attributes {
        var attributes = Attributes()
        for attribute in plan.attributes {
            do {
                if let value = try scope.value(attribute.value) { attributes.set(attribute.name, value) }
            } catch {
                noteProblem(attribute.path, error.message)
            }
        }
        return attributes
    }

    private mutating func eventParty(_ plan: EventPlan, _ reader: FieldReader) -> String? {
        guard let party = eventText(plan.shorts.actorParty, plan.actorParty, reader, "actor.party") else { return nil }
        // One comparison with a text of equal length: comparing unequal texts takes longer.
        let isKnown =
            switch party.utf8.count {
            case 6: party == "vendor"
            case 7: party == "partner"
            case 8: party == "customer"
            default: false
            }
        if isKnown { return party }
        noteProblem("actor.party", "'\(party)' is none of partner, vendor, customer")
        return nil
    }

    /// Nil where there is no such event: rejected, or `optional.none()`, which says so on purpose.
    @inline(never)
    private mutating func longEventInstant(_ plan: EventPlan, _ provenance: Provenance) -> Instant? {
        do {
            if let at = try scope.instant(plan.at) { return at }
            if case .path = plan.at.plan { rejectEvent(provenance, "at", "the event has no time") }
        } catch {
            rejectEvent(provenance, "at", error.message)
        }
        return nil
    }

    @inline(never)
    private mutating func eventActivity(_ plan: EventPlan, _ provenance: Provenance) -> (String, Symbol)? {
        do {
            let found = try scope.activity(plan.activity, activities)
            if let found, !found.0.isEmpty { return found }
            rejectEvent(provenance, "activity", "the event has no activity")
        } catch {
            rejectEvent(provenance, "activity", error.message)
        }
        return nil
    }

    @inline(__always)
    private mutating func eventText(
        _ short: FieldPlan.Short, _ plan: FieldPlan?, _ reader: FieldReader, _ path: String
    ) -> String? {
        switch reader.text(short) {
        case .entry(let entry): entry.pointee.text
        case .long(let text): String(decoding: text, as: UTF8.self)
        case .absent: nil
        case .own: plan?.text
        case .unknown: longEventText(plan, path)
        }
    }

    @inline(never)
    private mutating func longEventText(_ plan: FieldPlan?, _ path: String) -> String? {
        guard let plan else { return nil }
        do {
            return try scope.longText(plan)
        } catch {
            noteProblem(path, error.message)
            return nil
        }
    }

    /// Of the event that is being mapped: its index for now is that of the next one kept.
    private mutating func noteProblem(_ path: String, _ why: String) {
        eventProblems.append(UnreadableField(path, event: events.count, why: why))
    }

    private mutating func rejectEvent(_ provenance: Provenance, _ field: String, _ why: String) {
        batch.eventRejections.append(Rejection(provenance, field: field, why: why))
    }

    /// Nobody can tell which events there are: counted, and nothing that needs them may pass.
    private mutating func loseEvents(_ provenance: Provenance, _ field: String, _ why: String) {
        rejectEvent(provenance, field, why)
        eventProblems.append(UnreadableField(UnreadableField.events, why: why))
    }

    /// Hands the events to the record, in order.
    private mutating func keepEvents(_ record: inout ServiceRecord) {
        for problem in eventProblems { record.unreadable.insert(problem) }
        events.moveAll(into: &record.events)
        if !isInOrder, mapping.order == .time { record.sortEvents() }
    }
}
