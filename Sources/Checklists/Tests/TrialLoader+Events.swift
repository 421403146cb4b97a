import Language
import Timelines

extension TrialLoader {
    func event(_ node: YAMLNode) -> Event? {
        let help = "write [instant, activity] or [instant, activity, {actor: …, channel: …, text: …, attributes: …}]"
        if case .mapping = node.kind, var mapping = YAMLMapping(node, "an event", diagnostics) {
            _ = mapping.required("at")
            let at = mapping.instant("at")
            let activityNode = mapping.node("activity")
            let activity = mapping.requiredText("activity")
            if let activity, let activityNode { check(activity, at: activityNode.position) }
            let event = at.flatMap { at in activity.map { Event(at: at, activity: $0, symbol: ActivityTable.unknown) } }
            return details(&mapping, of: event)
        }
        guard case .sequence(let parts) = node.kind, (2...3).contains(parts.count) else {
            diagnostics.error(.badEvent, at: node.position, "\(node.summary) is no event", help: help)
            return nil
        }
        guard let text = parts[0].text, let at = Instant(rfc3339: text) else {
            diagnostics.error(.badEvent, at: parts[0].position, "\(parts[0].summary) is no instant", help: help)
            return nil
        }
        guard let activity = parts[1].text else {
            diagnostics.error(.badEvent, at: parts[1].position, "\(parts[1].summary) is no activity", help: help)
            return nil
        }
        check(activity, at: parts[1].position)
        let event = Event(at: at, activity: activity, symbol: ActivityTable.unknown)
        guard parts.count == 3 else { return event }
        guard var mapping = YAMLMapping(parts[2], "an event's details", diagnostics) else { return event }
        return details(&mapping, of: event)
    }

    /// An activity that the checklist does not know is most likely misspelt.
    func check(_ activity: String, at position: Position) {
        guard !declared.isEmpty, !declared.contains(activity) else { return }
        diagnostics.error(
            .unknownActivity, at: position, "there is no activity '\(activity)' in the checklist's 'activities'",
            help: didYouMean(activity, among: declared))
    }

    private func details(_ mapping: inout YAMLMapping, of plain: Event?) -> Event? {
        var event = plain
        if var actor = mapping.mapping("actor") {
            event?.actorID = actor.text("id")
            event?.actorRole = actor.text("role")
            event?.party = actor.oneOf("party")
            actor.finish()
        }
        event?.channel = mapping.text("channel")
        event?.text = mapping.text("text")
        event?.attributes = attributes(&mapping)
        mapping.finish()
        return event
    }

    // MARK: Values

    func attributes(_ mapping: inout YAMLMapping) -> Attributes {
        var attributes = Attributes()
        guard var table = mapping.mapping("attributes") else { return attributes }
        for (name, _, node) in table.all() where !node.isNull { attributes.set(name, value(node)) }
        return attributes
    }

    /// A plain scalar is what it looks like, a quoted one is text.
    private func value(_ node: YAMLNode) -> Value {
        switch node.kind {
        case .sequence(let nodes): return .list(.array(nodes.map { value($0) }))
        case .mapping(let entries):
            let pairs = entries.compactMap { entry in entry.key.text.map { (key: Value.string($0), value: value(entry.value)) } }
            return .map(.entries(MapEntries(pairs)))
        case .scalar(let text):
            guard node.style == .plain else { return .string(text) }
            return node.isNull ? .null : Self.value(plain: text)
        }
    }

    /// A number, a Boolean, an instant, else text.
    static func value(plain text: String) -> Value {
        if text == "true" || text == "false" { return .bool(text == "true") }
        if let number = Int64(text) { return .int(number) }
        if text.utf8.first.map({ $0 < 0x3A }) ?? false, let number = Double(text) { return .double(number) }
        if let instant = Instant(rfc3339: text) { return .timestamp(instant) }
        return .string(text)
    }
}
