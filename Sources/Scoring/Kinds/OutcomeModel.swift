import Foundation

/// What the case mix leads to expect of an outcome (statistics.md 3.2): logit P = α(partner) + x'β for an outcome that is yes or
/// no, log hazard ratio = α(partner) + x'β for a duration. The partners' own levels are free, so β is a contrast within partners:
/// a poor partner that gets the hard cases neither hides in it nor is blamed for its mix.
struct OutcomeModel {
    /// How partners spread over the parts of a dimension.
    struct Spread {
        /// By part: outcomes, expected ones at the partner's own level, their information, and its fourth cumulant.
        let observed: [Double]
        let expected: [Double]
        let information: [Double]
        let fourth: [Double]
        /// By partner: the variance between its parts; nil where that cannot be told.
        let estimates: [VarianceComponent.Estimate?]
        /// By partner: parts with information.
        let parts: [Int]
        /// The network's ordinary variance between parts.
        let ordinary: Double

        /// The variance between a partner's parts, where enough of them tell it.
        func own(_ partner: Int) -> Double? { parts[partner] >= 3 ? estimates[partner]?.variance : nil }
    }

    let numbers: GroupNumbers
    let rows: OutcomeRows
    /// By partner: cases, and those with the outcome.
    let n: [Double]
    let observed: [Double]
    /// By partner: its own level, on the logit or log scale.
    let level: [Double]
    /// By mix: x'β, and for outcomes that are yes or no the level of the ordinary partner with it.
    let mixEffect: [Double]
    /// Of it, the level of the ordinary partner.
    let centre: Double
    /// By row: expected outcomes at the partner's own level, their information, its third and fourth cumulants.
    let expected: [Double]
    let information: [Double]
    let third: [Double]
    let fourth: [Double]

    init(_ rows: OutcomeRows, _ numbers: GroupNumbers) {
        self.rows = rows
        self.numbers = numbers
        let groups = numbers.groups
        n = rows.sum(rows.n, by: groups.partner, count: numbers.partners)
        observed = rows.sum(rows.y, by: groups.partner, count: numbers.partners)
        let fit = Self.fit(rows, numbers)
        let mixes = rows.group.map { Int(groups.mix[Int($0)]) }
        if rows.isDuration {
            let exposure = zip(rows.exposure, mixes).map { $0 * exp(fit.mixEffect[$1]) }
            let atNetwork = rows.sum(exposure, by: groups.partner, count: numbers.partners)
            let ratio = zip(observed, atNetwork).map { ($0 + 0.5) / ($1 + 0.5) }
            expected = zip(exposure, rows.group).map { $0 * ratio[Int(groups.partner[Int($1)])] }
            (information, third, fourth) = (expected, expected, expected)
            level = ratio.map { log($0) }
            (mixEffect, centre) = (fit.mixEffect, 0)
            return
        }
        // One level and one mix make one probability: worked out once a cell.
        let chance = zip(numbers.cellPartner, numbers.cellMix).map { expit(fit.level[Int($0)] + fit.mixEffect[Int($1)]) }
        let ofRow = rows.group.map { chance[Int(numbers.cell[Int($0)])] }
        expected = zip(rows.n, ofRow).map { $0 * $1 }
        information = zip(rows.n, ofRow).map { $0 * $1 * (1 - $1) }
        third = zip(information, ofRow).map { $0 * (1 - 2 * $1) }
        fourth = zip(information, ofRow).map { $0 * (1 - 6 * $1 * (1 - $1)) }
        level = fit.level
        let weights = n.map { $0.squareRoot() }
        let weight = weights.reduce(0, +)
        let centre = weight > 0 ? zip(fit.level, weights).reduce(0) { $0 + $1.0 * $1.1 } / weight : 0
        self.centre = centre
        mixEffect = fit.mixEffect.map { $0 + centre }
    }

    private static func fit(_ rows: OutcomeRows, _ numbers: GroupNumbers) -> (level: [Double], mixEffect: [Double]) {
        let count = numbers.cellPartner.count
        let weight = rows.sum(rows.isDuration ? rows.exposure : rows.n, by: numbers.cell, count: count)
        let outcomes = rows.sum(rows.y, by: numbers.cell, count: count)
        let present = weight.indices.filter { weight[$0] > 0 }
        let levels = MixLevels(present.map { Int(numbers.cellMix[$0]) }, numbers.groups)
        var cells = CaseMixModel.Cells(
            partners: numbers.partners, columns: levels.columns, fields: numbers.groups.mixFields.count)
        for cell in present {
            cells.append(
                partner: numbers.cellPartner[cell], levels: levels.ofMix[Int(numbers.cellMix[cell])], count: weight[cell],
                met: outcomes[cell])
        }
        let fit = CaseMixModel(cells, rows.isDuration ? .events : .met)
        return (fit.alpha, levels.ofMix.map { fit.effect($0) })
    }

    /// How each partner's parts differ beyond chance, and how much they ordinarily do (3.4).
    func spread(_ dimension: Dimension) -> Spread {
        let parts = numbers[dimension]
        let (o, e) = (sum(rows.y, parts), sum(expected, parts))
        let (v, k) = (sum(information, parts), sum(fourth, parts))
        var components = [VarianceComponent](repeating: VarianceComponent(), count: numbers.partners)
        for (part, partner) in parts.partner.enumerated() where v[part] > 0 {
            components[Int(partner)].add(observed: o[part], expected: e[part], information: v[part], fourthCumulant: k[part])
        }
        return Spread(
            observed: o, expected: e, information: v, fourth: k, estimates: components.map(\.estimate),
            parts: components.map(\.groups), ordinary: VarianceComponent.ordinary(components))
    }

    func sum(_ column: [Double], _ parts: GroupNumbers.Parts) -> [Double] { rows.sum(column, by: parts.part, count: parts.count) }

    func sum(_ column: [Double]) -> [Double] { rows.sum(column, by: numbers.groups.partner, count: numbers.partners) }

    /// By part of a dimension, or by partner: the sum over customers of the square of a column's sum. A record of no customer
    /// stands alone.
    func squares(_ column: [Double], of dimension: Dimension?) -> [Double] {
        let groups = numbers.groups
        let (shares, shareOf, owner, count) =
            dimension.map { (numbers[$0].customerShare, numbers[$0].shareOf, numbers[$0].part, numbers[$0].count) }
            ?? (groups.customer, numbers[.customer].partner, groups.partner, numbers.partners)
        let byShare = rows.sum(column, by: shares, count: shareOf.count)
        var squares = [Double](repeating: 0, count: count)
        for (share, sum) in byShare.enumerated() { squares[Int(shareOf[share])] += sum * sum }
        for (row, group) in rows.group.enumerated() where groups.customer[Int(group)] < 0 {
            let place = owner[Int(group)]
            // So many cases of equal weight, each alone.
            if place >= 0, rows.n[row] > 0 { squares[Int(place)] += column[row] * column[row] / rows.n[row] }
        }
        return squares
    }
}

/// The levels of a case mix as columns of the model: of each field the levels that occur, the first of them the reference. A field
/// with one level, as the function of an item that judges one, tells nothing apart and has no column.
private struct MixLevels {
    /// By mix, then field: the column, -1 for none; empty for mixes that do not occur.
    let ofMix: [[Int32]]
    let columns: Int

    init(_ present: [Int], _ groups: CaseGroups) {
        let mixes = Set(present).sorted()
        var ofMix = [[Int32]](repeating: [], count: groups.mixes.count)
        var next: Int32 = 0
        for field in groups.mixFields.indices {
            var column: [String: Int32] = [:]
            for level in Set(mixes.map { groups.mixes[$0][field] }).sortedByBytes.dropFirst() {
                column[level] = next
                next += 1
            }
            for mix in mixes { ofMix[mix].append(column[groups.mixes[mix][field]] ?? -1) }
        }
        self.ofMix = ofMix
        columns = Int(next)
    }
}

func expit(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

func logit(_ p: Double) -> Double { log(p / (1 - p)) }
