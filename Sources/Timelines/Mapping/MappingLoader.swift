import Fetching
package import Language

extension Code {
    package static let wrongType = Code("TL171", "an expression gives another type than the field takes")
    package static let plainLoop = Code("TL172", "a loop over more than a path must be written in quotes")
    package static let wrongLoop = Code("TL173", "a loop is not written as 'name in list'")
    package static let shadowedName = Code("TL174", "a loop's variable has the name of another variable")
    package static let partnerUnknown = Code("TL175", "the partner of the records is named nowhere, or twice")
    package static let canonicalWithKeys = Code("TL176", "records that are canonical already cannot be mapped as well")
    package static let wrongParty = Code("TL177", "a party is none of partner, vendor, customer")
}

/// Reads and compiles the mapping of one source, noting everything that is wrong with it.
struct MappingLoader {
    let diagnostics: Diagnostics
    let source: String
    let format: PageFormat
    let partner: String?
    /// The variables of every expression in `map`, and the most that any one sees.
    private var base = Environment([.init("it", .dyn), .init("row_number", .int)])
    private var slots = 2
    private let wanted = WantedFields()

    init(diagnostics: Diagnostics, source: String, format: PageFormat, partner: String?) {
        self.diagnostics = diagnostics
        self.source = source
        self.format = format
        self.partner = partner
    }

    mutating func load(_ mapping: inout YAMLMapping) -> Mapping? {
        let records = loadRecords(&mapping)
        let missing = MissingTexts(mapping.texts("missing"))
        let groupNode = mapping.node("group_by")
        let order: Mapping.Order = mapping.oneOf("order") ?? .time
        let isDistinct = mapping.bool("distinct") ?? false
        let row = Environment([.init("row", .dyn), .init("row_number", .int)])
        let groupBy = groupNode.flatMap { value($0, in: row, takes: nil) }
        if groupNode != nil {
            base.variables += [
                .init("rows", .list(.dyn)), .init("first", .dyn), .init("last", .dyn), .init("key", .string),
            ]
        }
        slots = base.variables.count
        guard let map = mapping.required("map") else { return nil }
        let isCanonical = map.text == "canonical"
        var plan: RecordPlan?
        if isCanonical {
            if let groupNode {
                diagnostics.error(.canonicalWithKeys, at: groupNode.position, "canonical records cannot be grouped")
            }
            plan = RecordPlan(
                fields: [:], customer: [:], attributes: [], events: [], slots: slots, loopSlot: slots, wanted: wanted)
        } else if var keys = YAMLMapping(map, "'map'", diagnostics) {
            plan = loadPlan(&keys)
        }
        guard let plan, !diagnostics.hasErrors else { return nil }
        return Mapping(
            source: source, partner: partner, producible: isCanonical ? .anything : Self.producible(plan),
            isCanonical: isCanonical, plan: plan, records: records, missing: missing, groupBy: groupBy, order: order,
            isDistinct: isDistinct)
    }

    /// A mapping that says no more than where rows are.
    mutating func loadRows(_ mapping: inout YAMLMapping, missing: [String]) -> Mapping? {
        let before = mapping.node("records")
        let records = loadRecords(&mapping)
        guard (before == nil) == (records == nil) else { return nil }
        let plan = RecordPlan(
            fields: [:], customer: [:], attributes: [], events: [], slots: slots, loopSlot: slots, wanted: wanted)
        return Mapping(
            source: source, partner: nil, producible: .anything, isCanonical: true, plan: plan, records: records,
            missing: MissingTexts(missing), groupBy: nil, order: .source, isDistinct: false)
    }

    private func loadRecords(_ mapping: inout YAMLMapping) -> Mapping.Records? {
        guard let node = mapping.node("records") else { return nil }
        guard format == .json else {
            diagnostics.error(
                .wrongValue, at: node.position, "'records' is for JSON pages: in \(format.rawValue) every row is a record",
                help: "remove it")
            return nil
        }
        let environment = Environment([.init("body", .dyn)])
        guard let value = value(node, in: environment, takes: .list(.dyn)) else { return nil }
        guard case .path(let path, _) = value else { return Mapping.Records(value: value, pointer: "") }
        let pointer = path.keys.map { "/" + Self.escapedForPointer($0.text) }.joined()
        return Mapping.Records(value: value, pointer: pointer)
    }

    /// A key as a step of a JSON pointer (RFC 6901).
    private static func escapedForPointer(_ key: String) -> String {
        var escaped: [UInt8] = []
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "~"): escaped += "~0".utf8
            case UInt8(ascii: "/"): escaped += "~1".utf8
            default: escaped.append(byte)
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    // MARK: map

    private mutating func loadPlan(_ map: inout YAMLMapping) -> RecordPlan? {
        var fields: [String: ValuePlan] = [:]
        if let node = map.required("id") { fields["id"] = value(node, in: base, takes: .string) }
        let partnerNode = map.node("partner")
        if let partnerNode { fields["partner"] = value(partnerNode, in: base, takes: .string) }
        checkPartner(partnerNode, map)
        for name in ["kind", "function", "severity", "owner"] {
            fields[name] = map.node(name).flatMap { value($0, in: base, takes: .string) }
        }
        for name in ["opened", "closed", "updated"] {
            fields[name] = map.node(name).flatMap { value($0, in: base, takes: .timestamp) }
        }
        var customer: [String: ValuePlan] = [:]
        if var keys = map.mapping("customer") {
            customer = texts(["id", "name", "tier", "region", "preferred_channel"], of: &keys, in: base)
            keys.finish()
        }
        let attributes = loadAttributes(&map, in: base)
        var events: [EventPlan] = []
        for node in map.nodes("events") {
            guard var keys = YAMLMapping(node, "an event", diagnostics) else { continue }
            if let event = loadEvent(&keys) { events.append(event) }
            keys.finish()
        }
        map.finish()
        return RecordPlan(
            fields: fields, customer: customer, attributes: attributes, events: events, slots: slots,
            loopSlot: base.variables.count, wanted: wanted)
    }

    private func checkPartner(_ node: YAMLNode?, _ map: YAMLMapping) {
        if let node, partner != nil {
            diagnostics.error(
                .partnerUnknown, at: node.position, "the source names its partner already", help: "keep one of them")
        } else if node == nil, partner == nil {
            diagnostics.error(
                .partnerUnknown, at: map.node.position, "nothing says whose records these are",
                help: "add 'partner: ID' to the source, or a 'partner' expression to 'map'")
        }
    }

    private func texts(_ names: [String], of keys: inout YAMLMapping, in environment: Environment) -> [String: ValuePlan] {
        var plans: [String: ValuePlan] = [:]
        for name in names { plans[name] = keys.node(name).flatMap { value($0, in: environment, takes: .string) } }
        return plans
    }

    private func loadAttributes(_ keys: inout YAMLMapping, in environment: Environment) -> [AttributePlan] {
        guard var attributes = keys.mapping("attributes") else { return [] }
        return attributes.all().compactMap { name, _, node in
            value(node, in: environment, takes: nil).map { AttributePlan(name, FieldPlan($0, wanted)) }
        }
    }

    // MARK: events

    private mutating func loadEvent(_ keys: inout YAMLMapping) -> EventPlan? {
        var environment = base
        var loops: [EventPlan.Loop] = []
        for node in keys.nodes("for") {
            guard let loop = loadLoop(node, &environment) else { continue }
            loops.append(loop)
        }
        slots = max(slots, environment.variables.count)
        let when = keys.node("when").flatMap { node -> EventPlan.Guard? in
            Expression.compile(node, in: environment, expecting: .bool, diagnostics: diagnostics).map {
                EventPlan.Guard(condition: ConditionPlan($0.syntax, in: environment), expression: $0)
            }
        }
        let at = keys.required("at").flatMap { value($0, in: environment, takes: .timestamp) }
        let activity = keys.required("activity").flatMap { value($0, in: environment, takes: .string) }
        var actor: [String: ValuePlan] = [:]
        if var actorKeys = keys.mapping("actor") {
            let partyNode = actorKeys.node("party")
            actor = texts(["id", "role", "party"], of: &actorKeys, in: environment)
            if let partyNode { checkParty(actor["party"], at: partyNode) }
            actorKeys.finish()
        }
        let more = texts(["channel", "text"], of: &keys, in: environment)
        let attributes = loadAttributes(&keys, in: environment)
        guard let at, let activity else { return nil }
        return EventPlan(
            loops: loops, when: when, at: at, activity: activity, actor: actor, channel: more["channel"], text: more["text"],
            attributes: attributes, wanted: wanted)
    }

    private func checkParty(_ plan: ValuePlan?, at node: YAMLNode) {
        let parties = ["partner", "vendor", "customer"]
        guard let text = plan?.constantText, !parties.contains(text) else { return }
        diagnostics.error(.wrongParty, at: node.position, "'\(text)' is no party", help: didYouMean(text, among: parties))
    }

    /// `name in list`, which adds its variable to the environment of what follows.
    private func loadLoop(_ node: YAMLNode, _ environment: inout Environment) -> EventPlan.Loop? {
        guard let text = node.text, let (name, offset) = Self.loopHead(text) else {
            diagnostics.error(
                .wrongLoop, at: node.position, "a loop is written 'name in list', not \(node.summary)",
                help: "for example [c in it.comments]")
            return nil
        }
        if environment.slot(of: name) != nil {
            diagnostics.error(
                .shadowedName, at: node.position, "there is a variable '\(name)' already", help: "choose another name")
            return nil
        }
        let over = String(text.utf8.dropFirst(offset)) ?? ""
        let slot = environment.variables.count
        defer { environment.variables.append(.init(name, .dyn)) }
        do {
            let expression = try Expression.compile(over, in: environment)
            let plan = ValuePlan(expression, in: environment)
            let path = PathPlan(expression.syntax, in: environment)
            if node.style == .plain, path == nil {
                diagnostics.error(
                    .plainLoop, at: node.position, "'\(over)' is more than a path", help: "write the loop in quotes: '\(text)'",
                    fix: text.contains("'") ? nil : node.fix(writing: "'\(text)'"))
            }
            check(expression, takes: .list(.dyn), at: node)
            let isOverRows = environment.slot(of: "rows") == path?.slot && path?.keys.isEmpty == true
            return EventPlan.Loop(name: name, slot: slot, over: FieldPlan(plan, wanted), isOverRows: isOverRows)
        } catch {
            for problem in error.all {
                diagnostics.error(
                    problem.code, at: node.position(atOffset: offset + problem.offset), problem.message, help: problem.help)
            }
            return nil
        }
    }

    /// The variable of a loop and the offset of its list.
    private static func loopHead(_ text: String) -> (name: String, offset: Int)? {
        let name = text.utf8.prefix { $0 == 0x5F || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39 }
        guard let first = name.first, first > 0x39, name.endIndex != text.utf8.endIndex else { return nil }
        let rest = text.utf8[name.endIndex...].drop { $0 == 0x20 }
        guard rest.starts(with: "in ".utf8), rest.startIndex != name.endIndex else { return nil }
        return (String(text[..<name.endIndex]), text.utf8.distance(from: text.utf8.startIndex, to: rest.startIndex) + 3)
    }

    // MARK: Values

    /// A value: an expression, a table, or a text or expression said outright. With `takes`, an expression that can never
    /// be of that type is a mistake.
    private func value(_ node: YAMLNode, in environment: Environment, takes: CELType?) -> ValuePlan? {
        if case .mapping = node.kind { return table(node, in: environment, takes: takes) }
        guard let expression = Expression.compile(node, in: environment, diagnostics: diagnostics) else { return nil }
        if let takes { check(expression, takes: takes, at: node) }
        return ValuePlan(expression, in: environment)
    }

    private func table(_ node: YAMLNode, in environment: Environment, takes: CELType?) -> ValuePlan? {
        guard var keys = YAMLMapping(node, "a value", diagnostics) else { return nil }
        defer { keys.finish() }
        if keys.keys == ["text"] || keys.keys == ["cel"] { return outright(&keys, in: environment, takes: takes) }
        let of = keys.required("of").flatMap { value($0, in: environment, takes: nil) }
        var entries: [(key: String, value: ValuePlan)] = []
        if var table = keys.required("table").flatMap({ YAMLMapping($0, "'table'", diagnostics) }) {
            for (key, _, node) in table.all() {
                if let plan = choice(node, in: environment, takes: takes) { entries.append((key, plan)) }
            }
        }
        let otherwise = keys.node("otherwise").flatMap { choice($0, in: environment, takes: takes) }
        return of.map { .table(TablePlan(of: $0, entries: entries, otherwise: otherwise)) }
    }

    private func outright(_ keys: inout YAMLMapping, in environment: Environment, takes: CELType?) -> ValuePlan? {
        if let text = keys.text("text") { return .constant(.string(text), ConstantText(text)) }
        return keys.node("cel").flatMap { value($0, in: environment, takes: takes) }
    }

    /// An entry of a table: a plain scalar is a text, a quoted one an expression.
    private func choice(_ node: YAMLNode, in environment: Environment, takes: CELType?) -> ValuePlan? {
        guard node.style == .plain, let text = node.text else { return value(node, in: environment, takes: takes) }
        if takes == .timestamp {
            diagnostics.error(.wrongType, at: node.position, "a text is no timestamp", help: "write an expression in quotes")
        }
        return .constant(.string(text), ConstantText(text))
    }

    private func check(_ expression: Expression, takes: CELType, at node: YAMLNode) {
        guard !Self.fits(expression.type, takes) else { return }
        diagnostics.error(
            .wrongType, at: node.position, "the expression gives \(Self.name(expression.type)), not \(Self.name(takes))",
            help: takes == .string ? "string(…) makes a text of it" : takes == .timestamp ? "timestamp(…) reads a text" : nil)
    }

    /// True where a value of the type may be what a field takes: optionals and null are absent.
    private static func fits(_ type: CELType, _ takes: CELType) -> Bool {
        switch type {
        case .dyn, .null, .error, .parameter, .abstract: true
        case .optional(let inner): fits(inner, takes)
        case .list: if case .list = takes { true } else { false }
        default: type == takes
        }
    }

    private static func name(_ type: CELType) -> String {
        switch type {
        case .bool: "a bool"
        case .int: "an int"
        case .uint: "a uint"
        case .double: "a double"
        case .string: "a string"
        case .bytes: "bytes"
        case .timestamp: "a timestamp"
        case .duration: "a duration"
        case .list: "a list"
        case .map: "a map"
        case .optional(let inner): "an optional of \(name(inner))"
        default: "\(type)"
        }
    }

    // MARK: Producible activities

    private static func producible(_ plan: RecordPlan) -> ProducibleActivities {
        var all: Set<String> = []
        for event in plan.events {
            guard let names = constants(of: event.activity.plan) else { return .anything }
            all.formUnion(names)
        }
        return .only(all)
    }

    /// The texts that a value can be; nil where an expression decides.
    private static func constants(of plan: ValuePlan) -> Set<String>? {
        if let text = plan.constantText { return [text] }
        guard case .table(let table) = plan else { return nil }
        var all: Set<String> = []
        for value in table.values + (table.otherwise.map { [$0] } ?? []) {
            guard let names = constants(of: value) else { return nil }
            all.formUnion(names)
        }
        return all
    }
}
