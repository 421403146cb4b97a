import Language

/// Says which items of a checklist can never be triggered, kept or broken, and which say the same as another, or the
/// opposite.
struct ItemLint {
    let facts: LintFacts
    let matchers: EventMatchers
    let conditions: ConditionLint
    let diagnostics: Diagnostics
    private let activities: [String]
    /// The matchers that no event can meet.
    private let impossible: Set<Int>

    init(_ facts: LintFacts, _ matchers: EventMatchers, _ conditions: ConditionLint, _ diagnostics: Diagnostics) {
        self.facts = facts
        self.matchers = matchers
        self.conditions = conditions
        self.diagnostics = diagnostics
        activities = matchers.activityNames.sorted()
        impossible = Self.impossible(matchers, conditions)
    }

    private static func impossible(_ matchers: EventMatchers, _ conditions: ConditionLint) -> Set<Int> {
        var impossible: Set<Int> = []
        for (number, matcher) in matchers.all.enumerated() {
            switch matcher.kind {
            case .plain(.only(let names), _) where names.isEmpty: impossible.insert(number)
            case .plain(_, let predicate?):
                let reader = FormulaReader(values: conditions.values, environment: Names.ofEvent)
                if !conditions.outcomes(reader.formula(predicate)).canHold { impossible.insert(number) }
            case .first(let inner), .last(let inner): if impossible.contains(inner) { impossible.insert(number) }
            case .plain: break
            }
        }
        return impossible
    }

    func run() {
        let languages = facts.items.map { item -> ItemLanguage? in
            checkParts(item.check, item.checkNode)
            guard let automaton = Automaton(item.check, matchers) else { return nil }
            return ItemLanguage(automaton, matchers, activities: activities, impossible: impossible)
        }
        var sound: [Int] = []
        for (index, item) in facts.items.enumerated() where isSound(item, languages[index]) { sound.append(index) }
        let twins = findTwins(sound, languages)
        findOpposites(sound.filter { !twins.contains($0) }, languages)
    }

    // MARK: One item

    /// False where it has been said that the item is none.
    private func isSound(_ item: LintFacts.Item, _ language: ItemLanguage?) -> Bool {
        let place = item.checkNode.position
        if let why = whyNeverTriggered(item.check) ?? (language?.canBeTriggered == false ? "no event triggers it" : nil) {
            diagnostics.error(.neverActivated, at: place, "the item '\(item.id)' can never be activated: \(why)")
            return false
        }
        guard let language else { return true }
        guard language.canBeKept else {
            diagnostics.error(
                .neverPasses, at: place, "the item '\(item.id)' can never pass: whatever happens, it fails once it is activated")
            return false
        }
        if language.isExact, !language.canBeBroken {
            diagnostics.warning(
                .neverFails, at: place, "the item '\(item.id)' can never fail: whatever happens, it passes",
                help: "an item that cannot fail tells nothing of a partner")
            return false
        }
        return true
    }

    private func whyNeverTriggered(_ check: Check) -> String? {
        if let activation = check.machine.activation, !(check.machine is SLAClock), impossible.contains(activation.matcher) {
            return "no event is \(activation.name)"
        }
        let beginning =
            switch check.machine {
            case let machine as Interval: machine.from
            case let machine as Recurrence: machine.from
            case let machine as Ownership: machine.from
            default: Moment?.none
            }
        for moment in [check.span?.from, beginning].compactMap(\.self) {
            if let event = moment.onlyImpossible(impossible) { return "no event is \(event)" }
        }
        return nil
    }

    /// What stands within a check, and within its parts.
    private func checkParts(_ check: Check, _ node: YAMLNode) {
        if let combination = check.machine as? Combination {
            let nodes = (node.value(at: "all_of") ?? node.value(at: "any_of"))?.elements ?? []
            for (part, node) in zip(combination.parts, nodes) { checkParts(part, node) }
        }
        if let clock = check.machine as? SLAClock { ClockLint(matchers, impossible, diagnostics).check(clock, node) }
        if let from = check.span?.from, let until = check.span?.until, from.meaning == until.meaning {
            diagnostics.error(
                .contradiction, at: (node.value(at: "span") ?? node).position,
                "the span ends where it begins, so nothing is ever in it")
        }
    }

    // MARK: Two items

    /// The items that say the same as an earlier one.
    private func findTwins(_ sound: [Int], _ languages: [ItemLanguage?]) -> Set<Int> {
        var written: [String: Int] = [:]
        var meant: [[String]: Int] = [:]
        var twins: Set<Int> = []
        for index in sound {
            let item = facts.items[index]
            let when = item.when?.expression.syntax.normalText ?? ""
            let text = when + " " + item.checkNode.contents
            var first = written[text]
            if first == nil { written[text] = index }
            if let language = languages[index], language.isExact {
                let key = [when] + language.conditions + language.key.map(String.init)
                first = first ?? meant[key]
                if meant[key] == nil { meant[key] = index }
            }
            guard let first, facts.items[first].id != item.id else { continue }
            twins.insert(index)
            let other = facts.items[first]
            diagnostics.warning(
                .sameItem, at: item.idNode.position,
                "the item '\(item.id)' says the same as '\(other.id)' (line \(other.idNode.line))",
                help: "one record would count twice: keep one of them")
        }
        return twins
    }

    /// An item that contradicts many is told of the first few; of very many items not all pairs are looked at.
    private static let mostTold = 5
    private static let mostPairs = 20_000_000

    private func findOpposites(_ sound: [Int], _ languages: [ItemLanguage?]) {
        var pairs = 0
        for (place, index) in sound.enumerated() {
            guard let language = languages[index], pairs < Self.mostPairs else { continue }
            var told = 0
            pairs += place
            for earlier in sound[..<place] where told < Self.mostTold {
                guard let other = languages[earlier], language.excludes(other) else { continue }
                let (item, first) = (facts.items[index], facts.items[earlier])
                guard conditions.canBothHold(item.when, first.when) else { continue }
                told += 1
                diagnostics.error(
                    .opposedItems, at: item.checkNode.position,
                    "the item '\(item.id)' contradicts '\(first.id)' (line \(first.idNode.line)): no record can pass both",
                    help: "say with 'when' which records each of them is for")
            }
        }
    }
}

extension Moment {
    /// The name of an event that never happens, where the moment can be nothing else.
    fileprivate func onlyImpossible(_ impossible: Set<Int>) -> String? {
        var name: String?
        for part in parts {
            switch part {
            case .first(let event) where impossible.contains(event.matcher): name = event.name
            case .last(let event) where impossible.contains(event.matcher): name = event.name
            default: return nil
            }
        }
        return name
    }
}
