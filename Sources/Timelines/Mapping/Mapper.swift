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

    private let memory: RecordSteps.Memory
    private let steps: RecordSteps
    private let events = EventBuffer()
    private var eventProblems: [UnreadableField] = []
    /// The last event of the record being mapped, and whether none came before the one before it.
    private var lastEvent: Instant?
    private var isInOrder = true

    init(mapping: Mapping, activities: ActivityTable, block: CSVBlock? = nil) {
        self.mapping = mapping
        self.activities = activities
        scope = Scope(mapping.plan, block: block)
        memory = RecordSteps.Memory(mapping.plan, unread: mapping.unread)
        steps = memory.steps
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
        scope.refill()
        // No other record has its id: it need not be remembered.
        guard let id = scope.reader.newText(steps.id.short) ?? required(steps.id, "id", provenance) else { return false }
        guard let partner = partner(provenance) else { return nameRejection(id, nil) }
        var (opened, closed): (Instant?, Instant?)
        guard requiredInstant(steps.opened, "opened", provenance, &opened),
            requiredInstant(steps.closed, "closed", provenance, &closed)
        else { return nameRejection(id, partner) }

        record.begin(partner: partner, id: id, provenance: provenance)
        record.opened = opened
        record.closed = closed
        mapFields(&record)
        events.removeAll()
        lastEvent = nil
        isInOrder = true
        if !eventProblems.isEmpty { eventProblems.removeAll(keepingCapacity: true) }
        for entry in steps.events.indices { mapEvents(steps.events.baseAddress.unsafelyUnwrapped + entry, loop: 0, provenance) }
        keepEvents(&record)
        if opened == nil { record.opened = record.events.first?.at }
        return true
    }

    // MARK: Fields

    /// Nil where the record is rejected.
    private mutating func partner(_ provenance: Provenance) -> String? {
        if steps.partner.isMapped { return required(steps.partner, "partner", provenance) }
        if let partner = mapping.partner { return partner }
        reject(provenance, "partner", "the record names no partner")
        return nil
    }

    private mutating func mapFields(_ record: inout ServiceRecord) {
        record.kind = text(steps.kind, "kind", &record)
        record.function = steps.function.isMapped ? text(steps.function, "function", &record) : record.kind
        record.severity = text(steps.severity, "severity", &record)
        record.owner = text(steps.owner, "owner", &record)
        record.customer.id = text(steps.customerID, "customer.id", &record)
        record.customer.name = text(steps.customerName, "customer.name", &record)
        record.customer.tier = text(steps.customerTier, "customer.tier", &record)
        record.customer.region = text(steps.customerRegion, "customer.region", &record)
        record.customer.preferredChannel = text(steps.customerChannel, "customer.preferred_channel", &record)
        if steps.updated.isMapped, let updated = steps.updated.plan {
            do {
                record.updated = try scope.instant(updated)
            } catch {
                record.unreadable.insert(UnreadableField("updated", why: error.message))
            }
        }
        if !steps.attributes.isEmpty { mapAttributes(&record) }
    }

    private mutating func mapAttributes(_ record: inout ServiceRecord) {
        for index in steps.attributes.indices {
            do {
                if let value = try scope.value(steps.attributes[index].value) {
                    record.attributes.set(steps.attributes[index].name, value)
                }
            } catch {
                record.unreadable.insert(UnreadableField(steps.attributes[index].path, why: error.message))
            }
        }
    }

    private mutating func text(_ step: FieldStep, _ path: StaticString, _ record: inout ServiceRecord) -> String? {
        switch scope.reader.text(step.short) {
        case .entry(let entry): entry.pointee.text
        case .long(let text): String(decoding: text, as: UTF8.self)
        case .absent: nil
        case .own: step.ownText
        case .unknown: longText(step.plan, path.description, &record)
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
    @inline(__always)
    private mutating func required(_ step: FieldStep, _ field: StaticString, _ provenance: Provenance) -> String? {
        if case .entry(let entry) = scope.reader.text(step.short), !entry.pointee.text.isEmpty { return entry.pointee.text }
        return longRequired(step.plan, field.description, provenance)
    }

    @inline(never)
    private mutating func longRequired(_ plan: FieldPlan?, _ field: String, _ provenance: Provenance) -> String? {
        guard let plan else { return nil }
        do {
            if let text = try scope.text(plan), !text.isEmpty { return text }
            reject(provenance, field, "the record has no \(field)")
        } catch {
            reject(provenance, field, error.message)
        }
        return nil
    }

    /// False where the record is rejected.
    @inline(__always)
    private mutating func requiredInstant(
        _ step: FieldStep, _ field: StaticString, _ provenance: Provenance, _ instant: inout Instant?
    ) -> Bool {
        guard step.isMapped else { return true }
        if let short = step.instant ?? scope.shortInstant(step.short) {
            instant = short
            return true
        }
        return longInstant(step.plan, field.description, provenance, &instant)
    }

    @inline(never)
    private mutating func longInstant(
        _ plan: FieldPlan?, _ field: String, _ provenance: Provenance, _ instant: inout Instant?
    ) -> Bool {
        guard let plan else { return true }
        do {
            instant = try scope.instant(plan)
            return true
        } catch {
            reject(provenance, field, error.message)
            return false
        }
    }

    private mutating func reject(_ provenance: Provenance, _ field: String, _ why: String) {
        batch.rejections.append(Rejection(provenance, field: field, why: why))
    }

    /// Whose record was rejected. Always false.
    @inline(never)
    private mutating func nameRejection(_ id: String, _ partner: String?) -> Bool {
        guard !batch.rejections.isEmpty else { return false }
        batch.rejections[batch.rejections.count - 1].record = id
        batch.rejections[batch.rejections.count - 1].partner = partner
        return false
    }

    // MARK: Events

    private mutating func mapEvents(_ steps: UnsafePointer<EventSteps>, loop: Int, _ provenance: Provenance) {
        guard loop < steps.pointee.loops.count else { return mapEvent(steps, provenance) }
        let over = steps.pointee.loops[loop]
        if over.isOverRows {
            let before = scope.slots[BaseSlot.rowNumber]
            for (row, number) in zip(groupRows, groupNumbers) {
                scope.set(over.slot, row)
                scope.set(BaseSlot.rowNumber, .value(.int(Int64(number))))
                mapEvents(steps, loop: loop + 1, provenance)
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
                mapEvents(steps, loop: loop + 1, provenance)
                index = tape.next(after: index)
            }
            return
        case .rows(let list):
            guard let rows = scope.scanner?.rows else { return }
            scope.setLine(over.slot)
            for row in list.index..<(list.index + list.count) {
                scope.enter(rows[row])
                mapEvent(steps, provenance)
            }
            return scope.leaveRows()
        case .unknown: break
        }
        mapEvents(steps, overValueOf: over, loop: loop, provenance)
    }

    private mutating func mapEvents(
        _ steps: UnsafePointer<EventSteps>, overValueOf over: EventSteps.Loop, loop: Int, _ provenance: Provenance
    ) {
        guard let plan = over.over.plan?.plan else { return }
        do throws(EvaluationError) {
            guard let value = try scope.value(plan) else { return }
            guard case .list(.array(let elements)) = value else {
                throw EvaluationError(.other, "the value is \(value.kindName), not a list")
            }
            for element in elements {
                scope.set(over.slot, .value(element))
                mapEvents(steps, loop: loop + 1, provenance)
            }
        } catch {
            loseEvents(provenance, "for", error.message)
        }
    }

    private mutating func mapEvent(_ steps: UnsafePointer<EventSteps>, _ provenance: Provenance) {
        if steps.pointee.isGuarded, !isMeant(steps.pointee.plan, provenance) { return }
        let reader = scope.reader
        guard let at = reader.instant(steps.pointee.at.short) ?? longEventInstant(steps.pointee.plan, provenance) else { return }
        let event = events.next()
        if let entry = reader.activity(steps.pointee.activity.short, activities), entry.pointee.mark.length > 0 {
            event.activity(entry.pointee.text, entry.pointee.symbol)
        } else {
            guard let (activity, symbol) = eventActivity(steps.pointee.plan, provenance) else { return }
            event.activity(activity, symbol)
        }
        event.at(at)
        event.actor(id: eventText(steps.pointee.actorID, reader, "actor.id"))
        event.party(steps.pointee.actorParty.isMapped ? eventParty(steps.pointee.actorParty, reader) : nil)
        event.details(steps.pointee.hasDetails ? eventDetails(steps, reader) : nil)
        events.keep()
        if let last = lastEvent, at < last { isInOrder = false }
        lastEvent = at
    }

    /// Whether `when` holds.
    private mutating func isMeant(_ plan: EventPlan, _ provenance: Provenance) -> Bool {
        guard let when = plan.when else { return true }
        do {
            let known = when.condition.flatMap { scope.holds($0) }
            return if let known { known } else { try scope.holds(when.expression) }
        } catch {
            loseEvents(provenance, "when", error.message)
            return false
        }
    }

    private mutating func eventDetails(_ steps: UnsafePointer<EventSteps>, _ reader: FieldReader) -> EventDetails? {
        guard let memo = steps.pointee.memo, let place = memo.place(reader) else { return newDetails(steps, reader) }
        if let known = memo.details(at: place) { return known }
        let problems = eventProblems.count
        let details = newDetails(steps, reader)
        if eventProblems.count == problems, !scope.isLost { memo.keep(details, at: place) }
        return details
    }

    @inline(never)
    private mutating func newDetails(_ steps: UnsafePointer<EventSteps>, _ reader: FieldReader) -> EventDetails? {
        EventDetails(
            role: eventText(steps.pointee.actorRole, reader, "actor.role"),
            channel: eventText(steps.pointee.channel, reader, "channel"),
            text: eventText(steps.pointee.text, reader, "text"),
            attributes: steps.pointee.hasAttributes ? eventAttributes(steps.pointee.plan) : Attributes())
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

    private mutating func eventParty(_ step: FieldStep, _ reader: FieldReader) -> Party? {
        guard let text = eventText(step, reader, "actor.party") else { return nil }
        // One comparison with a text of equal length: comparing unequal texts takes longer.
        switch text.utf8.count {
        case 6 where text == "vendor": return .vendor
        case 7 where text == "partner": return .partner
        case 8 where text == "customer": return .customer
        default:
            noteProblem("actor.party", Party.problem(text))
            return nil
        }
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
    private mutating func eventText(_ step: FieldStep, _ reader: FieldReader, _ path: StaticString) -> String? {
        switch reader.text(step.short) {
        case .entry(let entry): entry.pointee.text
        case .long(let text): String(decoding: text, as: UTF8.self)
        case .absent: nil
        case .own: step.ownText
        case .unknown: longEventText(step.plan, path.description)
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
        if !eventProblems.isEmpty { record.unreadable.formUnion(eventProblems) }
        events.moveAll(into: &record.events)
        if !isInOrder, mapping.order == .time { record.sortEvents() }
    }
}
