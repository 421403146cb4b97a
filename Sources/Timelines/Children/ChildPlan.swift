package import Fetching
package import Language

extension Code {
    package static let childrenOfGroups = Code("TL178", "records of this kind cannot have children")
    package static let unusedChild = Code("TL179", "children are pulled, and nothing uses them")
}

/// A list that a source's records have elsewhere, and how its rows find their records.
package struct ChildPlan: Sendable {
    /// As the mapping names it: the list is `it.NAME`.
    package var name: String { source.name }
    private(set) var source: ChildSource
    /// Where the rows lie in a page, and what they write for "nothing".
    let rows: Mapping
    /// What a row of a stream for all records says of the record that it belongs to: an expression over `it`, the row. Nil
    /// where each record has a resource of its own.
    let key: Expression?
    /// What the key is compared with: an expression over `it`, the record. Nil for the record's id.
    let recordKey: Expression?

    /// Where the first page of the stream is all that is wanted of it.
    private(set) var isSample = false

    /// Of a stream for all records, its first page alone; of what each record has of its own, everything.
    func sampled() -> ChildPlan {
        guard key != nil else { return self }
        var plan = self
        plan.source = source.limited(toPages: 1)
        plan.isSample = true
        return plan
    }

    /// What a row's key may name, and a record's.
    static let environment = Environment([Environment.Variable("it", .dyn)])

    /// The column that is the key of a row; nil where it takes more than a column.
    var keyColumn: String? { key.flatMap { ValuePlan($0, in: Self.environment).column } }

    /// Reads `children:` of an entry of `sources:`. What is wrong is said; then there are none.
    package static func load(_ mapping: inout YAMLMapping, of source: Source, configFolder: String) -> [ChildPlan] {
        guard let node = mapping.node("children"), var children = mapping.mapping("children") else { return [] }
        let diagnostics = mapping.diagnostics
        refuseGroups(&mapping, at: node)
        let missing = mapping.texts("missing")
        let map = mapping.node("map")
        var plans: [ChildPlan] = []
        for (name, keyNode, node) in children.all() {
            guard var keys = YAMLMapping(node, "the child '\(name)'", diagnostics) else { continue }
            let plan = load(name, &keys, of: source, configFolder: configFolder, missing: missing)
            keys.finish()
            if let plan, let first = plans.first(where: { $0.key != nil }), plan.key != nil,
                plan.recordKey?.text != first.recordKey?.text
            {
                diagnostics.error(
                    .wrongChild, at: keyNode.position, "'\(name)' and '\(first.name)' know the records by different keys",
                    help: "give both the same 'record_key'")
            }
            if let plan { plans.append(plan) }
            if let map, !map.mentions(name) {
                diagnostics.warning(
                    .unusedChild, at: keyNode.position, "nothing in 'map' names 'it.\(name)'",
                    help: "remove the child, or loop over it: for: [a in it.\(name)]")
            }
        }
        return plans
    }

    /// The rows of a group, and records that are canonical already, have no `it` to hold a list.
    private static func refuseGroups(_ mapping: inout YAMLMapping, at node: YAMLNode) {
        let reasons = [
            (mapping.node("group_by") != nil, "records that are grouped from rows cannot have children"),
            (mapping.node("distinct")?.text == "true", "records of which equal ones count once cannot have children"),
            (mapping.node("map")?.text == "canonical", "canonical records cannot have children"),
        ]
        for (applies, message) in reasons where applies {
            mapping.diagnostics.error(.childrenOfGroups, at: node.position, message)
        }
    }

    private static func load(
        _ name: String, _ keys: inout YAMLMapping, of source: Source, configFolder: String, missing: [String]
    ) -> ChildPlan? {
        let diagnostics = keys.diagnostics
        let child = ChildSource.load(name, &keys, of: source, configFolder: configFolder)
        let ownMissing = keys.node("missing") == nil ? missing : keys.texts("missing")
        let rows = Mapping.rows(&keys, source: source.id, format: child?.format ?? .json, missing: ownMissing)
        let keyNode = keys.node("key")
        let key = keyNode.flatMap { Expression.compile($0, in: environment, diagnostics: diagnostics) }
        let recordKeyNode = keys.node("record_key")
        let recordKey = recordKeyNode.flatMap { Expression.compile($0, in: environment, diagnostics: diagnostics) }
        guard let child, let rows, (key == nil) == (keyNode == nil), (recordKey == nil) == (recordKeyNode == nil) else {
            return nil
        }
        if let keyNode, child.isForEachRecord {
            diagnostics.error(
                .wrongChild, at: keyNode.position, "'\(name)' is one resource a record: there is nothing to join by a key",
                help: "remove 'key', or the expressions in braces from 'url'")
            return nil
        }
        if keyNode == nil, !child.isForEachRecord {
            diagnostics.error(
                .wrongChild, at: keys.node.position, "'\(name)' is the same for every record",
                help: "name the record in 'url', as '{it.id}', or say with 'key' which record a row belongs to")
            return nil
        }
        if let recordKeyNode, key == nil {
            diagnostics.error(
                .wrongChild, at: recordKeyNode.position, "'record_key' is what a 'key' is compared with, and there is none")
            return nil
        }
        return ChildPlan(source: child, rows: rows, key: key, recordKey: recordKey)
    }
}

extension YAMLNode {
    /// Whether a scalar at or below this node holds the text.
    fileprivate func mentions(_ name: String) -> Bool {
        switch kind {
        case .scalar(let text): text.contains(name)
        case .sequence(let nodes): nodes.contains { $0.mentions(name) }
        case .mapping(let entries): entries.contains { $0.value.mentions(name) }
        }
    }
}
