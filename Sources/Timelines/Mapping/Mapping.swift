package import Fetching
package import Language

/// How one source's payload becomes service records (contract, section 3): compiled once, then shared by every thread.
package struct Mapping: Sendable {
    /// The id of the source.
    package let source: String
    /// The partner of every record, where the source names it.
    package let partner: String?
    /// What the mapping can give as `activity`.
    package let producible: ProducibleActivities
    /// Whether its records should say when they were updated.
    package var tellsUpdates: Bool { isCanonical || plan.updated != nil }
    /// What the mapping can give besides.
    package var told: ToldFields { isCanonical ? .anything : plan.told }
    /// The records are canonical already: `map: canonical`.
    let isCanonical: Bool
    let plan: RecordPlan
    /// Where the records lie in a page; nil where the page is the list.
    let records: Records?
    let missing: MissingTexts
    private(set) var groupBy: ValuePlan?
    let order: Order
    private(set) var isDistinct: Bool
    /// A record is made of rows that may lie anywhere in the source.
    package var isGrouped: Bool { groupBy != nil || isDistinct }
    /// Fields of events that nobody reads, and that are not made.
    private(set) var unread: Set<String> = []

    /// What decides which event comes before which.
    enum Order: String, CaseIterable, Sendable {
        case time, source
    }

    struct Records: Sendable {
        let value: ValuePlan
        /// The JSON pointer of the list, without its index; empty where the expression is no path.
        let pointer: String
    }

    /// Reads the keys of one entry of `sources` that say how it is mapped. Nil, with diagnostics, where something is wrong.
    package static func load(_ mapping: inout YAMLMapping, source: String, format: PageFormat, partner: String?) -> Mapping? {
        var loader = MappingLoader(diagnostics: mapping.diagnostics, source: source, format: format, partner: partner)
        return loader.load(&mapping)
    }

    /// Reads `records` alone: for rows that are no records themselves.
    static func rows(_ mapping: inout YAMLMapping, source: String, format: PageFormat, missing: [String]) -> Mapping? {
        var loader = MappingLoader(diagnostics: mapping.diagnostics, source: source, format: format, partner: nil)
        return loader.loadRows(&mapping, missing: missing)
    }

    /// The column without which no row has an id; nil where it takes more than a column.
    var idColumn: String? {
        groupBy == nil ? plan.id?.plan.column : nil
    }

    /// Where its rows are, each on its own.
    var ungrouped: Mapping {
        var mapping = self
        mapping.groupBy = nil
        mapping.isDistinct = false
        return mapping
    }

    /// The same mapping without fields of events that nobody reads: `channel`, `text`. What it can tell stays the same.
    package func leavingOut(_ unread: Set<String>) -> Mapping {
        var mapping = self
        mapping.unread = unread
        return mapping
    }

    /// The mapping of records that are canonical already, as `touchline check` reads them.
    package static func canonical(source: String) -> Mapping {
        Mapping(
            source: source, partner: nil, producible: .anything, isCanonical: true,
            plan: RecordPlan(
                fields: [:], customer: [:], attributes: [], events: [], slots: 2, loopSlot: 2, wanted: WantedFields()),
            records: nil,
            missing: MissingTexts(), groupBy: nil, order: .time, isDistinct: false)
    }
}

extension ValuePlan {
    /// The column that the value is, as it is or as a text: `it.NAME`.
    var column: String? {
        switch self {
        case .path(let path, _), .conversion(.string, let path, _):
            path.slot == BaseSlot.it && path.keys.count == 1 ? path.keys[0].text : nil
        default: nil
        }
    }
}
