import Language

/// A condition as lint sees it: what it says of a few things that vary, each on its own.
indirect enum Formula: Sendable {
    case known(Bool)
    case leaf(Leaf)
    case not(Formula)
    case all([Formula])
    case any([Formula])
    case either(Formula, then: Formula, otherwise: Formula)

    /// The simplest statements.
    enum Leaf: Sendable {
        /// A text field has one of these values.
        case among(field: String, Set<String>)
        /// What an expression says of a text field whose values are declared, by value.
        case says(field: String, Set<String>)
        /// A number, a length of time or an instant compares so with a constant.
        case compares(term: String, isWhole: Bool, atLeastZero: Bool, Comparison, Double)
        /// Two expressions compare so with one another.
        case ordered(pair: String, Comparison)
        /// Something that is true or not.
        case flag(String)
    }

    enum Comparison: String, Sendable {
        case less = "_<_"
        case atMost = "_<=_"
        case more = "_>_"
        case atLeast = "_>=_"
        case equal = "_==_"
        case unequal = "_!=_"

        func holds(_ a: Double, _ b: Double) -> Bool {
            switch self {
            case .less: a < b
            case .atMost: a <= b
            case .more: a > b
            case .atLeast: a >= b
            case .equal: a == b
            case .unequal: a != b
            }
        }

        /// The same with its sides changed.
        var flipped: Comparison {
            switch self {
            case .less: .more
            case .atMost: .atLeast
            case .more: .less
            case .atLeast: .atMost
            case .equal, .unequal: self
            }
        }
    }

    var leaves: [Leaf] {
        switch self {
        case .known: []
        case .leaf(let leaf): [leaf]
        case .not(let part): part.leaves
        case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
        case .either(let a, let b, let c): a.leaves + b.leaves + c.leaves
        }
    }

    func holds(_ leaf: (Leaf) -> Bool) -> Bool {
        switch self {
        case .known(let value): value
        case .leaf(let one): leaf(one)
        case .not(let part): !part.holds(leaf)
        case .all(let parts): parts.allSatisfy { $0.holds(leaf) }
        case .any(let parts): parts.contains { $0.holds(leaf) }
        case .either(let condition, let then, let otherwise): condition.holds(leaf) ? then.holds(leaf) : otherwise.holds(leaf)
        }
    }
}
