package import Checklists

/// A tally becomes a rate with its uncertainty.
package enum Estimate {
    /// The rate at the decision point, met / (met + missed), with Wilson's 95 % interval; nothing where nothing is decided.
    package static func result(of item: ItemDescription, _ tally: Tally, worst: [String]) -> ItemResult {
        let decided = tally.met + tally.missed
        let interval = decided > 0 ? WilsonInterval(tally.met, of: decided) : nil
        var result = ItemResult(
            checklist: item.checklist, item: item.id, tally: tally,
            rate: decided > 0 ? Double(tally.met) / Double(decided) : nil, low: interval?.low, high: interval?.high,
            target: item.target, worst: worst)
        result.unit = item.unit
        return result
    }
}
