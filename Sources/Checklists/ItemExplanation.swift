import Language

/// All that there is to say about one item: what it asks, of whom and from when, and which cases of its tests speak of it.
package struct ItemExplanation: Sendable {
    package let item: ItemDescription
    /// The template of its check; nil where a mutant or a later version has another shape.
    package let template: TemplateDescription?
    /// The condition of the checklist, as CEL; nil where every record is judged.
    package let applies: String?
    package let when: String?
    package let observable: String?
    /// The first and the last day on which the version is in force, as they are written; nil where it always was or will be.
    package let from: String?
    package let until: String?
    /// Where the checklist has one of its own, as it is written.
    package let settle: String?
    package let tests: [Mention]

    /// A case that expects something of the item.
    package struct Mention: Hashable, Sendable {
        package let name: String
        /// `pass`, or what else the case asks for.
        package let verdict: String?
    }

    /// Every item of a checklist, in its order, with the cases of those files that test it.
    package static func all(of checklist: Checklist, tests: [ChecklistTests]) -> [ItemExplanation] {
        let mentions = mentions(of: checklist, in: tests)
        let nodes = checklist.root["items"]?.elements ?? []
        return checklist.items.map { item in
            let node = nodes.first { $0["id"]?.text == item.id }
            let template = node?["check"]?.entries.lazy.compactMap(\.key.text)
                .compactMap { name in TemplateDescription.all.first { $0.name == name } }.first
            return ItemExplanation(
                item: item, template: template, applies: checklist.root["applies"]?.text, when: node?["when"]?.text,
                observable: node?["observable"]?.text, from: checklist.root["effective"]?["from"]?.text,
                until: checklist.root["effective"]?["until"]?.text, settle: checklist.root["settle"]?.text,
                tests: mentions[item.id] ?? [])
        }
    }

    private static func mentions(of checklist: Checklist, in tests: [ChecklistTests]) -> [String: [Mention]] {
        var mentions: [String: [Mention]] = [:]
        for file in tests
        where file.checklist == checklist.id && file.versions.contains(where: { $0.version == checklist.version }) {
            for trial in file.trials where checklist.isInForce(for: trial) {
                for expectation in trial.expected {
                    mentions[expectation.item, default: []].append(
                        Mention(name: trial.name, verdict: expectation.verdict?.rawValue))
                }
            }
        }
        return mentions
    }
}
