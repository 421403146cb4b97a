/// An expression after names, fields and functions are resolved: what is turned into closures.
indirect enum Plan: Sendable {
    enum Order: Sendable {
        case less, lessOrEqual, greater, greaterOrEqual

        func holds(_ order: Int) -> Bool {
            switch self {
            case .less: order < 0
            case .lessOrEqual: order <= 0
            case .greater: order > 0
            case .greaterOrEqual: order >= 0
            }
        }
    }

    case constant(Value)
    /// A variable of the environment or of a macro.
    case slot(Int, name: String)
    /// A field of a declared object.
    case field(Plan, number: Int, name: String)
    case select(Plan, key: String, optional: Bool)
    /// `has()` of a `field` or `select`.
    case presence(Plan)
    case index(Plan, Plan, optional: Bool)
    case both(Plan, Plan)
    case either(Plan, Plan)
    case not(Plan)
    case conditional(Plan, Plan, Plan)
    case equal(Plan, Plan, negated: Bool)
    case order(Plan, Plan, Order)
    case member(Plan, of: Plan)
    case call(Function, [Plan])
    case matches(Plan, RE2)
    /// `matches` with a pattern that is not known beforehand.
    case search(Plan, Plan)
    case time(Plan, TimeFormat, Zone, optional: Bool)
    /// `or` and `orValue` of optionals: the second is evaluated where it is needed.
    case otherwise(Plan, Plan, unwrap: Bool)
    case list([Plan], optional: Set<Int>)
    case map([(key: Plan, value: Plan, optional: Bool)])
    case loop(Loop)
    case bind(slot: Int, Plan, in: Plan)
    case optionalMap(Plan, slot: Int, Plan, flat: Bool)
    case failure(EvaluationError)

    var constant: Value? {
        if case .constant(let value) = self { value } else { nil }
    }
}

/// A macro that walks a list or map.
struct Loop: Sendable {
    enum Kind: Sendable {
        case all, exists, existsOne
        /// `map`, `transformList`
        case list
        /// `filter`: the element itself where the condition holds.
        case filter
        /// `transformMap`: the same keys.
        case map
        /// `transformMapEntry`: the body gives maps of entries.
        case entries
    }

    let kind: Kind
    let range: Plan
    let first: Int
    /// The value beside the index or key.
    let second: Int?
    let condition: Plan?
    let body: Plan
    /// What a step costs: the more the larger what it repeats is. Loops inside pay for themselves.
    let cost: Int

    init(kind: Kind, range: Plan, first: Int, second: Int?, condition: Plan?, body: Plan) {
        self.kind = kind
        self.range = range
        self.first = first
        self.second = second
        self.condition = condition
        self.body = body
        cost = 1 + ((condition?.size ?? 0) + body.size) / 16
    }
}

extension Plan {
    /// The plans directly below this one.
    var parts: [Plan] {
        switch self {
        case .constant, .slot, .failure: []
        case .field(let operand, _, _), .select(let operand, _, _), .presence(let operand), .not(let operand),
            .matches(let operand, _), .time(let operand, _, _, _):
            [operand]
        case .index(let a, let b, _), .both(let a, let b), .either(let a, let b), .equal(let a, let b, _),
            .order(let a, let b, _), .member(let a, let b), .search(let a, let b), .otherwise(let a, let b, _),
            .bind(_, let a, let b), .optionalMap(let a, _, let b, _):
            [a, b]
        case .conditional(let a, let b, let c): [a, b, c]
        case .call(_, let arguments): arguments
        case .list(let elements, _): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .loop(let loop): [loop.range] + (loop.condition.map { [$0] } ?? []) + [loop.body]
        }
    }

    /// How many nodes there are, but for those that an inner loop repeats.
    var size: Int {
        if case .loop(let loop) = self { return 1 + loop.range.size }
        return 1 + parts.reduce(0) { $0 + $1.size }
    }
}
