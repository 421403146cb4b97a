import Language

/// A value that a table of the mapping was asked for and does not name.
package struct UnnamedValue: Hashable, Sendable {
    /// What the table gives: `activity`, `severity`.
    package let field: String
    /// At most forty letters of it.
    package let value: String
    package let count: Int
}

/// Finds the values that the tables of a mapping do not name. For that it maps the same rows to what the tables are asked.
struct TableCheck {
    private let mapping: Mapping
    private let activities = ActivityTable([])
    /// By the number of the event's entry, and by the name of the record's field.
    private let tables: [String: TablePlan]
    private var counts: [UnnamedValue: Int] = [:]

    private static let asked = "of"
    private static let mostLetters = 40

    /// Nil where the mapping has no tables.
    init?(_ mapping: Mapping) {
        let plan = mapping.plan
        let wanted = WantedFields()
        var tables: [String: TablePlan] = [:]
        var attributes: [AttributePlan] = []
        for (name, field) in [("kind", plan.kind), ("function", plan.function), ("severity", plan.severity)] {
            guard case .table(let table)? = field?.plan else { continue }
            tables[name] = table
            attributes.append(AttributePlan(name, FieldPlan(table.of, wanted)))
        }
        var events: [EventPlan] = []
        for (index, event) in plan.events.enumerated() {
            guard case .table(let table) = event.activity.plan else { continue }
            tables[String(index)] = table
            let loops = event.loops.map {
                EventPlan.Loop(name: $0.name, slot: $0.slot, over: FieldPlan($0.over.plan, wanted), isOverRows: $0.isOverRows)
            }
            events.append(
                EventPlan(
                    loops: loops, when: event.when, at: event.at.plan,
                    activity: .constant(.string(String(index)), ConstantText(String(index))), actor: [:], channel: nil, text: nil,
                    attributes: [AttributePlan(Self.asked, FieldPlan(table.of, wanted))], wanted: wanted))
        }
        guard !tables.isEmpty, let id = plan.id else { return nil }
        var fields = ["id": id.plan]
        // Records that are rejected are so here.
        for (name, field) in [("partner", plan.partner), ("opened", plan.opened), ("closed", plan.closed)] {
            fields[name] = field?.plan
        }
        self.tables = tables
        self.mapping = Mapping(
            source: mapping.source, partner: mapping.partner, producible: .anything, isCanonical: false,
            plan: RecordPlan(
                fields: fields, customer: [:], attributes: attributes, events: events, slots: plan.slots, loopSlot: plan.loopSlot,
                wanted: wanted),
            records: mapping.records, missing: mapping.missing, groupBy: mapping.groupBy, order: .source,
            isDistinct: mapping.isDistinct)
    }

    /// Looks at the rows of a piece of work.
    mutating func look(at work: MappingWork) {
        let same = MappingWork(
            mapping: mapping, activities: activities, rows: work.rows, page: work.page, sequence: work.sequence,
            firstIndex: work.firstIndex)
        _ = same.run { record in
            for (name, value) in record.attributes.entries { note(value, tables[name], name) }
            for event in record.events {
                if let value = event.attributes[Self.asked] { note(value, tables[event.activity], "activity") }
            }
        }
    }

    private mutating func note(_ value: Value, _ table: TablePlan?, _ field: String) {
        guard let table, let text = ValuePlan.text(of: value), !table.names(text) else { return }
        let value = text.count > Self.mostLetters ? text.prefix(Self.mostLetters - 1) + "…" : text
        counts[UnnamedValue(field: field, value: value, count: 0), default: 0] += 1
    }

    /// By field and value.
    var unnamed: [UnnamedValue] {
        counts.map { UnnamedValue(field: $0.key.field, value: $0.key.value, count: $0.value) }.sorted {
            "\($0.field)\u{0}\($0.value)".utf8.lexicographicallyPrecedes("\($1.field)\u{0}\($1.value)".utf8)
        }
    }
}
