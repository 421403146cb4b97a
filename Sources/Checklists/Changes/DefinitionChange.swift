import Language

/// What has become of a checklist, or of one of its items, in words: what a reader of the two would underline.
package struct DefinitionChange: Hashable, Sendable {
    package enum Kind: String, Sendable { case added, removed, changed }

    /// One thing that is said otherwise; nil where it is not said at all.
    package struct Words: Hashable, Sendable {
        /// The key, such as `target` or `define.told_customer`.
        package let name: String
        package let old: String?
        package let new: String?

        package init(name: String, old: String?, new: String?) {
            self.name = name
            self.old = old
            self.new = new
        }
    }

    package let kind: Kind
    package let checklist: String
    /// Nil where the checklist itself is meant.
    package let item: String?
    /// As it is called now, or was called.
    package let title: String
    /// The versions that were compared; nil where there is none on that side.
    package let oldVersion: String?
    package let newVersion: String?
    /// In the order of a checklist's keys; of what was added or removed, all that it says.
    package let words: [Words]

    package init(
        kind: Kind, checklist: String, item: String?, title: String, oldVersion: String?, newVersion: String?, words: [Words]
    ) {
        self.kind = kind
        self.checklist = checklist
        self.item = item
        self.title = title
        self.oldVersion = oldVersion
        self.newVersion = newVersion
        self.words = words
    }
}

extension DefinitionChange {
    /// What changes from one set of checklists to another, by checklist and item, the checklist itself first.
    ///
    /// A version is compared with the same version; one that is new, with the newest of before. Only what is said counts: quotes,
    /// comments and line breaks do not.
    package static func changes(from old: [Checklist], to new: [Checklist]) -> [DefinitionChange] {
        let ids = Set((old + new).map { Array($0.id.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
        return ids.flatMap { id in
            changes(
                from: old.filter { $0.id.utf8.elementsEqual(id) }.map(WrittenChecklist.init),
                to: new.filter { $0.id.utf8.elementsEqual(id) }.map(WrittenChecklist.init))
        }
    }

    /// Versions of one checklist, in the order of their time.
    private static func changes(from old: [WrittenChecklist], to new: [WrittenChecklist]) -> [DefinitionChange] {
        var pairs: [(old: WrittenChecklist?, new: WrittenChecklist?)] = []
        var compared: Set<String> = []
        for checklist in new {
            let before = old.first { $0.version == checklist.version } ?? old.last
            if let before { compared.insert(before.version) }
            pairs.append((before, checklist))
        }
        for checklist in old where !compared.contains(checklist.version) { pairs.append((checklist, nil)) }
        return pairs.flatMap { changes(from: $0.old, to: $0.new) }
    }

    private static func changes(from old: WrittenChecklist?, to new: WrittenChecklist?) -> [DefinitionChange] {
        guard let any = new ?? old else { return [] }
        func change(_ item: String?, _ old: WrittenPart?, _ new: WrittenPart?, _ versions: (String?, String?))
            -> DefinitionChange?
        {
            let words = WrittenPart.changes(from: old, to: new)
            guard let title = (new ?? old)?.title, old == nil || new == nil || !words.isEmpty else { return nil }
            return DefinitionChange(
                kind: old == nil ? .added : new == nil ? .removed : .changed, checklist: any.id, item: item, title: title,
                oldVersion: versions.0, newVersion: versions.1, words: words)
        }
        let versions = (old?.version, new?.version)
        let own = [change(nil, old?.own, new?.own, versions)].compactMap(\.self)
        let items = Set((old?.items ?? []).map(\.id) + (new?.items ?? []).map(\.id))
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return own
            + items.compactMap { id in
                change(id, old?.items.first { $0.id == id }?.part, new?.items.first { $0.id == id }?.part, versions)
            }
    }
}

/// A checklist as its author wrote it, taken apart into what can be compared.
private struct WrittenChecklist {
    let id: String
    let version: String
    let own: WrittenPart
    let items: [(id: String, part: WrittenPart)]

    init(_ checklist: Checklist) {
        id = checklist.id
        version = checklist.version
        own = WrittenPart(checklist)
        let nodes = checklist.root["items"]?.elements ?? []
        items = ItemExplanation.all(of: checklist, tests: []).map { item in
            (item.item.id, WrittenPart(item, check: nodes.first { $0["id"]?.text == item.item.id }?["check"]))
        }
    }
}

/// What a checklist, or an item, says under each of its keys.
private struct WrittenPart {
    private struct Entry {
        let name: String
        let text: String
        /// What else must be the same, though it is not shown where it is the only difference of a text that is.
        var form: String?
    }

    let title: String
    private let entries: [Entry]

    init(_ checklist: Checklist) {
        title = checklist.title
        var entries: [Entry] = []
        for entry in checklist.root.entries {
            guard let key = entry.key.text, !["touchline", "id", "items", "measures"].contains(key) else { continue }
            if ["define", "values"].contains(key) {
                entries += entry.value.entries.map { Entry(name: "\(key).\($0.key.flow)", text: $0.value.flow) }
            } else {
                entries.append(Entry(name: key, text: entry.value.flow))
            }
        }
        entries += (checklist.root["measures"]?.elements ?? []).map {
            Entry(name: "measures.\($0["id"]?.text ?? "")", text: $0.flow)
        }
        self.entries = entries
    }

    init(_ explained: ItemExplanation, check: YAMLNode?) {
        let item = explained.item
        title = item.title
        func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? value.description }
        let told: [(String, String?)] = [
            ("title", item.title), ("why", item.why), ("level", item.level.rawValue), ("weight", number(item.weight)),
            ("target", item.target.map(number)), ("when", explained.when), ("observable", explained.observable),
            ("enablement.module", item.enablement?.module), ("enablement.guidance", item.enablement?.guidance),
            ("enablement.good", item.enablement?.good), ("enablement.poor", item.enablement?.poor), ("source", item.source),
        ]
        var entries = told.compactMap { name, text in text.map { Entry(name: name, text: $0.inOneLine) } }
        let place = entries.firstIndex { $0.name.hasPrefix("enablement") || $0.name == "source" } ?? entries.count
        // The words of the check begin with the condition, which is told under its own key.
        let condition = explained.when.map { "where `\($0)`: " } ?? ""
        let meaning = item.meaning.hasPrefix(condition) ? String(item.meaning.dropFirst(condition.count)) : item.meaning
        entries.insert(Entry(name: "check", text: meaning.inOneLine, form: check?.flow ?? ""), at: place)
        self.entries = entries
    }

    /// What is said otherwise; where nothing was there, everything that is.
    static func changes(from old: WrittenPart?, to new: WrittenPart?) -> [DefinitionChange.Words] {
        var names: [String] = []
        for entry in (old?.entries ?? []) + (new?.entries ?? []) where !names.contains(entry.name) { names.append(entry.name) }
        return names.compactMap { name in
            let before = old?.entries.first { $0.name == name }
            let after = new?.entries.first { $0.name == name }
            if before?.text != after?.text {
                return DefinitionChange.Words(name: name, old: before?.text, new: after?.text)
            }
            // The same in words, and written otherwise: a condition, a clock or an event that the words do not tell.
            if before?.form != after?.form {
                return DefinitionChange.Words(name: name, old: before?.form, new: after?.form)
            }
            return nil
        }
    }
}

extension String {
    /// Words with single spaces between them.
    fileprivate var inOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

extension YAMLNode {
    /// In one line, as somebody might write it: the same for what says the same.
    fileprivate var flow: String {
        switch kind {
        case .scalar(let text): text.inOneLine
        case .sequence(let nodes): "[" + nodes.map(\.flow).joined(separator: ", ") + "]"
        case .mapping(let entries): "{" + entries.map { "\($0.key.flow): \($0.value.flow)" }.joined(separator: ", ") + "}"
        }
    }
}
