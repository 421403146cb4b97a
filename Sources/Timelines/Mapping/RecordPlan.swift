import Language

/// The `map` of a source, compiled. A class, and so are its events: one reference to hand around, however many values.
final class RecordPlan: Sendable {
    let id: ValuePlan?
    /// Nil where the source names its partner.
    let partner: ValuePlan?
    let kind: ValuePlan?
    let function: ValuePlan?
    let opened: ValuePlan?
    let closed: ValuePlan?
    let updated: ValuePlan?
    let severity: ValuePlan?
    let owner: ValuePlan?
    let customer: CustomerPlan
    let attributes: [AttributePlan]
    let events: [EventPlan]
    /// How many variables the expressions may name at most, loops included.
    let slots: Int

    /// Takes its values from a table by the names of the contract.
    init(
        fields: [String: ValuePlan], customer: [String: ValuePlan], attributes: [AttributePlan], events: [EventPlan], slots: Int
    ) {
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
    }
}

struct CustomerPlan: Sendable {
    let id: ValuePlan?
    let name: ValuePlan?
    let tier: ValuePlan?
    let region: ValuePlan?
    let preferredChannel: ValuePlan?
}

struct AttributePlan: Sendable {
    let name: String
    /// `attributes.NAME`, as an unreadable field is called.
    let path: String
    let value: ValuePlan

    init(_ name: String, _ value: ValuePlan) {
        self.name = name
        path = "attributes.\(name)"
        self.value = value
    }
}

/// One entry of `events`.
final class EventPlan: Sendable {
    struct Loop: Sendable {
        let slot: Int
        let over: ValuePlan
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
    let at: ValuePlan
    let activity: ValuePlan
    let actorID: ValuePlan?
    let actorRole: ValuePlan?
    let actorParty: ValuePlan?
    let channel: ValuePlan?
    let text: ValuePlan?
    let attributes: [AttributePlan]

    init(
        loops: [Loop], when: Guard?, at: ValuePlan, activity: ValuePlan, actor: [String: ValuePlan], channel: ValuePlan?,
        text: ValuePlan?, attributes: [AttributePlan]
    ) {
        self.loops = loops
        self.when = when
        self.at = at
        self.activity = activity
        actorID = actor["id"]
        actorRole = actor["role"]
        actorParty = actor["party"]
        self.channel = channel
        self.text = text
        self.attributes = attributes
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
