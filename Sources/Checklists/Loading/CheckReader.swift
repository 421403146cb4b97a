import Language

/// Reads checks of one checklist: names become matchers, mappings become machines, mistakes become diagnostics.
final class CheckReader {
    let diagnostics: Diagnostics
    let activities: [String]
    /// Declared value sets, by the path that has them.
    let values: [String: [String]]
    private(set) var matchers = EventMatchers()
    private var defined: [String: Expression] = [:]
    private(set) var definedNames: [String] = []
    /// A span that stands among a template's parts instead of beside it.
    private var innerSpan: YAMLNode?
    private var depth = 0
    /// When what the expressions of the check at hand say can change no more.
    private var settling = Settling.atOnce
    private var followsNow = false
    /// Of checks that name no clock of their own.
    var usualClock = Clock.elapsed
    /// The calendars that are named, in the order of `Clock.CalendarName.number`.
    private(set) var calendarNames: [String] = []
    private(set) var clockUses: [ClockUse] = []
    /// Where lengths in days stand whose clock has not been read yet.
    private var dayLengths: [Position] = []
    private let declaredValues: DeclaredValues
    /// What lint asks beyond what loading needs; nil where nobody asks.
    let facts: LintFacts?

    init(activities: [String], values: [String: [String]], facts: LintFacts? = nil, diagnostics: Diagnostics) {
        self.activities = activities
        self.values = values
        self.facts = facts
        self.diagnostics = diagnostics
        declaredValues = DeclaredValues(values)
    }

    /// A name for events. An activity that it compares with but nobody declared is most likely misspelt.
    func define(_ name: String, _ expression: Expression?, at node: YAMLNode) {
        definedNames.append(name)
        warnOfUndeclared(expression, node)
        defined[name] = expression
    }

    // MARK: Checks

    /// A check: one template, and a span where it has one.
    func check(_ node: YAMLNode) -> Check? {
        guard depth < 32 else {
            diagnostics.error(.wrongShape, at: node.position, "checks are nested too deeply")
            return nil
        }
        depth += 1
        let outer = innerSpan
        let (outerSettling, outerFollowsNow) = (settling, followsNow)
        innerSpan = nil
        (settling, followsNow) = (.atOnce, false)
        defer {
            settling = outerSettling
            followsNow = followsNow || outerFollowsNow
            depth -= 1
            innerSpan = outer
        }
        guard var mapping = YAMLMapping(node, "a check", diagnostics) else { return nil }
        let spanNode = mapping.node("span")
        var found: [(template: Template, node: YAMLNode)] = []
        var isWrong = false
        var misplaced: [(key: String, node: YAMLNode)] = []
        for (key, keyNode, value) in mapping.all() where key != "span" {
            if ["within", "by", "clock"].contains(key), mapping.keys.count > 1, key != "clock" || value.text != nil {
                isWrong = true
                misplaced.append((key, keyNode))
            } else if let template = Template.named(key) {
                found.append((template, value))
                if found.count == 2 {
                    diagnostics.error(
                        .twoTemplates, at: keyNode.position,
                        "a check has one template, but this has '\(found[0].template.name)' and '\(key)'",
                        help: "join them with 'all_of' or 'any_of', or make them two items")
                }
            } else {
                isWrong = true
                let names = Template.all.map(\.name)
                diagnostics.error(
                    .unknownTemplate, at: keyNode.position, "there is no template '\(key)'", help: didYouMean(key, among: names),
                    fix: onlyNearName(to: key, among: names).flatMap { keyNode.fix(writing: $0) })
            }
        }
        for (key, node) in misplaced { sayMisplaced(key, at: node, template: found.first?.template) }
        guard let (template, value) = found.first else {
            if !isWrong {
                diagnostics.error(.noTemplate, at: node.position, "a check needs a template, such as 'response' or 'holds'")
            }
            return nil
        }
        let machine = template.load(value, self)
        let span = (spanNode ?? innerSpan).map { self.span($0) }
        guard let machine, found.count == 1, !isWrong else { return nil }
        // `holds` is judged on the record as it stands, open or not.
        return Check(
            template: template.name, machine: machine, span: span, settling: template.name == "holds" ? .atOnce : settling,
            followsNow: followsNow)
    }

    func combination(_ node: YAMLNode, needsAll: Bool) -> (any Machine)? {
        guard case .sequence(let nodes) = node.kind, !nodes.isEmpty else {
            var isList = false
            if case .sequence = node.kind { isList = true }
            diagnostics.error(
                .wrongShape, at: node.position,
                isList ? "a list of checks needs at least one" : "a list of checks belongs here, not \(node.summary)")
            return nil
        }
        let parts = nodes.map { check($0) }
        let whole = parts.compactMap(\.self)
        return whole.count == parts.count ? Combination(parts: whole, needsAll: needsAll) : nil
    }

    func span(_ node: YAMLNode) -> Span {
        guard var mapping = YAMLMapping(node, "a span", diagnostics) else { return Span(from: nil, until: nil) }
        let from = mapping.node("from").flatMap { moment($0) }
        let until = mapping.node("until").flatMap { moment($0) }
        let isEmpty = mapping.keys.isEmpty
        mapping.finish()
        if isEmpty { diagnostics.error(.missingKey, at: node.position, "a span needs 'from' or 'until'") }
        return Span(from: from, until: until)
    }

    /// The mapping of a template's parts; `finish` with `close`, which reads what every template may have.
    func parts(_ node: YAMLNode, _ name: String) -> YAMLMapping? { YAMLMapping(node, "'\(name)'", diagnostics) }

    func close(_ mapping: inout YAMLMapping) {
        innerSpan = mapping.node("span") ?? innerSpan
        if let key = mapping.stray("within") {
            diagnostics.error(
                .timeless, at: key.position, "\(mapping.what) takes no 'within'",
                help: mapping.what == "'duration'" ? "its limits are 'at_most' and 'at_least'" : Self.timeHelp)
        }
        mapping.finish()
    }

    private static let timeHelp =
        "'response', 'precedence', 'not_response' and their kin take 'within', a 'duration' measures the time between two moments"

    /// A limit beside the template instead of among its parts.
    private func sayMisplaced(_ key: String, at node: YAMLNode, template: Template?) {
        if let template, template.form.contains(" \(key)") {
            diagnostics.error(
                .timeless, at: node.position, "'\(key)' stands beside '\(template.name)' instead of among its parts",
                help: "write {\(template.name): \(template.form)}")
        } else {
            let name = template.map { "'\($0.name)'" } ?? "a check"
            diagnostics.error(.timeless, at: node.position, "\(name) takes no '\(key)'", help: Self.timeHelp)
        }
    }

    func expression(_ node: YAMLNode, _ environment: Environment, _ expecting: CELType? = nil) -> Expression? {
        guard let expression = Expression.compile(node, in: environment, expecting: expecting, diagnostics: diagnostics) else {
            return nil
        }
        settling = max(settling, Settling(expression))
        declaredValues.check(expression, at: node, diagnostics)
        facts?.use(expression)
        if expecting == .bool {
            facts?.conditions.append(LintFacts.Condition(node: node, expression: expression, environment: environment))
        }
        return expression
    }

    /// A condition on the record as a whole, such as `when`: what it says of the open record is not judged.
    func recordCondition(_ node: YAMLNode) -> LintFacts.Condition? {
        let compiled = Expression.compile(node, in: Names.ofRecord, expecting: .bool, diagnostics: diagnostics)
        guard let compiled else { return nil }
        declaredValues.check(compiled, at: node, diagnostics)
        facts?.use(compiled)
        return LintFacts.Condition(node: node, expression: compiled, environment: Names.ofRecord)
    }

    /// A condition.
    func question(_ node: YAMLNode, _ environment: Environment) -> Question? {
        expression(node, environment, .bool).map { Question($0) }
    }

    // MARK: Events

    /// An event as checks name it: an activity, a defined name, `any`, `{first: A}`, `{last: A}`, or inline.
    func event(_ node: YAMLNode) -> EventReference? {
        if let name = node.text { return named(name, node) }
        guard var mapping = YAMLMapping(node, "an event", diagnostics) else { return nil }
        if let inner = mapping.node("first") {
            mapping.finish()
            return event(inner).map {
                EventReference(
                    matcher: matchers.first(of: $0.matcher), name: "the first \($0.name)", isDerived: true, moves: $0.moves)
            }
        }
        if let inner = mapping.node("last") {
            mapping.finish()
            return event(inner).map {
                EventReference(
                    matcher: matchers.last(of: $0.matcher), name: "the last \($0.name)", isDerived: true, moves: true)
            }
        }
        let activity = mapping.node("activity")
        let condition = mapping.node("where")
        let compiled = condition.flatMap { expression($0, Names.ofEvent, .bool) }
        if let condition { warnOfUndeclared(compiled, condition) }
        mapping.finish()
        if activity == nil, condition == nil {
            diagnostics.error(.missingKey, at: node.position, "an event needs 'activity', 'where', 'first' or 'last'")
            return nil
        }
        if condition != nil, compiled == nil { return nil }
        var name: String?
        if let activity {
            guard let text = activity.text, isActivity(text, activity) else {
                if activity.text == nil { diagnostics.error(.wrongShape, at: activity.position, "'activity' must be text") }
                return nil
            }
            name = text
        }
        let words = name.map { "'\($0)'" } ?? "an event"
        let matcher = matchers.plain(named: name, predicate: compiled)
        return EventReference(matcher: matcher, name: words + (compiled.map { " where `\($0.text)`" } ?? ""))
    }

    private func named(_ name: String, _ node: YAMLNode) -> EventReference? {
        if name == "any" { return EventReference(matcher: matchers.plain(named: nil, predicate: nil), name: anyEvent) }
        if definedNames.contains(name) {
            facts?.use(name)
            // A definition that does not compile has said so at its own place.
            guard let expression = defined[name] else { return nil }
            settling = max(settling, Settling(expression))
            return EventReference(matcher: matchers.plain(named: nil, predicate: expression), name: "'\(name)'")
        }
        guard isActivity(name, node) else { return nil }
        return EventReference(matcher: matchers.plain(named: name, predicate: nil), name: "'\(name)'")
    }

    private func isActivity(_ name: String, _ node: YAMLNode) -> Bool {
        if activities.contains(name) {
            facts?.use(name)
            return true
        }
        diagnostics.error(
            .unknownActivity, at: node.position,
            "there is no activity '\(name)' in 'activities' and no name '\(name)' in 'define'",
            help: didYouMean(name, among: activities + definedNames + ["any"]))
        return false
    }

    private func warnOfUndeclared(_ expression: Expression?, _ node: YAMLNode) {
        guard let expression, !activities.isEmpty else { return }
        for name in ActivityGate(of: expression).mentioned.subtracting(activities).sorted() {
            let literal = expression.syntax.descendants.first { $0.asString == name }
            diagnostics.warning(
                .unknownActivity, at: node.position(atOffset: literal?.start ?? 0),
                "there is no activity '\(name)' in 'activities'",
                help: didYouMean(name, among: activities))
        }
    }

    // MARK: Moments

    func moment(_ node: YAMLNode) -> Moment? {
        if case .sequence(let nodes) = node.kind {
            let parts = nodes.map { momentPart($0) }
            let whole = parts.compactMap(\.self)
            if nodes.isEmpty { diagnostics.error(.badMoment, at: node.position, "a list of moments needs at least one") }
            return whole.count == parts.count && !whole.isEmpty ? Moment(parts: whole) : nil
        }
        return momentPart(node).map { Moment(parts: [$0]) }
    }

    private static let momentNames: [(String, Moment.Part)] = [
        ("start", .start), ("end", .end), ("opened", .opened), ("closed", .closed), ("as_of", .asOf),
    ]

    private func momentPart(_ node: YAMLNode) -> Moment.Part? {
        if let text = node.text {
            if text == "as_of" { followsNow = true }
            if let part = Self.momentNames.first(where: { $0.0 == text })?.1 { return part }
            let isEvent = activities.contains(text) || definedNames.contains(text)
            diagnostics.error(
                .badMoment, at: node.position, "'\(text)' is no moment",
                help: isEvent
                    ? "write {first: \(text)} or {last: \(text)}" : didYouMean(text, among: Self.momentNames.map(\.0)))
            return nil
        }
        guard var mapping = YAMLMapping(node, "a moment", diagnostics) else { return nil }
        let first = mapping.node("first")
        let last = mapping.node("last")
        let at = mapping.node("at")
        mapping.finish()
        guard [first, last, at].compactMap(\.self).count == 1 else {
            diagnostics.error(.badMoment, at: node.position, "a moment is one of 'first', 'last' and 'at'")
            return nil
        }
        if let first { return event(first).map { .first($0) } }
        if let last { return event(last).map { .last($0) } }
        return at.flatMap { expression($0, Names.ofRecord, for: .moment) }.map { .at($0) }
    }
}

// MARK: Clocks

extension CheckReader {
    /// A length in days or weeks stands there: its clock must know how long a day is.
    func noteDays(_ position: Position) { dayLengths.append(position) }

    /// `clock` among a template's parts, else the checklist's own.
    func clock(_ mapping: inout YAMLMapping) -> Clock {
        let clock = mapping.node("clock").flatMap { self.clock($0) } ?? usualClock
        if !dayLengths.isEmpty { clockUses.append(ClockUse(clock: clock, names: [], dayLengths: dayLengths)) }
        dayLengths = []
        return clock
    }

    /// `elapsed`, `partner`, a calendar's name, or a table of these by a value.
    func clock(_ node: YAMLNode) -> Clock? {
        if let text = node.text { return clock(named: text, node) }
        guard case .mapping = node.kind, var mapping = YAMLMapping(node, "a table of clocks", diagnostics) else {
            diagnostics.error(.unknownClock, at: node.position, "\(node.summary) is no clock", help: Self.clockHelp)
            return nil
        }
        let by = mapping.node("by")
        let expression =
            if let by { self.expression(by, Names.ofRecord, for: .key) } else {
                try? Expression.compile("severity", in: Names.ofRecord)
            }
        var entries: [(key: String, clock: Clock)] = []
        var otherwise: Clock?
        for (key, _, value) in mapping.all() where key != "by" {
            guard let text = value.text, let clock = clock(named: text, value) else {
                if value.text == nil {
                    diagnostics.error(
                        .unknownClock, at: value.position, "\(value.summary) is no clock", help: Self.clockHelp)
                }
                continue
            }
            if key == "otherwise" { otherwise = clock } else { entries.append((key, clock)) }
        }
        if entries.isEmpty, otherwise == nil {
            diagnostics.error(.unknownClock, at: node.position, "a table of clocks needs at least one", help: Self.clockHelp)
        }
        guard let expression else { return nil }
        return .table(Clock.Table(by: expression, text: by?.text ?? "severity", entries: entries, otherwise: otherwise))
    }

    private static let clockHelp = "write 'elapsed', 'partner', the name of a calendar, or a table of these by a value"

    private func clock(named name: String, _ node: YAMLNode) -> Clock? {
        switch name {
        case "elapsed": return .elapsed
        case "partner":
            clockUses.append(ClockUse(clock: .partner, names: [(name, node.position)], dayLengths: []))
            return .partner
        case "":
            diagnostics.error(.unknownClock, at: node.position, "a clock has a name", help: Self.clockHelp)
            return nil
        default:
            if !calendarNames.contains(name) { calendarNames.append(name) }
            let number = calendarNames.firstIndex(of: name) ?? 0
            let clock = Clock.calendar(Clock.CalendarName(name: name, number: number))
            clockUses.append(ClockUse(clock: clock, names: [(name, node.position)], dayLengths: []))
            return clock
        }
    }
}
