/// What a check says of which events happen in which order, as a finite automaton over the masks of its matchers.
///
/// A mask has a bit for each event reference of the check, in the order of `references`. States are small tuples; `step`
/// gives the next one, `output` what a record that ends there comes to.
struct Automaton: Sendable {
    /// What a closed record comes to.
    enum Output: Int8, Sendable {
        /// Nothing triggered it.
        case idle
        case kept, broken
    }

    typealias State = [Int8]

    /// By number, without repetition: what the bits of a mask stand for.
    let matchers: [Int]
    let start: State
    let step: @Sendable (State, Int) -> State
    let output: @Sendable (State) -> Output
    /// False where the check says more than the automaton, such as a limit of time: then it may fail where this is kept.
    var isExact = true
    var generosity = Generosity.none

    /// Whether what is broken can be mended by further events.
    enum Generosity: Sendable {
        case none
        /// By one event that answers, unless that needs an answer itself.
        case answers
        /// By events of some kinds, whatever else happens: what is kept stays so.
        case collects

        /// No two such checks can exclude each other.
        func isAtPeace(with other: Generosity) -> Bool {
            self != .none && other != .none && (self == .collects || other == .collects)
        }
    }

    /// Nil for a check of time, or of what events say, and for one that asks for the first or last of a kind.
    init?(_ check: Check, _ matchers: EventMatchers) {
        guard check.span == nil, let built = Self.build(check.machine, matchers) else { return nil }
        self = built
        if check.settling != .atOnce { isExact = false }
    }

    private init(
        _ references: [EventReference], _ start: State, isExact: Bool = true, _ generosity: Generosity = .none,
        step: @escaping @Sendable (State, Int) -> State, output: @escaping @Sendable (State) -> Output
    ) {
        matchers = references.map(\.matcher)
        self.start = start
        self.step = step
        self.output = output
        self.isExact = isExact
        self.generosity = generosity
    }

    // MARK: Templates

    private static func build(_ machine: any Machine, _ matchers: EventMatchers) -> Automaton? {
        let automaton: Automaton? =
            switch machine {
            case let machine as Occurrences: occurrences(machine)
            case let machine as Boundary: boundary(machine)
            case let machine as Companions: companions(machine)
            case let machine as Response: response(machine)
            case let machine as Precedence: precedence(machine)
            case let machine as NotResponse: notResponse(machine)
            case let machine as Combination: combination(machine, matchers)
            default: nil
            }
        guard let automaton, automaton.matchers.allSatisfy({ matchers.all[$0].isPlain }) else { return nil }
        return automaton
    }

    private static func occurrences(_ machine: Occurrences) -> Automaton? {
        let least = machine.atLeast ?? 0
        let cap = max(least, (machine.atMost ?? 0) + 1)
        guard cap <= 16 else { return nil }
        let most = machine.atMost ?? Int.max
        return Automaton([machine.event], [0], isExact: true, machine.atMost == nil ? .collects : .none) { state, mask in
            [min(Int8(cap), state[0] + Int8(mask & 1))]
        } output: { state in
            Int(state[0]) >= least && Int(state[0]) <= most ? .kept : .broken
        }
    }

    private static func boundary(_ machine: Boundary) -> Automaton {
        let isFirst = machine.end == .first
        return Automaton([machine.event], [0]) { state, mask in
            isFirst && state[0] != 0 ? state : [mask & 1 != 0 ? 1 : 2]
        } output: { state in
            state[0] == 1 ? .kept : .broken
        }
    }

    private static func companions(_ machine: Companions) -> Automaton {
        let kind = machine.kind
        let isGenerous = kind == .choice || kind == .coexistence || kind == .respondedExistence
        return Automaton([machine.a, machine.b], [0], isExact: true, isGenerous ? .collects : .none) { state, mask in
            [state[0] | Int8(mask & 3)]
        } output: { state in
            let (hasA, hasB) = (state[0] & 1 != 0, state[0] & 2 != 0)
            switch kind {
            case .choice: return hasA || hasB ? .kept : .broken
            case .exclusiveChoice: return hasA != hasB ? .kept : .broken
            case .coexistence: return hasA || hasB ? (hasA && hasB ? .kept : .broken) : .idle
            case .notCoexistence: return hasA || hasB ? (hasA && hasB ? .broken : .kept) : .idle
            case .respondedExistence: return hasA ? (hasB ? .kept : .broken) : .idle
            }
        }
    }

    /// States: whether one was seen, whether one is owed an answer, whether it is broken for good.
    private static func response(_ machine: Response) -> Automaton {
        let kind = machine.kind
        let isPlain = machine.limit == nil && machine.condition == nil
        return Automaton([machine.after, machine.expect], [0, 0, 0], isExact: isPlain, kind == .plain ? .answers : .none) {
            state, mask in
            let (isAfter, isAnswer) = (mask & 1 != 0, mask & 2 != 0)
            var next = state
            if state[1] == 1 {
                if isAnswer { next[1] = 0 }
                if !isAnswer, kind == .chain || kind == .alternate && isAfter { next[2] = 1 }
            }
            if isAfter { (next[0], next[1]) = (1, 1) }
            return next
        } output: { state in
            state[0] == 0 ? .idle : state[1] == 1 || state[2] == 1 ? .broken : .kept
        }
    }

    /// States: whether one was seen, whether what it requires is there, whether it is broken for good.
    private static func precedence(_ machine: Precedence) -> Automaton {
        let kind = machine.kind
        let isPlain = machine.limit == nil && machine.condition == nil
        return Automaton([machine.before, machine.require], [0, 0, 0], isExact: isPlain) { state, mask in
            let (isBefore, isRequired) = (mask & 1 != 0, mask & 2 != 0)
            var next = state
            // Of the alternate kind the event itself counts, as the vectors have it.
            let isPrepared = state[1] == 1 || kind == .alternate && isRequired
            if isBefore {
                next[0] = 1
                if !isPrepared { next[2] = 1 }
            }
            switch kind {
            case .plain: if isRequired { next[1] = 1 }
            case .chain: next[1] = isRequired ? 1 : 0
            case .alternate: next[1] = isBefore ? 0 : isRequired ? 1 : state[1]
            }
            return next
        } output: { state in
            state[0] == 0 ? .idle : state[2] == 1 ? .broken : .kept
        }
    }

    private static func notResponse(_ machine: NotResponse) -> Automaton {
        let isChain = machine.isChain
        return Automaton([machine.after, machine.never], [0, 0, 0]) { state, mask in
            let (isAfter, isForbidden) = (mask & 1 != 0, mask & 2 != 0)
            var next = state
            if state[1] == 1, isForbidden { next[2] = 1 }
            next[1] = isAfter ? 1 : isChain ? 0 : state[1]
            if isAfter { next[0] = 1 }
            return next
        } output: { state in
            state[0] == 0 ? .idle : state[2] == 1 ? .broken : .kept
        }
    }

    /// Parts that nothing triggers have no say. Of `all_of`, parts that are no automaton are left out.
    private static func combination(_ machine: Combination, _ matchers: EventMatchers) -> Automaton? {
        let built = machine.parts.map { Automaton($0, matchers) }
        let parts = built.compactMap(\.self)
        let needsAll = machine.needsAll
        guard !parts.isEmpty, parts.count <= 4, needsAll || parts.count == built.count else { return nil }
        let widths = parts.map(\.start.count)
        @Sendable func pieces(_ state: State) -> [State] {
            var from = 0
            return widths.map { width in
                defer { from += width }
                return Array(state[from..<from + width])
            }
        }
        let shifts = parts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.matchers.count) }
        var whole = Automaton([], parts.flatMap(\.start)) { state, mask in
            zip(parts, pieces(state)).enumerated().flatMap { index, part in part.0.step(part.1, mask >> shifts[index]) }
        } output: { state in
            let outputs = zip(parts, pieces(state)).map { $0.output($1) }.filter { $0 != .idle }
            guard !outputs.isEmpty else { return .idle }
            let isKept = needsAll ? !outputs.contains(.broken) : outputs.contains(.kept)
            return isKept ? .kept : .broken
        }
        whole = Automaton(whole, matchers: parts.flatMap(\.matchers))
        whole.isExact = parts.count == built.count && parts.allSatisfy(\.isExact)
        if parts.count == built.count, parts.allSatisfy({ $0.generosity == .collects }) { whole.generosity = .collects }
        // A part that is left out may be all that is triggered.
        return parts.count == built.count ? whole : whole.everTriggered
    }

    private init(_ other: Automaton, matchers: [Int]) {
        self.matchers = matchers
        (start, step, output) = (other.start, other.step, other.output)
    }

    private var everTriggered: Automaton {
        let output = output
        let other = Automaton([], start, isExact: false, step: step) { output($0) == .broken ? .broken : .kept }
        return Automaton(other, matchers: matchers)
    }
}

extension EventMatcher {
    /// Whether one event alone decides whether it is meant.
    var isPlain: Bool { if case .plain = kind { true } else { false } }
}
