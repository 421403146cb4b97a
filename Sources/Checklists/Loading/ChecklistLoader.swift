package import Language

/// Reads checklists. Every problem of every file becomes a diagnostic; a checklist with one is still returned where enough
/// of it is left to name its items, so that tests that name them find them.
package enum ChecklistLoader {
    /// The versions of a checklist come one after the other, the oldest first. With `thorough`, what can be loaded but
    /// makes no sense is said too, as lint does.
    package static func load(
        files: [(name: String, text: String)], thorough: Bool = false, diagnostics: Diagnostics
    ) -> [Checklist] {
        let loaded = files.compactMap { file -> LoadedChecklist? in
            guard let root = YAMLDocument.read(file.text, file: file.name, diagnostics: diagnostics) else { return nil }
            return load(root, file: file.name, facts: thorough ? LintFacts() : nil, diagnostics: diagnostics)
        }
        return ChecklistVersions(loaded, diagnostics: diagnostics).inOrder()
    }

    /// Reads one checklist from its nodes.
    static func load(
        _ root: YAMLNode, file: String, facts: LintFacts? = nil, diagnostics: Diagnostics
    ) -> LoadedChecklist? {
        guard var mapping = YAMLMapping(root, "the checklist", diagnostics) else { return nil }
        var loading = ChecklistLoading(file: file, facts: facts, diagnostics)
        guard let checklist = loading.load(&mapping) else { return nil }
        return LoadedChecklist(
            checklist: checklist, id: mapping.node("id")?.position ?? root.position,
            effective: mapping.node("effective")?.position, unit: mapping.node("unit")?.position)
    }
}

/// The loading of one checklist.
struct ChecklistLoading {
    let file: String
    /// Nil where nobody lints.
    let facts: LintFacts?
    let diagnostics: Diagnostics

    init(file: String, facts: LintFacts?, _ diagnostics: Diagnostics) {
        self.file = file
        self.facts = facts
        self.diagnostics = diagnostics
    }

    mutating func load(_ mapping: inout YAMLMapping) -> Checklist? {
        if let kind = mapping.required("touchline"), kind.text != "checklist/1" {
            diagnostics.error(
                .checklistVersion, at: kind.position, "expected 'touchline: checklist/1', not \(kind.summary)")
        }
        let id = name("id", &mapping)
        let title = name("title", &mapping)
        let version = mapping.requiredText("version")
        let effective = effective(&mapping)
        let function = mapping.text("function")
        let unit: ItemDescription.Unit? = mapping.oneOf("unit")
        let settle = mapping.length("settle")
        let appliesNode = mapping.node("applies")
        let clock = mapping.node("clock")
        let values = values(&mapping)
        let activities = activities(&mapping)
        let reader = CheckReader(activities: activities, values: values, facts: facts, diagnostics: diagnostics)
        let applies = appliesNode.flatMap { reader.recordCondition($0) }
        facts?.applies = applies
        if let clock { reader.usualClock = reader.clock(clock) ?? .elapsed }
        define(&mapping, reader)
        let itemNodes = mapping.required("items") == nil ? [] : mapping.nodes("items")
        if let node = mapping.node("items"), case .sequence(let nodes) = node.kind, nodes.isEmpty {
            diagnostics.error(.noItems, at: node.position, "a checklist needs at least one item")
        }
        let header = Header(
            id: id ?? "", title: title ?? id ?? "", version: version ?? "", function: function, unit: unit ?? .record)
        let items = items(itemNodes, header, reader)
        if items.isEmpty || items.count < itemNodes.count { facts?.isWhole = false }
        let unread = itemNodes.compactMap { YAMLMapping($0, "an item", Diagnostics())?.value("id")?.text }
            .filter { id in !items.contains { $0.description.id == id } }
        let measures = measures(&mapping, header, reader)
        mapping.finish()
        if let facts {
            ChecklistLint(facts: facts, matchers: reader.matchers, values: values, diagnostics: diagnostics).run()
        }
        guard let id else { return nil }
        return Checklist(
            id: id, title: header.title, version: header.version, file: file, function: function, unit: header.unit,
            items: SilentRecord.marked(items, reader.matchers), measures: measures.map(\.description),
            activityNames: Set(reader.activities).union(reader.matchers.activityNames).sorted(), effective: effective,
            settle: settle,
            declared: activities.isEmpty ? [] : Set(activities).union(reader.definedNames).sorted(),
            unreadItems: unread, activityPlaces: facts.map { $0.activityPlaces(reader.matchers) } ?? [],
            applies: applies.map { Question($0.expression) }, matchers: reader.matchers, rules: items.map(\.rule),
            measuring: measures.map(\.measure),
            calendarNames: reader.calendarNames, clockUses: reader.clockUses, root: mapping.node)
    }

    /// An id or a title: something that people can read.
    func name(_ key: String, _ mapping: inout YAMLMapping) -> String? {
        let node = mapping.node(key)
        let text = mapping.requiredText(key)
        if let node, let text, text.utf8.allSatisfy({ $0 == 0x20 }) {
            diagnostics.error(.wrongValue, at: node.position, "'\(key)' must not be empty")
        }
        return text
    }

    private func activities(_ mapping: inout YAMLMapping) -> [String] {
        var seen: Set<String> = []
        for node in mapping.nodes("activities") {
            if let text = node.text { facts?.activities.append((text, node)) }
            if let text = node.text, !seen.insert(text).inserted {
                diagnostics.error(.nameTwice, at: node.position, "the activity '\(text)' stands twice")
            }
        }
        return mapping.texts("activities")
    }

    // MARK: The head

    struct Header {
        let id: String
        let title: String
        let version: String
        let function: String?
        let unit: ItemDescription.Unit
    }

    private func effective(_ mapping: inout YAMLMapping) -> Effective {
        var effective = Effective()
        guard var days = mapping.mapping("effective") else { return effective }
        let from = days.node("from")
        let until = days.node("until")
        days.finish()
        effective.from = from.flatMap { day($0) }
        effective.until = until.flatMap { day($0) }?.advanced(bySeconds: 86400)
        if let until, let first = effective.from, let end = effective.until, end <= first {
            diagnostics.error(.contradiction, at: until.position, "'until' is before 'from'")
            effective.isReadable = false
        }
        if (from != nil && effective.from == nil) || (until != nil && effective.until == nil) { effective.isReadable = false }
        return effective
    }

    private func day(_ node: YAMLNode) -> Instant? {
        if let text = node.text, text.utf8.count == 10, let instant = Instant(rfc3339: text + "T00:00:00Z") { return instant }
        diagnostics.error(
            .badDay, at: node.position, "\(node.summary) is no day", help: "write it as year-month-day, such as '2026-01-31'")
        return nil
    }

    private func values(_ mapping: inout YAMLMapping) -> [String: [String]] {
        guard var table = mapping.mapping("values") else { return [:] }
        var values: [String: [String]] = [:]
        for (key, keyNode, node) in table.all() {
            checkPath(key, keyNode)
            guard case .sequence(let nodes) = node.kind else {
                diagnostics.error(.wrongShape, at: node.position, "the values of '\(key)' must be a list, not \(node.summary)")
                continue
            }
            if nodes.isEmpty {
                diagnostics.error(.wrongShape, at: node.position, "the values of '\(key)' must be at least one")
                continue
            }
            values[key] = nodes.compactMap(\.text)
        }
        return values
    }

    /// Values are those of a field, as `by` of a limit names it.
    private func checkPath(_ key: String, _ node: YAMLNode) {
        do throws(Expression.Problems) {
            _ = try Expression.compile(key, in: Names.ofEvent)
        } catch {
            guard let problem = error.all.first else { return }
            diagnostics.error(
                problem.code, at: node.position(atOffset: problem.offset), "'\(key)' is no field of a record: \(problem.message)",
                help: problem.help)
        }
    }

    private func define(_ mapping: inout YAMLMapping, _ reader: CheckReader) {
        guard var table = mapping.mapping("define") else { return }
        for (name, keyNode, node) in table.all() {
            if name == "any" {
                diagnostics.error(.badName, at: keyNode.position, "'any' means every event and cannot be defined")
                continue
            }
            if reader.activities.contains(name) {
                diagnostics.error(.nameTwice, at: keyNode.position, "'\(name)' is an activity already")
            }
            facts?.definitions.append((name, keyNode))
            reader.define(name, reader.expression(node, Names.ofEvent, .bool), at: node)
        }
    }

    // MARK: Items

    private func items(
        _ nodes: [YAMLNode], _ header: Header, _ reader: CheckReader
    ) -> [(description: ItemDescription, rule: Checklist.Rule)] {
        var seen: Set<String> = []
        return nodes.compactMap { node in
            guard var mapping = YAMLMapping(node, "an item", diagnostics) else { return nil }
            let idNode = mapping.node("id")
            let item = item(&mapping, header, reader)
            if let idNode, let id = idNode.text, !seen.insert(id).inserted {
                diagnostics.error(.duplicateItem, at: idNode.position, "the item '\(id)' stands twice")
                return nil
            }
            return item
        }
    }

    private func item(
        _ mapping: inout YAMLMapping, _ header: Header, _ reader: CheckReader
    ) -> (description: ItemDescription, rule: Checklist.Rule)? {
        let id = name("id", &mapping)
        let title = name("title", &mapping)
        let why = mapping.text("why")
        let levelNode = mapping.node("level")
        let level: ItemDescription.Level? = mapping.oneOf("level")
        let weight = mapping.double("weight", in: 0...1_000_000)
        let target = target(&mapping)
        let when = mapping.node("when")
        let observable = mapping.node("observable")
        let whenCondition = when.flatMap { reader.recordCondition($0) }
        let observableCondition = observable.flatMap { reader.recordCondition($0) }
        if let observableCondition { facts?.conditions.append(observableCondition) }
        let rule = (
            when: whenCondition.map { Question($0.expression) }, observable: observableCondition.map { Question($0.expression) }
        )
        let checkNode = mapping.required("check")
        let check = checkNode.flatMap { reader.check($0) }
        let enablement = enablement(&mapping)
        let source = mapping.text("source")
        mapping.finish()
        if let id, let check, let checkNode, when == nil || whenCondition != nil {
            facts?.items.append(
                LintFacts.Item(
                    id: id, idNode: mapping.node("id") ?? checkNode, when: whenCondition, check: check, checkNode: checkNode))
        }
        guard let id, let check, when == nil || rule.when != nil, observable == nil || rule.observable != nil else { return nil }
        let condition = rule.when.map { "where `\($0.text)`: " } ?? ""
        let description = ItemDescription(
            checklist: header.id, checklistTitle: header.title, version: header.version, function: header.function, id: id,
            title: title ?? id, why: why, level: standing(level, of: check, at: levelNode), weight: weight ?? 1, target: target,
            meaning: condition + check.meaning, enablement: enablement, source: source, unit: header.unit)
        return (description, Checklist.Rule(when: rule.when, observable: rule.observable, check: check))
    }

    /// What is advice alone is advisory, whatever the item says.
    private func standing(
        _ level: ItemDescription.Level?, of check: Check, at node: YAMLNode?
    ) -> ItemDescription.Level {
        guard check.machine.isAdvisory else { return level ?? .major }
        if let node, let level, level != .advisory {
            diagnostics.warning(
                .onlyAdvisory, at: node.position, "the template 'plain_language' is advice: the item is advisory, not \(level)")
        }
        return .advisory
    }

    private func target(_ mapping: inout YAMLMapping) -> Double? {
        guard let node = mapping.node("target") else { return nil }
        if let text = node.text, let target = Double(text), (0...1).contains(target) { return target }
        diagnostics.error(.badTarget, at: node.position, "'target' must be a share from 0 to 1, not \(node.summary)")
        return nil
    }

    private func enablement(_ mapping: inout YAMLMapping) -> ItemDescription.Enablement? {
        guard var parts = mapping.mapping("enablement") else { return nil }
        let enablement = ItemDescription.Enablement(
            module: parts.text("module"), guidance: parts.text("guidance"), good: parts.text("good"), poor: parts.text("poor"))
        parts.finish()
        return enablement
    }
}
