import Language

/// An automaton in tables, over what an event of the checklist can be: one of its activities or another one, and of the
/// conditions that the check asks of events each true or not.
struct ItemLanguage: Sendable {
    /// The conditions on events that it asks, by their texts.
    let conditions: [String]
    /// By activity and truth of the conditions (a bit each): the symbol.
    private let symbols: [Int]
    /// By state and symbol: the next state.
    private let next: [[Int]]
    private let outputs: [Automaton.Output]
    let isExact: Bool
    let generosity: Automaton.Generosity
    /// The activities that it tells from those that the checklist does not name, a bit each.
    private let told: [UInt64]
    /// What is kept stays so, whatever comes that it does not tell apart.
    private let staysKept: Bool
    /// What it does not tell apart may come first, and nothing has happened.
    private let startsLate: Bool

    private static let mostStates = 256

    /// `impossible` are the matchers that no event can meet.
    init?(_ automaton: Automaton, _ matchers: EventMatchers, activities: [String], impossible: Set<Int>) {
        let own = automaton.matchers.map { matchers.all[$0] }
        let conditions = Set(own.compactMap(\.conditionText)).sorted()
        guard conditions.count <= 3, automaton.matchers.count <= 12 else { return nil }
        var masks: [Int: Int] = [:]
        var symbols: [Int] = []
        // The last one is every activity that the checklist does not name.
        for activity in activities.map({ Optional($0) }) + [nil] {
            for truth in 0..<(1 << conditions.count) {
                var mask = 0
                for (bit, matcher) in own.enumerated() where !impossible.contains(automaton.matchers[bit]) {
                    let isTrue = matcher.conditionText.flatMap { conditions.firstIndex(of: $0) }.map { truth >> $0 & 1 == 1 }
                    if matcher.admits(activity), isTrue ?? true { mask |= 1 << bit }
                }
                if masks[mask] == nil { masks[mask] = masks.count }
                symbols.append(masks[mask] ?? 0)
            }
        }
        (self.conditions, self.symbols) = (conditions, symbols)
        guard let (next, outputs) = Self.explore(automaton, masks.sorted { $0.value < $1.value }.map(\.key)) else { return nil }
        self.next = next
        self.outputs = outputs
        isExact = automaton.isExact
        generosity = automaton.generosity
        let others = symbols.suffix(1 << conditions.count)
        let width = others.count
        var told = [UInt64](repeating: 0, count: activities.count / 64 + 1)
        for index in activities.indices where !symbols[index * width..<(index + 1) * width].elementsEqual(others) {
            told[index / 64] |= 1 << UInt64(index % 64)
        }
        self.told = told
        staysKept = next.indices.allSatisfy { state in
            outputs[state] != .kept || others.allSatisfy { outputs[next[state][$0]] == .kept }
        }
        startsLate = others.allSatisfy { next[0][$0] == 0 }
    }

    private static func explore(_ automaton: Automaton, _ masks: [Int]) -> ([[Int]], [Automaton.Output])? {
        var numbers = [automaton.start: 0]
        var states = [automaton.start]
        var next: [[Int]] = []
        while next.count < states.count {
            let row = masks.map { mask -> Int in
                let state = automaton.step(states[next.count], mask)
                if let number = numbers[state] { return number }
                numbers[state] = states.count
                states.append(state)
                return states.count - 1
            }
            guard states.count <= mostStates else { return nil }
            next.append(row)
        }
        return (next, states.map(automaton.output))
    }

    // MARK: One

    /// All states can be reached.
    var canBeTriggered: Bool { outputs.contains { $0 != .idle } }
    var canBeKept: Bool { outputs.contains(.kept) }
    var canBeBroken: Bool { outputs.contains(.broken) }

    /// What it says, as a key: two checks of one checklist say the same where their keys are equal. States that cannot be
    /// told apart are one.
    var key: [Int] {
        var classes = outputs.map { Int($0.rawValue) }
        var count = Set(classes).count
        while true {
            var numbers: [[Int]: Int] = [:]
            let refined = next.indices.map { state -> Int in
                let sight = [classes[state]] + next[state].map { classes[$0] }
                if let number = numbers[sight] { return number }
                numbers[sight] = numbers.count
                return numbers.count - 1
            }
            classes = refined
            if numbers.count == count { break }
            count = numbers.count
        }
        // Numbered in the order in which they are reached.
        var order: [Int: Int] = [:]
        var queue = [0]
        var key: [Int] = []
        order[classes[0]] = 0
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            key.append(Int(outputs[state].rawValue))
            for symbol in symbols {
                let follower = next[state][symbol]
                if order[classes[follower]] == nil {
                    order[classes[follower]] = order.count
                    queue.append(follower)
                }
                key.append(order[classes[follower]] ?? 0)
            }
        }
        return key
    }

    // MARK: Two

    /// Whether no record can pass both, though each of them can be passed where the other has been triggered.
    func excludes(_ other: ItemLanguage) -> Bool {
        guard !generosity.isAtPeace(with: other.generosity), !isApart(from: other) else { return false }
        let all = Set(conditions + other.conditions).sorted()
        guard all.count <= 4 else { return false }
        let pairs = pairedSymbols(other, all)
        let width = other.outputs.count
        var seen = [Bool](repeating: false, count: outputs.count * width)
        var queue = [0]
        seen[0] = true
        var (ownKept, otherKept) = (false, false)
        var head = 0
        while head < queue.count {
            let (a, b) = (queue[head] / width, queue[head] % width)
            head += 1
            switch (outputs[a], other.outputs[b]) {
            case (.kept, .kept): return false
            case (.kept, .broken): ownKept = true
            case (.broken, .kept): otherKept = true
            default: break
            }
            for (first, second) in pairs {
                let state = next[a][first] * width + other.next[b][second]
                if !seen[state] {
                    seen[state] = true
                    queue.append(state)
                }
            }
        }
        return ownKept && otherKept
    }

    /// They speak of other events, so that a timeline of one can follow a timeline of the other.
    private func isApart(from other: ItemLanguage) -> Bool {
        guard staysKept && other.startsLate || startsLate && other.staysKept else { return false }
        return zip(told, other.told).allSatisfy { $0 & $1 == 0 }
    }

    /// The symbols that one event can be for both at once.
    private func pairedSymbols(_ other: ItemLanguage, _ all: [String]) -> [(Int, Int)] {
        let (width, otherWidth) = (1 << conditions.count, 1 << other.conditions.count)
        let activities = symbols.count / width
        let most = (other.symbols.max() ?? 0) + 1
        var seen = [Bool](repeating: false, count: ((symbols.max() ?? 0) + 1) * most)
        var pairs: [(Int, Int)] = []
        for truth in 0..<(1 << all.count) {
            let own = Self.truth(truth, all, of: conditions)
            let others = Self.truth(truth, all, of: other.conditions)
            for activity in 0..<activities {
                let pair = (symbols[activity * width + own], other.symbols[activity * otherWidth + others])
                if !seen[pair.0 * most + pair.1] {
                    seen[pair.0 * most + pair.1] = true
                    pairs.append(pair)
                }
            }
        }
        return pairs
    }

    private static func truth(_ truth: Int, _ all: [String], of own: [String]) -> Int {
        var bits = 0
        for (index, condition) in own.enumerated() {
            if let place = all.firstIndex(of: condition), truth >> place & 1 == 1 { bits |= 1 << index }
        }
        return bits
    }
}

extension EventMatcher {
    /// What it asks of an event besides its activity.
    var conditionText: String? {
        if case .plain(_, let predicate?) = kind { predicate.syntax.normalText } else { nil }
    }

    /// Nil stands for an activity that no check names.
    func admits(_ activity: String?) -> Bool {
        guard case .plain(let set, _) = kind else { return false }
        switch set {
        case .any: return true
        case .only(let names): return activity.map(names.contains) ?? false
        case .except(let names): return !(activity.map(names.contains) ?? false)
        }
    }
}
