import Language
import Timelines

/// What records may be made of to tell a mutant from its item: the events, gaps and field values that either of them speaks
/// of.
struct SearchSpace {
    /// A field of the record or of its events, and what it may hold beside nothing.
    struct Field {
        /// `customer.tier`, `attributes.x`; of an event `actor.party`, `channel`, `attributes.x`.
        let path: String
        var values: [Sample]
        /// Whether it may be a moment of the record.
        var isInstant = false
    }

    /// A value that a field may have.
    enum Sample: Hashable {
        case text(String)
        case int(Int64)
        case double(Double)
        case bool(Bool)
        /// So many seconds after the record's beginning.
        case moment(Int64)
    }

    private(set) var activities: [String] = []
    /// In seconds, from nothing upwards.
    private(set) var gaps: [Int64] = []
    private(set) var recordFields: [Field] = []
    private(set) var eventFields: [Field] = []
    /// Whether the end of a record is an event as well.
    let closingIsEvent: Bool
    let closes: Bool
    let function: String?
    /// When records begin: on a day of the checklist's version.
    let beginning: Instant

    private var lengths: Set<Int64> = []
    private var declaredValues: [String: [String]] = [:]

    /// `partners` are the ids that a record's partner may have; empty where any will do.
    init(of mutant: Mutant, partners: [String]) {
        let checklist = mutant.plain
        closingIsEvent = checklist.declared.isEmpty || checklist.declared.contains("closed")
        closes = checklist.unit == .record
        function = checklist.function
        beginning = checklist.effective.beginning
        let root = checklist.root
        for entry in root["values"]?.entries ?? [] {
            if let path = entry.key.text { declaredValues[path] = entry.value.elements.compactMap(\.text) }
        }
        var named: Set<String> = []
        for version in [mutant.plain, mutant.mutated] {
            named.formUnion(version.matchers.activityNames)
            read(version.root)
        }
        let declared = root["activities"]?.elements.compactMap(\.text) ?? []
        for field in eventFields where field.path == "activity" {
            named.formUnion(field.values.compactMap { if case .text(let text) = $0 { text } else { nil } })
        }
        eventFields.removeAll { ["activity", "at", "record"].contains($0.path) }
        recordFields.removeAll {
            ["events", "as_of", "opened", "closed", "updated", "id", "partner", "function"].contains($0.path)
        }
        recordFields.removeAll { $0.path.hasPrefix("events.") || $0.path.hasPrefix("partner.") }
        // One that nobody asks for stands for all of them.
        let known = declared.filter { named.contains($0) } + named.subtracting(declared).sorted()
        activities = known + (declared.first { !named.contains($0) }.map { [$0] } ?? [])
        if !partners.isEmpty { recordFields.append(Field(path: "partner", values: partners.map { .text($0) })) }
        finish()
    }

    private mutating func finish() {
        for index in recordFields.indices {
            let declared = declaredValues[recordFields[index].path] ?? []
            recordFields[index].add(declared.map { .text($0) })
            let isOpen = recordFields[index].path != "partner"
            if isOpen, declared.isEmpty { recordFields[index].add([.text("other")]) }
        }
        for index in eventFields.indices {
            if eventFields[index].path == "actor.party" {
                eventFields[index].values = Party.allCases.map { .text($0.rawValue) }
            } else {
                let declared = declaredValues["event." + eventFields[index].path] ?? []
                eventFields[index].add(declared.map { .text($0) })
                if declared.isEmpty { eventFields[index].add([.text("other")]) }
            }
        }
        // At a limit, a second beyond it, and between half of it and twice as much.
        var all: Set<Int64> = [0, 60, 3600, 86_400]
        for length in lengths where length > 0 && length < 40 * 365 * 86_400 {
            all.formUnion([length, length + 1, length / 2, length / 2 + 1, 2 * length, 2 * length + 1])
        }
        gaps = all.sorted()
    }

    // MARK: Reading

    private mutating func read(_ root: YAMLNode) {
        if let applies = root["applies"] { read(expression: applies, key: "applies") }
        let items = root["items"]?.elements ?? []
        for item in items {
            for key in ["when", "observable", "check"] {
                if let node = item[key] { read(node, key: key) }
            }
        }
        let texts = items.compactMap { $0["check"] }.reduce(into: Set<String>()) { $0.formUnion(EventNames.texts(in: $1)) }
        for entry in root["define"]?.entries ?? [] where entry.key.text.map({ texts.contains($0) }) ?? false {
            read(expression: entry.value, key: "define")
        }
    }

    private mutating func read(_ node: YAMLNode, key: String) {
        switch node.kind {
        case .scalar(let text):
            if node.style != .plain { return read(expression: node, key: key) }
            if let seconds = Duration(length: text)?.components.seconds { lengths.insert(seconds) }
        case .sequence(let elements):
            for element in elements { read(element, key: key) }
        case .mapping(let entries):
            if isTable(entries) { readTable(node) }
            for entry in entries where entry.key.text != "glossary" { read(entry.value, key: entry.key.text ?? "") }
        }
    }

    /// A table of lengths or clocks by a value.
    private func isTable(_ entries: [YAMLNode.Entry]) -> Bool {
        entries.contains { $0.value.text.map { Duration(length: $0) != nil } ?? false || $0.key.text == "otherwise" }
    }

    private mutating func readTable(_ node: YAMLNode) {
        guard let syntax = try? Expression.parse(node["by"]?.text ?? "severity", in: Names.ofEvent) else { return }
        let keys = node.entries.compactMap(\.key.text).filter { $0 != "by" && $0 != "otherwise" }
        for path in syntax.descendants.compactMap(FieldPath.init) { note(path, keys.map { .text($0) }) }
    }

    private mutating func read(expression node: YAMLNode, key: String) {
        guard let text = node.text, let syntax = try? Expression.parse(text, in: Names.ofEvent) else { return }
        for part in syntax.descendants {
            // The longest path that begins here; its beginnings name no field of their own.
            if let path = FieldPath(part) { note(path, []) }
            compare(part)
        }
        let isChanging = key == "of" || key == "owner"
        for path in syntax.descendants.compactMap(FieldPath.init) {
            if isChanging { note(path, [.text("x"), .text("y"), .text("z")]) }
            if key == "at" { note(path, [], isInstant: true) }
        }
    }

    /// What a field is compared with is what it may hold, and what lies beside it.
    private mutating func compare(_ node: Syntax) {
        guard case .call(let name, let receiver, let arguments) = node.kind else { return }
        if name == "duration", let text = arguments.first?.asString, let seconds = Duration(length: text)?.components.seconds {
            lengths.insert(seconds)
        }
        if name == "timestamp" {
            for path in arguments.compactMap(FieldPath.init) { note(path, [], isInstant: true) }
        }
        let operands = (receiver.map { [$0] } ?? []) + arguments
        guard operands.count == 2 else { return }
        for (side, other) in [(operands[0], operands[1]), (operands[1], operands[0])] {
            let paths = side.descendants.compactMap(FieldPath.init)
            let literals = other.descendants.compactMap(\.asLiteral).flatMap(Self.near)
            let isInstant = other.descendants.contains { node in
                node.asCall("duration") != nil || FieldPath(node).map { $0.isInstant } ?? false
            }
            for path in paths { note(path, literals, isInstant: isInstant && literals.isEmpty) }
        }
    }

    private static func near(_ literal: Value) -> [Sample] {
        switch literal {
        case .string(let text): [.text(text)]
        case .int(let number): [.int(number &- 1), .int(number), .int(number &+ 1)]
        case .double(let number): [.double(number - 1), .double(number), .double(number + 1)]
        case .bool: [.bool(true), .bool(false)]
        default: []
        }
    }

    private mutating func note(_ path: FieldPath, _ values: [Sample], isInstant: Bool = false) {
        // A path of one word is a whole event, or a field of the record.
        let keys = path.isOfRecord ? [path.variable] + path.keys : path.keys
        guard let first = keys.first, !(["customer", "attributes", "actor"].contains(first) && keys.count == 1) else { return }
        let text = (first == "attributes" ? Array(keys.prefix(2)) : keys).joined(separator: ".")
        if path.isOfRecord {
            Self.add(text, values, isInstant, to: &recordFields)
        } else if ["activity", "actor", "channel", "text", "attributes"].contains(first) {
            Self.add(text, values, isInstant, to: &eventFields)
        }
    }

    private static func add(_ path: String, _ values: [Sample], _ isInstant: Bool, to fields: inout [Field]) {
        if let index = fields.firstIndex(where: { $0.path == path }) {
            fields[index].add(values)
            fields[index].isInstant = fields[index].isInstant || isInstant
        } else {
            var field = Field(path: path, values: [], isInstant: isInstant)
            field.add(values)
            fields.append(field)
        }
    }
}

extension SearchSpace.Field {
    fileprivate mutating func add(_ more: [SearchSpace.Sample]) {
        for value in more where !values.contains(value) { values.append(value) }
    }
}

extension FieldPath {
    /// Whether it is an instant of the record's own.
    fileprivate var isInstant: Bool {
        isOfRecord ? ["opened", "closed", "updated", "as_of"].contains(variable) : keys == ["at"]
    }
}

extension Effective {
    /// The usual beginning of a test's record, or nine o'clock on the first day in force, else on the last.
    fileprivate var beginning: Instant {
        let usual = TrialLoader.usualBeginning
        if contains(usual) { return usual }
        return from?.advanced(bySeconds: 9 * 3600) ?? until?.advanced(bySeconds: -15 * 3600) ?? usual
    }
}
