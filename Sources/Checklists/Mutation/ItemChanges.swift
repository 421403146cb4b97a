import Language

/// Finds what may be changed in an item, key by key of its template.
struct ItemChanges {
    let names: EventNames
    let values: [String: [String]]
    private(set) var all: [Change] = []
    /// The names that the check at hand uses.
    private var taken: Set<String> = []

    /// The whole item with another node in the place of the one at hand, or without it.
    private typealias Put = (YAMLNode?) -> YAMLNode

    init(names: EventNames, values: [String: [String]]) {
        self.names = names
        self.values = values
    }

    mutating func find(in item: YAMLNode) {
        for key in ["when", "observable"] {
            if let node = item[key] { condition(node, key, mayGo: true) { item.with(key, $0) } }
        }
        guard let node = item["check"] else { return }
        taken = EventNames.texts(in: node)
        check(node, "check") { item.with("check", $0) }
    }

    /// The changes of a condition that stands alone.
    mutating func findConditions(in node: YAMLNode, _ path: String) {
        condition(node, path, mayGo: false) { $0 ?? node }
    }

    private mutating func add(_ path: String, _ node: YAMLNode, _ old: String, _ new: String, _ changed: YAMLNode) {
        all.append(Change(path: path, old: old, new: new, position: node.position, node: changed))
    }

    private mutating func drop(_ node: YAMLNode, _ path: String, _ put: Put) {
        add(path, node, node.text ?? node.summary, Change.nothing, put(nil))
    }

    // MARK: Checks

    /// What a template is easily taken for, with the keys that are called otherwise there.
    private static let neighbours: [String: [(template: String, keys: [String: String])]] = [
        "existence": [("absence", [:]), ("first", [:])], "absence": [("existence", [:])],
        "first": [("existence", [:]), ("last", [:])], "last": [("existence", [:]), ("first", [:])],
        "choice": [("exclusive_choice", [:]), ("coexistence", [:])],
        "exclusive_choice": [("choice", [:]), ("not_coexistence", [:])],
        "coexistence": [("choice", [:]), ("not_coexistence", [:])],
        "not_coexistence": [("exclusive_choice", [:]), ("coexistence", [:])],
        "response": [("alternate_response", [:]), ("chain_response", [:])],
        "alternate_response": [("response", [:]), ("chain_response", [:])],
        "chain_response": [("alternate_response", [:])],
        "precedence": [("alternate_precedence", [:]), ("chain_precedence", [:])],
        "alternate_precedence": [("precedence", [:]), ("chain_precedence", [:])],
        "chain_precedence": [("alternate_precedence", [:])],
        "responded_existence": [("response", ["if": "after"])],
        "not_response": [("not_chain_response", ["never": "not_next"])],
        "not_chain_response": [("not_response", ["not_next": "never"])],
        "all_of": [("any_of", [:])], "any_of": [("all_of", [:])],
    ]

    private mutating func check(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        for entry in node.entries {
            guard let key = entry.key.text else { continue }
            let (value, own) = (entry.value, path + "." + key)
            let inner: Put = { put(node.with(key, $0)) }
            guard key != "span" else {
                span(value, own, inner)
                continue
            }
            for neighbour in Self.neighbours[key] ?? [] {
                let keys = neighbour.keys.sorted { $0.key < $1.key }
                let renamed = keys.reduce(value) { $0.renaming($1.key, to: $1.value) }
                let changed = put(node.with(key, renamed).renaming(key, to: neighbour.template))
                add(own, entry.key, key, neighbour.template, changed)
            }
            template(key, value, own, inner)
        }
    }

    private mutating func template(_ name: String, _ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        switch name {
        case "existence", "absence", "first", "last", "choice", "exclusive_choice", "coexistence", "not_coexistence":
            event(node, path, put)
        case "holds": condition(node, path, mayGo: false, put)
        case "all_of", "any_of":
            for (index, part) in node.elements.enumerated() {
                check(part, "\(path).\(index)") { put(node.with(index, $0)) }
                if node.elements.count > 1 { drop(part, "\(path).\(index)") { put(node.with(index, $0)) } }
            }
        default:
            for entry in node.entries {
                guard let key = entry.key.text else { continue }
                part(
                    key, of: name, entry, path + "." + key, { put(node.with(key, $0)) },
                    renamed: { put(node.renaming(key, to: $0)) })
            }
        }
    }

    private mutating func part(
        _ key: String, of template: String, _ entry: YAMLNode.Entry, _ path: String, _ put: @escaping Put,
        renamed: (String) -> YAMLNode
    ) {
        let node = entry.value
        switch key {
        case "span": span(node, path, put)
        case "within", "every", "target", "max_gap": limit(node, path, put)
        case "at_most", "at_least", "exactly":
            let flipped = ["at_most": "at_least", "at_least": "at_most"]
            if let other = flipped[key] { add(path, entry.key, key, other, renamed(other)) }
            if template == "duration" { limit(node, path, put) } else { count(node, path, put) }
        case "where", "when": condition(node, path, mayGo: true, put)
        case "holds": condition(node, path, mayGo: false, put)
        case "from", "to", "until":
            moment(node, path, put)
            if template != "duration" { drop(node, path, put) }
        case "clock": clock(node, path, put)
        case "on_reopen": reopening(node, path, put)
        case "pause": pauses(node, path, put)
        case "reset", "cancel", "among":
            event(node, path, put)
            drop(node, path, put)
        case "of" where !["count", "runs", "recurrence"].contains(template):
            if node.text != nil { return expression(node, path, put) }
            for key in ["taken", "released"] {
                if let inner = node[key] { event(inner, "\(path).\(key)") { put(node.with(key, $0)) } }
            }
        case "by":
            if let at = node["at"] { expression(at, path + ".at") { put(node.with("at", $0)) } }
        case "text", "glossary", "owner": break
        default: event(node, path, put)
        }
    }

    private mutating func span(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        drop(node, path, put)
        for key in ["from", "until"] {
            guard let value = node[key] else { continue }
            moment(value, "\(path).\(key)") { put(node.with(key, $0)) }
            if node.entries.count > 1 { drop(value, "\(path).\(key)") { put(node.with(key, $0)) } }
        }
    }

    // MARK: Events and moments

    private mutating func event(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        switch node.kind {
        case .scalar(let name):
            guard names.declared.contains(name), let other = names.other(than: name, besides: taken) else { return }
            add(path, node, name, other, put(node.saying(other, style: node.style)))
        case .sequence(let elements):
            for (index, element) in elements.enumerated() {
                event(element, "\(path).\(index)") { put(node.with(index, $0)) }
            }
        case .mapping: inlineEvent(node, path, put)
        }
    }

    /// `{first: A}`, `{last: A}`, `{activity, where}`, `{event, party}`.
    private mutating func inlineEvent(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        ends(node, path, put)
        for key in ["first", "last", "activity", "event"] {
            if let inner = node[key] { event(inner, "\(path).\(key)") { put(node.with(key, $0)) } }
        }
        if let inner = node["where"] {
            condition(inner, path + ".where", mayGo: node["activity"] != nil) { put(node.with("where", $0)) }
        }
    }

    private mutating func ends(_ node: YAMLNode, _ path: String, _ put: Put) {
        for (key, other) in [("first", "last"), ("last", "first")] where node[key] != nil {
            add(path, node, key, other, put(node.renaming(key, to: other)))
        }
    }

    private mutating func moment(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        switch node.kind {
        case .scalar: break
        case .sequence(let elements):
            for (index, element) in elements.enumerated() {
                moment(element, "\(path).\(index)") { put(node.with(index, $0)) }
            }
        case .mapping:
            if let at = node["at"] { expression(at, path + ".at") { put(node.with("at", $0)) } }
            inlineEvent(node, path, put)
        }
    }

    /// Of `duration` (`{from, until, party}`) and of `clock`: each is forgotten, and each is taken for another.
    private mutating func pauses(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        if case .sequence(let elements) = node.kind {
            for (index, element) in elements.enumerated() {
                pauses(element, "\(path).\(index)") { put(node.with(index, $0)) }
            }
            return
        }
        drop(node, path, put)
        let keys = ["from", "until"].filter { node[$0] != nil }
        if keys.isEmpty { event(node, path, put) }
        for key in keys {
            if let inner = node[key] { event(inner, "\(path).\(key)") { put(node.with(key, $0)) } }
        }
    }

    // MARK: Limits and clocks

    private mutating func limit(_ node: YAMLNode, _ path: String, _ put: @escaping Put) {
        if let text = node.text {
            for other in Self.lengths(besides: text) { add(path, node, text, other, put(node.saying(other, style: node.style))) }
        }
        for entry in node.entries {
            guard let key = entry.key.text, key != "by" else { continue }
            limit(entry.value, "\(path).\(key)") { put(node.with(key, $0)) }
        }
    }

    /// Half of a length and twice as much. Days stay days, since a calendar counts them otherwise than hours.
    static func lengths(besides text: String) -> [String] {
        guard Duration(length: text) != nil, let unit = text.last, let count = Int64(text.dropLast()) else { return [] }
        let smaller: [Character: (Int64, String)] = ["m": (60, "s"), "h": (60, "m"), "d": (24, "h"), "w": (7, "d")]
        var half: String?
        if count % 2 == 0 || count > 2 && (unit == "d" || unit == "w") {
            half = count == 0 ? nil : "\(count / 2)\(unit)"
        } else if let (size, name) = smaller[unit] {
            half = "\(count * size / 2)\(name)"
        } else if count > 1 {
            half = "\(count / 2)\(unit)"
        }
        let double = count.multipliedReportingOverflow(by: 2)
        return [half, count == 0 || double.overflow ? nil : "\(double.partialValue)\(unit)"].compactMap(\.self)
    }

    private mutating func count(_ node: YAMLNode, _ path: String, _ put: Put) {
        guard let text = node.text, let number = Int(text), number < Int.max else { return }
        for other in [number - 1, number + 1] where other >= 0 {
            add(path, node, text, "\(other)", put(node.saying("\(other)")))
        }
    }

    private mutating func clock(_ node: YAMLNode, _ path: String, _ put: Put) {
        guard node.text != "elapsed" else { return }
        add(path, node, node.text ?? node.summary, "elapsed", put(node.saying("elapsed")))
    }

    private mutating func reopening(_ node: YAMLNode, _ path: String, _ put: Put) {
        let (text, key) = (node.text ?? node["then"]?.text, node.text == nil ? "then" : nil)
        let choices = SLAClock.Reopening.allCases.map(\.rawValue)
        guard let text, let index = choices.firstIndex(of: text) else { return }
        let other = choices[(index + 1) % choices.count]
        add(path, node, text, other, put(key.map { node.with($0, node.saying(other)) } ?? node.saying(other)))
    }

    // MARK: Expressions

    /// A condition is turned round, forgotten where the item can do without it, and changed within.
    private mutating func condition(_ node: YAMLNode, _ path: String, mayGo: Bool, _ put: @escaping Put) {
        guard let text = node.text else { return }
        add(path, node, text, "not so", put(node.saying("!(\(text))", style: .singleQuoted)))
        if mayGo { drop(node, path, put) }
        expression(node, path, put)
    }

    private mutating func expression(_ node: YAMLNode, _ path: String, _ put: Put) {
        guard let text = node.text else { return }
        for change in ExpressionChanges(of: text, names: names, values: values).all {
            let place = change.place > 1 ? " \(change.place)" : ""
            all.append(
                Change(
                    path: "\(path)[\(change.old)\(place)]", old: change.old, new: change.new,
                    position: node.position(atOffset: change.offset),
                    node: put(node.saying(change.text, style: .singleQuoted))))
        }
    }
}
