package import Language

extension Code {
    package static let unknownPreset = Code("TL166", "no such preset")
}

/// What is known beforehand of a system whose API is public: how its pages follow one another, where the records and their
/// history lie, and what they become. Written as the keys of a source, and read by the same loader.
///
/// A preset claims no more than the system tells. A ticket is of the kind `support`: whether it is an escalation from its
/// beginning, as checklists of escalations take it, its network knows. `acknowledged` is the first answer that the customer can see; a status that the preset does not know is `other`,
/// so that nothing which the preset can never tell of counts as kept.
package struct Preset: Sendable {
    package let name: String
    /// A sentence on what the records are.
    package let about: String
    /// What the source's `url` must point to: an example, and what of it matters.
    package let url: String
    /// The keys of a source, as YAML.
    package let text: String

    package static let all = [zendesk, jira, servicenow, salesforce, github, freshdesk, hubspot]

    package static func named(_ name: String) -> Preset? { all.first { $0.name == name } }

    /// The source with what its `preset` says wherever it says nothing itself; without a preset, the source as it is. An
    /// unknown name is said, and nil then: whatever else is missing is missing because of it.
    package static func filling(_ source: YAMLNode, _ diagnostics: Diagnostics) -> (source: YAMLNode, preset: Preset?)? {
        guard case .mapping(let entries) = source.kind, let node = entries.first(where: { $0.key.text == "preset" })?.value,
            !node.isNull
        else { return (source, nil) }
        guard let name = node.text else {
            diagnostics.error(.wrongShape, at: node.position, "'preset' must be text, not \(node.summary)")
            return nil
        }
        guard let preset = named(name) else {
            diagnostics.error(
                .unknownPreset, at: node.position, "no preset '\(name)'", help: didYouMean(name, among: all.map(\.name)))
            return nil
        }
        guard let keys = preset.keys(diagnostics) else { return nil }
        return (keys.standing(at: node).overridden(by: source), preset)
    }

    /// Its keys, with places in a file of the preset's name.
    package func keys(_ diagnostics: Diagnostics) -> YAMLNode? {
        YAMLDocument.read(text, file: "preset \(name)", diagnostics: diagnostics)
    }
}

extension YAMLNode {
    /// The mappings among a preset's keys, as if they stood where the preset is named: what they lack is said there. Expressions
    /// keep their places.
    fileprivate func standing(at place: YAMLNode) -> YAMLNode {
        guard case .mapping(let entries) = kind else { return self }
        return holding(
            .mapping(
                entries.map { entry in
                    guard case .mapping = entry.value.kind else { return entry }
                    return Entry(key: entry.key, value: place.holding(entry.value.kind))
                }))
    }

    /// This node with what `other` says in the place of what it says itself: mappings key by key at every depth, `null` taking a
    /// key out, and `also` putting entries in front of a list. Everything else is replaced whole, and so are ways of paging and values that say
    /// for themselves what they are `of`.
    func overridden(by other: YAMLNode) -> YAMLNode {
        if case .sequence(let elements) = kind, case .mapping(let entries) = other.kind, entries.count == 1,
            entries[0].key.text == "also", case .sequence(let more) = entries[0].value.kind
        {
            return other.holding(.sequence(more + elements))
        }
        guard case .mapping(let own) = kind, case .mapping(let others) = other.kind,
            !others.contains(where: { $0.key.text == "of" })
        else { return other }
        var merged = own
        for entry in others {
            let place = merged.firstIndex { $0.key.text != nil && $0.key.text == entry.key.text }
            switch place {
            case .some(let place) where entry.value.isNull: merged.remove(at: place)
            case .some(let place) where entry.key.text != "page":
                merged[place] = Entry(key: entry.key, value: merged[place].value.overridden(by: entry.value))
            case .some(let place): merged[place] = entry
            case .none: merged.append(entry)
            }
        }
        return other.holding(.mapping(merged))
    }
}
