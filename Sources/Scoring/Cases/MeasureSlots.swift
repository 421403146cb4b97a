package import Checklists

/// The measures of a plan as the outputs show them: every checklist and measure once, by checklist, measure and kind, as
/// `ItemSlots` has the items. Versions of a checklist share one where they measure the same kind of thing.
package struct MeasureSlots: Sendable {
    package struct Slot: Sendable {
        /// Of the newest version that has the measure.
        package let description: MeasureDescription
        /// Its numbers in the plan, one a version.
        let planned: [Int]
    }

    package let slots: [Slot]
    /// The measures of the plan, as outcomes are numbered.
    let planned: [MeasureDescription]

    package init(_ measures: [MeasureDescription]) {
        planned = measures
        var numbers: [[String]: [Int]] = [:]
        for (index, measure) in measures.enumerated() {
            numbers[[measure.checklist, measure.id, measure.isRoute ? "route" : "duration"], default: []].append(index)
        }
        slots = numbers.values.compactMap { planned in
            planned.last.map { Slot(description: measures[$0], planned: planned) }
        }.sorted { a, b in
            let (a, b) = (a.description, b.description)
            if !a.checklist.hasBytes(of: b.checklist) { return a.checklist.precedes(b.checklist) }
            return a.id.hasBytes(of: b.id) ? b.isRoute && !a.isRoute : a.id.precedes(b.id)
        }
    }
}
