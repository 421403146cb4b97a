extension Code {
    package static let wrongShape = Code("TL104", "a value has another shape than expected")
    package static let unknownKey = Code("TL105", "no such key")
    package static let missingKey = Code("TL106", "a required key is missing")
    package static let wrongValue = Code("TL107", "a value is not allowed here")
}

/// A mapping node being read key by key. What `finish()` finds unread is an unknown key, so the code that reads a key is
/// the only list of the keys there are.
package struct YAMLMapping {
    package let node: YAMLNode
    /// What the mapping is, for messages: "source", "item".
    package let what: String
    package let diagnostics: Diagnostics
    private let entries: [YAMLNode.Entry]
    private var known: [String] = []

    /// Nil, with a diagnostic, where the node is no mapping. Nothing at all counts as an empty mapping.
    package init?(_ node: YAMLNode, _ what: String, _ diagnostics: Diagnostics) {
        switch node.kind {
        case .mapping(let entries): self.entries = entries
        case .scalar where node.isNull: self.entries = []
        default:
            diagnostics.error(.wrongShape, at: node.position, "\(what) must be a mapping, not \(node.summary)")
            return nil
        }
        self.node = node
        self.what = what
        self.diagnostics = diagnostics
    }

    /// Every key with its node, in file order: for tables whose keys are the author's own. Marks all keys as known.
    package mutating func all() -> [(key: String, keyNode: YAMLNode, value: YAMLNode)] {
        entries.compactMap { entry in
            guard let key = entry.key.text else {
                diagnostics.error(.wrongShape, at: entry.key.position, "a key of \(what) must be text, not \(entry.key.summary)")
                return nil
            }
            known.append(key)
            return (key, entry.key, entry.value)
        }
    }

    /// The keys that are there, in file order.
    package var keys: [String] { entries.compactMap(\.key.text) }

    /// The node at a key, nil where it is absent or null.
    package mutating func node(_ key: String) -> YAMLNode? {
        known.append(key)
        guard let value = entries.first(where: { $0.key.text == key })?.value, !value.isNull else { return nil }
        return value
    }

    /// The node at a key that must be there; a diagnostic at the mapping where it is not.
    package mutating func required(_ key: String) -> YAMLNode? {
        if let node = node(key) { return node }
        diagnostics.error(.missingKey, at: node.position, "\(what) needs the key '\(key)'")
        return nil
    }

    /// The node at a key, whoever reads it.
    package func value(_ key: String) -> YAMLNode? { entries.first { $0.key.text == key }?.value }

    /// The node of a key that is there and that nobody has asked for: for a mistake that has a message of its own.
    package mutating func stray(_ key: String) -> YAMLNode? {
        guard !known.contains(key), let entry = entries.first(where: { $0.key.text == key }) else { return nil }
        known.append(key)
        return entry.key
    }

    /// Notes that a key exists without reading it, for keys that other code reads.
    package mutating func allow(_ keys: String...) { known += keys }

    package mutating func text(_ key: String) -> String? { node(key).flatMap { scalar($0, key) } }

    package mutating func requiredText(_ key: String) -> String? { required(key).flatMap { scalar($0, key) } }

    package mutating func bool(_ key: String) -> Bool? {
        guard let node = node(key), let text = scalar(node, key) else { return nil }
        if node.style == .plain, text == "true" { return true }
        if node.style == .plain, text == "false" { return false }
        diagnostics.error(.wrongValue, at: node.position, "'\(key)' must be true or false, not \(node.summary)")
        return nil
    }

    package mutating func int(_ key: String, in range: ClosedRange<Int> = 0...Int.max) -> Int? {
        guard let node = node(key), let text = scalar(node, key) else { return nil }
        if let value = Int(text), range.contains(value) { return value }
        let bounds = range.upperBound == Int.max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        diagnostics.error(.wrongValue, at: node.position, "'\(key)' must be a whole number, \(bounds), not \(node.summary)")
        return nil
    }

    package mutating func double(_ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node = node(key), let text = scalar(node, key) else { return nil }
        if let value = Double(text), value.isFinite, range.contains(value) { return value }
        diagnostics.error(
            .wrongValue, at: node.position,
            "'\(key)' must be a number from \(range.lowerBound) to \(range.upperBound), not \(node.summary)")
        return nil
    }

    /// One of an enumeration's raw values, with the nearest one suggested where it is none.
    package mutating func oneOf<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
    where Choice.RawValue == String {
        guard let node = node(key), let text = scalar(node, key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        diagnostics.error(
            .wrongValue, at: node.position, "'\(text)' is no \(key)",
            help: didYouMean(text, among: Choice.allCases.map(\.rawValue)))
        return nil
    }

    /// The texts of a list of scalars; empty where the key is absent.
    package mutating func texts(_ key: String) -> [String] {
        nodes(key).compactMap { scalar($0, "an entry of '\(key)'") }
    }

    /// The nodes of a list; empty where the key is absent.
    package mutating func nodes(_ key: String) -> [YAMLNode] {
        guard let node = node(key) else { return [] }
        if case .sequence(let children) = node.kind { return children }
        diagnostics.error(.wrongShape, at: node.position, "'\(key)' must be a list, not \(node.summary)")
        return []
    }

    package mutating func mapping(_ key: String, _ what: String? = nil) -> YAMLMapping? {
        node(key).flatMap { YAMLMapping($0, what ?? "'\(key)'", diagnostics) }
    }

    /// Reports every key that nobody asked for. With `hidingKeys` they are named only where they are nearly one that is known:
    /// where secrets are expected, one may stand in the place of a key.
    package func finish(hidingKeys: Bool = false) {
        var names: [String] = []
        for name in known where !names.contains(name) { names.append(name) }
        for entry in entries {
            guard let key = entry.key.text else {
                diagnostics.error(.wrongShape, at: entry.key.position, "a key of \(what) must be text, not \(entry.key.summary)")
                continue
            }
            guard !known.contains(key) else { continue }
            let isShown = !hidingKeys || nearestName(to: key, among: names) != nil
            let near = onlyNearName(to: key, among: names).flatMap { keys.contains($0) ? nil : $0 }
            diagnostics.error(
                .unknownKey, at: entry.key.position, isShown ? "\(what) has no key '\(key)'" : "\(what) has no such key",
                help: didYouMean(isShown ? key : "", among: names), fix: near.flatMap { entry.key.fix(writing: $0) })
        }
    }

    private func scalar(_ node: YAMLNode, _ key: String) -> String? {
        if let text = node.text { return text }
        diagnostics.error(.wrongShape, at: node.position, "'\(key)' must be text, not \(node.summary)")
        return nil
    }
}
