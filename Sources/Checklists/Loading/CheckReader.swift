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

    init(activities: [String], values: [String: [String]], diagnostics: Diagnostics) {
        self.activities = activities
        self.values = values
        self.diagnostics = diagnostics
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
        innerSpan = nil
        defer {
            depth -= 1
            innerSpan = outer
        }
        guard var mapping = YAMLMapping(node, "a check", diagnostics) else { return nil }
        let spanNode = mapping.node("span")
        var found: [(template: Template, node: YAMLNode)] = []
        var isWrong = false
        for (key, keyNode, value) in mapping.all() where key != "span" {
            if let template = Template.named(key) {
                found.append((template, value))
                if found.count == 2 {
                    diagnostics.error(
                        .twoTemplates, at: keyNode.position,
                        "a check has one template, but this has '\(found[0].template.name)' and '\(key)'",
                        help: "join them with 'all_of' or 'any_of', or make them two items")
                }
            } else if Template.notYet.contains(key) {
                isWrong = true
                diagnostics.error(.notSupported, at: keyNode.position, "the template '\(key)' is not supported yet")
            } else {
                isWrong = true
                diagnostics.error(
                    .unknownTemplate, at: keyNode.position, "there is no template '\(key)'",
                    help: didYouMean(key, among: Template.all.map(\.name)))
            }
        }
        guard let (template, value) = found.first else {
            if !isWrong {
                diagnostics.error(.noTemplate, at: node.position, "a check needs a template, such as 'response' or 'holds'")
            }
            return nil
        }
        let machine = template.load(value, self)
        let span = (spanNode ?? innerSpan).map { self.span($0) }
        guard let machine, found.count == 1, !isWrong else { return nil }
        return Check(template: template.name, machine: machine, span: span)
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

    private func span(_ node: YAMLNode) -> Span {
        guard var mapping = YAMLMapping(node, "a span", diagnostics) else { return Span(from: nil, until: nil) }
        let from = mapping.node("from").flatMap { moment($0) }
        let until = mapping.node("until").flatMap { moment($0) }
        mapping.finish()
        return Span(from: from, until: until)
    }

    /// The mapping of a template's parts; `finish` with `close`, which reads what every template may have.
    func parts(_ node: YAMLNode, _ name: String) -> YAMLMapping? { YAMLMapping(node, "'\(name)'", diagnostics) }

    func close(_ mapping: inout YAMLMapping, clock: Bool = false) {
        innerSpan = mapping.node("span") ?? innerSpan
        if clock, let node = mapping.node("clock") { self.clock(node) }
        mapping.finish()
    }

    /// Only time around the clock is measured so far.
    func clock(_ node: YAMLNode) {
        if node.text == "elapsed" { return }
        let help = "only 'elapsed' is measured in this version"
        if let text = node.text {
            diagnostics.error(.notSupported, at: node.position, "the clock '\(text)' is not supported yet", help: help)
        } else if case .mapping = node.kind {
            diagnostics.error(.notSupported, at: node.position, "clocks by a table are not supported yet", help: help)
        } else {
            diagnostics.error(.unknownClock, at: node.position, "\(node.summary) is no clock", help: help)
        }
    }

    func expression(_ node: YAMLNode, _ environment: Environment, _ expecting: CELType? = nil) -> Expression? {
        Expression.compile(node, in: environment, expecting: expecting, diagnostics: diagnostics)
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
                EventReference(matcher: matchers.first(of: $0.matcher), name: "the first \($0.name)", moves: $0.moves)
            }
        }
        if let inner = mapping.node("last") {
            mapping.finish()
            return event(inner).map {
                EventReference(matcher: matchers.last(of: $0.matcher), name: "the last \($0.name)", moves: true)
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
            // A definition that does not compile has said so at its own place.
            guard let expression = defined[name] else { return nil }
            return EventReference(matcher: matchers.plain(named: nil, predicate: expression), name: "'\(name)'")
        }
        guard isActivity(name, node) else { return nil }
        return EventReference(matcher: matchers.plain(named: name, predicate: nil), name: "'\(name)'")
    }

    private func isActivity(_ name: String, _ node: YAMLNode) -> Bool {
        if activities.contains(name) { return true }
        diagnostics.error(
            .unknownActivity, at: node.position,
            "there is no activity '\(name)' in 'activities' and no name '\(name)' in 'define'",
            help: didYouMean(name, among: activities + definedNames + ["any"]))
        return false
    }

    private func warnOfUndeclared(_ expression: Expression?, _ node: YAMLNode) {
        guard let expression, !activities.isEmpty else { return }
        for name in ActivityGate(of: expression).mentioned.subtracting(activities).sorted() {
            diagnostics.warning(
                .unknownActivity, at: node.position, "there is no activity '\(name)' in 'activities'",
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
        return at.flatMap { expression($0, Names.ofRecord) }.map { .at($0) }
    }
}
