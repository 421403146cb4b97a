import Language

/// A field of a mapping as the mapper walks over it: its short way, and its plan for where that does not suffice. Valid as
/// long as the plan of the record, and without anything whose references are counted: those of a plan are counted by all
/// threads, which would wait for one another.
struct FieldStep {
    let short: FieldPlan.Short
    /// Where the field is always the same instant.
    let instant: Instant?
    private let field: Unmanaged<FieldPlan>?

    init(_ plan: FieldPlan?) {
        short = plan?.short ?? .none
        instant = if case .constant(.timestamp(let instant), _) = plan?.plan { instant } else { nil }
        field = plan.map(Unmanaged.passUnretained)
    }

    /// Nil where the mapping has no such field.
    var plan: FieldPlan? {
        @inline(never) get { field?.takeUnretainedValue() }
    }

    /// The field's constant or default, without counting a reference to the plan.
    var ownText: String? { field?._withUnsafeGuaranteedRef { $0.text } }

    var isMapped: Bool { field != nil }
}

/// The fields of a record side by side. Valid as long as their `Memory`.
struct RecordSteps {
    /// Owns the steps of a plan.
    final class Memory {
        let steps: RecordSteps
        private let plan: RecordPlan

        init(_ plan: RecordPlan, unread: Set<String>) {
            self.plan = plan
            steps = RecordSteps(plan, unread: unread)
        }

        deinit { steps.deallocate() }
    }

    let id: FieldStep
    let partner: FieldStep
    let kind: FieldStep
    let function: FieldStep
    let opened: FieldStep
    let closed: FieldStep
    let updated: FieldStep
    let severity: FieldStep
    let owner: FieldStep
    let customerID: FieldStep
    let customerName: FieldStep
    let customerTier: FieldStep
    let customerRegion: FieldStep
    let customerChannel: FieldStep
    let attributes: UnsafeMutableBufferPointer<AttributeStep>
    let events: UnsafeMutableBufferPointer<EventSteps>

    private init(_ plan: RecordPlan, unread: Set<String>) {
        id = FieldStep(plan.id)
        partner = FieldStep(plan.partner)
        kind = FieldStep(plan.kind)
        function = FieldStep(plan.function)
        opened = FieldStep(plan.opened)
        closed = FieldStep(plan.closed)
        updated = FieldStep(plan.updated)
        severity = FieldStep(plan.severity)
        owner = FieldStep(plan.owner)
        customerID = FieldStep(plan.customer.id)
        customerName = FieldStep(plan.customer.name)
        customerTier = FieldStep(plan.customer.tier)
        customerRegion = FieldStep(plan.customer.region)
        customerChannel = FieldStep(plan.customer.preferredChannel)
        attributes = .allocate(capacity: plan.attributes.count)
        _ = attributes.initialize(from: plan.attributes.map { AttributeStep($0) })
        events = .allocate(capacity: plan.events.count)
        _ = events.initialize(from: plan.events.map { EventSteps($0, unread: unread) })
    }

    private func deallocate() {
        for event in events {
            event.loops.deallocate()
            event.memo?.deallocate()
        }
        events.deallocate()
        attributes.deinitialize()
        attributes.deallocate()
    }
}

/// An attribute of a record. Its texts are copies, not those of the plan.
struct AttributeStep {
    let name: String
    let path: String
    let value: FieldStep

    init(_ plan: AttributePlan) {
        name = String(decoding: Array(plan.name.utf8), as: UTF8.self)
        path = String(decoding: Array(plan.path.utf8), as: UTF8.self)
        value = FieldStep(plan.value)
    }
}

/// One entry of `events`, its fields side by side.
struct EventSteps {
    struct Loop {
        let slot: Int
        let over: FieldStep
        let isOverRows: Bool
    }

    let loops: UnsafeMutableBufferPointer<Loop>
    let at: FieldStep
    let activity: FieldStep
    let actorID: FieldStep
    let actorRole: FieldStep
    let actorParty: FieldStep
    let channel: FieldStep
    let text: FieldStep
    let isGuarded: Bool
    let hasAttributes: Bool
    /// Whether events say more than what happened and who did it.
    let hasDetails: Bool
    let memo: DetailsMemo?
    private let entry: Unmanaged<EventPlan>

    var plan: EventPlan {
        @inline(never) get { entry.takeUnretainedValue() }
    }

    /// What is `unread` is left out.
    init(_ plan: EventPlan, unread: Set<String>) {
        entry = .passUnretained(plan)
        loops = .allocate(capacity: plan.loops.count)
        _ = loops.initialize(
            from: plan.loops.map { Loop(slot: $0.slot, over: FieldStep($0.over), isOverRows: $0.isOverRows) })
        at = FieldStep(plan.at)
        activity = FieldStep(plan.activity)
        actorID = FieldStep(plan.actorID)
        actorRole = FieldStep(plan.actorRole)
        actorParty = FieldStep(plan.actorParty)
        channel = FieldStep(unread.contains("channel") ? nil : plan.channel)
        text = FieldStep(unread.contains("text") ? nil : plan.text)
        isGuarded = plan.when != nil
        hasAttributes = !plan.attributes.isEmpty
        hasDetails = hasAttributes || actorRole.isMapped || channel.isMapped || text.isMapped
        let details = [actorRole, channel, text].compactMap(\.plan) + plan.attributes.map(\.value)
        memo = hasDetails ? DetailsMemo(details) : nil
    }
}
