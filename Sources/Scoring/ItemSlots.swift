package import Checklists

/// The items of a plan as the outputs show them: every checklist and item once, by checklist and item. Versions of a
/// checklist that follow one another in time share a slot, since a record is judged by one of them alone.
package struct ItemSlots: Sendable {
    package struct Slot: Sendable {
        /// Of the newest version that has the item: the last one in the plan.
        package let description: ItemDescription
        /// The item's numbers in the plan, one per version.
        let planned: [Int]
        /// The functions that its versions judge; nil where one of them judges every function.
        let functions: Set<String>?
    }

    package let slots: [Slot]

    package init(_ items: [ItemDescription]) {
        var planned: [[String]: [Int]] = [:]
        for (index, item) in items.enumerated() { planned[[item.checklist, item.id], default: []].append(index) }
        slots = planned.values.compactMap { indices in
            let functions = indices.compactMap { items[$0].function }
            return indices.last.map {
                Slot(
                    description: items[$0], planned: indices, functions: functions.count < indices.count ? nil : Set(functions))
            }
        }.sorted { a, b in
            let (a, b) = (a.description, b.description)
            return a.checklist.hasBytes(of: b.checklist) ? a.id.precedes(b.id) : a.checklist.precedes(b.checklist)
        }
    }

    /// The verdict of a slot: of its versions the one that applies, else not applicable.
    func verdict(of slot: Int, in judgement: Judgement) -> ItemVerdict? {
        let planned = slots[slot].planned
        guard planned.count > 1 else { return planned.first.flatMap { Self.verdict($0, in: judgement) } }
        var verdict: ItemVerdict?
        for item in planned {
            verdict = Self.verdict(item, in: judgement) ?? verdict
            if let verdict, verdict.verdict != .notApplicable { return verdict }
        }
        return verdict
    }

    /// The verdict of every slot, by number.
    package func verdicts(of judgement: Judgement) -> [(slot: Int, verdict: ItemVerdict)] {
        slots.indices.compactMap { slot in verdict(of: slot, in: judgement).map { (slot, $0) } }
    }

    private static func verdict(_ item: Int, in judgement: Judgement) -> ItemVerdict? {
        judgement.verdicts.indices.contains(item) ? judgement.verdicts[item] : nil
    }
}
