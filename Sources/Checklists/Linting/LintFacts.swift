import Language

/// What lint wants to know of a checklist beyond what judging needs: what its author wrote where.
final class LintFacts {
    /// A condition and where it stands.
    struct Condition {
        let node: YAMLNode
        let expression: Expression
        let environment: Environment
    }

    struct Item {
        let id: String
        let idNode: YAMLNode
        let when: Condition?
        let check: Check
        let checkNode: YAMLNode
    }

    /// All but the `when`s and `applies`.
    var conditions: [Condition] = []
    var applies: Condition?
    var items: [Item] = []
    var definitions: [(name: String, node: YAMLNode)] = []
    var activities: [(name: String, node: YAMLNode)] = []
    /// The names that something mentions: an event of a check, or a literal of an expression.
    private(set) var used: Set<String> = []

    /// Every item could be read.
    var isWhole = true

    func activityPlaces(_ matchers: EventMatchers) -> [Checklist.ActivityPlace] {
        let named = Set(matchers.all.compactMap(\.named))
        return activities.map { name, node in
            Checklist.ActivityPlace(
                name: name, position: node.position, isMentioned: !isWhole || used.contains(name), isNamed: named.contains(name))
        }
    }

    func use(_ name: String) { used.insert(name) }

    func use(_ expression: Expression) {
        for part in expression.syntax.descendants {
            if let text = part.asString { used.insert(text) }
        }
    }
}

extension YAMLNode {
    /// The value below some keys, one within the other.
    func value(at keys: String...) -> YAMLNode? {
        var node = self
        for key in keys {
            guard case .mapping(let entries) = node.kind, let next = entries.first(where: { $0.key.text == key }) else {
                return nil
            }
            node = next.value
        }
        return node
    }

    var elements: [YAMLNode] { if case .sequence(let nodes) = kind { nodes } else { [] } }

    /// What the node says, apart from layout and the order of keys.
    var contents: String {
        switch kind {
        case .scalar(let text): "\(text.utf8.count):\(text)"
        case .sequence(let nodes): "[" + nodes.map(\.contents).joined() + "]"
        case .mapping(let entries): "{" + entries.map { $0.key.contents + $0.value.contents }.sorted().joined() + "}"
        }
    }
}
