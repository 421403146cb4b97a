/// What an expression may name: variables, each with a slot in the bindings, and the container that names resolve in.
package struct Environment: Sendable {
    package struct Variable: Sendable {
        package let name: String
        package let type: CELType
        package init(_ name: String, _ type: CELType) {
            self.name = name
            self.type = type
        }
    }

    /// A variable's slot is its index here.
    package var variables: [Variable]
    /// The slot of an object whose fields may be named alone: `severity` then means `record.severity`.
    package var receiver: Int?
    package var container: String
    /// Functions beside those of the table.
    package var functions: [Function] = []

    package init(_ variables: [Variable], receiver: Int? = nil, container: String = "") {
        self.variables = variables
        self.receiver = receiver
        self.container = container
    }

    package func slot(of name: String) -> Int? { variables.firstIndex { $0.name == name } }

    /// Words that CEL keeps for other languages, and that something here is called all the same, such as a record's function.
    var reservedNames: Set<String> {
        var names = Set(variables.map(\.name))
        if let receiver, case .object(let type) = variables[receiver].type { names.formUnion(type.fields.map(\.name)) }
        return names.intersection(Lexer.reserved)
    }
}

/// The values of an environment's variables for one evaluation, by slot, and what it may still cost.
/// Reuse one for many evaluations; it is not shared between threads.
package struct Bindings {
    package var slots: [Value?]
    /// Counts down; where it runs out evaluation ends with `exhausted`.
    package var budget = Budget.full

    /// What is left for all evaluations of one piece of work, such as a check of a record, and what of it the last one had.
    private var pool = Int.max
    private var granted = Budget.full.left

    package init(slots count: Int) {
        slots = Array(repeating: nil, count: count)
    }

    /// A new piece of work begins. A check evaluates once an event: then the evaluations together must be bounded, too, by
    /// no more than so much an event.
    package mutating func refill(for events: Int) {
        pool = Budget.base + events * Budget.share
        granted = budget.left
    }

    /// The next evaluation begins, with what the pool has left for it.
    @inline(__always)
    package mutating func renew() {
        pool -= granted - budget.left
        granted = max(0, min(Budget.full.left, pool))
        budget = Budget(granted)
    }

    /// Work beside the evaluations, of which a piece of work may do very much.
    @inline(__always)
    package mutating func charge(_ units: Int) throws(EvaluationError) {
        guard pool >= units else {
            pool = 0
            throw .exhausted
        }
        pool -= units
    }

    /// True once all is spent, or as good as all.
    package var isSpent: Bool { pool <= 0 }

    /// Makes room for the variables of macros; costs nothing once there is.
    @inline(__always)
    mutating func grow(to count: Int) {
        while slots.count < count { slots.append(nil) }
    }

    package subscript(slot: Int) -> Value? {
        get { slots[slot] }
        set { slots[slot] = newValue }
    }
}
