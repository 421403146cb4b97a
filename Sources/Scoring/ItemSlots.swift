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
    /// By slot: its item where it has but one, else -1.
    private let onlyItems: [Int]

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
        onlyItems = slots.map { $0.planned.count == 1 ? $0.planned[0] : -1 }
    }

    /// The item whose verdict a slot takes: of its versions the one that applies, else the last, which does not apply.
    @inline(__always)
    func item(of slot: Int, in row: borrowing JudgementRow) -> Int? {
        let only = onlyItems[slot]
        if only >= 0 { return only < row.codes.count ? only : nil }
        return itemInForce(of: slot, in: row)
    }

    /// The item of a slot that has but one, else -1.
    func onlyItem(of slot: Int) -> Int { onlyItems[slot] }

    private func itemInForce(of slot: Int, in row: JudgementRow) -> Int? {
        let planned = slots[slot].planned.filter { $0 < row.codes.count }
        return planned.first { row.code(of: $0)?.isNotApplicable == false } ?? planned.last
    }

    /// The verdict of every slot, by number.
    package func verdicts(of row: JudgementRow) -> [Scorer.ScoredVerdict] {
        slots.indices.compactMap { verdict(of: $0, in: row) }
    }

    func verdict(of slot: Int, in row: JudgementRow) -> Scorer.ScoredVerdict? {
        guard let item = item(of: slot, in: row), let code = row.code(of: item) else { return nil }
        return Scorer.ScoredVerdict(slot: slot, item: item, code: code)
    }
}
