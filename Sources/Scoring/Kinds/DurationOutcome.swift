/// Durations as an outcome: does a case end, where the network's cases of its stratum would have? Open cases are used, not
/// dropped: means over ended ones reward leaving the hard ones open (statistics.md 3.6).
struct DurationOutcome {
    let rows: OutcomeRows
    /// By row of the cells: the number of its stratum, of those that occur.
    let stratum: [Int]
    let strata: Int

    /// Strata are all fields of the mix but regions, which the model takes out: split by every field they would be too small.
    init(_ cells: DurationCells, _ numbers: GroupNumbers) {
        let groups = numbers.groups
        let fields = groups.mixFields.indices.filter { !groups.mixFields[$0].hasSuffix("region") }
        var known: [[String]: Int] = [:]
        let ofMix = groups.mixes.map { mix -> Int in
            let key = fields.map { mix[$0] }
            if let number = known[key] { return number }
            let number = known.count
            known[key] = number
            return number
        }
        stratum = cells.group.map { ofMix[Int(groups.mix[Int($0)])] }
        strata = known.count
        let expected = NelsonAalen.expected(cells.seconds, isEnded: cells.isEnded, stratum: stratum)
        var rows = OutcomeRows()
        for (index, group) in cells.group.enumerated() {
            if rows.group.last != group {
                rows.group.append(group)
                rows.n.append(0)
                rows.y.append(0)
                rows.exposure.append(0)
            }
            let last = rows.group.count - 1
            rows.n[last] += 1
            rows.y[last] += cells.isEnded[index] ? 1 : 0
            rows.exposure[last] += expected[index]
        }
        self.rows = rows
    }
}
