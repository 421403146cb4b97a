import Language

/// Which activities an event may have.
enum ActivitySet: Hashable, Sendable {
    case any
    case only(Set<String>)
    case except(Set<String>)

    func contains(_ activity: String) -> Bool {
        switch self {
        case .any: true
        case .only(let names): names.contains(activity)
        case .except(let names): !names.contains(activity)
        }
    }

    func intersection(_ other: ActivitySet) -> ActivitySet {
        switch (self, other) {
        case (.any, let set), (let set, .any): set
        case (.only(let a), .only(let b)): .only(a.intersection(b))
        case (.only(let a), .except(let b)), (.except(let b), .only(let a)): .only(a.subtracting(b))
        case (.except(let a), .except(let b)): .except(a.union(b))
        }
    }

    var names: Set<String> {
        switch self {
        case .any: []
        case .only(let names), .except(let names): names
        }
    }
}

/// One question asked of every event of a record, once, whatever number of items need the answer: a bit of the event's mask.
struct EventMatcher: Sendable {
    enum Kind: Sendable {
        /// An activity of the set and, where there is one, a predicate that holds.
        case plain(ActivitySet, predicate: Expression?)
        /// The first or last event that another matcher finds.
        case first(Int)
        case last(Int)
    }

    let kind: Kind
    /// The activity that the check names outright; a source that can never say it makes the answer unknowable.
    let named: String?
}

/// A matcher's bit, and its name for sentences.
struct EventReference: Sendable, Hashable {
    let matcher: Int
    /// In words, quoted: `'acknowledged'`, `the first 'escalated'`, `any event`.
    let name: String
    let word: Int
    let bit: UInt64
    /// The first or last event of its kind.
    let isDerived: Bool
    /// Later events may still make it another event.
    let moves: Bool

    init(matcher: Int, name: String, isDerived: Bool = false, moves: Bool = false) {
        self.isDerived = isDerived
        self.moves = moves
        self.matcher = matcher
        self.name = name
        word = matcher >> 6
        bit = 1 << UInt64(matcher & 63)
    }
}

/// The distinct matchers of a checklist, collected while it is loaded.
struct EventMatchers: Sendable {
    private(set) var all: [EventMatcher] = []
    private var numbers: [Key: Int] = [:]

    private enum Key: Hashable {
        case plain(ActivitySet, predicate: String?, named: String?)
        case first(Int)
        case last(Int)
    }

    /// 64 matchers fit a word; several words where a checklist has more.
    var words: Int { max(1, (all.count + 63) / 64) }

    /// Every activity that any matcher tells apart.
    var activityNames: Set<String> {
        all.reduce(into: []) { names, matcher in
            if case .plain(let set, _) = matcher.kind { names.formUnion(set.names) }
        }
    }

    /// A predicate's own conditions on the activity are taken out of it, so that it is only evaluated where they hold,
    /// and not at all where they are all it says.
    mutating func plain(named: String?, predicate: Expression?) -> Int {
        var set = named.map { ActivitySet.only([$0]) } ?? .any
        var rest = predicate
        if let predicate {
            let gate = ActivityGate(of: predicate)
            set = set.intersection(gate.set)
            rest = gate.rest.map {
                (try? Expression.compile($0, text: predicate.text, in: Names.ofEvent, expecting: .bool)) ?? predicate
            }
        }
        return number(
            .plain(set, predicate: rest?.text, named: named), EventMatcher(kind: .plain(set, predicate: rest), named: named))
    }

    mutating func first(of matcher: Int) -> Int { number(.first(matcher), EventMatcher(kind: .first(matcher), named: nil)) }

    mutating func last(of matcher: Int) -> Int { number(.last(matcher), EventMatcher(kind: .last(matcher), named: nil)) }

    private mutating func number(_ key: Key, _ matcher: EventMatcher) -> Int {
        if let number = numbers[key] { return number }
        all.append(matcher)
        numbers[key] = all.count - 1
        return all.count - 1
    }
}

/// What a predicate says of `event.activity` alone: conjuncts such as `event.activity == "x"`, `!=` and `in [..]`.
struct ActivityGate {
    private(set) var set = ActivitySet.any
    /// What else the predicate says; nil where that is nothing.
    private(set) var rest: Syntax?
    /// Every activity that is compared with, those that no event can have included.
    private(set) var mentioned: Set<String> = []

    init(of predicate: Expression) {
        for conjunct in predicate.syntax.conjuncts {
            if let part = Self.activities(conjunct) {
                set = set.intersection(part)
                mentioned.formUnion(part.names)
            } else if let before = rest {
                rest = Syntax(.call("_&&_", receiver: nil, arguments: [before, conjunct]), offset: conjunct.offset)
            } else {
                rest = conjunct
            }
        }
    }

    private static func activities(_ syntax: Syntax) -> ActivitySet? {
        guard case .call(let name, receiver: _, let arguments) = syntax.kind, arguments.count == 2 else { return nil }
        let (left, right) = (arguments[0], arguments[1])
        switch name {
        case "_==_", "_!=_":
            guard let text = isActivity(left) ? text(right) : isActivity(right) ? text(left) : nil else { return nil }
            return name == "_==_" ? .only([text]) : .except([text])
        case "@in":
            guard isActivity(left), case .list(let elements, let optional) = right.kind, optional.isEmpty else { return nil }
            let texts = elements.compactMap(text)
            return texts.count == elements.count ? .only(Set(texts)) : nil
        default: return nil
        }
    }

    private static func isActivity(_ syntax: Syntax) -> Bool {
        guard case .select(let operand, field: "activity", optional: false) = syntax.kind,
            case .identifier("event") = operand.kind
        else { return false }
        return true
    }

    private static func text(_ syntax: Syntax) -> String? {
        if case .literal(.string(let text)) = syntax.kind { text } else { nil }
    }
}
