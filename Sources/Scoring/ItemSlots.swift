package import Checklists

/// The items of a plan as the outputs show them: every checklist and item once, by checklist and item. Versions of a
/// checklist that follow one another in time share a slot, since a record is judged by one of them alone.
package struct ItemSlots: Sendable {
    package struct Slot: Sendable {
        /// Of the last version in the plan.
        package let description: ItemDescription
        /// The item's numbers in the plan, one per version.
        let planned: [Int]
    }

    package let slots: [Slot]

    package init(_ items: [ItemDescription]) {
        var planned: [[String]: [Int]] = [:]
        for (index, item) in items.enumerated() { planned[[item.checklist, item.id], default: []].append(index) }
        slots = planned.values.compactMap { indices in
            indices.last.map { Slot(description: items[$0], planned: indices) }
        }.sorted { a, b in
            let (a, b) = (a.description, b.description)
            return a.checklist.hasBytes(of: b.checklist) ? a.id.precedes(b.id) : a.checklist.precedes(b.checklist)
        }
    }

    /// The verdict of a slot: of its versions the one that applies, else not applicable.
    func verdict(of slot: Int, in judgement: Judgement) -> ItemVerdict? {
        let planned = slots[slot].planned
        guard planned.count > 1 else { return planned.first.flatMap { Self.verdict($0, in: judgement) } }
        let verdicts = planned.compactMap { Self.verdict($0, in: judgement) }
        return verdicts.first { $0.verdict != .notApplicable } ?? verdicts.last
    }

    private static func verdict(_ item: Int, in judgement: Judgement) -> ItemVerdict? {
        judgement.verdicts.indices.contains(item) ? judgement.verdicts[item] : nil
    }
}
