import Language

/// One small change to a checklist that its tests should notice: a limit halved, a template swapped for its neighbour.
///
/// Changes are made to what the file says, and read by the loader that reads files, so that a mutant means what an author
/// would have meant by writing it. What no longer loads is no mutant.
struct Mutant: Sendable {
    /// `ESC-02 check.response.within.S1 = 15m`: the item (nothing for `applies`, `clock` and `define`), the path and what stands
    /// there. The same as long as the checklist is.
    let name: String
    /// What stood there.
    let old: String
    /// The path and what stands there, in words: `check.response.within.S1 is 15m`.
    let path: String
    let new: String
    let position: Position
    /// The items whose verdicts it may change.
    let items: [String]
    /// The checklist, changed and not, with these items alone.
    let mutated: Checklist
    let plain: Checklist
}

/// A change of one node, before anybody has asked whether it still loads.
struct Change {
    let path: String
    let old: String
    let new: String
    let position: Position
    /// What was changed as a whole: an item, or an expression.
    let node: YAMLNode

    /// The words for what is gone.
    static let nothing = "(none)"
}

/// The mutants of a checklist, in the order of its file.
struct Mutants {
    let checklist: Checklist
    private let items: [YAMLNode]
    private let names: EventNames
    private let values: [String: [String]]

    init(of checklist: Checklist) {
        self.checklist = checklist
        items = checklist.root["items"]?.elements ?? []
        names = EventNames(of: checklist.root)
        let declared = (checklist.root["values"]?.entries ?? []).compactMap { entry in
            entry.key.text.map { ($0, entry.value.elements.compactMap(\.text)) }
        }
        values = Dictionary(declared, uniquingKeysWith: { first, _ in first })
    }

    /// Mutants that load, and are no copy of the checklist or of one another.
    func all() -> [Mutant] {
        var mutants = head()
        for item in items {
            guard let id = item["id"]?.text, let plain = load([item], checklist.root) else { continue }
            var changes = ItemChanges(names: names, values: values)
            changes.find(in: item)
            mutants += changes.all.compactMap { change in
                load([change.node], checklist.root).map { mutated in
                    Mutant(
                        name: "\(id) \(change.path) = \(change.new)", old: change.old, path: change.path, new: change.new,
                        position: change.position, items: [id],
                        mutated: mutated, plain: plain)
                }
            }
        }
        var seen: Set<String> = []
        return mutants.filter { seen.insert($0.name).inserted }
    }

    /// The item as it is: a mutant that changes nothing, named for what is looked for.
    func unchanged(_ id: String, named name: String) -> Mutant? {
        guard let item = items.first(where: { $0["id"]?.text == id }), let plain = load([item], checklist.root) else {
            return nil
        }
        return Mutant(
            name: "\(id) \(name)", old: "", path: "", new: "", position: item.position, items: [id], mutated: plain, plain: plain)
    }

    /// Those of what stands above the items.
    private func head() -> [Mutant] {
        let root = checklist.root
        var mutants: [Mutant] = []
        func add(_ changes: [Change], _ items: [YAMLNode], _ put: (YAMLNode) -> YAMLNode) {
            guard !items.isEmpty, !changes.isEmpty, let plain = load(items, root) else { return }
            mutants += changes.compactMap { change in
                load(items, put(change.node)).map { mutated in
                    Mutant(
                        name: "\(change.path) = \(change.new)", old: change.old, path: change.path, new: change.new,
                        position: change.position,
                        items: items.compactMap { $0["id"]?.text }, mutated: mutated, plain: plain)
                }
            }
        }
        if let applies = root["applies"] {
            add(expression(applies, "applies"), items) { root.with("applies", $0) }
        }
        if let clock = root["clock"], clock.text != "elapsed" {
            let change = Change(
                path: "clock", old: clock.summary, new: "elapsed", position: clock.position, node: clock.saying("elapsed"))
            add([change], items) { root.with("clock", $0) }
        }
        for entry in root["define"]?.entries ?? [] {
            guard let name = entry.key.text, let defined = root["define"] else { continue }
            let users = items.filter { $0["check"].map { EventNames.texts(in: $0).contains(name) } ?? false }
            add(expression(entry.value, "define." + name), users) { root.with("define", defined.with(name, $0)) }
        }
        return mutants
    }

    private func expression(_ node: YAMLNode, _ path: String) -> [Change] {
        var changes = ItemChanges(names: names, values: values)
        changes.findConditions(in: node, path)
        return changes.all
    }

    /// The checklist with these items alone; nil where anything is wrong with it.
    private func load(_ items: [YAMLNode], _ root: YAMLNode) -> Checklist? {
        guard let list = root["items"] else { return nil }
        let diagnostics = Diagnostics()
        let small = root.with("items", list.holding(.sequence(items))).with("measures", nil)
        let loaded = ChecklistLoader.load(small, file: checklist.file, diagnostics: diagnostics)?.checklist
        guard !diagnostics.hasErrors, var loaded, loaded.items.count == items.count else { return nil }
        loaded.effective = checklist.effective
        return loaded
    }
}

/// The names of events that a checklist has, and those that its checks use.
struct EventNames {
    /// Activities and defined names, as they are declared.
    let declared: [String]
    let activities: [String]
    /// Of the declared ones, those that some check names.
    let used: [String]

    init(of root: YAMLNode) {
        activities = root["activities"]?.elements.compactMap(\.text) ?? []
        declared = activities + (root["define"]?.entries.compactMap(\.key.text) ?? [])
        let checks = root["items"]?.elements.compactMap { $0["check"] } ?? []
        let texts = checks.reduce(into: Set<String>()) { $0.formUnion(Self.texts(in: $1)) }
        used = declared.filter { texts.contains($0) }
    }

    /// The texts of all scalars that are values.
    static func texts(in node: YAMLNode) -> Set<String> {
        switch node.kind {
        case .scalar(let text): [text]
        case .sequence(let elements): elements.reduce(into: []) { $0.formUnion(texts(in: $1)) }
        case .mapping(let entries): entries.reduce(into: []) { $0.formUnion(texts(in: $1.value)) }
        }
    }

    /// Another name in the place of one: the next that is used, but not beside it.
    func other(than name: String, besides taken: Set<String>) -> String? {
        for list in [used, declared] {
            let start = list.firstIndex(of: name).map { $0 + 1 } ?? 0
            let following = list[start...] + list[..<start]
            if let other = following.first(where: { $0 != name && !taken.contains($0) }) { return other }
        }
        return nil
    }
}
