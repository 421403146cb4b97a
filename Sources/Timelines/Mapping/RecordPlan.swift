import Language

/// The `map` of a source, compiled. A class, and so are its events: one reference to hand around, however many values.
final class RecordPlan: Sendable {
    let id: FieldPlan?
    /// Nil where the source names its partner.
    let partner: FieldPlan?
    let kind: FieldPlan?
    let function: FieldPlan?
    let opened: FieldPlan?
    let closed: FieldPlan?
    let updated: FieldPlan?
    let severity: FieldPlan?
    let owner: FieldPlan?
    let customer: CustomerPlan
    let attributes: [AttributePlan]
    let events: [EventPlan]
    /// How many variables the expressions may name at most, loops included.
    let slots: Int
    /// By variable, the keys that the fields look for; how many there are.
    let wanted: [[WantedFields.Field]]
    let wantedCount: Int
    /// The variable of every first loop.
    let loopSlot: Int
    /// How lines are scanned; nil where only the parser knows what the mapping asks.
    let line: LinePlan?

    /// Takes its values from a table by the names of the contract.
    init(
        fields: [String: ValuePlan], customer: [String: ValuePlan], attributes: [AttributePlan], events: [EventPlan], slots: Int,
        loopSlot: Int, wanted: WantedFields
    ) {
        let fields = fields.mapValues { FieldPlan($0, wanted, loopSlot: loopSlot) }
        let customer = customer.mapValues { FieldPlan($0, wanted) }
        // Canonical records have no plan.
        line =
            fields.isEmpty
            ? nil
            : LinePlan(
                Array(fields.values) + Array(customer.values) + attributes.map(\.value), events, loopSlot: loopSlot, wanted)
        self.loopSlot = loopSlot
        id = fields["id"]
        partner = fields["partner"]
        kind = fields["kind"]
        function = fields["function"]
        opened = fields["opened"]
        closed = fields["closed"]
        updated = fields["updated"]
        severity = fields["severity"]
        owner = fields["owner"]
        self.customer = CustomerPlan(
            id: customer["id"], name: customer["name"], tier: customer["tier"], region: customer["region"],
            preferredChannel: customer["preferred_channel"])
        self.attributes = attributes
        self.events = events
        self.slots = slots
        self.wanted = wanted.fields
        wantedCount = wanted.count
    }
}

struct CustomerPlan: Sendable {
    let id: FieldPlan?
    let name: FieldPlan?
    let tier: FieldPlan?
    let region: FieldPlan?
    let preferredChannel: FieldPlan?
}

struct AttributePlan: Sendable {
    let name: String
    /// `attributes.NAME`, as an unreadable field is called.
    let path: String
    let value: FieldPlan

    init(_ name: String, _ value: FieldPlan) {
        self.name = name
        path = "attributes.\(name)"
        self.value = value
    }
}

/// One entry of `events`.
final class EventPlan: Sendable {
    struct Loop: Sendable {
        let name: String
        let slot: Int
        let over: FieldPlan
        /// The loop runs over the rows of a group: its row is the one that `row_number` counts.
        let isOverRows: Bool
    }

    /// A condition, and the short way to it where there is one.
    struct Guard: Sendable {
        let condition: ConditionPlan?
        let expression: Expression
    }

    let loops: [Loop]
    let when: Guard?
    let at: FieldPlan
    let activity: FieldPlan
    let actorID: FieldPlan?
    let actorRole: FieldPlan?
    let actorParty: FieldPlan?
    let channel: FieldPlan?
    let text: FieldPlan?
    let attributes: [AttributePlan]

    init(
        loops: [Loop], when: Guard?, at: ValuePlan, activity: ValuePlan, actor: [String: ValuePlan], channel: ValuePlan?,
        text: ValuePlan?, attributes: [AttributePlan], wanted: WantedFields
    ) {
        self.loops = loops
        self.when = when
        self.at = FieldPlan(at, wanted)
        self.activity = FieldPlan(activity, wanted)
        actorID = actor["id"].map { FieldPlan($0, wanted) }
        actorRole = actor["role"].map { FieldPlan($0, wanted) }
        actorParty = actor["party"].map { FieldPlan($0, wanted) }
        self.channel = channel.map { FieldPlan($0, wanted) }
        self.text = text.map { FieldPlan($0, wanted) }
        self.attributes = attributes
    }

    /// All that are asked of an event.
    var fields: [FieldPlan] {
        [at, activity] + [actorID, actorRole, actorParty, channel, text].compactMap(\.self) + attributes.map(\.value)
    }
}

/// The slots of the variables that every expression of a mapping may name.
enum BaseSlot {
    static let it = 0
    static let rowNumber = 1
    static let rows = 2
    static let first = 3
    static let last = 4
    static let key = 5
}
