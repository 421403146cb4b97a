package import Checklists

/// Everything that the statistics of an audit look at. What is counted of an item or measure is read when it is asked for, one
/// at a time: all of it at once would not fit into memory.
package struct Cases: Sendable {
    package private(set) var groups: CaseGroups
    /// How many months the window has.
    package private(set) var months: Int
    /// By number.
    package private(set) var measures: [MeasureDescription]
    private let content: Content

    private enum Content: Sendable {
        case lists(items: [ItemCells], durations: [Int: DurationCells], routes: [Int: RouteCells])
        case stream(CaseStream)
    }

    /// No cases at all.
    package init() { self.init(groups: CaseGroups(), items: []) }

    /// Cases that are known already, sorted as their types say.
    package init(
        groups: CaseGroups, items: [ItemCells], measures: [MeasureDescription] = [], durations: [Int: DurationCells] = [:],
        routes: [Int: RouteCells] = [:], months: Int = 12
    ) {
        self.groups = groups
        self.months = months
        self.measures = measures
        content = .lists(items: items, durations: durations, routes: routes)
    }

    init(groups: CaseGroups, months: Int, _ stream: CaseStream) {
        self.groups = groups
        self.months = months
        measures = stream.measures.slots.map(\.description)
        content = .stream(stream)
    }

    /// By slot (`ItemSlots`). Items that judge customers have none: their cases are customers, whose mix is not told.
    package func cells(of slot: Int) throws -> ItemCells {
        switch content {
        case .lists(let items, _, _): items.indices.contains(slot) ? items[slot] : ItemCells()
        case .stream(let stream): try stream.cells(of: slot)
        }
    }

    /// Records that missed an item, or did not show it.
    package func examples(of slot: Int) throws -> ItemExamples {
        switch content {
        case .lists: ItemExamples()
        case .stream(let stream): try stream.examples(of: slot)
        }
    }

    /// By the number of a measure; empty for a route.
    package func durations(of measure: Int) throws -> DurationCells {
        switch content {
        case .lists(_, let durations, _): durations[measure] ?? DurationCells()
        case .stream(let stream): try stream.durations(of: measure)
        }
    }

    /// By the number of a measure; empty for a duration.
    package func routes(of measure: Int) throws -> RouteCells {
        switch content {
        case .lists(_, _, let routes): routes[measure] ?? RouteCells()
        case .stream(let stream): try stream.routes(of: measure)
        }
    }

    /// What is left out of a measure.
    package func gaps(of measure: Int) throws -> MeasureGaps {
        switch content {
        case .lists: MeasureGaps(partners: groups.partners.count)
        case .stream(let stream): try stream.gaps(of: measure, partners: groups.partners.count)
        }
    }
}
