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
    /// By cell: what one case, or one expected end, of it adds at the partner's own level.
    private let unit: [SIMD4<Double>]

    /// The places in a unit: expected outcomes, their information, its third and fourth cumulants.
    private enum Place {
        static let (expected, information, third, fourth) = (0, 1, 2, 3)
    }

    init(_ rows: OutcomeRows, _ numbers: GroupNumbers) {
        self.rows = rows
        self.numbers = numbers
        let groups = numbers.groups
        n = rows.sum(rows.n, by: groups.partner, count: numbers.partners)
        observed = rows.sum(rows.y, by: groups.partner, count: numbers.partners)
        let fit = Self.fit(rows, numbers)
        if rows.isDuration {
            let effect = fit.mixEffect.map { exp($0) }
            var atNetwork = [Double](repeating: 0, count: numbers.partners)
            for (row, group) in rows.group.enumerated() {
                atNetwork[Int(groups.partner[Int(group)])] += rows.exposure[row] * effect[Int(groups.mix[Int(group)])]
            }
            let ratio = zip(observed, atNetwork).map { ($0 + 0.5) / ($1 + 0.5) }
            unit = zip(numbers.cellPartner, numbers.cellMix).map { SIMD4(repeating: effect[Int($1)] * ratio[Int($0)]) }
            level = ratio.map { log($0) }
            (mixEffect, centre) = (fit.mixEffect, 0)
            return
        }
        // One level and one mix make one probability: worked out once a cell.
        unit = zip(numbers.cellPartner, numbers.cellMix).map { partner, mix in
            let chance = expit(fit.level[Int(partner)] + fit.mixEffect[Int(mix)])
            let information = chance * (1 - chance)
            return SIMD4(chance, information, information * (1 - 2 * chance), information * (1 - 6 * information))
        }
        level = fit.level
        let weights = n.map { $0.squareRoot() }
        let weight = weights.reduce(0, +)
        let centre = weight > 0 ? zip(fit.level, weights).reduce(0) { $0 + $1.0 * $1.1 } / weight : 0
        self.centre = centre
        mixEffect = fit.mixEffect.map { $0 + centre }
    }

    /// By row: expected outcomes at the partner's own level, or their information; made when asked for.
    var expected: [Double] { column(Place.expected) }
    var information: [Double] { column(Place.information) }

    private func column(_ place: Int) -> [Double] {
        zip(rows.weight, rows.group).map { $0 * unit[Int(numbers.cell[Int($1)])][place] }
    }

    private static func fit(_ rows: OutcomeRows, _ numbers: GroupNumbers) -> (level: [Double], mixEffect: [Double]) {
        let count = numbers.cellPartner.count
        let weight = rows.sum(rows.weight, by: numbers.cell, count: count)
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
        let weight = rows.weight
        // Outcomes stand in the place of the third cumulant, which nobody asks for here.
        var sums = [SIMD4<Double>](repeating: .zero, count: parts.count)
        for (row, group) in rows.group.enumerated() {
            let part = parts.part[Int(group)]
            if part < 0 { continue }
            var own = unit[Int(numbers.cell[Int(group)])] * weight[row]
            own[Place.third] = rows.y[row]
            sums[Int(part)] += own
        }
        var components = [VarianceComponent](repeating: VarianceComponent(), count: numbers.partners)
        for (part, partner) in parts.partner.enumerated() where sums[part][Place.information] > 0 {
            components[Int(partner)].add(
                observed: sums[part][Place.third], expected: sums[part][Place.expected],
                information: sums[part][Place.information], fourthCumulant: sums[part][Place.fourth])
        }
        return Spread(
            observed: sums.map { $0[Place.third] }, expected: sums.map { $0[Place.expected] },
            information: sums.map { $0[Place.information] }, fourth: sums.map { $0[Place.fourth] },
            estimates: components.map(\.estimate), parts: components.map(\.groups),
            ordinary: VarianceComponent.ordinary(components))
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
